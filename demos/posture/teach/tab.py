"""The view Teach: a recording of three repetitions becomes an exercise, to be set, counted with, saved and loaded."""

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common import ui
from demos.common.errors import BadInput
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.turns import Place
from demos.common.ui import MULTIPLE, Page, dump_message, module, number_field, says, t, template, words
from demos.common.validate import whole
from demos.posture.live.endpoint import URL
from demos.posture.look import SKELETON
from demos.posture.own_exercises import OwnExercises, checked_name
from demos.posture.teach.visitor import Teaching
from demos.posture.trouble import sentence_for
from demos.posture.video.visitor import VisitorState

if TYPE_CHECKING:
    from demos.posture.teach.recording import Recording

KINDS = ("good", "bad")  # further recordings
SHOW_EVERY = 0.15  # seconds between two frames shown of a recording that is looked at
FEWEST, MOST = 2, 10  # repetitions that may be shown
LONGEST = 120.0  # seconds of a recording
EVENTS = ("set", "choose", "ask", "use", "open", "stop", "recorded", "learn", "drop")
Choices = list[tuple[Any, str]]


@dataclass(frozen=True)
class View:
    """The part that shows it, and what is remembered of the visitor's."""

    part: gr.HTML
    teaching: gr.State


def build(page: Page, tab: gr.Tab, visitor: gr.State, views: gr.Tabs, exercise: gr.Radio, choices: Choices) -> View:
    """Lay out the view and wire it. `visitor` keeps what is taught; `choices` are those of `exercise` besides."""
    teaching = gr.State(Teaching())
    gr.Markdown(t("posture.teach_lead"), elem_classes="teach-lead")
    with gr.Row(elem_classes="teach-inputs"):
        times = number_field(
            3, label=t("posture.teach_times"), precision=0, minimum=FEWEST, maximum=MOST, elem_id="posture-teach-times"
        )
        upload = gr.UploadButton(
            t("posture.teach_upload"), file_types=["video"], variant="primary", elem_id="posture-teach-upload"
        )
        load = gr.UploadButton(
            t("posture.teach_load"), file_types=[".toml", ".safetensors"], type="binary", elem_id="posture-teach-load"
        )
        further = {  # pressed by buttons of the part
            kind: gr.UploadButton(
                t(f"posture.teach_page_upload_{kind}"),
                file_types=["video"],
                elem_id=f"posture-teach-{kind}",
                elem_classes="teach-further",
            )
            for kind in KINDS
        }
    part = gr.HTML(
        "",
        html_template=template("posture/teach/page/teach.html"),
        js_on_load=module(
            "posture/teach/page/teach.js",
            *EVENTS,
            skeleton=SKELETON,
            words=words("posture.teach_page_") | words("posture.live_"),
            streams=URL,
        ),
        apply_default_css=False,
        elem_id="posture-teach",
    )
    given = [page.language, teaching]
    tab.select(says(_open), given, part, **MULTIPLE)
    several = MULTIPLE | {"concurrency_limit": page.settings.concurrent_runs}  # they wait in line for their turn
    reading = partial(says(_record), budgets=page.budgets)
    upload.upload(reading, [*given, upload, times], part, **several)
    for kind, button in further.items():
        one_more = partial(says(_record_further), budgets=page.budgets, kind=kind)
        button.upload(one_more, [*given, button], part, **several)
    part.learn(partial(says(_learn), budgets=page.budgets), given, part, **several)
    part.drop(says(_drop), given, part, **MULTIPLE)
    part.recorded(says(_recorded), [*given, times], part, **MULTIPLE)
    part.stop(says(_stop), given, part, **MULTIPLE)
    part.set(says(_set), given, part, **MULTIPLE)
    part.choose(says(_choose), given, part, **MULTIPLE)
    part.ask(says(_ask), given, part, **MULTIPLE)
    part.open(_open_view, None, views, **MULTIPLE)
    known = gr.State(choices)
    part.use(says(_use), [*given, visitor, known], [part, exercise], **MULTIPLE)
    load.upload(says(_load), [page.language, visitor, known, load], exercise, **MULTIPLE)
    return View(part, teaching)


