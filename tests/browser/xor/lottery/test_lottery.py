"""Lessons, lottery, links and files of the XOR tab in a real browser."""

import re
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Download, Page, expect

GLASSBOX = """[...document.querySelectorAll("#xor-stage, #xor-stage *")].find((one) => one.glassbox).glassbox"""
PRESENT = GLASSBOX + """.present().learners.map(({ model, step, weights }) => [model, step, weights])"""


def verdict(page: Page, learner: int = 0):  # type: ignore[no-untyped-def]
    return page.locator(".xor-learner").nth(learner).locator(".xor-verdict")


def visit(page: Page, query: str) -> None:
    """Leave the page for the same page with another query, once nothing streams any more."""
    expect(page.locator("#xor-stage [data-running='false']")).to_have_count(1)
    address = urlsplit(page.url)
    page.goto(f"{address.scheme}://{address.netloc}/{query}")
    page.locator(".lesson-chip").first.wait_for()


def link(page: Page) -> str:
    page.locator("[data-export='link']").click()
    field = page.locator(".export-address")
    expect(field).to_have_value(re.compile("#xor="))
    return "#" + urlsplit(field.input_value()).fragment


@pytest.mark.soak
def test_lessons_set_the_tab_and_lead_on(open_page: Callable) -> None:
    page = open_page("xor")
    page.locator(".lesson-chip").nth(0).click()
    card = page.locator(".lesson-card:visible")
    expect(card.locator("h3")).to_contain_text("One line is enough")
    expect(verdict(page)).to_have_text(re.compile(r"Solved after \d+ corrections"))
    expect(page.locator(".xor-learner:visible")).to_have_count(1)
    card.get_by_role("button", name="Next").click()
    expect(page.locator(".lesson-card:visible h3")).to_contain_text("One line is not enough")
    expect(verdict(page)).to_have_text("It will never converge")
    page.locator(".lesson-card:visible [data-do='second']").click()
    expect(page.locator(".xor-learner:visible")).to_have_count(2)
    page.locator(".lesson-card:visible .lesson-close").click()
    expect(page.locator(".lesson-card:visible")).to_have_count(0)


