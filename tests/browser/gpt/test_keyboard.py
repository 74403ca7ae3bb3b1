"""minGPT's main job by keyboard alone: write, look at a token, choose another, train."""

import pytest
from playwright.sync_api import expect

from demos.common.i18n import text
from tests.browser.keyboard import reach


@pytest.mark.soak
def test_a_passage_is_written_and_branched_by_keyboard(open_page) -> None:
    page = open_page("gpt")
    written = page.locator(".gpt-passage span:not(.given)")
    expect(written.nth(10)).to_be_attached()
    expect(page.locator(".gpt-passage.writing")).to_have_count(0)
    reach(page, text("gpt.prompt", "en"))
    page.keyboard.press("Control+a")
    page.keyboard.type("JULIET:")
    reach(page, text("gpt.write", "en"))
    page.keyboard.press("Enter")
    expect(page.locator(".gpt-passage").first).to_contain_text("JULIET:")
    expect(written.nth(10)).to_be_attached()
    reach(page, text("gpt.stop_writing", "en"))
    page.keyboard.press("Enter")
    expect(page.locator(".gpt-passage.writing")).to_have_count(0)
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.gpt-box')"):
            break
    for key in ("Home", *["ArrowRight"] * 12, "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".gpt-candidates")).to_be_visible()
