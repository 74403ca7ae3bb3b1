"""The view of the webcam: the skeleton over the camera's image, and what the coach counts."""

from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.ui import Page, module, packed, says, t, template
from demos.posture.look import SKELETON

if TYPE_CHECKING:
    import numpy as np

    from demos.posture.live.visit import Visit

# A small image is fast to send.
CONSTRAINTS = {"video": {"width": {"ideal": 480}, "height": {"ideal": 360}, "facingMode": "user"}}
CAMERA = "posture-camera"
EVERY = 0.06  # seconds between two frames that the browser sends
FORGET_AFTER = 1800  # seconds after which a camera's session is dropped
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build(page: Page, tab: gr.Tab, exercise: gr.Radio) -> None:
    """Lay out the view in its `tab` and wire it; `exercise` is what the visitor has chosen."""
    visit = gr.State(None, time_to_live=FORGET_AFTER, delete_callback=lambda visit: visit and visit.close())
    readout = gr.HTML(
        "",
        html_template=template("posture/page/readout.html"),
        js_on_load=module("posture/live/page/camera.js", skeleton=SKELETON, camera=CAMERA),
        apply_default_css=False,
        elem_id="posture-readout",
    )
    camera = gr.Image(
        sources=["webcam"],
        streaming=True,
        type="numpy",
        show_label=False,
        buttons=[],
        webcam_options=gr.WebcamOptions(mirror=False, constraints=CONSTRAINTS),
        elem_id=CAMERA,
    )
    again = gr.Button(t("posture.again"), elem_id="posture-again")
    camera.stream(
        says(_see),
        [page.language, camera, visit, exercise],
        [readout, visit],
        stream_every=EVERY,
        time_limit=3600,
        concurrency_limit=page.settings.concurrent_streams,
        concurrency_id="streams",
        **PRIVATE,
    )
    tab.select(_warm_up, None, None, **PRIVATE)
    again.click(_again, visit, None, **PRIVATE)


def _see(
    language: str, picture: "np.ndarray | None", visit: "Visit | None", exercise: str
) -> tuple[str | Any, "Visit | None"]:
    """One frame of the webcam. It stays in memory, and is forgotten when this returns."""
    from demos.posture.live.visit import Visit
    from demos.posture.look import snapshot

    if picture is None:
        return gr.skip(), visit
    visit = visit or Visit()
    return packed(snapshot(visit.see(picture, exercise), language)), visit


def _warm_up() -> None:
    """Load what the first frame needs while the visitor looks for the button."""
    from demos.posture.live.visit import Visit

    Visit().warm_up()


def _again(visit: "Visit | None") -> None:
    if visit is not None:
        visit.again()
