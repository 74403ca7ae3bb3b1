"""The posture tab: a video or the webcam, what the coach counts in it, and the lessons that set it."""

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from demos.common.i18n import LANGUAGES, text
from demos.common.ui import PRIVATE, Page, controls, dump_message, module, says, serve, stage, t, t_entry
from demos.common.ui.lesson_strip import action_of, lesson_strip, on_action
from demos.posture.endpoints import Endpoints
from demos.posture.exercises import AUTO, exercises
from demos.posture.live import tab as live
from demos.posture.look import auto_knows, camera_picture, camera_sentence
from demos.posture.self_test import tab as self_test
from demos.posture.teach import tab as teach
from demos.posture.video import tab as video
from demos.posture.video.visitor import VisitorState

ACTIONS = ("setup", "second")


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    lead = {language: text("posture.lead", language, number=len(exercises())) for language in LANGUAGES}
    gr.Markdown(t_entry("posture.lead", lead), elem_classes="lead")
    strip = lesson_strip("posture", dict.fromkeys(ACTIONS, "#posture-views"))
    choices = _choices()
    exercise = _choice_of_exercise(choices)
    with gr.Row():
        with stage(), gr.Tabs(elem_id="posture-views") as views:
            with gr.Tab(t("posture.video"), id="video", elem_id="posture-video-tab"):
                shown = video.build(page)
            with gr.Tab(t("posture.camera"), id="camera", elem_id="posture-camera-tab") as camera_tab:
                live.build(page, camera_tab, exercise, shown.visitor)
            with gr.Tab(t("posture.teach_tab"), id="teach", elem_id="posture-teach-tab") as teach_tab:
                taught = teach.build(page, teach_tab, shown.visitor, views, exercise, choices)
            with gr.Tab(t("posture.self_test_tab"), id="self_test", elem_id="posture-self-test-tab"):
                self_test.build(page)
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
    endpoints, budgets = Endpoints(page.settings, Path(get_upload_folder()) / "posture"), page.budgets
    serve(endpoints, page.settings.concurrent_runs, budgets.heavy, budgets.films)
    exercise.change(_camera, [page.language, shown.visitor, exercise], [camera, picture], **PRIVATE)
    _wire_lessons(page, strip, views, exercise, shown, taught)


def _camera(language: str, visitor: VisitorState, exercise: str) -> tuple[str, str]:
    told = visitor.own.named(exercise)
    said = camera_sentence(told, language)
    if exercise == AUTO and visitor.own.known:
        names = ", ".join(f"“{name}”" for name, _ in visitor.own.choices(language))
        said += f" {text('posture.auto_not_own', language, names=names)}"
    return said, dump_message(camera_picture(told))


def _wire_lessons(
    page: Page, strip: gr.HTML, views: gr.Tabs, exercise: gr.Radio, shown: video.View, taught: teach.View
) -> None:
    """A lesson says which exercise is done; then its clip is shown, or its example of what is taught."""
    clip, example = gr.State(None), gr.State(None)
    for event in on_action(strip, ACTIONS, _set, [page.language, shown.visitor], [views, exercise, clip, example]):
        video.show_clip_after(event, page, shown, exercise, clip)
        teach.show_example_after(event, page, taught, example)


@says
def _set(
    language: str, visitor: VisitorState, event: gr.EventData
) -> tuple[gr.Tabs, str, video.SampleClip | None, str | None]:
    """The view, the exercise and the clip of a lesson, or the example of the view Teach."""
    lesson, action = action_of("posture", event)
    setup = lesson.actions[action]
    visitor.end()
    if "clip" not in setup:
        return gr.Tabs(selected=setup.get("view", "teach")), AUTO, None, setup.get("teach")
    return (
        gr.Tabs(selected="video"),
        setup.get("exercise", AUTO),
        video.SampleClip(setup["clip"], setup.get("pause_at")),
        None,
    )


def _choices() -> list[tuple[Any, str]]:
    """(name, slug) of every exercise there is; first, to find it out."""
    names = [(t_entry(f"posture.name_{slug}", exercise.name), slug) for slug, exercise in exercises().items()]
    return [(t("posture.auto"), AUTO), *names]


def _choice_of_exercise(choices: list[tuple[Any, str]]) -> gr.Radio:
    """What is to be counted, and which exercises can be found out."""
    return gr.Radio(
        choices,
        value=AUTO,
        label=t("posture.exercise"),
        info=t_entry("posture.auto_knows", auto_knows()),
        elem_id="posture-exercise",
        render=False,
    )
