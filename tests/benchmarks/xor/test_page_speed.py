"""How many frames of a run the whole page draws each second: server and browser on this machine, headless Chromium.

A frame counts once, when it is another one than before. The run offers thirty a second; from about twenty a motion
looks smooth.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from demos.xor.live.run import FRAMES_PER_SECOND
from demos.xor.recipe import MODELS
from demos.xor.settings.setup import OPENING, Setup
from tests.benchmarks.figures import figure

SECONDS = 6
ENDLESS = replace(OPENING.recipe, hidden=(8,), lr=0.01, steps=100_000)
LEARNERS = {1: ("mlp",), 2: ("perceptron", "mlp"), 3: MODELS}
DRAWN = """(seconds) => new Promise((done) => {
  const page = document.querySelector("[data-frame]");
  let [frames, longest, before] = [0, 0, performance.now()];
  let now = page.dataset.frame;
  const start = performance.now();
  const count = () => {
    if (page.dataset.frame !== now) {
      now = page.dataset.frame;
      frames += 1;
      longest = Math.max(longest, performance.now() - before);
      before = performance.now();
    }
    if (performance.now() - start < 1000 * seconds) requestAnimationFrame(count);
    else done([frames, performance.now() - start, longest]);
  };
  requestAnimationFrame(count);
})"""

VIEWS = """() => Object.fromEntries([...document.querySelectorAll(".inside-view:has(canvas[role])")].map((view) =>
  [view.querySelector("h4").textContent, Number(view.querySelector("canvas[role]").dataset.drawings || 0)]))"""


@pytest.mark.parametrize(
    ("learners", "inside", "points"),
    [*((learners, inside, 0) for learners in LEARNERS for inside in (False, True)), (3, False, 2000)],
)
def test_frames_drawn_each_second(  # type: ignore[no-untyped-def]
    benchmark, open_page: Callable, learners: int, inside: bool, points: int
) -> None:
    page: Page = open_page("xor", size=(1280, 1100))
    expect(page.locator("#xor-stage [data-over='true'][data-running='false']")).to_have_count(1, timeout=60_000)
    recipe = replace(ENDLESS, data="moons", noise=0.08, count=points) if points else ENDLESS
    link = Setup(recipe=recipe, learners=LEARNERS[learners], stop=False).to_link()
    page.goto(page.url.split("?")[0] + link)
    expect(page.locator(".xor-learner:visible")).to_have_count(learners, timeout=60_000)
    if inside:
        page.locator(".inside-views").evaluate("views => views.scrollIntoView({ block: 'end' })")
    page.wait_for_timeout(3000)  # fonts, tabs, the first frames
    before = page.evaluate(VIEWS)
    told = benchmark.pedantic(lambda: page.evaluate(DRAWN, SECONDS), rounds=1)
    frames, milliseconds, longest = told
    seen = f"{learners} learner{'s' * (learners > 1)}" + (", “Look inside” in sight" if inside else "")
    figure(
        benchmark,
        what=f"the page draws {seen}{f', {points:,} points' if points else ''}",
        unit="frames a second",
        ours=1000 * frames / milliseconds,
        peer="those that a run offers",
        theirs=FRAMES_PER_SECOND,
    )
    benchmark.extra_info["longest_wait_ms"] = longest
    if inside:
        after = page.evaluate(VIEWS)
        drawn = {name: 1000 * (count - before[name]) / milliseconds for name, count in after.items()}
        benchmark.extra_info["drawings_per_second"] = drawn
        assert sum(drawn.values()) > 1, "“Look inside” moved too"
    assert frames > SECONDS  # it moved at all
