"""The posture tab: a video or the webcam, the skeleton over it, and what the coach counts."""

import gradio as gr

from demos.common.ui import Page, controls, lead, stage, t
from demos.posture.exercises import AUTO
from demos.posture.live import tab as live
from demos.posture.video import clips
from demos.posture.video import tab as video


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    lead("posture.lead")
    exercise = gr.Radio(
        [(t("posture.auto"), AUTO), *((t(f"posture.name_{slug}"), slug) for slug in clips.EXERCISES)],
        value=AUTO,
        label=t("posture.exercise"),
        elem_id="posture-exercise",
        render=False,
    )
    with gr.Row():
        with stage(), gr.Tabs(elem_id="posture-views"):
            with gr.Tab(t("posture.video"), id="video", elem_id="posture-video-tab"):
                shown = video.build(page)
            with gr.Tab(t("posture.camera"), id="camera", elem_id="posture-camera-tab") as camera_tab:
                live.build(page, camera_tab, exercise)
        with controls():
            exercise.render()
            video.build_controls(page, shown, exercise)
            gr.Markdown(t("posture.hint"), elem_classes="posture-hint")
