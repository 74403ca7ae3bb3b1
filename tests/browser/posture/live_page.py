"""The camera's part of the page by itself, without the app: frames are handed to it as the server would answer them."""

from typing import Any

from demos.common.i18n import LANGUAGES
from demos.common.ui import template, theme, words
from demos.posture.exercises import exercises
from demos.posture.look import SKELETON
from tests.browser.xor.page_code import ADDRESS, serve_page_code
from tests.conftest import ROOT

MOUNT = """async (constants) => {
  const { mount } = await import("/page_files/posture/live/page/camera.js");
  const { liveSession } = await import("/page_files/posture/live/page/live_session.js");
  mount({ element: document.body, props: { value: "" }, watch: () => {} }, constants);
  window.orders = [];
  liveSession.onChange((what) => window.orders.push(what === "settings" ? { ...liveSession.settings } : what));
  window.show = (frame) => liveSession.setFrame({ frame, taken: 0, answered: 0 });
  liveSession.setState("asking");
  liveSession.setState("on");
}"""
FRAME = {"t": 0, "points": None, "angles": [], "count": 0, "hold": 0, "phase": "top", "kind": "repetitions"}
FRAME |= {"exercise": "Squat", "advice": "", "workout": None, "say": None}
WORKOUT = {"set": 1, "sets": 3, "target": 10, "by_time": False, "remaining": None, "hand": 0, "box": None, "done": []}


def open_live(page: Any, language: str = "en", *, speech: bool = True) -> None:
    """Put the camera's part on the Playwright `page`, as if the camera were on; `show(page, …)` hands it a frame."""
    assert language in LANGUAGES
    html = template(
        "posture/live/page/camera.html",
        readout=template("posture/page/readout.html"),
        workout=template("posture/workout/page/workout.html"),
    )
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><style>{theme.css()}</style>'
    head += "<style>body { font-family: sans-serif; }</style>"
    script = f"<script>window.glassbox = {{ language: '{language}' }};</script>"
    serve_page_code(page, f'{head}{script}<body id="demo-posture">{html}</body>')
    if speech:
        page.add_init_script(path=ROOT / "tests/browser/posture/speech.js")
    page.goto(f"{ADDRESS}/")
    holds = [slug for slug, entry in exercises().items() if entry.kind == "hold"]
    constants = {"skeleton": SKELETON, "words": words("posture.live_"), "streams": "streams"}
    constants["people"] = words("posture.people_")
    page.evaluate(MOUNT, constants | {"workout": {"words": words("posture.workout_"), "holds": holds}})


def show(page: Any, workout: dict[str, Any] | None = None, **frame: Any) -> None:
    """Hand the page a frame: what differs from FRAME, and of a workout from WORKOUT."""
    page.evaluate("frame => window.show(frame)", FRAME | frame | {"workout": workout and WORKOUT | workout})


def spoken(page: Any) -> list[str]:
    """What was said so far."""
    return [note["text"] for note in page.evaluate("window.spoken")]
