"""The trained model leaves the training view: to be written with, looked into, saved in a file, and brought back."""

import base64
import math
from collections.abc import Callable
from typing import Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.ui import says
from demos.gpt.models.registry import REGISTRY, TRAINING
from demos.gpt.train.slots import Bench
from demos.gpt.visitor import VisitorState

PART = 3_000_000  # bytes of a file in one message


def goer(view: str) -> Callable[..., tuple[Any, ...]]:
    """The handler that takes the model, as it is now, and shows `view`: model, model_changed, view."""

    @says
    def go(language: str, visitor: VisitorState, bench: Bench) -> tuple[Any, ...]:
        if bench.loaded is not None:
            visitor.set_model(
                bench.loaded_name, bench.loaded
            )  # not read again: Gradio deletes what was uploaded after a while
        else:
            for _ in visitor.load_model(TRAINING):
                pass
        return visitor.name if visitor.name in REGISTRY else "file", visitor.changed(), view

    return go


@says
def bring(language: str, visitor: VisitorState, bench: Bench, file: str) -> tuple[Any, ...]:
    """A model from a file, to be trained on, written with and looked into: what is said of it, "Train on", the rest."""
    from demos.common.device import pick
    from demos.gpt.models.loading import load

    report = visitor.studio.report() if visitor.studio else None
    if report is not None and not report.over:
        raise BadInput("gpt.train_busy")
    checkpoint = load(file, pick(visitor.device))
    bench.loaded, bench.loaded_name = checkpoint, file
    config = checkpoint.model.config
    values = {"parameters": f"{checkpoint.model.parameter_count:,}", "block": f"{config.block_size:,}"}
    said = text("gpt.train_loaded", language, **values)
    return gr.Markdown(said, visible=True), gr.Button(visible=True), gr.Row(visible=True)


@says
def hand_over(language: str, visitor: VisitorState, bench: Bench, event: gr.EventData) -> dict[str, Any]:
    """A part of the model's file as {wish, part, parts, name, content (base64)}; the first wish packs the file.

    Nothing is written to disk.
    """
    from demos.gpt.models.checkpoint import packed

    part = int(event.part)
    if part == 0:
        checkpoint = bench.loaded or (visitor.studio.checkpoint() if visitor.studio else None)
        if checkpoint is None:
            raise BadInput("gpt.nothing_trained")
        bench.parcel = packed(checkpoint)
        bench.parcel_name = f"glassbox-gpt-step-{checkpoint.facts.get('steps', 0)}.safetensors"
    parts = max(1, math.ceil(len(bench.parcel) / PART))
    content = base64.b64encode(bench.parcel[part * PART : (part + 1) * PART]).decode()
    name = bench.parcel_name
    if part >= parts - 1:
        bench.parcel = b""
    return {"wish": event.wish, "part": part, "parts": parts, "name": name, "content": content}
