"""The view of the camera: the skeleton over its image, and what the coach counts. Its frames go to `endpoint.py`."""

import gradio as gr

from demos.common.ui import PRIVATE, Page, dump_message, module, template, words
from demos.posture.exercises import exercises
from demos.posture.live.endpoint import URL
from demos.posture.look import SKELETON
from demos.posture.report.tab import report_part
from demos.posture.video.visitor import VisitorState


def build(page: Page, tab: gr.Tab, exercise: gr.Radio, visitor: gr.State) -> None:
    """Lay out the view in its `tab` and wire it; `exercise` is what the `visitor` has chosen."""
    holds = [slug for slug, entry in exercises().items() if entry.kind == "hold"]
    camera = gr.HTML(
        "",
        html_template=template(
            "posture/live/page/camera.html",
            readout=template("posture/page/readout.html"),
            workout=template("posture/workout/page/workout.html"),
        ),
        js_on_load=module(
            "posture/live/page/camera.js",
            skeleton=SKELETON,
            words=words("posture.live_"),
            people=words("posture.people_"),
            streams=URL,
            workout={"words": words("posture.workout_"), "holds": holds},
        ),
        apply_default_css=False,
        elem_id="posture-live",
    )
    report_part("posture-live-report", camera=True)
    exercise.change(_told, [visitor, exercise], camera, **PRIVATE)
    tab.select(_warm_up, None, None, **PRIVATE)


def _told(visitor: VisitorState, exercise: str) -> str:
    """What the camera's page tells the server: of an exercise that is the visitor's own all that is asked of it."""
    from demos.posture.form import as_text
    from demos.posture.teach.exercise_file import write

    told = visitor.own.named(exercise)
    own = {} if isinstance(told, str) else {"definition": write(told), "form": as_text(told.form)}
    return dump_message({"exercise": exercise, "definition": "", "form": "", **own})


def _warm_up() -> None:
    """Load what the first frame needs while the visitor looks for the button."""
    from demos.posture.live.stream import warm_up

    warm_up()
