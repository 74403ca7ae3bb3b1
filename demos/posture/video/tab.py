"""The view of a video: it plays with the skeleton over it, and below stand the angle over time and each repetition."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.utils import get_upload_folder

from demos.common import ui
from demos.common.errors import BadInput
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.turns import Place
from demos.common.settings import Settings
from demos.common.ui import MULTIPLE, Page, dump_message, module, says, t, t_entry, template, words
from demos.common.validate import number
from demos.common.visits import Visits
from demos.posture.coach.own_range import read_ranges
from demos.posture.exercises import AUTO, exercises, find_exercise, recognisable
from demos.posture.look import SKELETON
from demos.posture.report.tab import report_part
from demos.posture.trouble import sentence_for
from demos.posture.video import clips
from demos.posture.video.annotate_tab import annotated_part, wire_annotated
from demos.posture.video.visitor import Turn, VisitorState

if TYPE_CHECKING:
    from demos.posture.video.run import Step, Watched

COPIES = Path(get_upload_folder()) / "posture"  # Gradio serves what is in here
VIDEOS = ["video", ".gif", ".mkv", ".avi", ".mov"]  # what the dialogue for files offers
AT_ONCE: dict[str, Any] = {"queue": False, **MULTIPLE}


@dataclass(frozen=True)
class View:
    """The components that show an analysis, and what is remembered of the visitor's."""

    visitor: gr.State
    player: gr.HTML
    chart: gr.HTML
    sets: gr.HTML
    annotated: gr.HTML
    report: gr.JSON  # for programs
    upload: gr.UploadButton
    stop: gr.Button

    @property
    def shown(self) -> list[Any]:
        """What an analysis sets."""
        return [self.player, self.chart, self.sets, self.report, self.stop]


@dataclass(frozen=True)
class SampleClip:
    """A sample clip as a lesson shows it: of this exercise, standing still at `pause_at` seconds if that is set."""

    exercise: str
    pause_at: float | None = None


def build(page: Page) -> View:
    """Lay out the stage; the opening video is there when the tab is."""
    gr.set_static_paths([clips.FOLDER])
    with gr.Row(elem_classes="posture-choose"):
        upload = gr.UploadButton(t("posture.upload"), file_types=VIDEOS, variant="primary", elem_id="posture-upload")
        stop = gr.Button(t("posture.stop"), visible=False, elem_id="posture-stop")
    view = View(
        visitor=gr.State(VisitorState()),
        player=gr.HTML(
            "",
            html_template=template("posture/video/page/player.html", readout=template("posture/page/readout.html")),
            js_on_load=module(
                "posture/video/page/player.js", "count_as", "follow", skeleton=SKELETON, people=words("posture.people_")
            ),
            apply_default_css=False,
            elem_id="posture-player",
        ),
        chart=_drawn_by_script("chart"),
        annotated=annotated_part(),
        sets=report_part("posture-report", "ranges"),
        report=gr.JSON(visible=False),
        upload=upload,
        stop=stop,
    )
    page.open_on(_open, page.language, [view.player, view.chart, view.sets])
    return view


def _drawn_by_script(name: str) -> gr.HTML:
    """A part that page/NAME.js fills."""
    return gr.HTML(
        "",
        html_template=template("posture/video/page/drawn.html", name=name),
        js_on_load=module(f"posture/video/page/{name}.js"),
        elem_id=f"posture-{name}",
    )


def build_controls(page: Page, view: View, exercise: gr.Radio) -> None:
    """Lay out the sample videos, and wire all that chooses one; `exercise` is what the visitor has chosen."""
    handlers = Handlers(page.settings, page.visits, page.budgets)
    looking = MULTIPLE | {"concurrency_limit": page.settings.concurrent_runs}  # they wait in line for their turn
    page.on_language(says(handlers.say_again), [page.language, view.visitor, exercise], view.shown)
    gr.Markdown(t("posture.samples"))
    with gr.Row(elem_classes="posture-samples"):
        samples = {
            slug: gr.Button(
                t_entry(f"posture.name_{slug}", exercises()[slug].name), size="sm", elem_id=f"posture-sample-{slug}"
            )
            for slug in clips.samples()
        }
    sent = [page.language, view.visitor, view.upload, exercise]
    begun = [view.upload.upload(says(handlers.analyse), sent, view.shown, **looking)]
    for slug, button in samples.items():
        # A sample shows how it is recognised; the choice says so. One that cannot be is told.
        told = gr.State(AUTO if slug in recognisable() else slug)
        asked = [page.language, view.visitor, gr.State(str(clips.clip(slug))), told]
        ended = button.click(_end_for, [view.visitor, told], exercise, **AT_ONCE)
        begun.append(ended.then(says(handlers.analyse), asked, view.shown, **looking))
    chosen = exercise.input(says(handlers.count_again), [*sent[:2], exercise], view.shown, **looking)
    tapped = view.player.follow(says(handlers.follow), [*sent[:2], exercise], view.shown, **looking)
    begun.append(tapped)
    offered = view.player.count_as(_offered, page.language, exercise, **MULTIPLE)
    begun += [chosen, offered.success(says(handlers.count_again), [*sent[:2], exercise], view.shown, **looking)]
    for event in begun:
        event.then(_stop_button, view.visitor, view.stop, **MULTIPLE)  # after an error as well
    wire_annotated(page, view.annotated, view.visitor, begun, COPIES)
    page.open_on(handlers.arrive, view.visitor, None)
    view.sets.ranges(_ranges, view.visitor, None, **AT_ONCE)
    view.stop.click(_stop, view.visitor, None, **AT_ONCE).then(_stop_button, view.visitor, view.stop, **AT_ONCE)


