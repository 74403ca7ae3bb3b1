"""The view that looks inside: attention, the logit lens, the forward pass step by step, the tokens, and causes."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common import ui
from demos.common.errors import BadInput
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place
from demos.common.ui import (
    LATEST,
    MULTIPLE,
    Page,
    bilingual,
    dump_message,
    module,
    request_number,
    says,
    t,
    template,
    words,
)
from demos.gpt.inside.forward_steps import IN_A_LAYER, STEPS
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import VisitorState

if TYPE_CHECKING:
    from demos.gpt.inside.forward import Inside
    from demos.gpt.models.checkpoint import Checkpoint

WORDS = "gpt.inside_page_"  # strings that the page itself puts together
LENGTHS = (32, 64, 128, 256)
MOST_CHARACTERS = 10_000
EVENTS = ("inside_step", "inside_query_key", "inside_change", "inside_attribute")  # what the page asks for


@dataclass
class InsideState:
    """What this visitor is looking at; the latest of the `requests` is computed, and of the causes asked for there."""

    requests: Latest = field(default_factory=Latest)
    changes: Latest = field(default_factory=Latest)
    attributions: Latest = field(default_factory=Latest)
    asked: tuple[Any, ...] = ()
    checkpoint: "Checkpoint | None" = None
    inside: "Inside | None" = None


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    state = gr.State(InsideState())
    with gr.Row(elem_id="gpt-inside-top"):
        own = gr.Textbox(
            label=t("gpt.inside_text"), placeholder=t("gpt.inside_text_hint"), show_label=False, container=False,
            lines=1, max_lines=4, scale=4, min_width=300, elem_id="gpt-inside-text",
        )  # fmt: skip
        longest = gr.Dropdown(
            [(t(f"gpt.inside_last_{length}"), length) for length in LENGTHS], value=64, label=t("gpt.inside_length"),
            show_label=False, container=False, filterable=False, scale=1, min_width=180, elem_id="gpt-inside-length",
        )  # fmt: skip
        go = gr.Button(t("gpt.inside_look"), variant="primary", scale=0, min_width=130, elem_id="gpt-inside-look")
    shown = gr.HTML(
        "", html_template=_html(), js_on_load=module("gpt/inside/page/inside.js", *EVENTS, words=words(WORDS)),
        step_values=None, query_key=None, changed=None, attributed=None, progress=1, place="",
        apply_default_css=False, elem_id="gpt-inside",
    )  # fmt: skip

    several = MULTIPLE | {"concurrency_limit": page.settings.concurrent_runs}
    # Each of these may mean another text or another model; `_look` does nothing where neither is.
    gr.on(
        [
            *(shared.view.change, shared.opened.change, shared.passage.change),
            *(go.click, own.submit, longest.change),
        ],
        partial(says(_look), budgets=page.budgets),
        [page.language, shared.visitor, state, shared.view, own, longest, request_number()],
        [shown, own],
        **several | {"js": LATEST["js"]},  # an older one may arrive after a newer one, and is none any more
    )
    shown.inside_step(_step, state, shown, **several)
    shown.inside_query_key(_query_key, state, shown, **several)

    # Gradio gives no gr.EventData to a partial.
    def change(language: str, state: InsideState, event: gr.EventData) -> Iterator[Any]:
        yield from _change(language, state, event, budgets=page.budgets)

    def attribute(language: str, state: InsideState, event: gr.EventData) -> Iterator[Any]:
        yield from _attribute(language, state, event, budgets=page.budgets)

    shown.inside_change(says(change), [page.language, state], shown, **several)
    shown.inside_attribute(says(attribute), [page.language, state], shown, **several)


def _look(
    language: str, visitor: VisitorState, state: InsideState, view: str, own: str, longest: int, number: int,
    *, budgets: Budgets,
) -> Iterator[tuple[Any, Any]]:  # fmt: skip
    """The text in the model, or how far it is, or its place in line where the model is large; and the visitor's own
    text, if it goes. Of an older `number` nothing."""
    from demos.gpt.inside.forward import Inside, steps
    from demos.gpt.inside.look import Source, inside_view, most_tokens
    from demos.gpt.models.checkpoint import takes_long

    if view != "inside" or number < state.requests.number:
        yield gr.skip(), gr.skip()
        return
    if len(own or "") > MOST_CHARACTERS:
        raise BadInput("gpt.prompt_too_long", length=f"{len(own):,}", limit=f"{MOST_CHARACTERS:,}")
    checkpoint = visitor.checkpoint()
    if visitor.inside_focus and visitor.inside_focus["model"] != visitor.name:
        visitor.inside_focus = None  # the visitor took another model since
    source = _source(visitor, checkpoint, own or "", Source)
    asked = (id(checkpoint), tuple(source.tokens), source.unknown, longest, language)
    if asked == state.asked and checkpoint is state.checkpoint and visitor.inside_focus is None:
        yield gr.skip(), gr.skip()
        return
    ours = state.requests.asked(number)
    state.asked = asked
    most = min(int(longest) if longest in LENGTHS else LENGTHS[-1], most_tokens(checkpoint.model))
    readings = 2 * checkpoint.model.config.layers + 1
    work, heavy = steps(checkpoint.model, source.tokens, most), takes_long(checkpoint)
    yield gr.skip(), gr.skip()  # what yields nothing at all would empty the page's part
    try:
        for done in budgets.pieces(work, ui.visitor(), lambda: state.requests.number == ours, heavy=heavy):
            if state.requests.number != ours:
                return
            if isinstance(done, Place):
                yield gr.HTML(place=done.said(language)), gr.skip()
            elif isinstance(done, Inside):
                state.checkpoint, state.inside = checkpoint, done
                shown = inside_view(checkpoint.model, checkpoint.tokenizer, done, source, language)
                yield (
                    gr.HTML(dump_message(shown | {"turn": ours, "focus": visitor.inside_focus}), progress=1, place=""),
                    "" if visitor.inside_focus else gr.skip(),
                )
                if visitor.inside_focus and _reads(visitor, checkpoint, visitor.inside_focus["prompt"]):
                    visitor.inside_focus = None  # what a lesson wanted to be looked at, is
            else:
                yield gr.HTML(progress=done / (readings + 1), place=""), gr.skip()
    except BaseException:
        state.asked = ()
        raise


def _source(visitor: VisitorState, checkpoint: "Checkpoint", own: str, source: Any) -> Any:
    """A lesson's text, else the visitor's own, else the passage on show, else an example for this model."""
    from demos.gpt.prompts.formats import PROMPT_FORMATS

    lesson = visitor.inside_focus["prompt"] if visitor.inside_focus else ""
    if visitor.workspace.tokens and (_reads(visitor, checkpoint, lesson) if lesson else not own.strip()):
        return source(visitor.workspace.tokens)
    example = lesson or PROMPT_FORMATS[checkpoint.prompt_format].example or visitor.example
    typed = own if own.strip() and not lesson else example
    encoding = checkpoint.tokenizer.encode(_question(checkpoint, typed))
    if typed.strip() and not encoding.tokens:
        raise BadInput("gpt.inside_nothing_known")
    return source(encoding.tokens or [checkpoint.tokenizer.start], encoding.unknown)


def _question(checkpoint: "Checkpoint", typed: str) -> str:
    """In the form the model knows ("8+7" becomes "08+07="); what cannot be asked is looked at as it stands."""
    from demos.gpt.prompts.formats import PROMPT_FORMATS

    with suppress(BadInput):
        typed = PROMPT_FORMATS[checkpoint.prompt_format].prompt(typed)
    return typed.replace("\r\n", "\n")


def _reads(visitor: VisitorState, checkpoint: "Checkpoint", prompt: str) -> bool:
    """Whether the passage on show begins with `prompt`."""
    return checkpoint.tokenizer.decode(visitor.workspace.tokens).startswith(_question(checkpoint, prompt))


def _step(state: InsideState, event: gr.EventData) -> Any:
    """The numbers of all steps for the layer and the token that the page asked for."""
    from demos.gpt.inside.look import steps_view

    turn, layer, position = (int(event._data[name]) for name in ("turn", "layer", "position"))
    inside, checkpoint = state.inside, state.checkpoint
    if inside is None or checkpoint is None or turn != state.requests.number:
        return gr.skip()
    if not (0 <= layer < len(inside.attention) and 0 <= position < len(inside.tokens)):
        return gr.skip()
    steps = steps_view(checkpoint.model, checkpoint.tokenizer, inside, layer, position)
    return gr.HTML(step_values=dump_message(steps | {"turn": turn}))


def _query_key(state: InsideState, event: gr.EventData) -> Any:
    """Query and keys of the head and the token that the page asked for."""
    from demos.gpt.inside.look import query_key_view

    turn, layer, head, position = (int(event._data[name]) for name in ("turn", "layer", "head", "position"))
    inside, checkpoint = state.inside, state.checkpoint
    if inside is None or checkpoint is None or turn != state.requests.number:
        return gr.skip()
    layers, heads, tokens = inside.attention.shape[:3]
    if not (0 <= layer < layers and 0 <= head < heads and 0 <= position < tokens):
        return gr.skip()
    view = query_key_view(checkpoint.model, inside, layer, head, position)
    return gr.HTML(query_key=dump_message(view | {"turn": turn}))


def _change(language: str, state: InsideState, event: gr.EventData, *, budgets: Budgets) -> Iterator[Any]:
    """The next token with one head or layer changed, as the page asked for it; head −1 is the whole layer."""
    from demos.gpt.inside.causes import intervention_view
    from demos.gpt.inside.interventions import LARGEST, Intervention

    turn, number, layer, head, position = (
        int(event._data[name]) for name in ("turn", "number", "layer", "head", "position")
    )
    factor, typed = float(event._data["factor"]), str(event._data["other"])
    inside, checkpoint = state.inside, state.checkpoint
    if inside is None or checkpoint is None or turn != state.requests.number:
        yield gr.skip()
        return
    layers, heads, tokens = inside.attention.shape[:3]
    if not (0 <= layer < layers and -1 <= head < heads and 0 <= position < tokens and 0 <= factor <= LARGEST):
        yield gr.skip()
        return
    if len(typed) > MOST_CHARACTERS:
        raise BadInput("gpt.prompt_too_long", length=f"{len(typed):,}", limit=f"{MOST_CHARACTERS:,}")
    other = checkpoint.tokenizer.encode(_question(checkpoint, typed)).tokens if typed else []
    change = Intervention(layer, None if head < 0 else head, factor, patched=bool(typed))
    work = partial(intervention_view, checkpoint.model, checkpoint.tokenizer, inside, change, position, other)
    for found in _in_turn(work, checkpoint, state.changes, language, budgets):
        yield _told("changed", found, turn=turn, number=number)


def _attribute(language: str, state: InsideState, event: gr.EventData, *, budgets: Budgets) -> Iterator[Any]:
    """Which tokens made a next token likely, as the page asked for it; target −1 is the likeliest."""
    from demos.gpt.inside.causes import attribution_view

    turn, number, position, target = (int(event._data[name]) for name in ("turn", "number", "position", "target"))
    inside, checkpoint = state.inside, state.checkpoint
    if inside is None or checkpoint is None or turn != state.requests.number:
        yield gr.skip()
        return
    if not 0 <= position < len(inside.tokens):
        yield gr.skip()
        return
    work = partial(attribution_view, checkpoint.model, checkpoint.tokenizer, inside, position, target)
    for found in _in_turn(work, checkpoint, state.attributions, language, budgets):
        yield _told("attributed", found, turn=turn, number=number)


def _in_turn(
    work: Callable[[], dict[str, Any]], checkpoint: "Checkpoint", asked: Latest, language: str, budgets: Budgets
) -> Iterator[dict[str, Any] | str]:
    """What `work` finds, in a turn where the model is large, and before it the places in line as they are said; ""
    at first, since an event that yields nothing at all would empty the page's part."""
    from demos.gpt.models.checkpoint import takes_long

    yield ""
    number = asked.request()
    pieces, heavy = (work() for _ in range(1)), takes_long(checkpoint)
    for found in budgets.pieces(pieces, ui.visitor(), lambda: asked.number == number, heavy=heavy):
        yield found.said(language) if isinstance(found, Place) else found


def _told(name: str, found: dict[str, Any] | str, **asked: int) -> Any:
    """What was found, as the prop `name`, or the place in line."""
    if isinstance(found, str):
        return gr.HTML(place=found) if found else gr.skip()
    shown: Any = {name: dump_message(found | asked), "place": ""}
    return gr.HTML(**shown)


def _html() -> str:
    """The page's part that never changes, in both languages."""
    parts = {"steps": "".join(map(_tab_of, STEPS)), "explained": "".join(map(_explained, STEPS))}
    return template("gpt/inside/page/inside.html", **parts)


def _tab_of(step: Any) -> str:
    return template(
        "gpt/inside/page/step_tab.html",
        name=step.name,
        values=" ".join(value.field for value in step.values),
        repeated=" data-layer" if step.name in IN_A_LAYER else "",
        label=bilingual(f"gpt.inside_step_{step.name}"),
    )


def _explained(step: Any) -> str:
    formulas = (template("common/page/formula.html", formula=formula) for formula in step.formulas)
    return template(
        "gpt/inside/page/explained.html",
        name=step.name,
        formulas="".join(formulas),
        said=bilingual(f"gpt.inside_say_{step.name}"),
        algorithms=step.algorithms,
    )
