"""The athlete trains before the camera: walks in, raises a hand, does five squats, and the page counts and says so."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from playwright.sync_api import expect

from demos.posture.athlete.render import render
from tests.browser.posture.live.test_camera import turn_on
from tests.conftest import ROOT
from tests.posture_visit import Visit

FPS = 15
SPEECH = (ROOT / "tests/browser/posture/speech.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The visit as a camera file: Chromium plays 30 frames of it a second."""
    path = tmp_path_factory.mktemp("camera") / "visit.mjpeg"
    performed = Visit("squat", FPS, seed=3).go(1).walk_in().raise_hand(1.6).stand(2.2).do(5).stand(4).performance(55.0)
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=30, options={"qmin": "3", "qmax": "8"})
        stream.width, stream.height, stream.pix_fmt = 480, 360, "yuvj420p"
        for image in render(performed, 480, 360):
            for _ in range(30 // FPS):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_raised_hand_begins_a_set_that_is_counted_aloud(open_page: Callable, visit: Path) -> None:
    page = open_page("posture", camera=visit)
    page.evaluate(f"() => {{ {SPEECH} }}")
    page.locator("#posture-exercise input[value=squat]").check()
    turn_on(page)
    live = page.locator("#posture-live")
    live.locator("[data-part=plan]").click()
    live.locator("[name=sets]").fill("1")
    live.locator("[name=target]").fill("4")
    live.locator(".posture-plan-begin").click()
    states = live.locator("[data-part=workout]")
    for state in ("ready", "countdown", "set", "done"):
        expect(states).to_have_attribute("data-state", state, timeout=120_000)
    expect(live.locator("[data-part=number]")).to_have_text("4")
    page.wait_for_function('window.spoken.at(-1).text === "Well done, that\'s it."', timeout=60_000)
    said = page.evaluate("window.spoken.map(({ text }) => text)")
    assert said[said.index("3") :][:8] == ["3", "2", "1", "Go!", "1", "2", "3", "4"]
