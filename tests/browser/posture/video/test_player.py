"""The player on a page of its own: while a video is looked at, and when that was stopped."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from demos.common.ui import page_files, template, words
from demos.posture.look import SKELETON
from tests.browser.xor.page_code import ADDRESS, serve_page_code

PLAYER = template("posture/video/page/player.html", readout=template("posture/page/readout.html"))
HTML = f"""<!doctype html><title>player</title><div id="part" style="width: 600px">{PLAYER}</div>
<script>
  window.glassbox = {{ language: "en" }};
  window.times = [];
  document.addEventListener("posture-time", ({{ detail }}) => window.times.push(detail));
</script>"""
MOUNT = f"""async (constants) => {{
  const {{ mount }} = await import("/{page_files.URL}/posture/video/page/player.js");
  const part = document.getElementById("part");
  part.player = {{ value: "" }};
  mount(
    {{ element: part, props: part.player, trigger: () => {{}}, watch: (name, show) => {{ part.show = show; }} }},
    constants,
  );
  window.tell = (message) => {{ part.player.value = message; part.show(); }};
}}"""
FRAME = {"points": None, "angles": [], "others": [], "count": 2, "hold": 0, "phase": "top", "kind": "repetitions"}
FRAME |= {"exercise": "Squat", "advice": "", "opinion": ""}
BUSY = {"mode": "busy", "width": 4, "height": 3, "src": None, "share": 0.5, "frame": None, "said": "Looking …"}


@pytest.fixture
def page(launch: Callable) -> Iterator[Any]:
    page = launch(None).new_page()
    serve_page_code(page, HTML)
    page.goto(f"{ADDRESS}/")
    page.evaluate(MOUNT, {"skeleton": SKELETON, "people": words("posture.people_")})
    yield page
    page.close()


def tell(page: Any, message: dict[str, Any]) -> None:
    page.evaluate("message => window.tell(message)", json.dumps(message))


def test_the_charts_line_goes_along_with_the_frame_that_is_looked_at(page: Any) -> None:
    for second in (3.2, 7.9):
        tell(page, BUSY | {"frame": FRAME | {"t": second}})
    assert page.evaluate("window.times") == [3.2, 7.9]
    expect(page.locator("[data-part=stage]")).to_have_text("Looking … 50%")


def test_stopped_the_player_says_so_and_is_busy_no_more(page: Any) -> None:
    tell(page, BUSY | {"frame": FRAME | {"t": 1.0}})
    tell(page, {"mode": "stopped", "width": 4, "height": 3, "src": None, "said": "You stopped it."})
    expect(page.locator("[data-part=stage]")).to_have_text("You stopped it.")
    expect(page.locator("[data-part=bar]")).to_be_hidden()
    expect(page.locator("[data-part=exercise]")).to_have_text("")
    seen = {"mode": "analysed", "width": 4, "height": 3, "src": None, "seconds": 2.0, "pause_at": None}
    seen |= {"frames": [FRAME | {"t": 0.0}], "sets": [], "offer": None}
    tell(page, seen | {"said": "You stopped it at 0:02."})
    expect(page.locator("[data-part=stage]")).to_have_text("You stopped it at 0:02.")
    tell(page, seen)
    expect(page.locator("[data-part=stage]")).to_be_hidden()
    expect(page.locator("[data-part=number]")).to_have_text("2")
