"""The chart of a video, on a page of its own: what it says where the pointer is."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from demos.common.ui import page_files
from tests.browser.xor.page_code import ADDRESS, serve_page_code

CHART = {
    "seconds": [0, 1, 2, 3, 4],
    "angles": [175.2, 90.4, None, 80.6, 170],
    "length": 4,
    "asked": 105,
    "sets": [{"name": "Squat", "start": 0, "began": 0.5}],
    "attempts": [{"start": 0.5, "bottom": 1, "end": 1.5, "depth": 90.4, "counted": True, "label": "1"}],
    "x": "seconds",
    "y": "Knee °",
}
STYLE = page_files.file("posture/video/page/result.css").read_text(encoding="utf-8")
HTML = f"""<!doctype html><title>chart</title><style>{STYLE}</style>
<div id="part" style="width: 600px"><div data-part="chart"></div></div>"""
MOUNT = f"""async (value) => {{
  const {{ mount }} = await import("/{page_files.URL}/posture/video/page/chart.js");
  const part = document.getElementById("part");
  part.chart = {{ value }};
  mount({{ element: part, props: part.chart, watch: (name, show) => {{ part.show = show; }} }});
}}"""


@pytest.fixture
def page(launch: Callable) -> Iterator[Any]:
    page = launch(None).new_page()
    serve_page_code(page, HTML)
    page.goto(f"{ADDRESS}/")
    page.evaluate(MOUNT, json.dumps(CHART))
    page.locator(".posture-plot").wait_for()
    yield page
    page.close()


def point(page: Any, second: float) -> None:
    """Hold the pointer over the place of this second; the grid's lines say where it is."""
    box = page.locator(".posture-plot").bounding_box()
    at = "line => Number(line.getAttribute('x1'))"
    upright = page.locator(".posture-plot line.grid").evaluate_all(
        f"lines => lines.filter(line => line.getAttribute('x1') === line.getAttribute('x2')).map({at})"
    )
    page.mouse.move(box["x"] + upright[0] + (upright[1] - upright[0]) * second, box["y"] + 100)


def test_the_value_where_the_pointer_is(page: Any) -> None:
    value, cursor = page.locator(".posture-value"), page.locator(".posture-plot .cursor")
    expect(value).to_have_text("")
    expect(cursor).to_have_attribute("visibility", "hidden")
    for second, said in ((1.0, "1.0 s · 90°"), (1.4, "1.0 s · 90°"), (2.6, "3.0 s · 81°"), (3.9, "4.0 s · 170°")):
        point(page, second)
        expect(value).to_have_text(said)
        expect(cursor).to_have_attribute("visibility", "visible")
    point(page, 0.1)
    expect(value).to_have_text("0.0 s · 175°")
    box, plot = value.bounding_box(), page.locator(".posture-plot").bounding_box()
    assert plot["x"] <= box["x"]


def test_where_the_joint_was_not_seen_and_away_from_the_chart_it_says_nothing(page: Any) -> None:
    value, cursor = page.locator(".posture-value"), page.locator(".posture-plot .cursor")
    point(page, 1.0)
    expect(value).not_to_have_text("")
    point(page, 2.0)
    expect(value).to_have_text("")
    expect(cursor).to_have_attribute("visibility", "hidden")
    point(page, 3.0)
    expect(value).to_have_text("3.0 s · 81°")
    page.mouse.move(5, 790)
    expect(value).to_have_text("")
    expect(cursor).to_have_attribute("visibility", "hidden")


def test_the_curve_is_broken_where_the_joint_was_not_seen(page: Any) -> None:
    data = page.locator(".posture-plot .angle").get_attribute("d")
    assert [step for step in data if step.isalpha()] == ["M", "L", "M", "L"]


def test_another_value_draws_another_chart_and_none_none(page: Any) -> None:
    shorter = {**CHART, "seconds": [0, 1], "angles": [10, 20], "length": 1, "attempts": []}
    page.evaluate("value => { part.chart.value = value; part.show(); }", json.dumps(shorter))
    expect(page.locator(".posture-plot .counted")).to_have_count(0)
    point(page, 0.9)
    expect(page.locator(".posture-value")).to_have_text("1.0 s · 20°")
    page.evaluate("() => { part.chart.value = ''; part.show(); }")
    expect(page.locator(".posture-plot")).to_have_count(0)


def test_a_click_moves_the_player_and_the_player_moves_the_line(page: Any) -> None:
    page.evaluate("""() => {
      document.addEventListener("posture-seek", (event) => { document.title = event.detail.toFixed(1); });
    }""")
    point(page, 3.0)
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_title("3.0")
    page.keyboard.press("ArrowLeft")
    playhead = page.locator(".posture-plot .playhead")
    before = float(playhead.get_attribute("x1"))
    page.evaluate("() => document.dispatchEvent(new CustomEvent('posture-time', { detail: 2 }))")
    assert float(playhead.get_attribute("x1")) > before + 100


def test_several_sets_are_named_and_a_long_video_is_scrolled_to_where_the_player_is(page: Any) -> None:
    sets = [{"name": "Squat", "start": 0, "began": 1}, {"name": "Plank", "start": 900, "began": 905}]
    long = CHART | {"seconds": [0, 900, 1800], "angles": [170, 90, 170], "length": 1800, "sets": sets}
    page.evaluate("value => { part.chart.value = value; part.show(); }", json.dumps(long))
    expect(page.locator(".posture-plot .set")).to_have_text(["Squat", "Plank"])
    box = page.locator(".posture-chart-box")
    assert box.evaluate("box => box.scrollWidth > 10 * box.clientWidth")
    page.evaluate("() => document.dispatchEvent(new CustomEvent('posture-time', { detail: 1000 }))")
    far = "({ scrollLeft, clientWidth }) => scrollLeft > 5 * clientWidth"
    page.wait_for_function(f"({far})(document.querySelector('.posture-chart-box'))")


def test_an_angle_that_stays_small_or_goes_below_zero_has_room_and_is_not_lost(page: Any) -> None:
    def edges(*angles: float) -> list[str]:
        value = json.dumps(CHART | {"angles": [*angles, *[angles[-1]] * (5 - len(angles))], "asked": angles[0]})
        page.evaluate("value => { const part = document.getElementById('part');"
                      " part.chart.value = value; part.show(); }", value)  # fmt: skip
        ticks = page.locator(".posture-plot .tick-y").all_text_contents()
        return [ticks[0], ticks[-1]]

    assert edges(105, 175, 90) == ["0", "180"]
    assert edges(23, 38, -4) == ["0", "45"]
    assert edges(60, 90, 2) == ["0", "90"]
    assert edges(-34, -52, -3) == ["-90", "45"]
