"""The view that shows how such a model learns: pairs, their matrix, the loss step by step."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gradio as gr

from demos.clip.contrast.loss_steps import STEPS
from demos.clip.shared_tab import SharedState
from demos.common.i18n import LANGUAGES, text
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place, Turns
from demos.common.ui import (
    PRIVATE,
    Page,
    bilingual,
    choices,
    controls,
    dump_message,
    folded,
    module,
    says,
    stage,
    t,
    template,
    visitor,
    words,
)

PAIRS = (4, 8, 12, 16)
BATCHES = (8, 16, 32, 64, 128)
LOSSES = ("softmax", "sigmoid")
MESSAGE_EVERY = 0.3  # seconds: a slow page must not fall behind, or Stop comes too late


@dataclass
class ContrastState:
    """One visitor's training: the latest request counts. `told` and `shown` are the last messages of its pairs and of
    itself, for whoever stops it or comes back."""

    requests: Latest = field(default_factory=Latest)
    told: str = ""
    shown: dict[str, Any] = field(default_factory=dict)
    begun: bool = False


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    state = gr.State(ContrastState())
    with gr.Row():
        with stage():
            with gr.Row(elem_id="clip-contrast-buttons"):
                go = gr.Button(t("clip.contrast_go"), variant="primary", min_width=90, elem_id="clip-contrast-go")
                stop = gr.Button(t("clip.stop"), min_width=90, elem_id="clip-contrast-stop")
            shown = gr.HTML(
                "", html_template=_html(),
                js_on_load=module("clip/contrast/page/contrast.js", words=words("clip.contrast_page_")),
                pairs=None, apply_default_css=False, elem_id="clip-contrast",
            )  # fmt: skip
        with controls():
            swapped = gr.Checkbox(
                False, label=t("clip.contrast_swapped"), info=t("clip.contrast_swapped_info"),
                elem_id="clip-contrast-swapped",
            )  # fmt: skip
            loss = gr.Radio(
                choices(LOSSES, "clip.contrast_loss"), value=LOSSES[0], label=t("clip.contrast_loss"),
                elem_id="clip-contrast-loss",
            )  # fmt: skip
            pairs = gr.Radio([(str(count), count) for count in PAIRS], value=8, label=t("clip.contrast_pairs"))
            batch = gr.Radio(
                [(str(count), count) for count in BATCHES], value=32, label=t("clip.contrast_batch"),
                info=t("clip.contrast_batch_info"),
            )  # fmt: skip
            with folded("clip.contrast_more"):
                learn_scale = gr.Checkbox(True, label=t("clip.contrast_learn_scale"))
                temperature = gr.Number(0.07, label=t("clip.contrast_temperature"), info=t("clip.contrast_tau_info"))
                lr = gr.Number(0.003, label=t("clip.contrast_lr"))
                steps = gr.Number(300, label=t("clip.contrast_steps"), precision=0)
                seed = gr.Number(0, label=t("clip.contrast_seed"), precision=0)

    inputs = [
        *(page.language, state, pairs, batch, steps, lr, loss, temperature, learn_scale, swapped, seed),
    ]
    training: dict[str, Any] = {
        **PRIVATE,
        "trigger_mode": "multiple",  # the latest training ends the others
        "concurrency_id": "clip-contrast",
        "concurrency_limit": page.settings.concurrent_runs,  # they wait in line for their turn
    }
    train = partial(says(_train), heavy=page.budgets.heavy)
    go.click(train, inputs, shown, **training)
    gr.on([swapped.input, loss.input, pairs.input, batch.input], train, inputs, shown, **training)
    opening = partial(says(_open), heavy=page.budgets.heavy)
    shared.view.change(opening, [page.language, shared.view, *inputs[1:]], shown, **training)
    stop.click(_stop, [page.language, state], shown, **PRIVATE, queue=False, trigger_mode="multiple")


def _open(language: str, view: str, state: ContrastState, *fields: Any, heavy: Turns) -> Iterator[Any]:
    """The first training begins when the view is seen for the first time. Whoever comes back sees how it stands: what
    was sent while the view was hidden did not reach the page."""
    yield gr.skip()  # what yields nothing at all would empty the page's part
    if view == "contrast" and not state.begun:
        yield from _train(language, state, *fields, heavy=heavy)
    elif view == "contrast" and state.shown:
        yield gr.HTML(dump_message(state.shown), pairs=state.told)


def _train(
    language: str, state: ContrastState, pairs: int, batch: int, steps: float, lr: float, loss: str,
    temperature: float, learn_scale: bool, swapped: bool, seed: float, *, heavy: Turns,
) -> Iterator[Any]:  # fmt: skip
    """How a new training stands, until it is over or a later request ends it. Raises BadInput."""
    from demos.clip.contrast.learn import Recipe, learn
    from demos.clip.contrast.look import pairs_view, training_view

    captions = language[:2] if language[:2] in LANGUAGES else LANGUAGES[0]
    recipe = Recipe(pairs, batch, steps, lr, loss, temperature, learn_scale, swapped, seed, captions)  # type: ignore[arg-type]
    recipe.checked()
    state.begun = True
    turn = state.requests.request()
    told = state.told = dump_message(pairs_view(recipe) | {"turn": turn})
    pieces, sent = learn(recipe), 0.0
    progress = [next(pieces)]  # before the first step
    state.shown = training_view(recipe, progress, True, language) | {"turn": turn}
    yield gr.HTML(dump_message(state.shown), pairs=told)
    with heavy.enter(visitor(), lambda: state.requests.number == turn) as ours:
        for now in ours.each(pieces):
            if isinstance(now, Place):
                yield gr.HTML(dump_message(state.shown | {"status": now.said(language)}), pairs=told)
                continue
            progress.append(now)
            if now.over or time.monotonic() - sent >= MESSAGE_EVERY:
                sent = time.monotonic()
                view = training_view(recipe, progress, not now.over, language) | {"turn": turn}
                if state.requests.number != turn:  # what a later one shows stays
                    return
                state.shown = view
                yield gr.HTML(dump_message(state.shown), pairs=told)  # both: a page may miss any message but the last


def _stop(language: str, state: ContrastState) -> Any:
    """What was learnt so far stays on show."""
    turn = state.requests.request()
    if not state.shown.get("running"):
        return gr.skip()
    values = {"step": state.shown["step"], "steps": state.shown["steps"]}
    state.shown |= {"running": False, "turn": turn, "status": text("clip.contrast_stopped", language, **values)}
    return gr.HTML(dump_message(state.shown))


def _html() -> str:
    """The page's part that never changes, in both languages."""
    parts = {"steps": "".join(map(_tab_of, STEPS)), "explained": "".join(map(_explained, STEPS))}
    return template("clip/contrast/page/contrast.html", **parts)


def _tab_of(step: Any) -> str:
    return template(
        "clip/contrast/page/step_tab.html",
        name=step.name,
        losses=" ".join(step.losses),
        values=" ".join(f"{value.field}:{value.of}" for value in step.values),
        label=bilingual(f"clip.contrast_step_{step.name}"),
    )


def _explained(step: Any) -> str:
    formulas = (template("common/page/formula.html", formula=formula) for formula in step.formulas)
    return template(
        "clip/contrast/page/explained.html",
        name=step.name,
        formulas="".join(formulas),
        said=bilingual(f"clip.contrast_say_{step.name}"),
    )