def show_clip_after(event: Any, page: Page, view: View, exercise: gr.Radio, wanted: gr.State) -> None:
    """When `event` has set `exercise` and `wanted`, a SampleClip, show that clip analysed as that exercise."""
    asked = [page.language, view.visitor, wanted, exercise]
    shown = event.success(
        says(Handlers(page.settings, page.visits, page.budgets).show_clip),
        asked,
        view.shown,
        concurrency_limit=page.settings.concurrent_runs,
        **MULTIPLE,
    )
    shown.then(_stop_button, view.visitor, view.stop, **MULTIPLE)


async def _stop(visitor: VisitorState) -> None:
    """Show what was found so far. Not a thread's work: it must not come after what the visitor begins next."""
    visitor.stop()


async def _end_for(visitor: VisitorState, told: str) -> str:
    """End the analysis under way; what is chosen from now on."""
    visitor.end()
    return told


async def _ranges(visitor: VisitorState, event: gr.EventData) -> None:
    """Where the visitor's range ends in some exercises, {slug: degrees}, as the page has it in their history."""
    visitor.ranges = read_ranges(event._data.get("ranges"))


async def _stop_button(visitor: VisitorState) -> gr.Button:
    """Stop is there while there is something to stop."""
    return gr.Button(visible=visitor.busy and not visitor.stopped)


@says
def _offered(language: str, event: gr.EventData) -> str:
    """The exercise that the visitor wants a video counted as. Raises BadInput for an unknown one."""
    return find_exercise(str(event._data.get("exercise"))[:100]).slug


def _open(language: str) -> tuple[Any, ...]:
    """The opening video, analysed beforehand."""
    return _values(_opening(language), 0)[:3]


def _opening(language: str) -> dict[str, Any]:
    from demos.posture.video.look import address

    ready = clips.opening()[language]
    return ready | {"player": {**ready["player"], "src": address(clips.clip(clips.OPENING))}}