def show_example_after(event: Any, page: Page, view: View, wanted: gr.State) -> None:
    """When `event` has set `wanted` to the name of an example, show that; leave everything as it is for None."""
    event.success(says(_example), [page.language, view.teaching, wanted], view.part, **MULTIPLE)


def _open(language: str, teaching: Teaching) -> Any:
    """The example, unless something is shown already or on its way: a lesson opens the view and asks for its own."""
    return gr.skip() if teaching.requests.number else _example(language, teaching, "calm")


def _example(language: str, teaching: Teaching, wanted: str | None) -> Any:
    if wanted is None:
        return gr.skip()
    from demos.posture.teach.example import example, proposals

    ours = teaching.requests.request()
    recording, proposed = example(wanted == "jittery"), proposals(wanted == "jittery")
    if teaching.requests.number != ours:
        return gr.skip()
    teaching.show(recording, proposed, 3)
    return _shown(language, teaching)


def _record(language: str, teaching: Teaching, video: str | None, times: float, *, budgets: Budgets) -> Iterator[str]:
    """Look at a video of `times` repetitions: the body on the way, then what was read from it."""
    from demos.posture.teach.propose import propose

    ours = teaching.requests.request()
    asked = whole("times", times, FEWEST, MOST)
    try:
        recording = yield from _looked_at(language, teaching, ours, video, budgets)
        if recording is None:
            return
        with sentence_for("posture.analysis_failed"):
            found = propose(recording, asked)
        teaching.show(recording, found, asked)
    except BadInput:
        yield _shown(language, teaching)
        raise
    yield _shown(language, teaching)


def _record_further(
    language: str, teaching: Teaching, video: str | None, *, budgets: Budgets, kind: str
) -> Iterator[str]:
    """Look at a video of repetitions that are "good" or "bad"."""
    ours = teaching.requests.request()
    try:
        teaching.check_room()
        recording = yield from _looked_at(language, teaching, ours, video, budgets)
        if recording is None:
            return
        with sentence_for("posture.analysis_failed"):
            teaching.take(recording, kind == "good")
    except BadInput:
        yield _shown(language, teaching)
        raise
    yield _shown(language, teaching)


def _looked_at(
    language: str, teaching: Teaching, ours: int, video: str | None, budgets: Budgets
) -> Generator[str, None, "Recording | None"]:
    """The body in a video, shown on the way; None once something else is asked for."""
    from demos.posture.pose.landmarker import Landmarker
    from demos.posture.pose.landmarks import Pose
    from demos.posture.teach.look import points_of, recording_under_way
    from demos.posture.teach.recording import record
    from demos.posture.video import video_file

    if not video:
        raise BadInput("posture.no_video")

    def looked_at() -> "Iterator[tuple[float, Pose | None]]":
        with Landmarker() as landmarker:
            for frame in video_file.read(video, max_seconds=LONGEST):
                yield frame.seconds, landmarker.detect(frame.image, frame.seconds)

    with sentence_for("posture.analysis_failed"):
        size, last, share, points = video_file.probe(video), 0.0, 0.0, None
        aspect, frames = size.width / size.height, list[tuple[float, Pose | None]]()
        for found in budgets.film(looked_at(), ui.visitor(), lambda: teaching.requests.number == ours):
            if isinstance(found, Place):
                yield dump_message(recording_under_way(share, points, aspect) | {"place": found.said(language)})
                continue
            frames.append(found)
            if time.monotonic() - last > SHOW_EVERY:
                last, (seconds, pose) = time.monotonic(), found
                share = min(1.0, seconds / size.seconds) if size.seconds else 0.0
                points = points_of(pose.image, pose.visibility) if pose else None
                yield dump_message(recording_under_way(share, points, aspect))
        if teaching.requests.number != ours:
            return None
        return record(frames, aspect)


