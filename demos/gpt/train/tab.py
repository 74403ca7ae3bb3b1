"""The view "Train your own": a text, a size, one button; losses and samples while it learns; and then it is yours."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common import i18n
from demos.common.base64_arrays import encode_bytes
from demos.common.errors import BadInput, Label
from demos.common.i18n import text
from demos.common.settings import Settings
from demos.common.ui import (
    MULTIPLE,
    PRIVATE,
    Page,
    choices,
    controls,
    count,
    dump_message,
    folded,
    module,
    says,
    stage,
    t,
    t_entry,
    template,
    words,
)
from demos.common.validate import positive, whole
from demos.gpt.models.registry import REGISTRY, TRAINING
from demos.gpt.shared_tab import SharedState
from demos.gpt.train import form_tab
from demos.gpt.train.form_tab import FIELDS, FIRST, LEARNING, OWN, PRESETS, Export, TrainingForm, shape_of
from demos.gpt.train.sessions import Trainers
from demos.gpt.train.texts import EXAMPLES
from demos.gpt.visitor import ModelOpened, VisitorState

if TYPE_CHECKING:
    from demos.gpt.models.checkpoint import Checkpoint

TOKENIZERS = (("characters", "characters"), ("byte_pairs", "byte pairs"))  # (string, name)
READS = ("text", "examples")
OPTIMISERS = ("muon", "adamw", "sgd")
SCHEDULES = ("stay_and_fall", "cosine", "constant")
UPDATE = 0.3  # seconds between two views
BUTTONS = ("go", "on", "pause", "resume", "stop", "use")
PART = 3_000_000  # bytes of a file in one message
SHOWN = {  # state: what can be pressed
    "before": ("go",),
    "uploaded": ("go", "on", "use"),
    "waiting": ("stop", "use"),
    "training": ("pause", "stop", "use"),
    "paused": ("resume", "stop", "use"),
    "finished": ("go", "on", "use"),
    "stopped": ("go", "on", "use"),
    "diverged": ("go", "on", "use"),
    "failed": ("go",),
}


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    trainers, visitor = Trainers(page.settings, page.visits), shared.visitor
    handlers = Handlers(page.settings, trainers)
    count("trainings", lambda: trainers.trainings)
    form = gr.State(TrainingForm(limits=page.settings))
    with gr.Row(elem_id="gpt-train"):
        with stage():
            shown = gr.HTML(
                None,
                html_template=template("gpt/train/page/training.html"),
                js_on_load=module("gpt/train/page/training.js", "attention_at", words=words("gpt.train_page_")),
                attention=None,
                elem_id="gpt-train-stage",
            )
        with controls():
            source = gr.Dropdown(
                choices((*EXAMPLES, OWN), "gpt.train_text"),
                value=FIRST,
                label=t("gpt.train_text"),
                elem_id="gpt-source",
            )
            field = gr.Textbox(label=t("gpt.train_text_here"), lines=5, max_lines=5, elem_id="gpt-train-text")
            upload = gr.UploadButton(t("gpt.train_upload"), size="sm", elem_id="gpt-train-upload")
            with gr.Row(elem_id="gpt-train-buttons"):
                go = gr.Button(t("gpt.train_go"), variant="primary", min_width=90, elem_id="gpt-train-go")
                hidden = [
                    gr.Button(t(f"gpt.train_{name}"), visible=False, min_width=90, elem_id=f"gpt-train-{name}")
                    for name in BUTTONS[1:-1]
                ]
            with gr.Row(visible=False) as use:
                inside = gr.Button(t("gpt.train_inside"), size="sm", min_width=90, elem_id="gpt-train-inside")
                write = gr.Button(t("gpt.train_write"), size="sm", min_width=90, elem_id="gpt-train-write")
                download = gr.HTML(
                    None,
                    html_template=template("gpt/train/page/export.html"),
                    js_on_load=module("gpt/train/page/export.js", "wanted"),
                    elem_id="gpt-train-file",
                )
            facts = gr.Markdown(elem_id="gpt-train-facts")
            preset = gr.Radio(
                choices((*PRESETS, OWN), "gpt.train_preset"), label=t("gpt.train_preset"), elem_id="gpt-train-preset"
            )
            with gr.Row():
                steps = gr.Number(label=t("gpt.train_steps"), min_width=110, elem_id="gpt-train-steps")
                minutes = gr.Number(10, label=t("gpt.train_minutes"), min_width=110, elem_id="gpt-train-minutes")
            most = i18n.texts("gpt.train_minutes_info", most=f"{page.settings.training_minutes:g}")
            gr.Markdown(t_entry("gpt.train_minutes_told", most), elem_id="gpt-train-minutes-info")
            with folded("gpt.train_more"):
                tokenizer = gr.Radio(
                    [(t(f"gpt.train_tokenizer_{key}"), name) for key, name in TOKENIZERS],
                    value=TOKENIZERS[0][1],
                    label=t("gpt.train_tokenizer"),
                    elem_id="gpt-train-tokenizer",
                )
                with gr.Row():
                    numbers = [
                        gr.Number(label=t(f"gpt.train_{name}"), min_width=110, elem_id=f"gpt-train-{name}")
                        for name in FIELDS[:-1]
                    ]
                reads = gr.Radio(
                    choices(READS, "gpt.train_reads"),
                    value=READS[0],
                    label=t("gpt.train_reads"),
                    info=t("gpt.train_reads_info"),
                    elem_id="gpt-train-reads",
                )
                prompt = gr.Textbox(label=t("gpt.train_prompt"), lines=1, max_lines=3, elem_id="gpt-train-prompt")
            with folded("gpt.train_learning"):
                optimiser = gr.Dropdown(
                    choices(OPTIMISERS, "gpt.train_optimiser"),
                    value=OPTIMISERS[0],
                    label=t("gpt.train_optimiser"),
                    elem_id="gpt-train-optimiser",
                )
                lr = gr.Number(0.02, label=t("gpt.train_lr"), info=t("gpt.train_lr_info"), elem_id="gpt-train-lr")
                schedule = gr.Dropdown(
                    choices(SCHEDULES, "gpt.train_schedule"),
                    value=SCHEDULES[0],
                    label=t("gpt.train_schedule"),
                    elem_id="gpt-train-schedule",
                )
                seed = gr.Number(0, label=t("gpt.seed"), elem_id="gpt-train-seed")
            model = gr.UploadButton(t("gpt.train_upload_model"), size="sm", elem_id="gpt-train-upload-model")
            uploaded = gr.Markdown(visible=False, elem_id="gpt-train-uploaded")
    shape = [*numbers, steps]
    buttons = [go, *hidden, use]
    on, pause, resume, stop = hidden

    learning = [optimiser, lr, schedule]
    laid_out = [source, field, prompt, preset, *shape, reads, shown]
    sizing: dict[str, Any] = {
        "fn": form_tab.size_up,
        "inputs": [page.language, visitor, form, field, tokenizer, *shape],
        "outputs": facts,
        "concurrency_limit": page.settings.concurrent_runs,
        **MULTIPLE,  # a newer question ends the older one's measurement
    }
    texts = [page.language, visitor, form]
    shown_view = {"inputs": [page.language, shared.view, *sizing["inputs"][1:]], "fn": form_tab.size_up_if_shown}
    shared.view.change(form_tab.show, [*texts, shared.view, source], laid_out, **PRIVATE).then(**sizing | shown_view)
    shared.opened.change(form_tab.show_lesson, texts, laid_out, **PRIVATE).then(**sizing | shown_view)
    source.input(form_tab.choose, [*texts, source], laid_out, **MULTIPLE).then(**sizing)
    upload.upload(form_tab.read, [*texts, upload, prompt], laid_out, **MULTIPLE).then(**sizing)
    field.input(lambda: OWN, outputs=source, **PRIVATE)  # not told of the first change after a text was laid out
    typed = [*texts, source, field, prompt]
    field.blur(form_tab.leave_field, typed, [source, prompt, reads, shown], **MULTIPLE).then(**sizing)
    preset.input(form_tab.choose_preset, preset, shape, **MULTIPLE).then(**sizing)
    gr.on([number.input for number in numbers], lambda: OWN, outputs=preset, **PRIVATE)
    gr.on([*(number.input for number in shape), tokenizer.change], **sizing)

    optimiser.input(form_tab.choose_optimiser, optimiser, lr, **MULTIPLE)
    wish = [page.language, visitor, form, field, tokenizer, reads, prompt, seed, minutes, *learning, *shape]
    watching: dict[str, Any] = {
        "fn": _watch,
        "inputs": texts,
        "outputs": [shown, *buttons],
        "concurrency_limit": page.settings.concurrent_runs,
        **MULTIPLE,
    }
    page.on_language(**watching | {"fn": say_again})
    page.on_language(**sizing | shown_view)
    # One at a time: a second press would throw away what the first has begun.
    go.click(says(handlers.start), wish, **PRIVATE).success(**watching)
    on.click(says(handlers.go_on), wish, **PRIVATE).success(**watching)
    resume.click(_resume, visitor, **MULTIPLE).success(**watching)
    pause.click(_pause, visitor, queue=False, **MULTIPLE)
    stop.click(_stop, visitor, queue=False, **MULTIPLE).success(**watching)  # nobody watches what is paused
    opened = [shared.model, shared.opened, shared.view]
    inside.click(look_inside, texts, opened, **PRIVATE)
    write.click(write_with, texts, opened, **PRIVATE)
    shown.attention_at(attention_at, visitor, shown, **MULTIPLE)
    model.upload(upload_model, [*texts, model], [uploaded, on, use], **MULTIPLE)
    download.wanted(export_part, texts, download, **MULTIPLE)


class Handlers:
    """What the buttons that begin a training do: they need the trainers of all visitors."""

    def __init__(self, settings: Settings, trainers: Trainers) -> None:
        self.settings, self.trainers = settings, trainers

    def start(
        self, language: str, request: gr.Request, visitor: VisitorState, form: TrainingForm, *fields: Any
    ) -> None:
        """Train a new model in place of the former."""
        self._start(request, visitor, form, None, *fields)

    def go_on(
        self, language: str, request: gr.Request, visitor: VisitorState, form: TrainingForm, *fields: Any
    ) -> None:
        """Train on, with the weights that are there."""
        trainer = self.trainers.trainer(visitor, request.session_hash)
        self._start(request, visitor, form, form.uploaded or trainer.checkpoint(), *fields)

    def _start(
        self,
        request: gr.Request,
        visitor: VisitorState,
        form: TrainingForm,
        begin: "Checkpoint | None",
        field: str,
        tokenizer: str,
        reads: str,
        prompt: str,
        seed: float,
        minutes: float,
        optimiser: str,
        lr: float,
        schedule: str,
        *numbers: float,
    ) -> None:
        self.trainers.trainer(visitor, request.session_hash).start(
            form.text if form.long else field or "",
            shape_of(numbers, **dict(zip(LEARNING, (optimiser, lr, schedule), strict=True))),
            tokenizer=tokenizer,
            reads=reads,
            begin=begin,
            prompt=prompt or "",
            seed=whole(Label("gpt.seed"), seed, 0, 2**32 - 1),
            minutes=self._minutes(minutes),
        )
        form.prompt, form.uploaded = prompt or "", None

    def _minutes(self, given: float) -> float:
        """The minutes that were asked for. Raises BadInput for more than a visitor has."""
        name, most = Label("gpt.train_minutes"), self.settings.training_minutes
        minutes = positive(name, given)
        if minutes > most:
            raise BadInput("gpt.train_minutes_most", most=f"{most:g}")
        return minutes


def _pause(visitor: VisitorState) -> None:
    if visitor.trainer is not None:
        visitor.trainer.pause()


def _stop(visitor: VisitorState) -> None:
    if visitor.trainer is not None:
        visitor.trainer.stop()


def _resume(visitor: VisitorState) -> None:
    if visitor.trainer is not None:
        visitor.trainer.resume()


@says
def _watch(language: str, visitor: VisitorState, form: TrainingForm) -> Iterator[tuple[Any, ...]]:
    """The training until it is paused or over, or somebody newer looks."""
    from demos.gpt.train.look import training_view

    ours = form.watching.request()
    if visitor.trainer is None:
        return
    for report in visitor.trainer.watch(UPDATE):
        if form.watching.number != ours:
            return
        message = dump_message(training_view(report, form.prompt, language))
        yield message, *pressable(report.state)  # complete: a page may skip some
        if report.state == "paused":
            return


@says
def say_again(language: str, visitor: VisitorState, form: TrainingForm) -> Iterator[tuple[Any, ...]]:
    """The stage in another language: the training, which is watched on in it, or how the text begins."""
    unchanged = tuple(gr.skip() for _ in BUTTONS)
    if visitor.trainer is not None and visitor.trainer.report() is not None:
        yield from _watch(language, visitor, form)
    else:
        yield form_tab.stage_before(form, language), *unchanged


def attention_at(visitor: VisitorState, event: gr.EventData) -> Any:
    """The attention weights at the step of a sample, which the page asks for: too many to come with each view."""
    from demos.gpt.train.look import attention_view

    report = visitor.trainer.report() if visitor.trainer else None
    found = attention_view(report, int(event._data["step"])) if report else None
    return gr.skip() if found is None else gr.HTML(attention=dump_message(found))


def pressable(state: str) -> list[Any]:
    """An update for each of BUTTONS."""
    seen = SHOWN[state]
    return [
        *(gr.Button(visible=name in seen) for name in BUTTONS[:-1]),
        gr.Row(visible="use" in seen),
    ]


@says
def write_with(language: str, visitor: VisitorState, form: TrainingForm) -> tuple[str, ModelOpened, str]:
    """Write with the model as it is now: shared.model, opened and view."""
    return _use(visitor, form, "write")


@says
def look_inside(language: str, visitor: VisitorState, form: TrainingForm) -> tuple[str, ModelOpened, str]:
    """Look inside the model as it is now: shared.model, opened and view."""
    return _use(visitor, form, "inside")


def _use(visitor: VisitorState, form: TrainingForm, view: str) -> tuple[str, ModelOpened, str]:
    if form.uploaded is not None:
        # Not read again: Gradio deletes what was uploaded after a while.
        visitor.set_model(form.uploaded_path, form.uploaded)
    else:
        for _ in visitor.open_model(TRAINING):
            pass
    return visitor.name if visitor.name in REGISTRY else "file", ModelOpened(visitor.name), view


@says
def upload_model(language: str, visitor: VisitorState, form: TrainingForm, file: str) -> tuple[Any, ...]:
    """A model from a file, to be trained on, written with and looked into: what is said of it, "Train on", the rest."""
    from demos.common.device import select_device
    from demos.gpt.models.about import about_file
    from demos.gpt.models.loading import open_model

    report = visitor.trainer.report() if visitor.trainer else None
    if report is not None and not report.over:
        raise BadInput("gpt.train_busy")
    ours = form.uploads.request()
    checkpoint = open_model(file, select_device(visitor.device))
    if form.uploads.number != ours:  # the visitor has sent another one meanwhile
        return gr.skip(), gr.skip(), gr.skip()
    form.uploaded, form.uploaded_path = checkpoint, file
    config = checkpoint.model.config
    values = {"parameters": f"{checkpoint.model.parameter_count:,}", "block_size": f"{config.block_size:,}"}
    said = " ".join([text("gpt.train_uploaded", language, **values), *about_file(checkpoint, language)])
    return gr.Markdown(said, visible=True), gr.Button(visible=True), gr.Row(visible=True)


@says
def export_part(language: str, visitor: VisitorState, form: TrainingForm, event: gr.EventData) -> Any:
    """A part of the model's file as {wish, part, parts, name, content (base64)}; asked for the first, the file is made.

    Nothing is written to disk. No answer where another file was asked for since, or this one was sent to its end.
    """
    from demos.gpt.models.checkpoint import to_bytes

    wish, part = int(event.wish), int(event.part)
    if part == 0:
        checkpoint = form.uploaded or (visitor.trainer.checkpoint() if visitor.trainer else None)
        if checkpoint is None:
            raise BadInput("gpt.nothing_trained")
        name = f"glassbox-gpt-step-{checkpoint.facts.get('steps', 0)}.safetensors"
        form.export = Export(wish, name, to_bytes(checkpoint))
    export = form.export
    if export is None or export.wish != wish:
        return gr.skip()
    parts = math.ceil(len(export.content) / PART)
    if part >= parts - 1:
        form.export = None
    content = encode_bytes(export.content[part * PART : (part + 1) * PART])
    return {"wish": wish, "part": part, "parts": parts, "name": export.name, "content": content}
