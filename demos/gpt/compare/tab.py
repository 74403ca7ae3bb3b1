"""The view that compares: the model that is open, and another one, on the same text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gradio as gr

from demos.common import ui
from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place
from demos.common.ui import (
    LATEST,
    Page,
    dump_message,
    module,
    request_number,
    says,
    t,
    template,
    words,
)
from demos.gpt.compare.others import UNTRAINED, Other, for_everybody, named, open_other, others
from demos.gpt.models.registry import FIRST
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import VisitorState

WORDS = "gpt.compare_page_"  # strings that the page itself puts together


@dataclass
class CompareState:
    """What this visitor compares: the latest of the `requests` is answered.

    `preset` is the other model that was chosen for the visitor, and gives way to a more telling one; "" once the
    visitor has chosen. `menu_shown` is what stands in its field, and what is on offer there. `asked` was compared last.
    """

    requests: Latest = field(default_factory=Latest)
    preset: str = UNTRAINED
    menu_shown: tuple[str, list[tuple[str, str]]] = field(
        default_factory=lambda: (UNTRAINED, _entries(for_everybody(FIRST)))
    )
    asked: tuple[Any, ...] = ()


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    state = gr.State(CompareState())
    with gr.Row(elem_id="gpt-compare-top"):
        own = gr.Textbox(
            label=t("gpt.inside_text"), placeholder=t("gpt.compare_text_hint"), show_label=False, container=False,
            lines=1, max_lines=4, scale=4, min_width=280, elem_id="gpt-compare-text",
        )  # fmt: skip
        other = gr.Dropdown(
            _choices(for_everybody(FIRST)), value=UNTRAINED, label=t("gpt.compare_with"), filterable=False, scale=2,
            min_width=240, elem_id="gpt-compare-other",
        )  # fmt: skip
        go = gr.Button(t("gpt.compare_go"), variant="primary", scale=0, min_width=130, elem_id="gpt-compare-go")
    shown = gr.HTML(
        "", html_template=template("gpt/compare/page/compare.html"),
        js_on_load=module("gpt/compare/page/compare.js", words=words(WORDS)), progress=1, place="",
        apply_default_css=False, elem_id="gpt-compare",
    )  # fmt: skip

    listening = {
        "fn": partial(says(_compare), budgets=page.budgets),
        "inputs": [page.language, shared.visitor, state, shared.view, own, other, request_number()],
        "outputs": [other, shown],
        **LATEST,
        "concurrency_limit": page.settings.concurrent_runs,
    }
    # Each of these may mean another text or another model; `_compare` does nothing where neither is.
    gr.on(
        [
            *(shared.view.change, shared.opened.change, shared.passage.change),
            *(go.click, own.submit, other.input),
        ],
        **listening | {"trigger_mode": "multiple"},  # an older one may arrive after a newer one, and is none any more
    )
    page.on_language(**listening)


def _compare(
    language: str, visitor: VisitorState, state: CompareState, view: str, own: str, other: str | None, number: int,
    *, budgets: Budgets,
) -> Iterator[tuple[Any, Any]]:  # fmt: skip
    """The other models on offer, then the comparison, or how far it is, or its place in line where a model is large.
    Of an older `number` nothing."""
    from demos.gpt.compare.look import compare_view
    from demos.gpt.compare.predictions import Compared, steps
    from demos.gpt.models.checkpoint import takes_long

    if view != "compare" or number < state.requests.number:
        yield gr.skip(), gr.skip()
        return
    checkpoint, name = visitor.checkpoint(), visitor.name
    other, label, menu = _menu(state, visitor, other or "", language)
    second = open_other(visitor, other)
    if second is None:
        yield menu, gr.skip()
        return
    written = _text(visitor, own or "")
    asked = (id(checkpoint), other, second.facts.get("steps"), written, language)
    if asked == state.asked:
        yield menu, gr.skip()
        return
    ours = state.requests.asked(number)
    state.asked = asked
    yield menu, gr.HTML(progress=0.05)
    try:
        heavy = takes_long(checkpoint, second)
        wanted = partial(_is_latest, state, ours)
        for done in budgets.pieces(steps(checkpoint, second, written), ui.visitor(), wanted, heavy=heavy):
            if not wanted():
                return
            if isinstance(done, Place):
                yield gr.skip(), gr.HTML(place=done.said(language))
            elif isinstance(done, Compared):
                names = named(name, checkpoint, language), label
                message = compare_view(checkpoint, second, done, names, language)
                if not (own or "").strip() and visitor.workspace.tokens:
                    message["notes"].append(text("gpt.compare_note_own", language))
                # The menu once more: the first may have come before its place was seen, and is lost then.
                yield menu, gr.HTML(dump_message(message | {"turn": ours}), progress=1, place="")
            else:
                yield gr.skip(), gr.HTML(progress=done, place="")
    except BadInput as refused:
        state.asked = ()
        said = {"refused": refused.in_language(language), "turn": ours}
        yield gr.skip(), gr.HTML(dump_message(said), progress=1, place="")
    except BaseException:
        state.asked = ()
        raise


def _is_latest(state: CompareState, number: int) -> bool:
    return state.requests.number == number


def _menu(state: CompareState, visitor: VisitorState, chosen: str, language: str) -> tuple[str, str, Any]:
    """The other model, `chosen` if the visitor chose it and it is there; its label; and the menu, where it changed."""
    before = state.menu_shown
    offered = others(visitor, language)
    keys = [each.key for each in offered]
    if chosen in keys and chosen != state.preset:
        state.preset = ""
    else:
        chosen = state.preset = keys[0]
    state.menu_shown = chosen, _entries(offered)
    label = next(each.label for each in offered if each.key == chosen)
    menu = gr.skip() if state.menu_shown == before else gr.Dropdown(_choices(offered), value=chosen)
    return chosen, label, menu


def _choices(offered: Sequence[Other]) -> list[tuple[Any, str]]:
    """The entries of the menu; the browser says those that have a string in the visitor's language."""
    return [(t(each.string) if each.string else each.label, each.key) for each in offered]


def _entries(offered: Sequence[Other]) -> list[tuple[str, str]]:
    """The same as plain data, which can be compared."""
    return [(each.key, each.string or each.label) for each in offered]


def _text(visitor: VisitorState, own: str) -> str:
    """The visitor's own text, else the passage on show, else an example for this model."""
    from demos.gpt.prompts.formats import PROMPT_FORMATS

    if own.strip():
        return own
    checkpoint = visitor.checkpoint()
    if visitor.workspace.tokens:
        return checkpoint.tokenizer.decode(visitor.workspace.tokens)
    form = PROMPT_FORMATS[checkpoint.prompt_format]
    return form.prompt(form.example) if form.example else visitor.example
