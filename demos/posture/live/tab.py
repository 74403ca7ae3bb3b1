"""The view of the webcam: the skeleton over the camera's image, and what the coach counts."""

from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import MULTIPLE, PRIVATE, Page, dump_message, module, says, t, template
from demos.posture.look import SKELETON

if TYPE_CHECKING:
    import numpy as np

    from demos.posture.live.stream import LiveStream

# A small image is fast to send.
CONSTRAINTS = {"video": {"width": {"ideal": 480}, "height": {"ideal": 360}, "facingMode": "user"}}
CAMERA = "posture-camera"
EVERY = 0.06  # seconds between two frames that the browser sends
FORGET_AFTER = 1800  # seconds after which a camera's stream is dropped


def build(page: Page, tab: gr.Tab, exercise: gr.Radio) -> None:
    """Lay out the view in its `tab` and wire it; `exercise` is what the visitor has chosen."""
    stream = gr.State(None, time_to_live=FORGET_AFTER, delete_callback=lambda stream: stream and stream.close())
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
    restart = gr.Button(t("posture.again"), elem_id="posture-again")
    camera.stream(
        says(_process),
        [page.language, camera, stream, exercise],
        [readout, stream],
        stream_every=EVERY,
        time_limit=3600,
        concurrency_limit=page.settings.concurrent_streams,
        concurrency_id="streams",
        **PRIVATE,
    )
    tab.select(_warm_up, None, None, **PRIVATE)
    restart.click(_restart, stream, None, **MULTIPLE)


def _process(
    language: str, image: "np.ndarray | None", stream: "LiveStream | None", exercise: str
) -> tuple[str | Any, "LiveStream | None"]:
    """One frame of the webcam. It stays in memory, and is forgotten when this returns."""
    from demos.posture.live.stream import NOTHING, LiveStream
    from demos.posture.look import frame_data

    if image is None:
        return gr.skip(), stream
    stream = stream or LiveStream()
    try:
        shown = frame_data(stream.process(image, exercise), language)
    except BadInput as refused:  # said where the advice stands: an error would end the camera's stream
        shown = frame_data(NOTHING, language) | {"advice": refused.in_language(language)}
    return dump_message(shown), stream


def _warm_up() -> None:
    """Load what the first frame needs while the visitor looks for the button."""
    from demos.posture.live.stream import LiveStream

    LiveStream().warm_up()


def _restart(stream: "LiveStream | None") -> None:
    if stream is not None:
        stream.restart()
