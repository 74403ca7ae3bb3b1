"""The posture tab: a video or the webcam, what the coach counts in it, and the lessons that set it."""

import gradio as gr

from demos.common.i18n import LANGUAGES, text
from demos.common.ui import PRIVATE, Page, controls, dump_message, module, says, stage, t, t_entry
from demos.common.ui.lesson_strip import action_of, lesson_strip, on_action
from demos.posture.exercises import AUTO, exercises, recognisable
from demos.posture.live import tab as live
from demos.posture.look import about, camera_picture, camera_sentence
from demos.posture.video import tab as video
from demos.posture.video.visitor import VisitorState

ACTIONS = ("setup", "second")


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    lead = {language: text("posture.lead", language, number=len(exercises())) for language in LANGUAGES}
    gr.Markdown(t_entry("posture.lead", lead), elem_classes="lead")
    strip = lesson_strip("posture", dict.fromkeys(ACTIONS, "#posture-player"))
    exercise = _choice_of_exercise()
    with gr.Row():
        with stage(), gr.Tabs(elem_id="posture-views") as views:
            with gr.Tab(t("posture.video"), id="video", elem_id="posture-video-tab"):
                shown = video.build(page)
            with gr.Tab(t("posture.camera"), id="camera", elem_id="posture-camera-tab") as camera_tab:
                live.build(page, camera_tab, exercise)
        with controls():
            exercise.render()  # type: ignore[no-untyped-call]
            camera = gr.Markdown(t("posture.camera_auto"), elem_id="posture-camera-hint")
            picture = gr.HTML(
                dump_message(camera_picture(AUTO)),
                html_template='<div data-part="camera_picture"></div>',
                js_on_load=module("posture/page/camera_picture.js"),
                apply_default_css=False,
                elem_id="posture-camera-picture",
            )
            video.build_controls(page, shown, exercise)
            gr.Markdown(t("posture.hint"), elem_classes="posture-hint")
    exercise.change(_camera, [page.language, exercise], [camera, picture], **PRIVATE)
    _wire_lessons(page, strip, views, exercise, shown)


def _camera(language: str, exercise: str) -> tuple[str, str]:
    return camera_sentence(exercise, language), dump_message(camera_picture(exercise))


def _wire_lessons(page: Page, strip: gr.HTML, views: gr.Tabs, exercise: gr.Radio, shown: video.View) -> None:
    """A lesson says which exercise is done; then its clip is shown."""
    wanted = gr.State(None)
    for event in on_action(strip, ACTIONS, _set, [page.language, shown.visitor], [views, exercise, wanted]):
        video.show_clip_after(event, page, shown, exercise, wanted)


@says
def _set(language: str, visitor: VisitorState, event: gr.EventData) -> tuple[gr.Tabs, str, video.SampleClip]:
    """The view, the exercise and the clip of a lesson."""
    lesson, action = action_of("posture", event)
    setup = lesson.actions[action]
    visitor.end()
    return (
        gr.Tabs(selected="video"),
        setup.get("exercise", AUTO),
        video.SampleClip(setup["clip"], setup.get("pause_at")),
    )


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
