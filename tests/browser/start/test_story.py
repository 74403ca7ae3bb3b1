"""The first screen, and addresses that lead to a tab or a lesson of it."""

import pytest
from playwright.sync_api import expect

from tests.browser.start.places import opened

DRAWN = """() => [...document.querySelectorAll("#start canvas")].every((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size > 1;
})"""


def test_the_story_is_one_click_away_and_each_of_its_cards_leads_on(open_page) -> None:
    page = open_page(locale="ko-KR", size=(390, 844), dark=True)
    page.locator("#story-link").click()
    expect(page.locator("#start h2")).to_be_visible()
    expect(page.locator("#demo-xor")).to_be_hidden()
    page.wait_for_function(DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    card = page.locator("#start a[href='#clip/words']")
    card.focus()
    page.keyboard.press("Enter")
    opened(page, "clip/words")
    expect(page.locator("#start")).to_be_hidden()
    page.go_back()
    expect(page.locator("#start h2")).to_be_visible()
    page.locator("#demos [role=tab]:visible").first.click()
    expect(page.locator("#demo-xor")).to_be_visible()
    expect(page.locator("#start")).to_be_hidden()


@pytest.mark.soak
def test_the_address_names_the_tab_that_is_shown_and_a_reload_shows_it_again(open_page) -> None:
    page = open_page("clip", query="#clip/words")
    opened(page, "clip/words")
    page.locator("#demo-gpt-button").click()
    assert page.evaluate("location.hash") == "#gpt"
    page.locator("#demo-clip-button").click()
    assert page.evaluate("location.hash") == "#clip/words"
    page.locator("#story-link").click()
    expect(page.locator("#start h2")).to_be_visible()
    page.locator("#demo-posture-button").click()
    expect(page.locator("#demo-posture")).to_be_visible()
    page.reload()
    expect(page.locator("#demo-posture")).to_be_visible()
    expect(page.locator("#demo-xor")).to_be_hidden()
    page.go_back()
    expect(page.locator("#start h2")).to_be_visible()


def test_an_address_leads_to_a_lesson_and_what_its_button_does(open_page) -> None:
    page = open_page("clip", query="#clip/words/second")
    opened(page, "clip/words/second")
    expect(page.locator("#clip-labels textarea")).to_have_value("an animal\na vehicle\na building")
    page.evaluate("location.hash = '#clip/nothing'")
    expect(page.locator(".toast-body")).to_contain_text("There is no lesson called “nothing”")
