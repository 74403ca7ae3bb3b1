"""Posture's jobs by keyboard alone, before the camera."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.keyboard import reach, stays
from tests.browser.posture.live_page import open_live, show


def test_the_space_bar_is_the_workouts_once_its_plan_has_begun(launch) -> None:
    page = launch(None).new_page()
    open_live(page)
    reach(page, "Workout")
    page.keyboard.press("Enter")
    reach(page, "Sets")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('[data-part=live]')")
    show(page, {"state": "ready"})
    page.keyboard.press("Space")
    assert page.evaluate("window.orders.at(-1)") == "next"
    reach(page, "Stop")
    page.keyboard.press("PageDown")  # of a presenter's remote control
    assert page.evaluate("window.orders.filter((order) => order === 'next').length") == 2
    page.context.close()


def test_the_camera_is_started_and_stopped_and_a_threshold_moved_by_keyboard(open_page, camera: Path) -> None:
    page = open_page("posture", camera=camera)
    reach(page, "My camera")
    page.keyboard.press("Enter")
    reach(page, "Start the camera")
    page.keyboard.press("Enter")
    page.locator(".posture-live[data-state=on]").wait_for()
    page.wait_for_function("document.activeElement.matches('[data-part=live]')")
    reach(page, "Stop")
    page.keyboard.press("Enter")
    stays(page, "Start the camera")
    reach(page, "Teach", "Shift+Tab")
    page.keyboard.press("Enter")
    threshold = page.get_by_role("slider", name="there")
    threshold.wait_for()
    before = int(threshold.get_attribute("aria-valuenow"))
    reach(page, "there")
    for below in (1, 2):
        page.keyboard.press("ArrowDown")
        expect(page.locator('[data-part="full"]')).to_have_value(str(before - below))
        stays(page, "there")
