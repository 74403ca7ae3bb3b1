"""The app in a frame of another site, as on a Space: without the clipboard, and with storage that may be denied."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.posture.live.test_camera import show_camera
from tests.conftest import PATIENCE, SCREENSHOTS
from tests.other_site import framing

DENIED = "Permissions policy violation"  # the browser's own words, of the clipboard and of keeping the screen on
STORAGE = "() => { try { localStorage.length; return 'there'; } catch (error) { return error.name; } }"


def test_it_works_in_a_frame_of_another_site_without_storage_and_clipboard(
    app_url: str, launch: Callable, camera: Path
) -> None:
    """A link is the app's own address, not that of the page around it: there its fragment would say nothing."""
    context = launch(camera).new_context(permissions=["camera"], accept_downloads=True)
    page: Page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    with framing(app_url) as address:
        page.goto(address)
        frame = page.frame_locator("iframe")
        expect(frame.locator("#demo-xor canvas").first).to_be_visible()
        assert next(each for each in page.frames if each.url.startswith(app_url)).evaluate(STORAGE) == "SecurityError"

        frame.locator("[data-export=link]").click()
        expect(frame.locator(".export-address")).to_have_value(re.compile(rf"^{app_url}/#"))
        with page.expect_download() as download:
            frame.locator("[data-export=script]").click()
        assert download.value.suggested_filename.endswith(".py")

        frame.locator("#demo-posture-button").click()
        show_camera(frame)  # type: ignore[arg-type]
        frame.locator("#posture-live [data-part=start]").click()
        live = frame.locator("#posture-live")
        expect(live.locator("[data-part=live]")).to_have_attribute("data-state", "on")
        expect(live.locator("[data-part=speed]")).to_contain_text("images a second")
        page.screenshot(path=SCREENSHOTS / "in-a-frame.png")
    assert [error for error in errors if not error.startswith(DENIED)] == []
    context.close()
