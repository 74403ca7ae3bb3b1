"""The page as a visitor meets it: two languages, day and night, a phone."""

import re

import pytest
from playwright.sync_api import expect

from demos import DEMOS
from demos.common.i18n import text


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("ko-KR", "ko"), ("de-DE", "en")])
def test_the_page_speaks_the_visitors_language(open_page, locale: str, language: str) -> None:
    page = open_page(locale=locale)
    expect(page.locator("#header h1")).to_have_text(text("common.app_title", language), use_inner_text=True)
    for demo in DEMOS:
        expect(page.locator(f"#demo-{demo.name}-button")).to_have_text(text(f"{demo.name}.title", language))
    expect(page.locator("#device")).to_contain_text(text("common.device_line", language, device="").strip())


def test_the_other_language_is_one_click_away_and_remembered(open_page) -> None:
    page = open_page(locale="en-US")
    page.locator("#header button").first.click()
    expect(page.locator("#tagline")).to_contain_text(text("common.tagline", "ko"))
    page.reload()
    expect(page.locator("#tagline")).to_contain_text(text("common.tagline", "ko"))


def test_a_change_of_language_stays_in_the_tab(open_page) -> None:
    page = open_page("clip", locale="en-US")
    page.locator("#header button").first.click()
    expect(page.locator("#tagline")).to_contain_text(text("common.tagline", "ko"))
    expect(page.locator("#demo-clip-button")).to_have_attribute("aria-selected", "true")


def test_day_and_night_follow_the_system_and_the_switch(open_page) -> None:
    page = open_page(dark=True)
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    page.locator("#header button").nth(1).click()
    expect(page.locator("body")).not_to_have_class(re.compile(r"\bdark\b"))
    page.reload()
    page.locator("#tagline").wait_for()
    expect(page.locator("body")).not_to_have_class(re.compile(r"\bdark\b"))


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_a_phone_shows_every_tab_without_scrolling_sideways(open_page, demo) -> None:
    page = open_page(demo.name, size=(390, 844))
    page.locator(f"#demo-{demo.name} .stage").first.wait_for()
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_no_tab_opens_empty(open_page, demo) -> None:
    page = open_page(demo.name)
    stage = page.locator(f"#demo-{demo.name} .stage").first
    expect(stage.locator(demo.opens_with).first).to_be_visible(timeout=60_000)
    assert stage.bounding_box()["width"] >= 0.55 * page.locator(f"#demo-{demo.name}").bounding_box()["width"]


def test_every_tab_stands_once_and_keeps_what_was_left_in_it(open_page) -> None:
    page = open_page("gpt", locale="ko-KR")
    tabs = page.locator("#demos > .tab-wrapper button[role=tab]:visible")
    prompt = page.locator("#demo-gpt textarea").first
    prompt.fill("JULIET:")
    for demo in reversed(DEMOS):
        page.locator(f"#demo-{demo.name}-button").click()
        expect(tabs).to_have_text([text(f"{demo.name}.title", "ko") for demo in DEMOS])
    page.locator("#demo-gpt-button").click()
    expect(prompt).to_have_value("JULIET:")


def test_a_tab_opened_in_a_hurry_speaks_the_visitors_language(open_page) -> None:
    page = open_page("posture", locale="ko-KR")  # clicked before the first tab had been answered
    expect(page.locator("#posture-player [data-part=exercise]")).to_have_text("스쿼트", timeout=60_000)
