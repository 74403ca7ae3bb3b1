"""The view of the image tower alone: its layers, its 1,000 classes, and what CLIP says to the same image."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.clip import data, prompts
from demos.clip.data import File
from demos.clip.images.image_strip import ImageStrip
from demos.clip.images.photos import photos
from demos.clip.shared_tab import SharedState
from demos.common import validate
from demos.common.i18n import text
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place, Turns
from demos.common.settings import Settings
from demos.common.ui import PRIVATE, Page, dump_message, module, says, stage, template, visitor, words

if TYPE_CHECKING:
    from demos.clip.layers.look import Question

VIEW = "layers"


@dataclass
class LayersState:
    """What this visitor looks into: of `questions`, and of `rankings` for a channel, only the latest counts."""

    questions: Latest = field(default_factory=Latest)
    rankings: Latest = field(default_factory=Latest)
    strip: ImageStrip = field(default_factory=ImageStrip)
    question: "Question | None" = None
    asked: tuple[Any, ...] = ()


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    state = gr.State(LayersState())
    with gr.Row(), stage():
        shown = gr.HTML(
            "", html_template=template("clip/layers/page/layers.html"),
            js_on_load=module("clip/layers/page/layers.js", "choose", "channel", words=words("clip.layers_page_")),
            pictures=None, apply_default_css=False, elem_id="clip-layers",
        )  # fmt: skip
    several: dict[str, Any] = {
        **PRIVATE,
        "trigger_mode": "multiple",  # the latest question ends the others
        "concurrency_id": "clip-layers",
        "concurrency_limit": page.settings.concurrent_runs,  # they wait in line for their turn
    }
    asked: dict[str, Any] = {
        **several,
        "fn": partial(says(_walk), settings=page.settings),
        "inputs": [
            *(page.language, state, shared.view, shared.files, shared.labels, shared.templates, shared.own),
            *(shared.model, shared.fit),
        ],
        "outputs": shown,
    }
    gr.on(
        [
            *(shared.view.change, shared.files.change, shared.labels.change, shared.templates.change),
            *(shared.own.change, shared.model.change, shared.fit.change),
        ],
        **asked,
    )
    shown.choose(_choose, state, **PRIVATE, queue=False, trigger_mode="multiple").then(**asked)

    def ranked(language: str, state: LayersState, event: gr.EventData) -> Iterator[Any]:
        yield from _rank(language, state, event, page.budgets.heavy)

    shown.channel(says(ranked), [page.language, state], shown, **several)


def _choose(state: LayersState, event: gr.EventData) -> None:
    """The image that was clicked, by its place in the strip."""
    state.strip.choose(event._data.get("at"))


def _walk(
    language: str, state: LayersState, view: str, files: list[str] | None, labels: str, templates: str, own: str,
    model: str, fit: str, *, settings: Settings,
) -> Any:  # fmt: skip
    """The chosen image through the tower. Raises BadInput."""
    if view != VIEW:
        return gr.skip()
    from demos.clip.layers import look
    from demos.clip.models import registry
    from demos.common.device import select_device

    strip = state.strip
    strip.read(files or [])
    if not strip.entries:
        state.asked, state.question = (), None
        return gr.HTML(dump_message({"turn": state.questions.request(), "empty": text("clip.why_empty", language)}))
    wording = prompts.templates(templates, (own or "").split("\n"))
    wanted = prompts.read_labels((labels or "").split("\n"))
    asked = (strip.chosen, tuple(strip.entries), tuple(wanted), wording, model, fit, language)
    if asked == state.asked:
        return gr.skip()
    turn = state.questions.request()
    matcher = registry.open_model(model, select_device(settings.device), settings.offline)
    question = look.question(matcher, data.read(strip.chosen, matcher.enough), wanted, wording, fit)
    told = dump_message(strip.shown() | {"turn": turn} | look.view(question, language))
    if state.questions.number != turn:
        return gr.skip()
    state.asked, state.question = asked, question
    return gr.HTML(told)


def _rank(language: str, state: LayersState, event: gr.EventData, heavy: Turns) -> Iterator[Any]:
    """Which of the visitor's images, and of the app's, move the clicked channel most, as they are looked at.

    Raises BadInput for a stage or channel that is not there.
    """
    from demos.clip.layers import look
    from demos.clip.layers.peaks import rank

    yield gr.skip()  # what yields nothing at all would empty the page's part
    question = state.question
    if question is None or question.tower is None:
        return
    stages = question.tower.stages
    at = validate.whole("stage", event._data.get("stage"), 0, len(stages) - 1)
    channel = validate.whole("channel", event._data.get("channel"), 0, len(stages[at].maps) - 1)
    files = [File(photo.file) for photo in photos()]
    files = [*(File(Path(path)) for path in state.strip.entries), *files]
    turn = state.rankings.request()
    told: dict[str, Any] = {"pictures": []}
    with heavy.enter(visitor(), lambda: state.rankings.number == turn) as ours:
        for ranking in ours.each(rank(question.matcher, files, at, channel)):
            told |= (
                {"said": ranking.said(language)}
                if isinstance(ranking, Place)
                else look.pictures_view(ranking, language)
            )
            yield gr.HTML(pictures=dump_message(told | {"turn": turn, "stage": at, "channel": channel}))
