"""The XOR tab in a real browser: it opens in motion, the perceptron fails, the MLP copes."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

LEARNERS = ".xor-learner"
expect.set_options(timeout=20_000)  # a race takes four seconds, more on a busy machine


def verdict(page: Page, learner: int):  # type: ignore[no-untyped-def]
    return page.locator(LEARNERS).nth(learner).locator(".xor-verdict")


def choose(page: Page, box: str, entry: str) -> None:
    page.get_by_label(box, exact=True).click()
    page.get_by_role("option", name=entry, exact=True).click()


def test_training_starts_by_itself_and_tells_the_two_apart(open_page: Callable) -> None:
    page = open_page("xor")
    expect(verdict(page, 0)).to_have_text("It will never converge")
    expect(page.locator(LEARNERS).nth(0)).to_contain_text("These weights were here one epoch ago")
    expect(verdict(page, 1)).to_have_text(re.compile(r"Solved after \d+ steps"))
    picture = page.locator("[data-running]")
    expect(picture).to_have_attribute("data-running", "false")  # it stops by itself
    assert int(picture.get_attribute("data-pictures")) > 20  # it was seen to move
    expect(page.locator(LEARNERS).nth(1)).to_contain_text("100% right")


def test_stop_train_and_reset(open_page: Callable) -> None:
    page = open_page("xor")
    expect(verdict(page, 1)).to_have_text(re.compile("Learning|Solved"))
    choose(page, "Points", "Spiral")
    detail = page.locator(LEARNERS).nth(1).locator(".xor-detail")
    expect(detail).to_have_text("2–8–8–1 · tanh")  # the settings that suit the spiral
    page.locator("#xor-stop").click()
    picture = page.locator("[data-running]")
    expect(picture).to_have_attribute("data-running", "false")
    expect(verdict(page, 1)).to_have_text("Stopped")
    steps = page.locator(LEARNERS).nth(1).locator(".xor-numbers span").first
    at_stop = int(steps.inner_text().split()[0].replace(",", ""))
    page.locator("#xor-train").click()
    expect(picture).to_have_attribute("data-running", "true")
    expect(verdict(page, 1)).to_have_text(re.compile("Learning|Solved"))
    assert int(steps.inner_text().split()[0].replace(",", "")) >= at_stop  # it went on, it did not start again
    page.locator("#xor-reset").click()
    expect(steps).to_have_text("0 steps")
    expect(verdict(page, 0)).to_have_text("Not trained yet")


def test_a_choice_made_while_a_race_runs_starts_the_new_race_at_once(open_page: Callable) -> None:
    page = open_page("xor")
    for box, entry, shape in (("Points", "Spiral", "2–8–8–1 · tanh"), ("Activation", "ReLU", "2–8–8–1 · ReLU")):
        choose(page, box, entry)
        expect(page.locator(LEARNERS).nth(1).locator(".xor-detail")).to_have_text(shape)
    units = page.get_by_label("number input for Units per layer")
    units.fill("3")
    expect(page.locator(LEARNERS).nth(1).locator(".xor-detail")).to_have_text("2–3–3–1 · ReLU")
    page.locator("#xor-other-seed").click()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("1")


def test_one_line_is_enough_for_and(open_page: Callable) -> None:
    page = open_page("xor", locale="ko-KR", size=(390, 844))
    choose(page, "데이터", "AND")
    expect(verdict(page, 0)).to_have_text(re.compile(r"\d+번 수정 끝에 풀었습니다"))
    expect(page.locator(LEARNERS).nth(0)).to_contain_text("직선 하나로")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
