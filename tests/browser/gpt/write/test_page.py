"""The minGPT tab's writing view as a visitor meets it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demos.common.i18n import text
from tests.browser.gpt.plain_page import lay_out

WRITTEN = ".gpt-passage span:not(.given)"


def text_of(page: Page) -> str:
    return page.locator(".gpt-passage").first.inner_text()


def length(page: Page) -> int:
    return page.locator(".gpt-passage span").count()


def stop(page: Page) -> None:
    page.locator("#gpt-stop-writing").click()
    expect(page.locator(".gpt-passage.writing")).to_have_count(0)
    expect(page.locator('.gpt-passage[data-over="false"]')).to_have_count(0)  # what was under way still arrives


def test_the_tab_opens_writing_and_text_is_generated_and_stopped(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(WRITTEN).nth(30)).to_be_attached()
    assert text_of(page).startswith("ROMEO:")

    page.locator("#gpt-prompt textarea").fill("JULIET:\nO gentle night")
    page.locator("#gpt-write").click()
    expect(page.locator(".gpt-passage")).to_contain_text("JULIET:")
    expect(page.locator(WRITTEN).nth(20)).to_be_attached()
    expect(page.locator(".gpt-status")).to_contain_text("a second")
    stop(page)
    stopped = length(page)
    page.wait_for_timeout(1000)
    assert length(page) == stopped < 450

    page.locator(WRITTEN).first.hover()
    expect(page.locator(".gpt-tip")).to_contain_text("nats")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_name_of_a_candidate_never_covers_its_bars(launch: Callable, width: int) -> None:
    """The panel alone on a plain page, with names longer than their column."""
    page = launch(None).new_page(viewport={"width": width, "height": 844})
    lay_out(page, "gpt/write/page/candidates")
    likely = {"model": 0.99, "shaped": 0.999, "final": 0.999}
    pieces = ("가", " 아니에요", " 있었나봐요", "<F0><9F><98>", " unconstitutional", "마음이마음이마음이마음이")
    rows = [{"token": k, "piece": p, "rank": 30 + k, "stands": k == 2} | likely for k, p in enumerate(pieces)]
    said = {key: {"ko": "…"} for key in ("sentence", "shaped_by", "cut_by")} | {"before": "…"}
    page.evaluate("draw", {"node": 1, "rows": rows, "rest": {"label": {"ko": "나머지 2,980개"}} | likely} | said)
    for row in page.locator(".gpt-candidate:not(.names)").all():
        ends = row.evaluate(
            """row => {
              const name = document.createRange();
              name.selectNodeContents(row.querySelector(".name"));
              return [name.getBoundingClientRect().right, row.querySelector(".bar").getBoundingClientRect().left];
            }"""
        )
        assert ends[0] <= ends[1]
    page.close()


def test_a_token_is_exchanged_a_branch_grows_and_the_old_text_is_still_there(
    open_page: Callable, slow_line: Callable
) -> None:
    page = open_page("gpt")
    expect(page.locator(WRITTEN).nth(40)).to_be_attached()
    stop(page)
    before = text_of(page)
    token = page.locator(WRITTEN).nth(20)
    token.click()
    expect(page.locator("button.gpt-candidate")).to_have_count(20)
    expect(page.locator("button.gpt-candidate.stands")).to_have_count(1)
    shares = [
        float(share.rstrip("%"))
        for share in page.eval_on_selector_all(
            "button.gpt-candidate .bar:nth-child(2)", "bars => bars.map(bar => bar.style.getPropertyValue('--share'))"
        )
    ]
    assert shares == sorted(shares, reverse=True)

    other = page.locator("button.gpt-candidate:not(.stands)").first
    chosen = other.locator("b").inner_text()
    other.click()
    expect(page.locator(".gpt-passage .exchanged")).to_have_count(1)
    expect(page.locator(".gpt-candidates")).to_be_hidden()
    expect(page.locator(".gpt-row")).to_have_count(2)
    expect(page.locator(WRITTEN).nth(40)).to_be_attached()
    stop(page)
    drawn = page.locator(".gpt-passage .exchanged").evaluate("token => token.textContent")
    assert {"↵": "\n", "␣": " "}.get(chosen, chosen) == drawn

    with slow_line(page):
        for row in (1, 0):  # the second is pressed while the answer to the first is on its way
            page.locator(".gpt-row .go").nth(row).evaluate("button => button.click()")
            page.wait_for_timeout(150)
        expect(page.locator(".gpt-passage .exchanged")).to_have_count(0)
    expect(page.locator(".gpt-passage").first).to_have_text(before, use_inner_text=True)
    page.locator(".gpt-row .prune").nth(1).click()
    expect(page.locator(".gpt-row")).to_have_count(1)
    assert text_of(page) == before


def test_the_keyboard_reaches_a_token_and_the_settings_reshape_the_candidates(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(WRITTEN).nth(10)).to_be_attached()
    stop(page)
    page.locator(".gpt-box").focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".gpt-candidates .before")).to_contain_text("RO")
    expect(page.locator(".gpt-candidates .shaped")).to_contain_text("0.8")
    page.get_by_role("spinbutton", name="Temperature").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator(".gpt-candidates .shaped")).to_contain_text("temperature 2")
    page.locator(".gpt-candidates .close").click()
    expect(page.locator(".gpt-candidates")).to_be_hidden()
    expect(page.locator(".gpt-passage .chosen")).to_have_count(0)


@pytest.mark.soak
def test_four_temperatures_side_by_side_stop_at_once_and_one_is_kept(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(WRITTEN).nth(10)).to_be_attached()
    page.get_by_text("temperatures 0").click()
    page.locator("#gpt-write").click()
    expect(page.locator(".gpt-column")).to_have_count(4)
    for column in range(4):
        expect(page.locator(".gpt-column").nth(column).locator(WRITTEN).nth(20)).to_be_attached()
    stop(page)
    stopped = length(page)
    page.wait_for_timeout(1000)
    assert length(page) == stopped
    kept = page.locator(".gpt-passage").nth(3).inner_text()
    page.locator(".gpt-head").nth(3).click()
    expect(page.locator(".gpt-column")).to_have_count(1)
    assert text_of(page) == kept


@pytest.mark.soak
def test_another_model_brings_its_own_beginnings_and_the_first_ones_text_waits(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(WRITTEN).nth(10)).to_be_attached()
    stop(page)
    before = text_of(page)
    for model, shown in (("Adding two numbers", "27+45=270"), ("Shakespeare", before)):
        page.locator("#gpt-model input").click()
        page.get_by_role("option", name=model).click()
        expect(page.locator(".gpt-passage")).to_have_text(shown, use_inner_text=shown == before)
    assert text_of(page) == before


def test_a_lesson_sets_model_and_text(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(WRITTEN).nth(5)).to_be_attached()
    page.locator("#gpt-lessons .lesson-chip").last.click()
    page.locator("#gpt-lessons .lesson-card:visible .lesson-first").click()
    expect(page.locator(".gpt-passage")).to_have_text("99+99=891")
    expect(page.locator(".gpt-notes")).to_contain_text("198")
    expect(page.locator("#gpt-model input")).to_have_value("Adding two numbers")


@pytest.mark.soak
def test_notes_titles_and_candidates_speak_the_other_language_without_the_server(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(WRITTEN).nth(5)).to_be_attached()
    stop(page)
    page.get_by_test_id("2-radio-label").click()
    page.locator("#gpt-prompt textarea").fill("한글 ROMEO:")
    page.locator("#gpt-write").click()
    expect(page.locator(".gpt-head").first).to_contain_text("seed")
    expect(page.locator(".gpt-notes")).to_contain_text("한 글")
    stop(page)
    page.locator(WRITTEN).first.click()
    expect(page.locator(".gpt-candidates .sentence")).to_contain_text("nats")
    written = page.locator(".gpt-passage").all_text_contents()
    seeds = [re.sub(r"\D", "", head) for head in page.locator(".gpt-head").all_text_contents()]
    page.route("**/queue/join*", lambda request: None)  # nobody answers
    page.get_by_role("button", name="한국어").click()
    for at, seed in enumerate(seeds):
        expect(page.locator(".gpt-head").nth(at)).to_have_text(text("gpt.column_seed", "ko", seed=seed))
    expect(page.locator(".gpt-notes")).to_have_text(text("gpt.note_unknown", "ko", characters="한 글"))
    for part in (".sentence", ".shaped", ".final", ".rest .name"):
        expect(page.locator(f".gpt-candidates {part}")).to_contain_text(re.compile("[가-힣]"))
    assert page.locator(".gpt-passage").all_text_contents() == written


def test_on_a_phone_writing_can_be_stopped_without_scrolling(open_page: Callable) -> None:
    page = open_page("gpt", size=(390, 844))
    expect(page.locator(WRITTEN).nth(10)).to_be_attached()
    expect(page.locator("#gpt-stop-writing")).to_be_in_viewport(ratio=1)
    page.locator("#gpt-view label").nth(1).click()
    expect(page.locator("#gpt-stop-writing")).to_be_hidden()


def test_on_a_phone_the_candidates_for_a_token_come_into_sight(open_page: Callable) -> None:
    page = open_page("gpt", size=(390, 844))
    expect(page.locator(WRITTEN).nth(20)).to_be_attached()
    stop(page)
    page.locator(WRITTEN).nth(5).click()
    expect(page.locator("button.gpt-candidate").nth(3)).to_be_in_viewport()


@pytest.mark.soak
def test_parts_of_characters_are_shown_once_and_belong_to_their_text(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(WRITTEN).nth(5)).to_be_attached()
    page.locator("#gpt-model input").click()
    page.get_by_role("option", name="Korean").click()
    expect(page.locator(".gpt-facts")).to_contain_text("Korean conversations")
    first = page.locator(".gpt-passage span").first
    for prompt, begins in (("뷁뷁", r"<EB>"), ("👍🏽 좋아", r"<F0>")):  # neither is a token of its own
        page.locator("#gpt-prompt textarea").fill(prompt)
        page.locator("#gpt-write").click()
        expect(first).to_have_attribute("data-bytes", re.compile(f"^ ?{begins}"))
    shown = page.eval_on_selector_all(
        ".gpt-passage .bytes", "all => all.map(({dataset: {first, last}, textContent}) => first + textContent + last)"
    )
    assert not any(re.search(r"([^<>]{2,})<[0-9A-F]{2}>\1", each) for each in shown)


@pytest.mark.soak
def test_a_lesson_pressed_at_once_comes_into_sight_without_a_complaint(open_page: Callable) -> None:
    page = open_page("gpt", size=(390, 844))
    page.locator("#gpt-lessons .lesson-chip").nth(2).click()
    page.locator("#gpt-lessons .lesson-card:visible .lesson-first").click()
    expect(page.locator(".gi-lens")).to_be_in_viewport()
    expect(page.locator(".toast-body")).to_have_count(0)


@pytest.mark.soak
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


@pytest.mark.soak
def test_in_korean_unknown_characters_are_explained(open_page: Callable) -> None:
    page = open_page("gpt", locale="ko-KR", size=(390, 844))
    expect(page.locator("#gpt-prompt textarea")).to_have_value("안녕하세요")  # it opens on Korean with a Korean model
    expect(page.locator(".gpt-facts")).to_contain_text("한국어 대화")
    page.locator("#gpt-model input").click()
    page.get_by_role("option", name="셰익스피어").click()
    expect(page.locator(".gpt-facts")).to_contain_text("셰익스피어")
    page.locator("#gpt-prompt textarea").fill("안녕 ROMEO:")
    page.locator("#gpt-write").click()
    expect(page.locator(".gpt-notes")).to_contain_text("건너뛰었습니다: 안 녕")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.soak
def test_coming_back_leaves_the_passage_alone(open_page: Callable) -> None:
    page = open_page("gpt")
    expect(page.locator(".gpt-passage span").nth(20)).to_be_attached()
    stop(page)
    page.locator("#gpt-prompt textarea").fill("KING:")
    page.locator("#gpt-write").click()
    expect(page.locator(".gpt-passage")).to_contain_text("KING:")
    expect(page.locator(".gpt-passage span").nth(30)).to_be_attached()
    stop(page)
    page.locator("#demo-xor-button").click()
    page.locator("#demo-gpt-button").click()
    page.wait_for_timeout(1500)
    assert text_of(page).startswith("KING:")
