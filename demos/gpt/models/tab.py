"""Which model answers: the menu of models, a file of the visitor's, and weights in 8 bits where they write faster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from demos.common.errors import Label
from demos.common.i18n import text
from demos.common.ui import MULTIPLE, PRIVATE, Page, choices, number_field, says, t
from demos.common.validate import whole
from demos.gpt.models.registry import FILE, FIRST, HUB, REGISTRY, TRAINING
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import ModelOpened, VisitorState

FILES = [".safetensors", ".pt", ".pth", ".bin"]
LARGE = 30_000_000  # parameters; smaller ones are near the processor anyway
MOST_HEADS = 1000
STEPS = 16  # tokens written both ways
FULL = "fp32"  # packed.FULL, which is read with torch


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
                self.heads = number_field(0, precision=0, minimum=0, label=t("gpt.heads"))

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
    yield from _open(
        language,
        visitor,
        file,
        heads=whole(Label("gpt.heads"), heads or 0, 0, MOST_HEADS),
        vocabulary=vocabulary or "",
        vocabulary_file=own,
    )


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
    """The precision of the weights, and what choosing one gave; both unseen beside a small model.

    A shorter one is measured on this machine before it is taken.
    """
    chosen = gr.Radio(
        choices((FULL,), "gpt.precision"), value=FULL, label=t("gpt.precision"), info=t("gpt.precision_info"),
        visible=False, elem_id="gpt-precision",
    )  # fmt: skip
    said = gr.Markdown(visible=False, elem_id="gpt-precision-said")
    shared.opened.change(offer_precisions, shared.visitor, [chosen, said], **PRIVATE)
    chosen.input(choose_precision, [page.language, shared.visitor, chosen], [chosen, said], **MULTIPLE)


def offer_precisions(visitor: VisitorState) -> tuple[Any, Any]:
    """Another model was opened, in full precision: the choice, where it can make a difference."""
    from demos.gpt.models.packed import PRECISIONS, available

    model = visitor.checkpoint().model
    large = model.parameter_count >= LARGE and model.device.type == "cpu"
    offered = [FULL, *filter(available, PRECISIONS)] if large else [FULL]
    return (
        gr.Radio(choices(offered, "gpt.precision"), value=FULL, visible=len(offered) > 1),
        gr.Markdown(visible=False),
    )


@says
def choose_precision(language: str, visitor: VisitorState, wanted: str) -> Iterator[tuple[Any, Any]]:
    """Measure both ways, then write in `wanted` from now on if that is faster; or go back to full precision."""
    from dataclasses import replace

    import torch

    from demos.gpt.models.packed import PRECISIONS, available
    from demos.gpt.models.precision import compare, in_precision

    ours = visitor.precisions.request()
    checkpoint = visitor.checkpoint()
    visitor.packed = None
    if wanted not in PRECISIONS or not available(wanted):
        yield FULL, gr.Markdown(visible=False)
        return
    yield gr.skip(), gr.Markdown(text("gpt.precision_measuring", language), visible=True)
    block_size, vocabulary = checkpoint.model.config.block_size, checkpoint.model.config.vocab_size
    passage = torch.tensor(visitor.workspace.tokens[-block_size:], dtype=torch.long)
    if len(passage) <= STEPS:  # hardly anything was written: any tokens will do
        passage = torch.arange(min(block_size, 2 * STEPS)) % vocabulary
    packed = replace(checkpoint, model=in_precision(checkpoint.model, wanted))
    measured = compare(checkpoint.model, wanted, passage, STEPS)
    if visitor.precisions.number != ours:  # something else was chosen meanwhile
        return
    if measured.worth_it and visitor.loaded is checkpoint:
        visitor.packed = packed
    values = {
        "speedup": f"{measured.speedup:.1f}",
        "steps": STEPS,
        "precision": text(f"gpt.precision_{wanted}", language),
    }
    values |= {"difference": f"{measured.largest_difference:.2g}", "spread": f"{measured.spread:.2g}"}
    result = text("gpt.precision_faster" if measured.worth_it else "gpt.precision_no_faster", language, **values)
    yield wanted if visitor.packed is packed else FULL, gr.Markdown(result, visible=True)
