"""The annotated video that a visitor takes away: made when they ask for it, removed when something else is shown."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from demos.common import ui
from demos.common.errors import BadInput
from demos.common.scheduling.turns import Place, Turns
from demos.common.ui import MULTIPLE, Page, dump_message, module, says, template, words
from demos.posture.trouble import sentence_for
from demos.posture.video.visitor import VisitorState


def annotated_part() -> gr.HTML:
    """The button, its progress, and the link to the file; nothing while there is no analysed video."""
    return gr.HTML(
        "",
        html_template=template("posture/video/page/annotated.html"),
        js_on_load=module(
            "posture/video/page/annotated.js", "annotate", "stop_annotating", words=words("posture.annotate_")
        ),
        apply_default_css=False,
        elem_id="posture-annotated",
    )


def wire_annotated(page: Page, part: gr.HTML, visitor: gr.State, analyses: Sequence[Any], folder: Path) -> None:
    """Let `part` make the video in `folder`. It is offered after each of the `analyses`, which are events."""
    maker = Maker(folder, page.budgets.heavy)
    several = MULTIPLE | {"concurrency_limit": page.settings.concurrent_runs}  # they wait in line for their turn
    making = part.annotate(says(maker.make), [page.language, visitor], part, **several)
    stopped = part.stop_annotating(_stop, visitor, None, queue=False, **MULTIPLE)
    for event in (making, stopped, *analyses):
        event.then(_offer, visitor, part, **MULTIPLE)


@dataclass(frozen=True)
class Maker:
    """Makes annotated videos in a `folder` that is served, under names that nobody can guess, in turns of `heavy`."""

    folder: Path
    heavy: Turns = field(default_factory=lambda: Turns(1, 1.0))

    def make(self, language: str, visitor: VisitorState) -> Iterator[str]:
        """Make it, saying how far it got. Raises BadInput when the video is gone."""
        watched, number = visitor.watched, visitor.drawings.request()
        if watched is None or not watched.video.is_file():
            raise BadInput("posture.video_gone")
        from demos.posture.video.annotate import write_annotated
        from demos.posture.video.run import Pace

        self.folder.mkdir(parents=True, exist_ok=True)
        file, pace = self.folder / f"{uuid.uuid4().hex}.mp4", Pace()
        yield dump_message({"state": "busy", "share": 0})
        making = write_annotated(file, watched.video, watched.analysis)
        share, place = 0.0, ""

        def wanted() -> bool:
            return visitor.drawings.number == number

        turn = self.heavy.enter(ui.visitor(), wanted)
        with sentence_for("posture.analysis_failed"), turn, closing(making) as shares:
            for found in turn.each(shares):
                if not wanted():
                    return
                share = share if isinstance(found, Place) else found
                place = found.said(language) if isinstance(found, Place) else ""
                if place or pace.is_time():
                    yield dump_message({"state": "busy", "share": round(share, 3), "place": place})
        if visitor.drawings.number != number:  # in its last moment
            file.unlink(missing_ok=True)
            return
        visitor.annotated = file


async def _stop(visitor: VisitorState) -> None:
    visitor.drawings.request()


def _offer(visitor: VisitorState) -> Any:
    """The link to what was made, or the button that makes it."""
    file, watched = visitor.annotated, visitor.watched
    if visitor.busy or watched is None:
        return gr.skip() if visitor.busy else ""
    if file is None or not file.is_file():
        return dump_message({"state": "offered"})
    size = file.stat().st_size / 1e6
    name = watched.video.stem[:80]
    return dump_message({"state": "made", "src": f"gradio_api/file={file}", "megabytes": round(size, 1), "name": name})
