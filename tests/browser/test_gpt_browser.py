"""The minGPT tab as a visitor meets it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

expect.set_options(timeout=30_000)  # a busy machine writes slowly


def written(page: Page) -> str:
    return page.locator(".gpt-passage").inner_text()


def length(page: Page) -> int:
    return page.locator(".gpt-passage span").count()


def test_the_tab_opens_writing_and_text_is_generated_and_stopped(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(".gpt-passage span:not(.given)").nth(30)).to_be_attached()
    assert written(page).startswith("ROMEO:")

    page.locator("#gpt-prompt textarea").fill("JULIET:\nO gentle night")
    page.locator("#gpt-write").click()
    expect(page.locator(".gpt-passage")).to_contain_text("JULIET:")
    expect(page.locator(".gpt-passage span:not(.given)").nth(20)).to_be_attached()
    expect(page.locator(".gpt-status")).to_contain_text("a second")
    page.locator("#gpt-stop").click()
    expect(page.locator(".gpt-passage.writing")).to_have_count(0)
    stopped = length(page)
    page.wait_for_timeout(1000)
    assert length(page) == stopped < 450

    token = page.locator(".gpt-passage span:not(.given)").first
    token.hover()
    expect(page.locator(".gpt-tip")).to_contain_text("nats")


def test_pressing_write_again_starts_anew(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(".gpt-passage span").nth(20)).to_be_attached()
    for _ in range(3):
        page.locator("#gpt-write").click()
        page.wait_for_timeout(400)
    page.get_by_role("button", name="Nothing at all").click()
    expect(page.locator(".gpt-passage .given")).to_have_count(0)
    expect(page.locator(".gpt-passage span").nth(60)).to_be_attached()
    assert length(page) < 400  # one passage, not several at once


def test_in_korean_unknown_characters_are_explained(open_page: Callable) -> None:
    page = open_page("gpt", locale="ko-KR", size=(390, 844))
    page.locator("#gpt-prompt textarea").fill("안녕 ROMEO:")
    page.locator("#gpt-write").click()
    expect(page.locator(".gpt-notes")).to_contain_text("건너뛰었습니다: 안 녕")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_coming_back_leaves_the_passage_alone(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(".gpt-passage span").nth(20)).to_be_attached()
    page.locator("#gpt-stop").click()
    page.locator("#gpt-prompt textarea").fill("KING:")
    page.locator("#gpt-write").click()
    expect(page.locator(".gpt-passage")).to_contain_text("KING:")
    expect(page.locator(".gpt-passage span").nth(30)).to_be_attached()
    page.locator("#gpt-stop").click()
    page.locator("#demo-xor-button").click()
    page.locator("#demo-gpt-button").click()
    page.wait_for_timeout(1500)
    assert written(page).startswith("KING:")
