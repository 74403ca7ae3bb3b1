"""The posture tab as a visitor uses it: a sample clip and the lessons."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demos.posture.video import clips


def test_opens_on_a_video_that_is_being_counted(open_page: Callable) -> None:
    page = open_page("posture")
    player = page.locator("#posture-player")
    expect(player.locator("[data-part=exercise]")).to_have_text("Squat")
    # It plays, and counts as it plays.
    expect(player.locator("[data-part=number]")).to_have_text(re.compile("[123]"))
    expect(page.locator("#posture-report .rep")).to_have_count(4)
    page.wait_for_function(
        """() => {
          const canvas = document.querySelector("#posture-player canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value > 0);
        }"""
    )


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["laptop", "phone"])
def test_a_video_can_be_chosen_on_the_first_screen(open_page: Callable, size: tuple[int, int]) -> None:
    page = open_page("posture", size=size)
    page.evaluate("window.scrollTo(0, 0)")
    expect(page.locator("#posture-upload")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def watch_sources(page: Page) -> None:
    """Note on the page (`window.sources`) which videos the player shows from now on."""
    page.evaluate(
        """() => {
          window.sources = [];
          const video = document.querySelector("#posture-player video");
          new MutationObserver(() => window.sources.push(video.src.split("/").pop())).observe(video, {
            attributeFilter: ["src"],
          });
        }"""
    )


@pytest.mark.soak
def test_a_sample_clip_is_analysed_at_a_click_and_another_one_ends_that(open_page: Callable) -> None:
    page = open_page("posture", locale="ko-KR")
    exercise = page.locator("#posture-player [data-part=exercise]")
    expect(exercise).to_have_text("스쿼트")
    watch_sources(page)
    for clip in ("bicep_curl", "lunge", "bicep_curl"):
        page.locator(f"#posture-sample-{clip}").click()
        expect(page.locator("#posture-player video")).to_have_attribute("src", re.compile(clip))
    expect(page.locator("#posture-stop")).to_be_visible()
    expect(page.locator("#posture-player [data-part=bar]")).to_be_visible()
    page.wait_for_timeout(1000)  # in which the ones before would show something
    expect(page.locator("#posture-stop")).to_be_visible()
    expect(page.locator("#posture-stop")).to_be_hidden(timeout=120_000)
    expect(exercise).to_have_text("이두 컬")
    expect(page.locator("#posture-report .rep")).to_have_count(4)
    expect(page.locator("#posture-report")).to_contain_text("팔꿈치를 옆구리에 붙이세요.")
    expect(page.locator("#posture-chart svg")).to_be_visible()
    assert page.evaluate("window.sources") == ["bicep_curl.mp4", "lunge.mp4", "bicep_curl.mp4"]


@pytest.mark.soak
def test_stopped_at_once_it_says_nothing_and_the_next_one_runs(open_page: Callable) -> None:
    page = open_page("posture")
    player = page.locator("#posture-player")
    expect(player.locator("[data-part=exercise]")).to_have_text("Squat")
    page.locator("#posture-sample-lunge").click()
    page.locator("#posture-stop").click()
    expect(page.locator("#posture-stop")).to_be_hidden()
    page.wait_for_timeout(3000)
    assert "Error" not in page.locator("#demo-posture").inner_text()
    expect(page.locator("#posture-stop")).to_be_hidden()
    page.locator("#posture-sample-plank").click()
    expect(page.locator("#posture-stop")).to_be_visible()
    expect(page.locator("#posture-stop")).to_be_hidden(timeout=120_000)
    expect(player.locator("[data-part=exercise]")).to_have_text("Plank")


def test_lessons_set_the_view_that_they_speak_of(open_page: Callable) -> None:
    page = open_page("posture")
    player = page.locator("#posture-player")
    expect(player.locator("[data-part=exercise]")).to_have_text("Squat")
    page.get_by_role("tab", name="My camera").click()
    page.locator("#demo-posture .lesson-chip").nth(0).click()
    card = page.locator("#demo-posture .lesson-card:visible")
    expect(card.locator("h3")).to_have_text("From pixels to landmarks")
    expect(player.locator("video")).to_be_visible()
    at = "video => [Math.round(100 * video.currentTime) / 100, video.paused]"
    page.wait_for_function(f"JSON.stringify(({at})(document.querySelector('#posture-player video'))) === '[2,true]'")
    expect(player.locator("[data-part=number]")).to_have_text("0")
    card.locator("[data-do=second]").click()
    expect(page.locator("#posture-self-test tbody tr")).to_have_count(len(clips.samples()))
    page.locator("#demo-posture .lesson-chip").nth(2).click()
    expect(page.locator("#posture-teach .teach-number")).to_have_text("3")
    expect(page.locator("#posture-teach [data-part=line]")).to_contain_text("it would be 8")
    card.locator("[data-do=second]").click()
    expect(page.locator("#posture-teach [data-part=line]")).to_contain_text("it would be 3")


@pytest.mark.soak
def test_a_lesson_tells_the_coach_something_wrong(open_page: Callable) -> None:
    page = open_page("posture", locale="ko-KR", size=(390, 844))
    expect(page.locator("#posture-player [data-part=exercise]")).to_have_text("스쿼트")
    name = page.locator("#demo-posture .lesson-chip span").first
    expect(name).to_be_in_viewport(ratio=1)
    assert float(name.evaluate("name => parseFloat(getComputedStyle(name).fontSize)")) >= 16
    page.locator("#demo-posture .lesson-chip").nth(3).click()
    card = page.locator("#demo-posture .lesson-card:visible")
    expect(card.locator("h3")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#posture-camera-hint")).to_contain_text("골반 높이")
    expect(page.locator("#posture-stop")).to_be_visible()
    expect(page.locator("#posture-stop")).to_be_hidden(timeout=120_000)
    expect(page.locator("#posture-exercise input:checked")).to_have_value("squat")
    expect(page.locator("#posture-player [data-part=exercise]")).to_have_text("스쿼트")
    expect(page.locator("#posture-report .rep")).to_have_count(4)
    card.locator("[data-do=second]").click()
    expect(page.locator("#posture-player [data-part=exercise]")).to_have_text("런지", timeout=120_000)
    expect(page.locator("#posture-stop")).to_be_hidden(timeout=120_000)
    expect(page.locator("#posture-report")).to_contain_text("상체를 곧게 세우세요.")
    expect(page.locator("#posture-exercise input:checked")).to_have_value("auto")


def test_the_self_test_speaks_the_other_language_at_once(open_page: Callable) -> None:
    page = open_page("posture")
    page.get_by_role("tab", name="Self-test").click()
    table = page.locator("#posture-self-test table")
    expect(table).to_contain_text("Squat")
    page.route("**/queue/join*", lambda request: None)  # nobody answers
    page.get_by_role("button", name="한국어").click()
    expect(table).to_contain_text("스쿼트")
    expect(table).not_to_contain_text("Squat")
