"""What the XOR tab shows is what was chosen: a link stands where it was copied, a look at a choice changes nothing."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demos.xor.settings.setup import OPENING, Setup

GLASSBOX = """[...document.querySelectorAll("#xor-stage, #xor-stage *")].find((one) => one.glassbox).glassbox"""
STEPS = f"""Object.fromEntries({GLASSBOX}.present().learners.map(({{ model, step }}) => [model, step]))"""


def settled(page: Page) -> None:
    """Wait until nothing is trained any more."""
    expect(page.locator("#xor-stage [data-frame][data-running='false']")).to_have_count(1)


def test_a_link_from_the_middle_of_a_run_stands_there(open_page: Callable) -> None:
    goal = {"perceptron": 48, "mlp": 60}
    page = open_page("xor", query=Setup(step=goal).to_link())
    page.locator("#xor-stage [data-run]").wait_for()
    there = f"goal => {GLASSBOX}.present() && JSON.stringify({STEPS}) === goal"
    page.wait_for_function(there, arg=json.dumps(goal, separators=(",", ":")))
    settled(page)
    page.wait_for_timeout(1500)
    assert page.evaluate(STEPS) == goal
    expect(page.locator("[data-do='play']")).to_have_text("Play")
    page.locator("[data-do='play']").click()
    page.wait_for_function(f"{STEPS}.mlp > {goal['mlp']}")  # and goes on when asked


@pytest.mark.soak
def test_a_dropdown_that_is_opened_and_left_changes_nothing(open_page: Callable) -> None:
    page = open_page("xor", size=(1280, 1000), query=Setup(learners=("mlp",)).to_link())
    settled(page)
    units = page.get_by_label("number input for Units in layer 1")
    run = page.locator("[data-run]")
    number = int(run.get_attribute("data-run"))
    units.fill("8")
    units.press("Tab")
    expect(run).to_have_attribute("data-run", str(number + 1))
    settled(page)
    page.evaluate(f"{GLASSBOX}.edit(0, {GLASSBOX}.present().learners[0].numbers.map(() => 0.5))")
    for box in ("Optimiser", "Points"):
        page.get_by_label(box, exact=True).click()
        expect(page.locator("ul[role=listbox]")).to_be_visible()
        page.locator("#tagline").click()
        expect(page.locator("ul[role=listbox]")).to_have_count(0)
    page.wait_for_timeout(1500)
    assert run.get_attribute("data-run") == str(number + 1)
    expect(units).to_have_value("8")
    expect(page.locator("[data-do='train-on']")).to_be_visible()  # the edit by hand is still there


@pytest.mark.soak
def test_points_of_another_scale_can_be_standardised(open_page: Callable) -> None:
    random = np.random.default_rng(1)
    rows = [
        f"{random.normal(tall, 6):.1f},{random.normal(heavy, 6.5):.1f},{who}"
        for tall, heavy, who in ((162, 55, "f"), (175, 74, "m"))
        for _ in range(60)
    ]
    page = open_page("xor", query=Setup(learners=("mlp",)).to_link())
    settled(page)
    page.locator(".xor-table summary").click()
    page.locator(".xor-table textarea").fill("\n".join(rows))
    page.locator("[data-do='use-table']").click()
    expect(page.get_by_label("Points", exact=True)).to_have_value("Own points")
    page.get_by_role("button", name=re.compile("standardi[sz]e", re.IGNORECASE)).click(timeout=60_000)
    settled(page)
    right = re.search(r"(\d+)%", page.locator(".xor-accuracy").first.inner_text())
    assert int(right[1]) >= 97


@pytest.mark.soak
def test_a_link_opened_where_the_page_stands_already_is_followed(open_page: Callable) -> None:
    page = open_page("xor", query=Setup(learners=("mlp",)).to_link())
    settled(page)
    page.evaluate("(link) => { location.hash = link; }", Setup(learners=("perceptron",)).to_link())
    expect(page.locator(".xor-learner:visible h3")).to_have_text("Perceptron")


@pytest.mark.soak
def test_classes_alone_are_shown_when_asked_for_and_in_a_link(open_page: Callable) -> None:
    recipe = replace(OPENING.recipe, steps=30, lr=0.1)
    page = open_page("xor", query=Setup(recipe, ("mlp",), discretise=True).to_link())
    settled(page)
    only = page.get_by_label("Classes only")
    expect(only).to_be_checked()
    share = """(canvas) => {  // of the pixels that have one of the two commonest colours
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const counts = new Map();
      for (let at = 0; at < data.length; at += 4) {
        const colour = data.slice(at, at + 3).join();
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      const [first, second] = [...counts.values()].sort((one, other) => other - one);
      return (first + second) / (data.length / 4);
    }"""
    plane = page.locator(".xor-learner:visible .xor-plane")
    classes = plane.evaluate(share)
    only.uncheck()
    page.wait_for_timeout(1500)
    assert classes > 0.5
    assert plane.evaluate(share) < classes / 2  # how sure it is has many shades