def _recorded(language: str, teaching: Teaching, times: float, event: gr.EventData) -> str:
    """What was read from a recording that the page made of its camera."""
    from demos.posture.teach.camera_frames import read_frames
    from demos.posture.teach.propose import propose

    asked, kind = whole("times", times, FEWEST, MOST), event._data.get("kind")
    ours = teaching.requests.request()
    recording = read_frames(event._data)
    if kind in KINDS:
        with sentence_for("posture.analysis_failed"):
            teaching.take(recording, kind == "good")
        return _shown(language, teaching)
    found = propose(recording, asked)
    if teaching.requests.number == ours:
        teaching.show(recording, found, asked)
    return _shown(language, teaching)


def _shown(language: str, teaching: Teaching, used: str = "") -> str:
    from demos.posture.teach.look import shown

    return dump_message({**shown(teaching, language), "used": used} if teaching.exercise else {"mode": ""})


def _learn(language: str, teaching: Teaching, *, budgets: Budgets) -> Iterator[str]:
    """Learn good from bad, with the place in line and the share that is done on the way."""
    from demos.posture.teach.learn_form import learn
    from demos.posture.teach.look import learning_under_way

    ours, share = teaching.requests.request(), 0.0
    work = learn(teaching.recordings())
    with sentence_for("posture.analysis_failed"):
        for learning in budgets.pieces(work, ui.visitor(), lambda: teaching.requests.number == ours):
            if isinstance(learning, Place):
                yield dump_message(learning_under_way(share) | {"place": learning.said(language)})
                continue
            if teaching.requests.number != ours:
                return
            if learning.head:
                teaching.learn_from(learning)
            else:
                share = learning.done / learning.of
                yield dump_message(learning_under_way(share))
    yield _shown(language, teaching) if teaching.requests.number == ours else gr.skip()


def _drop(language: str, teaching: Teaching, event: gr.EventData) -> str:
    """Let go of a further recording; what is being learned from it, too."""
    teaching.requests.request()
    teaching.drop(whole("recording", event._data.get("recording"), 0, 99))
    return _shown(language, teaching)


async def _stop(language: str, teaching: Teaching) -> str:
    """End the recording under way; what was shown before comes back."""
    teaching.requests.request()
    return _shown(language, teaching)


def _set(language: str, teaching: Teaching, event: gr.EventData) -> str:
    teaching.set(event._data.get("full"), event._data.get("range"))
    return _shown(language, teaching)


def _choose(language: str, teaching: Teaching, event: gr.EventData) -> str:
    teaching.choose(whole("chosen", event._data.get("chosen"), 0, 99))
    return _shown(language, teaching)


def _ask(language: str, teaching: Teaching, event: gr.EventData) -> str:
    teaching.ask(event._data.get("trait"), event._data.get("asked") is True)
    return _shown(language, teaching)


def _use(
    language: str, teaching: Teaching, visitor: VisitorState, choices: Choices, event: gr.EventData
) -> tuple[str, gr.Radio]:
    """Put the exercise among the choices of this visitor, and choose it."""
    teaching.call(checked_name(str(event._data.get("name") or "")))
    assert teaching.exercise is not None
    kept = visitor.own.add(teaching.exercise)
    return _shown(language, teaching, kept.name[language]), _choice(visitor.own, choices, kept.slug, language)


def _load(language: str, visitor: VisitorState, choices: Choices, data: bytes | None) -> gr.Radio:
    """Put the exercise of a file among the choices of this visitor, and choose it."""
    from demos.posture.teach.exercise_file import read_any

    kept = visitor.own.add(read_any(data or b"", "own"))
    gr.Info(_loaded(language, kept.name[language]))
    return _choice(visitor.own, choices, kept.slug, language)


def _loaded(language: str, name: str) -> str:
    from demos.common.i18n import text

    return text("posture.teach_loaded", language, name=name)


def _choice(own: OwnExercises, choices: Choices, slug: str, language: str) -> gr.Radio:
    return gr.Radio([*choices, *own.choices(language)], value=slug)


def _open_view(event: gr.EventData) -> gr.Tabs:
    """Go to where the exercise is counted."""
    view = event._data.get("view")
    return gr.Tabs(selected=view if view in ("video", "camera") else "video")
