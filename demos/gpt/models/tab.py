"""Which model answers: the menu of models, a file of the visitor's, and weights in 8 bits where they write faster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from demos.common.i18n import text
from demos.common.ui import MULTIPLE, PRIVATE, Page, says, t
from demos.gpt.models.registry import FILE, FIRST, HUB, REGISTRY, TRAINING
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import ModelOpened, VisitorState

FILES = [".safetensors", ".pt", ".pth", ".bin"]
LARGE = 30_000_000  # parameters; smaller ones are near the processor anyway
STEPS = 16  # tokens written both ways


class ModelChooser:
    """The menu, and what belongs to it: the progress of a download, the fields for a file of the visitor's."""

    def __init__(self, *, offline: bool) -> None:
        self.model = gr.Dropdown(_menu(offline=offline), value=FIRST, label=t("gpt.model"), elem_id="gpt-model")
        self.download = gr.Markdown(visible=False, elem_id="gpt-download")

    def build_upload(self) -> None:
        """Lay out, across the whole tab, what a file of the visitor's takes: unseen until one is asked for."""
        with gr.Row(visible=False, elem_id="gpt-upload") as self.upload:
            with gr.Column(scale=3, min_width=260):
                gr.Markdown(t("gpt.model_file_takes"))
            with gr.Column(scale=3, min_width=200):
                gr.Markdown(t("gpt.model_file_upload"))
                self.file = gr.File(file_types=FILES, show_label=False, height=130, elem_id="gpt-file")
            with gr.Column(scale=3, min_width=200):
                gr.Markdown(t("gpt.vocabulary_file"))
                self.vocabulary_file = gr.File(
                    file_types=[".txt", ".json"], show_label=False, height=130, elem_id="gpt-vocabulary-file"
                )
            with gr.Column(scale=2, min_width=160):
                self.vocabulary = gr.Dropdown(
                    [(t("gpt.vocabulary_numbers"), ""), *((name, name) for name in ("gpt2", "shakespeare"))],
                    value="",
                    label=t("gpt.vocabulary"),
                )
                self.heads = gr.Number(0, precision=0, minimum=0, label=t("gpt.heads"))

    def wire(self, page: Page, shared: SharedState) -> None:
        """Hang the handlers on it."""
        outputs = [shared.opened, self.model, self.upload, self.download]
        uploaded = [self.file, self.heads, self.vocabulary, self.vocabulary_file]
        given = [page.language, shared.visitor]
        self.model.select(choose, [*given, self.model, *uploaded], outputs, **MULTIPLE)
        told = [self.file.upload, self.heads.submit, self.vocabulary.input]
        told += [self.vocabulary_file.upload, self.vocabulary_file.clear]
        gr.on(told, upload, [*given, *uploaded], outputs, **MULTIPLE)


def _menu(*, offline: bool) -> list[tuple[Any, str]]:
    """Every model in the registry; those of the hub only where downloads are allowed."""
    return [(t(entry.key), entry.name) for entry in REGISTRY.values() if not (offline and entry.source == HUB)]


@says
def choose(
    language: str,
    visitor: VisitorState,
    name: str,
    file: str | None = None,
    heads: float = 0,
    vocabulary: str = "",
    vocabulary_file: str | None = None,
) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Work with the model `name`; for "file" the one that was uploaded before, else ask for one."""
    if name == visitor.fetching:  # it is on its way
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return
    is_file = REGISTRY[name].source == FILE
    if is_file and file and file != visitor.name:
        yield from upload(language, visitor, file, heads, vocabulary, vocabulary_file)
        return
    if is_file or (name == visitor.name and visitor.loaded is not None and name != TRAINING):
        visitor.cancel_opening()
        yield gr.skip(), gr.skip(), gr.Row(visible=is_file), gr.Markdown(visible=False)
        return
    yield from _open(language, visitor, name)


@says
def upload(
    language: str,
    visitor: VisitorState,
    file: str | None,
    heads: float,
    vocabulary: str,
    vocabulary_file: str | None = None,
) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Work with the model in the visitor's own file; what was said of it (heads, vocabulary) may come after it."""
    if not file:
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return
    own = Path(vocabulary_file) if vocabulary_file else None
    yield from _open(language, visitor, file, heads=int(heads or 0), vocabulary=vocabulary or "", vocabulary_file=own)


def _open(language: str, visitor: VisitorState, name: str, **hints: Any) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Open the model, with word of its download. Where it cannot be had, the one before stays."""
    files = bool(hints)
    try:
        for download in visitor.open_model(name, **hints):
            values = {"file": download.file, "received": f"{download.received / 1e6:,.0f}"}
            values["total"] = f"{download.total / 1e6:,.0f}" if download.total else "?"
            said = text("gpt.downloading", language, **values)
            yield gr.skip(), gr.skip(), gr.skip(), gr.Markdown(said, visible=True)
    except Exception:
        before = visitor.name if visitor.name in REGISTRY else "file"
        yield gr.skip(), before, gr.skip(), gr.Markdown(visible=False)
        raise
    if visitor.name != name:  # the visitor chose another one meanwhile, which says the rest
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return
    yield ModelOpened(name), gr.skip(), gr.Row(visible=files), gr.Markdown(visible=False)


def build_precision(page: Page, shared: SharedState) -> None:
    """A box to tick for 8 bits and what ticking it gave; both unseen beside a small model.

    Both ways are measured on this machine before one is chosen.
    """
    box = gr.Checkbox(False, label=t("gpt.int8"), info=t("gpt.int8_info"), visible=False, elem_id="gpt-int8")
    said = gr.Markdown(visible=False, elem_id="gpt-int8-said")
    shared.opened.change(offer_int8, shared.visitor, [box, said], **PRIVATE)
    box.input(switch_int8, [page.language, shared.visitor, box], [box, said], **MULTIPLE)


def offer_int8(visitor: VisitorState) -> tuple[Any, Any]:
    """Another model was opened, in full precision: the box, where it can make a difference."""
    from demos.gpt.models.quantise import available

    model = visitor.checkpoint().model
    offered = model.parameter_count >= LARGE and model.device.type == "cpu" and available()
    return gr.Checkbox(False, visible=offered), gr.Markdown(visible=False)


@says
def switch_int8(language: str, visitor: VisitorState, wanted: bool) -> Iterator[tuple[Any, Any]]:
    """Measure both ways, then write in 8 bits from now on if that is faster; or go back to full precision."""
    from dataclasses import replace

    import torch

    from demos.gpt.models.quantise import compare, quantised

    ours = visitor.precisions.request()
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
    if visitor.precisions.number != ours:  # the box was unticked meanwhile
        return
    if measured.worth_it and visitor.loaded is checkpoint:
        visitor.quantised = replace(checkpoint, model=quantised(checkpoint.model))
    values = {"speedup": f"{measured.speedup:.1f}", "steps": STEPS}
    values |= {"difference": f"{measured.largest_difference:.2g}", "spread": f"{measured.spread:.2g}"}
    result = text("gpt.int8_faster" if measured.worth_it else "gpt.int8_no_faster", language, **values)
    yield visitor.quantised is not None, gr.Markdown(result, visible=True)