@dataclass(frozen=True)
class Handlers:
    """What happens here, for the app's settings; with a visit end its analysis and its film."""

    settings: Settings
    visits: Visits = field(default_factory=Visits)
    budgets: Budgets = field(default_factory=lambda: Budgets.of(Settings()))

    def arrive(self, visitor: VisitorState, request: gr.Request) -> None:
        self.visits.at_end(request.session_hash, visitor.leave)

    def analyse(
        self,
        language: str,
        visitor: VisitorState,
        video: str | None = None,
        exercise: str = AUTO,
        pause_at: float | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Analyse a video: frames and parts on the way, at last the whole result and its report.

        What was shown before stays until the file turns out to be a video. It ends before its time when the visitor
        begins another one. `pause_at`: see SampleClip.
        """
        with visitor.analysis() as turn, sentence_for("posture.analysis_failed"):
            yield *(gr.skip() for _ in range(4)), gr.Button(visible=True)
            from demos.posture.video.run import run

            if not video:
                raise BadInput("posture.no_video")
            steps = run(
                str(video),
                visitor.own.named(exercise),
                copies=COPIES,
                most_seconds=self.settings.video_seconds,
                ranges=visitor.ranges,
                enough=lambda: visitor.stopped,
            )
            yield from self._follow(steps, exercise, language, visitor, turn, pause_at)

    def count_again(self, language: str, visitor: VisitorState, exercise: str) -> Iterator[tuple[Any, ...]]:
        """Count the video that is shown as another exercise; one that is still looked at, when that is done."""
        if visitor.busy or visitor.watched is None:
            visitor.exercise = exercise
            yield tuple(gr.skip() for _ in range(5))
            return
        watched = visitor.watched
        with visitor.analysis() as turn, sentence_for("posture.analysis_failed"):
            yield *(gr.skip() for _ in range(4)), gr.Button(visible=True)
            from demos.posture.video.run import run_again

            again = run_again(watched, visitor.own.named(exercise), visitor.ranges)
            yield from self._follow(again, exercise, language, visitor, turn)

    def say_again(self, language: str, visitor: VisitorState, exercise: str) -> Iterator[tuple[Any, ...]]:
        """What is shown, in another language. An analysis under way ends in the one that it began in."""
        if visitor.watched is not None:
            yield from self.count_again(language, visitor, exercise)
        elif not visitor.busy:
            yield _values(_opening(language), visitor.requests.number)

    def follow(
        self, language: str, visitor: VisitorState, exercise: str, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        """Look at the video that is shown once more, for somebody else in it whom the visitor has tapped."""
        watched = visitor.watched
        if watched is None:
            return
        seconds = number("seconds", event._data.get("seconds"), 0, max(watched.analysis.info.seconds, 0))
        x, y = (number(name, event._data.get(name), 0, 1) for name in ("x", "y"))
        with visitor.analysis() as turn, sentence_for("posture.analysis_failed"):
            yield *(gr.skip() for _ in range(4)), gr.Button(visible=True)
            from demos.posture.people.people import Spot
            from demos.posture.video.run import look_again

            again = look_again(
                watched,
                visitor.own.named(exercise),
                Spot(seconds, x, y),
                self.settings.video_seconds,
                visitor.ranges,
                lambda: visitor.stopped,
            )
            yield from self._follow(again, exercise, language, visitor, turn)

    def show_clip(
        self, language: str, visitor: VisitorState, wanted: SampleClip | None, exercise: str
    ) -> Iterator[tuple[Any, ...]]:
        """The opening video as it was analysed beforehand, any other one analysed now; for None nothing changes."""
        if wanted is None:
            return
        if (wanted.exercise, exercise) == (clips.OPENING, AUTO):
            visitor.show(None)
            yield _values(_opening(language), visitor.requests.number, None, wanted.pause_at)
        else:
            video = str(clips.clip(wanted.exercise))
            yield from self.analyse(language, visitor, video, exercise, pause_at=wanted.pause_at)

    def _follow(
        self,
        steps: "Iterator[Step | Watched]",
        exercise: str,
        language: str,
        visitor: VisitorState,
        turn: Turn,
        pause_at: float | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Show step by step what is done, as long as it is wanted. What the visitor chose meanwhile is done next.

        Who stops it sees what was found so far.
        """
        from demos.posture.video import look
        from demos.posture.video.run import Watched, run_again

        last = None
        pieces = self._in_turns(self._until_stopped(steps, visitor), visitor, turn)
        for found in pieces:
            if not turn.wanted():
                return
            if isinstance(found, Place):
                if last is not None:
                    yield _values(look.in_line(last, found, language), turn.number)
                continue
            if not isinstance(found, Watched):
                last = found
                if found.first:
                    visitor.show(None)
                yield _values(look.step(found, language), turn.number)
                continue
            visitor.show(found)
            if visitor.exercise in (None, exercise):
                visitor.exercise = None
                shown = look.watched(found, language, "sample" if clips.is_sample(found.video) else "video")
                yield _values(shown, turn.number, found.analysis.report(), pause_at)
                if shown["report"]:
                    sets = _with_pictures(shown["report"], found.video, lambda: turn.wanted() and not visitor.exercise)
                    yield gr.skip(), gr.skip(), sets, gr.skip(), gr.skip()
            pieces.close()  # what comes next stands in line anew
            chosen, visitor.exercise = visitor.exercise, None
            if chosen is not None and chosen != exercise:
                again = run_again(found, visitor.own.named(chosen), visitor.ranges)
                yield from self._follow(again, chosen, language, visitor, turn)
            return
        if last is not None and turn.wanted():
            yield _values(look.stopped(last.info, last.source, language), turn.number)

    def _in_turns(
        self, steps: "Iterator[Step | Watched]", visitor: VisitorState, turn: Turn
    ) -> "Generator[Step | Watched | Place, None, None]":
        """The steps, in turns with what others compute, and the places in line. What is stopped needs no turn."""
        first = next(steps, None)  # what turns out to be no video need not wait to be told so
        if first is None:
            return
        yield first
        yield from self.budgets.film(steps, ui.visitor(), lambda: turn.wanted() and not visitor.stopped)
        if visitor.stopped:
            yield from steps

    def _until_stopped(self, steps: "Iterator[Step | Watched]", visitor: VisitorState) -> "Iterator[Step | Watched]":
        """The steps; that nobody was seen is no trouble in a video that the visitor has stopped."""
        try:
            yield from steps
        except BadInput:
            if not visitor.stopped:
                raise


def _with_pictures(report: dict[str, Any], video: Path | str, wanted: Callable[[], bool]) -> str:
    """The report with a picture of each repetition's worst moment, as far as it is still `wanted`."""
    from demos.posture.report.look import moments_to_look_at
    from demos.posture.report.pictures import pictures

    found = []
    for picture in pictures(video, moments_to_look_at(report)):
        if not wanted():
            break
        found.append(picture)
    return dump_message(report | {"pictures": found})


def _values(
    shown: dict[str, Any], turn: int, report: dict[str, object] | None = None, pause_at: float | None = None
) -> tuple[Any, ...]:
    """Values for player, chart, sets, report and Stop, of the visitor's request number `turn`."""
    under_way = shown["player"]["mode"] == "busy"
    parts = [
        (dump_message(shown[name]) if shown[name] else "") if name in shown else gr.skip()
        for name in ("chart", "report")
    ]
    return (
        dump_message(shown["player"] | {"turn": turn} | ({} if under_way else {"pause_at": pause_at})),
        *parts,
        report,
        gr.Button(visible=under_way),  # again: a page may skip a message that the next one follows closely
    )
