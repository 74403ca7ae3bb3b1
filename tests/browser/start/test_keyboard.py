"""The first screen by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import reach, stays


@pytest.mark.soak
def test_a_milestone_leads_to_its_tab_and_the_windows_give_the_focus_back(open_page) -> None:
    page = open_page("xor")
    reach(page, "The story since 1957", "Shift+Tab")
    page.keyboard.press("Enter")
    page.locator(".start h2").wait_for()
    reach(page, "Show the QR code large")
    page.keyboard.press("Enter")
    page.locator(".class-enlarged[open]").wait_for()
    page.keyboard.press("Escape")
    stays(page, "Show the QR code large")
    reach(page, "Reset everything")
    page.keyboard.press("Enter")
    stays(page, "Keep it")
    page.keyboard.press("Enter")
    stays(page, "Reset everything")
    reach(page, "2021", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#clip/"))
    page.locator("#demo-clip .lesson-card:visible").wait_for()
    page.wait_for_function("document.activeElement.matches('#demo-clip *, #demo-clip-button')")
