"""The trained model leaves the training view: to be written with, looked into, saved in a file, and brought back."""

import base64
import math
from typing import Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.ui import says
from demos.gpt.models.registry import REGISTRY, TRAINING
from demos.gpt.train.form import TrainingForm
from demos.gpt.visitor import VisitorState

PART = 3_000_000  # bytes of a file in one message


@says
def write(language: str, visitor: VisitorState, form: TrainingForm) -> tuple[Any, ...]:
    """Write with the model as it is now: model, model_changed, view."""
    return _use(visitor, form, "write")


@says
def look_inside(language: str, visitor: VisitorState, form: TrainingForm) -> tuple[Any, ...]:
    """Look inside the model as it is now: model, model_changed, view."""
    return _use(visitor, form, "inside")


def _use(visitor: VisitorState, form: TrainingForm, view: str) -> tuple[Any, ...]:
    if form.uploaded is not None:
        # Not read again: Gradio deletes what was uploaded after a while.
        visitor.set_model(form.uploaded_path, form.uploaded)
    else:
        for _ in visitor.load_model(TRAINING):
            pass
    return visitor.name if visitor.name in REGISTRY else "file", visitor.changed(), view


@says
def bring(language: str, visitor: VisitorState, form: TrainingForm, file: str) -> tuple[Any, ...]:
    """A model from a file, to be trained on, written with and looked into: what is said of it, "Train on", the rest."""
    from demos.common.device import select_device
    from demos.gpt.models.loading import load

    report = visitor.trainer.report() if visitor.trainer else None
    if report is not None and not report.over:
        raise BadInput("gpt.train_busy")
    checkpoint = load(file, select_device(visitor.device))
    form.uploaded, form.uploaded_path = checkpoint, file
    config = checkpoint.model.config
    values = {"parameters": f"{checkpoint.model.parameter_count:,}", "block_size": f"{config.block_size:,}"}
    said = text("gpt.train_loaded", language, **values)
    return gr.Markdown(said, visible=True), gr.Button(visible=True), gr.Row(visible=True)


@says
def export_part(language: str, visitor: VisitorState, form: TrainingForm, event: gr.EventData) -> dict[str, Any]:
    """A part of the model's file as {wish, part, parts, name, content (base64)}; the first wish packs the file.

    Nothing is written to disk.
    """
    from demos.gpt.models.checkpoint import packed

    part = int(event.part)
    if part == 0:
        checkpoint = form.uploaded or (visitor.trainer.checkpoint() if visitor.trainer else None)
        if checkpoint is None:
            raise BadInput("gpt.nothing_trained")
        form.export = packed(checkpoint)
        form.export_name = f"glassbox-gpt-step-{checkpoint.facts.get('steps', 0)}.safetensors"
    parts = max(1, math.ceil(len(form.export) / PART))
    content = base64.b64encode(form.export[part * PART : (part + 1) * PART]).decode()
    name = form.export_name
    if part >= parts - 1:
        form.export = b""
    return {"wish": event.wish, "part": part, "parts": parts, "name": name, "content": content}
