"""The view "Train your own": a text, a size, one button; losses and samples while it learns; and then it is yours."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from demos.common.errors import Label
from demos.common.ui import Page, choices, controls, dump_message, folded, module, says, stage, t, template
from demos.common.validate import positive, whole
from demos.gpt.shared_tab import SharedState
from demos.gpt.train import file_tab
from demos.gpt.train.form import TrainingForm
from demos.gpt.train.sessions import TrainerSessions
from demos.gpt.train.text_tab import (
    FIELDS,
    FIRST,
    OWN,
    PRESETS,
    by_preset,
    choose,
    learn,
    read,
    shape_of,
    show,
    size_up,
    typed,
)
from demos.gpt.train.texts import EXAMPLES
from demos.gpt.visitor import VisitorState

if TYPE_CHECKING:
    from demos.gpt.models.checkpoint import Checkpoint

TOKENIZERS = (("characters", "characters"), ("byte_pairs", "byte pairs"))  # (string, name)
UPDATE = 0.3  # seconds between two pictures
BUTTONS = ("go", "on", "pause", "resume", "stop", "use")
SHOWN = {  # state: what can be pressed
    "before": ("go",),
    "loaded": ("go", "on", "use"),
    "waiting": ("stop", "use"),
    "training": ("pause", "stop", "use"),
    "paused": ("resume", "stop", "use"),
    "finished": ("go", "on", "use"),
    "stopped": ("go", "on", "use"),
    "failed": ("go",),
}


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    handlers, visitor = Handlers(TrainerSessions(page.settings)), shared.visitor
    form, watched = gr.State(TrainingForm(limits=page.settings)), gr.State(0)
    with gr.Row(elem_id="gpt-train"):
        with stage():
            shown = gr.HTML(
                None,
                html_template=template("gpt/train/page/training.html"),
                js_on_load=module("gpt/train/page/training.js"),
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
                prompt = gr.Textbox(label=t("gpt.train_prompt"), lines=1, max_lines=3, elem_id="gpt-train-prompt")
                seed = gr.Number(0, label=t("gpt.seed"), elem_id="gpt-train-seed")
            load = gr.UploadButton(t("gpt.train_load"), size="sm", elem_id="gpt-train-load")
            loaded = gr.Markdown(visible=False, elem_id="gpt-train-loaded")
    shape = [*numbers, steps]
    buttons = [go, *hidden, use]
    on, pause, resume, stop = hidden

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    laid_out = [source, field, prompt, preset, *shape, shown]
    sizing: dict[str, Any] = {
        "fn": size_up,
        "inputs": [page.language, visitor, form, field, tokenizer, *shape],
        "outputs": facts,
        "trigger_mode": "multiple",  # a newer question ends the older one's measurement
        "concurrency_limit": page.settings.concurrent_streams,
        **private,
    }
    texts = [page.language, visitor, form]
    shared.shown["train"].change(show, [*texts, source], laid_out, **private).then(**sizing)
    shared.model_changed.change(learn, texts, laid_out, **private).then(**sizing)
    source.input(choose, [*texts, source], laid_out, **private).then(**sizing)
    upload.upload(read, [*texts, upload, prompt], laid_out, **private).then(**sizing)
    field.input(lambda: OWN, outputs=source, **private)  # not told of the first change after a text was laid out
    field.blur(typed, [*texts, source, field, prompt], [source, prompt, shown], **private).then(**sizing)
    preset.input(by_preset, preset, shape, **private).then(**sizing)
    gr.on([number.input for number in numbers], lambda: OWN, outputs=preset, **private)
    gr.on([*(number.input for number in shape), tokenizer.change], **sizing)

    wish = [page.language, visitor, form, field, tokenizer, prompt, seed, minutes, *shape]
    go.click(says(handlers.start), wish, watched, **private)
    on.click(says(handlers.go_on), wish, watched, **private)
    pause.click(_pause, visitor, queue=False, **private)
    stop.click(_stop, visitor, queue=False, **private)
    resume.click(_resume, [visitor, form], watched, **private)
    watched.change(
        _watch,
        [page.language, visitor, form, watched],
        [shown, *buttons],
        concurrency_limit=page.settings.concurrent_streams,
        trigger_mode="multiple",
        **private,
    )
    went = [shared.model, shared.model_changed, shared.view]
    inside.click(file_tab.look_inside, [page.language, visitor, form], went, **private)
    write.click(file_tab.write, [page.language, visitor, form], went, **private)
    load.upload(file_tab.bring, [page.language, visitor, form, load], [loaded, on, use], **private)
    download.wanted(file_tab.export_part, [page.language, visitor, form], download, **private)
    root = Context.root_block
    assert root is not None
    root.unload(handlers.leave)


class Handlers:
    """What the buttons that begin a training, and leaving the page, do: they need the trainers of all visitors."""

    def __init__(self, sessions: TrainerSessions) -> None:
        self.sessions = sessions

    def start(self, language: str, request: gr.Request, visitor: VisitorState, form: TrainingForm, *fields: Any) -> int:
        """Train a new model in place of the former."""
        return self._start(request, visitor, form, None, *fields)

    def go_on(self, language: str, request: gr.Request, visitor: VisitorState, form: TrainingForm, *fields: Any) -> int:
        """Train on, with the weights that are there."""
        trainer = self.sessions.trainer(visitor, request.session_hash or "")
        return self._start(request, visitor, form, form.uploaded or trainer.checkpoint(), *fields)

    def leave(self, request: gr.Request) -> None:
        """The page was closed: nobody waits for this visitor's training any longer."""
        if request.session_hash:
            self.sessions.close(request.session_hash)

    def _start(
        self,
        request: gr.Request,
        visitor: VisitorState,
        form: TrainingForm,
        begin: "Checkpoint | None",
        field: str,
        tokenizer: str,
        prompt: str,
        seed: float,
        minutes: float,
        *numbers: float,
    ) -> int:
        self.sessions.trainer(visitor, request.session_hash or "").start(
            form.text if form.long else field or "",
            shape_of(numbers),
            tokenizer=tokenizer,
            begin=begin,
            prompt=prompt or "",
            seed=whole(Label("gpt.seed"), seed, 0, 2**32 - 1),
            minutes=positive(Label("gpt.train_minutes"), minutes),
        )
        form.prompt, form.uploaded = prompt or "", None
        form.turn += 1
        return form.turn


def _pause(visitor: VisitorState) -> None:
    if visitor.trainer is not None:
        visitor.trainer.pause()


def _stop(visitor: VisitorState) -> None:
    if visitor.trainer is not None:
        visitor.trainer.stop()


def _resume(visitor: VisitorState, form: TrainingForm) -> int:
    if visitor.trainer is not None:
        visitor.trainer.resume()
    form.turn += 1
    return form.turn


@says
def _watch(language: str, visitor: VisitorState, form: TrainingForm, turn: int) -> Iterator[tuple[Any, ...]]:
    """Pictures of the training until it is paused or over, or somebody newer looks."""
    from demos.gpt.train.look import picture

    if visitor.trainer is None:
        return
    for report in visitor.trainer.watch(UPDATE):
        if form.turn != turn:
            return
        drawn = dump_message(picture(report, form.prompt, language))
        yield drawn, *pressable(report.state)  # complete: a page may skip some
        if report.state == "paused":
            return


def pressable(state: str) -> list[Any]:
    """An update for each of BUTTONS."""
    seen = SHOWN[state]
    return [
        *(gr.Button(visible=name in seen) for name in BUTTONS[:-1]),
        gr.Row(visible="use" in seen),
    ]
