"""The choices of a question are one stop of the Tab key, and arrow keys choose among them."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.keyboard import NAME, choose, stays

GROUPS = """() => [...document.querySelectorAll("fieldset:has(input[type=radio])")].map((question) =>
  new Set([...question.querySelectorAll("input[type=radio]")].map((radio) => radio.name)).size)"""
APART = """() => new Set([...document.querySelectorAll("fieldset:has(input[type=radio])")].map((question) =>
  question.querySelector("input[type=radio]").name)).size"""


def test_a_view_is_chosen_by_the_arrow_keys_and_the_switch_is_left_by_one_tab(open_page: Callable) -> None:
    page: Page = open_page("gpt")
    choose(page, "Look inside")
    expect(page.locator("#gpt-view-inside")).to_be_visible()
    stays(page, "Look inside")
    for _ in range(3):  # each change has Gradio name its radio buttons anew
        groups = page.evaluate(GROUPS)
        assert groups
        assert set(groups) == {1}
        assert page.evaluate(APART) == len(groups)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowRight")
        stays(page, "Look inside")
    page.keyboard.press("Tab")
    assert page.evaluate(NAME) not in ("Write", "Train your own", "Look inside", "Compare")
    page.keyboard.press("Shift+Tab")
    stays(page, "Look inside")