@pytest.mark.soak
def test_a_link_opens_a_lesson_in_korean_on_a_phone(open_page: Callable) -> None:
    page = open_page("xor", locale="ko-KR", size=(390, 844), query="?lesson=3")
    expect(page.locator(".lesson-card:visible h3")).to_contain_text("직선 두 개와 한 번의 접기")
    expect(verdict(page)).to_have_text(re.compile("스텝 만에 풀었습니다"))
    expect(page.locator(".xor-learner:visible .xor-detail")).to_contain_text("2–2–1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.soak
def test_a_link_restores_what_was_on_the_screen_and_may_hide_the_controls(open_page: Callable) -> None:
    page = open_page("xor", query="?lesson=4")
    expect(verdict(page)).to_have_text(re.compile("Solved after"))
    expect(page.locator("#xor-stage [data-running='false']")).to_have_count(1)
    page.locator(".export-hide").check()
    before, query = page.evaluate(PRESENT), link(page)
    visit(page, query)
    expect(page.locator("#xor-stage [data-running='false']")).to_have_count(1)
    expect(verdict(page)).to_have_text(re.compile("Solved after"))
    assert page.evaluate(PRESENT) == before
    expect(page.locator(".lesson-chip").first).to_be_hidden()
    expect(page.locator("#xor-learners")).to_be_hidden()
    page.get_by_role("button", name="Show the controls").click()
    expect(page.locator("#xor-learners")).to_be_visible()
    expect(page.locator(".lesson-chip").first).to_be_visible()


@pytest.mark.soak
def test_a_link_restores_weights_edited_by_hand_and_the_look_inside(open_page: Callable) -> None:
    page = open_page("xor", query="?lesson=6")
    expect(verdict(page)).to_have_text(re.compile("Solved after"))
    root = page.locator("#xor-stage [data-over='true'][data-running='false']")
    expect(root).to_have_count(1)
    page.evaluate(f"""() => {{
      const page = {GLASSBOX};
      page.edit(0, page.present().learners[0].numbers.map((value, k) => (k % 2 ? 0.6 : -0.4) * value));
    }}""")
    expect(verdict(page)).to_have_text(re.compile("[1-4] of 4 points wrong"))
    inside = page.locator(".inside")
    inside.get_by_role("button", name="Forward-Forward", exact=True).click()
    inside.locator(".inside-labels button").first.click()
    inside.locator(".inside-fold input").fill("0.25")
    inside.locator(".inside-surface canvas").press("ArrowLeft")
    before, look, query = page.evaluate(PRESENT), page.evaluate(f"{GLASSBOX}.present().inside"), link(page)
    assert re.fullmatch(r"forward-forward_0_0_25_\d+_\d+", look)
    visit(page, query)
    expect(verdict(page)).to_have_text("Paused")
    assert page.evaluate(PRESENT) == before
    expect(inside.locator(".inside-which [aria-pressed='true']")).to_have_text("Forward-Forward")
    expect(inside.locator(".inside-labels [aria-pressed='true']")).to_contain_text("0")
    expect(inside.locator(".inside-fold input")).to_have_value("0.25")
    assert page.evaluate(f"{GLASSBOX}.present().inside") == look
    page.locator("[data-do='play']").click()  # training goes on from the restored weights
    expect(verdict(page)).to_have_text(re.compile("Solved after"))
    steps = page.evaluate(PRESENT)[0][1]
    assert steps > before[0][1]


@pytest.mark.soak
def test_a_broken_link_opens_the_usual_setup_and_says_why(open_page: Callable) -> None:
    page = open_page("xor")
    expect(verdict(page, 1)).to_have_text(re.compile("Solved"))
    visit(page, "?xor=eNqrVipT")
    expect(page.get_by_text("This link cannot be read")).to_be_visible()
    expect(verdict(page, 1)).to_have_text(re.compile("Solved"))


def test_the_net_on_the_screen_can_be_taken_along(
    open_page: Callable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_page("xor", query="?lesson=3")
    expect(verdict(page)).to_have_text(re.compile("Solved after"))
    expect(page.locator("#xor-stage [data-running='false']")).to_have_count(1)
    downloads: list[Download] = []
    page.on("download", lambda one: downloads.append(one))
    kinds = {"script": ".py", "weights": ".safetensors", "png": ".png", "svg": ".svg"}
    # One task: no click waits for the answer to the one before.
    page.evaluate(
        """(kinds) => {
      for (const kind of kinds) document.querySelector(`[data-export='${kind}']`).click();
    }""",
        list(kinds),
    )
    deadline = time.monotonic() + 60
    while len(downloads) < len(kinds) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    by_ending = {Path(one.suggested_filename).suffix: one for one in downloads}
    assert set(by_ending) == set(kinds.values())
    taken = {}
    for kind, ending in kinds.items():
        taken[kind] = tmp_path / by_ending[ending].suggested_filename
        by_ending[ending].save_as(taken[kind])
        assert re.search(r"mlp-2-2-1.*step-\d+", taken[kind].name)
    runpy.run_path(str(taken["script"]), run_name="__main__")  # that it stands alone is tested beside export.py
    assert [line.split("class ")[1][0] for line in capsys.readouterr().out.splitlines()] == ["0", "1", "1", "0"]
    assert taken["png"].read_bytes().startswith(b"\x89PNG")
    drawn = taken["svg"].read_text(encoding="utf-8")
    assert drawn.count("<image") == 1
    assert drawn.count("stroke-dasharray") == 2  # the two units' lines are vectors
    assert drawn.count("<path") >= 2 + 1 + 2 * 4
    assert len(taken["weights"].read_bytes()) > 36


def test_the_lottery_draws_stops_and_opens_a_ticket(open_page: Callable) -> None:
    page = open_page("xor", size=(1280, 1000))
    expect(verdict(page, 1)).to_have_text(re.compile("Solved"))
    page.locator("#xor-lottery-part").scroll_into_view_if_needed()
    chart = page.locator("#xor-lottery [data-running]")
    expect(chart).to_have_attribute("data-running", "true")  # drawn when first seen
    page.locator("#xor-lottery-stop").click()
    expect(page.locator(".lottery-status")).to_contain_text("Stopped after")
    expect(chart).to_have_attribute("data-running", "false")

    part = page.locator("#xor-lottery-part")
    part.get_by_label("50", exact=True).check()
    part.get_by_label("ReLU", exact=True).uncheck()
    part.get_by_label("4", exact=True).uncheck()
    part.get_by_role("button", name="How they are trained").click()
    part.get_by_label("Steps", exact=True).fill("2000")
    expect(page.locator("#xor-lottery-estimate")).to_contain_text("50 nets")
    page.locator("#xor-lottery-draw").click()
    expect(chart).to_have_attribute("data-over", "true")
    expect(page.locator(".lottery-row")).to_have_count(1)
    expect(page.locator(".lottery-percent")).to_have_text(re.compile(r"\d+(\.\d)?%"))
    stuck = page.locator(".lottery-card", has_text="stuck").first
    seed = stuck.get_attribute("data-seed")
    stuck.click()
    expect(verdict(page)).to_have_text("Not solved after 2,000 steps")
    expect(page.get_by_label("Seed", exact=True)).to_have_value(seed)


@pytest.mark.soak
def test_a_lesson_draws_the_lottery(open_page: Callable) -> None:
    page = open_page("xor", dark=True)
    page.locator(".lesson-chip").nth(4).click()
    page.locator(".lesson-card:visible [data-do='lottery']").click()
    chart = page.locator("#xor-lottery [data-running]")
    expect(page.locator(".lottery-row")).to_have_count(4)
    expect(chart).to_have_attribute("data-over", "true", timeout=120_000)
    percents = page.locator(".lottery-percent").all_inner_texts()
    assert (percents[0], percents[3]) == ("0%", "100%")
