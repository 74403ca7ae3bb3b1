"""Weights in 8 bits, offered where they write faster: both ways are measured on this machine before one is chosen."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from demos.common.i18n import text
from demos.common.ui import Page, says, t
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import VisitorState

LARGE = 30_000_000  # parameters; smaller ones are near the processor anyway
STEPS = 16  # tokens written both ways


def build(page: Page, shared: SharedState) -> None:
    """A box to tick and what ticking it gave; both unseen beside a small model."""
    box = gr.Checkbox(False, label=t("gpt.int8"), info=t("gpt.int8_info"), visible=False, elem_id="gpt-int8")
    said = gr.Markdown(visible=False, elem_id="gpt-int8-said")
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    shared.model_changed.change(offer, shared.visitor, [box, said], **private)
    box.input(switch, [page.language, shared.visitor, box], [box, said], **private)


def offer(visitor: VisitorState) -> tuple[Any, Any]:
    """Another model was chosen, in full precision: the box, where it can make a difference."""
    from demos.gpt.models.quantise import available

    model = visitor.checkpoint().model
    offered = model.parameter_count >= LARGE and model.device.type == "cpu" and available()
    return gr.Checkbox(False, visible=offered), gr.Markdown(visible=False)


@says
def switch(language: str, visitor: VisitorState, wanted: bool) -> Iterator[tuple[Any, Any]]:
    """Measure both ways, then write in 8 bits from now on if that is faster; or go back to full precision."""
    from dataclasses import replace

    import torch

    from demos.gpt.models.quantise import compare, quantised

    checkpoint = visitor.checkpoint()
    visitor.quantised = None
    if not wanted:
        yield False, gr.Markdown(visible=False)
        return
    yield gr.skip(), gr.Markdown(text("gpt.int8_measuring", language), visible=True)
    block_size, vocabulary = checkpoint.model.config.block_size, checkpoint.model.config.vocab_size
    passage = torch.tensor(visitor.workspace.tokens[-block_size:], dtype=torch.long)
    if len(passage) <= STEPS:  # hardly anything was written: any tokens will do
        passage = torch.arange(min(block_size, 2 * STEPS)) % vocabulary
    measured = compare(checkpoint.model, passage, STEPS)
    if measured.worth_it and visitor.loaded is checkpoint:
        visitor.quantised = replace(checkpoint, model=quantised(checkpoint.model))
    values = {"speedup": f"{measured.speedup:.1f}", "steps": STEPS}
    values |= {"difference": f"{measured.largest_difference:.2g}", "spread": f"{measured.spread:.2g}"}
    result = text("gpt.int8_faster" if measured.worth_it else "gpt.int8_no_faster", language, **values)
    yield visitor.quantised is not None, gr.Markdown(result, visible=True)
