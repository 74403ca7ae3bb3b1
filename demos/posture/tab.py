"""The posture tab: a video or the webcam, the skeleton over it, and what the coach counts."""

import gradio as gr

from demos.common.ui import Page, controls, stage, t, t_entry
from demos.posture.exercises import AUTO, exercises, recognisable
from demos.posture.live import tab as live
from demos.posture.look import about
from demos.posture.video import tab as video


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    gr.Markdown(t_entry("posture.lead", about("posture.lead", list(exercises()), "or")), elem_classes="lead")
    exercise = _choice_of_exercise()
    with gr.Row():
        with stage(), gr.Tabs(elem_id="posture-views"):
            with gr.Tab(t("posture.video"), id="video", elem_id="posture-video-tab"):
                shown = video.build(page)
            with gr.Tab(t("posture.camera"), id="camera", elem_id="posture-camera-tab") as camera_tab:
                live.build(page, camera_tab, exercise)
        with controls():
            exercise.render()  # type: ignore[no-untyped-call]
            video.build_controls(page, shown, exercise)
            gr.Markdown(t("posture.hint"), elem_classes="posture-hint")


def _choice_of_exercise() -> gr.Radio:
    """Every exercise there is, or to find it out; which ones that can be is said where it is not all of them."""
    known = recognisable()
    told = None if known == list(exercises()) else t_entry("posture.auto_knows", about("posture.auto_knows", known))
    names = [(t_entry(f"posture.name_{slug}", exercise.name), slug) for slug, exercise in exercises().items()]
    return gr.Radio(
        [(t("posture.auto"), AUTO), *names],
        value=AUTO,
        label=t("posture.exercise"),
        info=told,
        elem_id="posture-exercise",
        render=False,
    )
