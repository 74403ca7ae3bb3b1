"""XOR's main job by keyboard alone: train, stop, scrub, add a point, look inside."""

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import reach


@pytest.mark.soak
def test_a_net_is_trained_and_its_points_are_changed_by_keyboard(open_page) -> None:
    page = open_page("xor")
    expect(page.locator("[data-frame]")).to_have_attribute("data-over", "true")
    number = int(page.locator("[data-frame]").get_attribute("data-run"))
    line = page.locator(".xor-timeline")
    end = int(line.input_value())
    reach(page, "MLP: ")  # its plane
    for key in ("ArrowRight", "ArrowUp", "Enter"):  # a point beside the middle
        page.keyboard.press(key)
    expect(page.locator("[data-frame]")).to_have_attribute("data-run", str(number + 1))
    page.keyboard.press("Control+z")
    expect(page.locator("[data-frame]")).to_have_attribute("data-run", str(number + 2))
    expect(page.locator("[data-frame]")).to_have_attribute("data-over", "true")
    expect(line).to_have_value(str(end))
    reach(page, "Scrub through the run")
    page.keyboard.press("Home")
    expect(line).to_have_value("0")
    page.keyboard.press("ArrowRight")
    expect(line).to_have_value("1")
    reach(page, "Step")
    page.keyboard.press("Enter")
    expect(line).to_have_value("2")
    reach(page, "The net. ")
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".inside-edit")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".inside-edit")).to_be_hidden()
