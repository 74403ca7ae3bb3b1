"""The view that matches: drop images, write guesses, watch the bars."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from demos.clip import examples, prompts
from demos.common import validate
from demos.common.errors import BadInput, Label
from demos.common.i18n import LANGUAGES, text
from demos.common.settings import Settings
from demos.common.ui import Page, choices, controls, folded, module, says, stage, t

EMBEDDED = "embedded"
OFFERED_MODELS = (EMBEDDED, "ViT-B-32-256/datacomp_s34b_b86k", "ViT-B-32/laion2b_s34b_b79k", "RN50/cc12m")
EXAMPLE_LABELS = {
    "things": ("a lion", "a bus", "a tower", "a tree", "a fish", "a house"),
    "kinds": ("an animal", "a vehicle", "a building", "a plant", "food", "a person"),
    "styles": ("a photo", "a painting", "a cartoon", "a sketch"),
    "places": ("a street", "a forest", "a mountain", "the sea", "a glacier", "buildings"),
}
SECONDS_BETWEEN_REPORTS = 0.2
BEFORE = {"images": [], "notes": [], "waiting": {code: text("clip.opening", code) for code in LANGUAGES}}
ONLY_PAGE: dict[str, Any] = {"api_visibility": "private"}  # as common's PRIVATE, but with the sign that it is under way


@dataclass(frozen=True)
class View:
    """What other views read and a lesson may set: the files, the guesses (a text), the templates, the model's name.

    `example_files` are the example photos in Gradio's own folder, from where a page may get them.
    """

    files: gr.File
    example_files: tuple[str, ...]
    labels: gr.Textbox
    templates: gr.Dropdown
    own: gr.Textbox
    model: gr.Textbox


def build(page: Page) -> View:
    """Lay out the view and wire it."""
    with gr.Row():
        with stage():
            shown = gr.HTML(
                BEFORE,
                html_template='<div class="match"></div>',
                js_on_load=module("clip/match/page/match.js"),
                elem_id="clip-stage",
            )
        with controls():
            files = gr.File(
                [str(file) for file in reversed(examples.found().values())],  # the stage shows the newest first
                label=t("clip.images"),
                file_count="multiple",
                height=200,
                elem_id="clip-files",
            )
            labels = gr.Textbox(
                "\n".join(EXAMPLE_LABELS["things"]),
                label=t("clip.labels"),
                info=t("clip.labels_info"),
                lines=6,
                max_lines=14,
                elem_id="clip-labels",
            )
            problem = gr.Markdown(elem_id="clip-problem", visible=False)
            match = gr.Button(t("clip.match"), variant="primary", elem_id="clip-match")
            gr.Markdown(t("clip.try"))
            with gr.Row(elem_classes="clip-words"):
                starts = {name: gr.Button(t(f"clip.try_{name}"), size="sm") for name in EXAMPLE_LABELS}
            with folded("clip.more"):
                templates = gr.Dropdown(
                    choices((*prompts.SETS, "own"), "clip.templates"),
                    value="everyday",
                    label=t("clip.templates"),
                    elem_id="clip-templates",
                )
                own = gr.Textbox("a photo of a {}", label=t("clip.own_templates"), lines=3, visible=False)
                top = gr.Slider(1, 10, 5, step=1, label=t("clip.top"))
                wanted = gr.Dropdown(
                    list(OFFERED_MODELS), value=EMBEDDED, label=t("clip.model"), info=t("clip.model_info"),
                    allow_custom_value=True, elem_id="clip-model",
                )  # fmt: skip
                with gr.Row():
                    use = gr.Button(t("clip.load_model"), size="sm", elem_id="clip-use")
                    stop = gr.Button(t("clip.stop"), size="sm", visible=False)
                progress = gr.Markdown(elem_id="clip-progress")
    model = gr.Textbox(EMBEDDED, visible=False)  # the one that answers; a parameter of the endpoint

    handlers = Handlers(page.settings)
    asked = [page.language, files, labels, templates, own, top, model]
    match.click(says(handlers.shown), asked, shown, show_progress="minimal", **ONLY_PAGE)
    for_programs = gr.Button(visible=False)
    for_programs.click(says(handlers.answer), asked, shown, api_name="clip_match")
    gr.on(
        [files.change, labels.change, templates.change, own.change, top.release, model.change],
        handlers.answer_quietly,
        asked,
        [shown, problem],
        show_progress="hidden",
        trigger_mode="always_last",
        api_visibility="private",
    )
    page.open_on(handlers.answer_quietly, asked, [shown, problem])

    templates.change(lambda name: gr.update(visible=name == "own"), templates, own, **ONLY_PAGE)
    for name, button in starts.items():
        button.click(lambda words=EXAMPLE_LABELS[name]: "\n".join(words), None, labels, **ONLY_PAGE)
    begun = use.click(
        says(handlers.change_model),
        [page.language, wanted, model],
        [model, progress, use, stop],
        show_progress="hidden",
        **ONLY_PAGE,
    )
    stop.click(stopped, [page.language, model], [progress, use, stop], cancels=[begun], **ONLY_PAGE)
    return View(files, tuple(file["path"] for file in files.value or ()), labels, templates, own, model)


@dataclass(frozen=True)
class Handlers:
    """What happens here, for the app's settings."""

    settings: Settings

    def answer(
        self, language: str, files: list[str] | None, labels: str, templates: str, own: str, top: float, model: str
    ) -> dict[str, Any]:
        """What the endpoint answers. `pictures` is the old name of `images`. Raises BadInput."""
        shown = self.shown(language, files, labels, templates, own, top, model)
        return {**shown, "pictures": shown["images"]}

    def shown(
        self, language: str, files: list[str] | None, labels: str, templates: str, own: str, top: float, model: str
    ) -> dict[str, Any]:
        """What the stage shows. Raises BadInput."""
        from demos.clip.match import look
        from demos.clip.models import registry
        from demos.common.device import select_device

        wording = prompts.templates(templates, (own or "").split("\n"))
        wanted = prompts.read_labels((labels or "").split("\n"))
        top = validate.whole(Label("clip.top"), top, 1, prompts.MAX_LABELS)
        matcher = registry.open_model(model or EMBEDDED, select_device(self.settings.device), self.settings.offline)
        return look.answer(matcher, files or [], wanted, wording, top, language)

    def answer_quietly(self, language: str, *asked: Any) -> tuple[Any, Any]:
        """While someone types, a refusal stands beside the field instead of popping up."""
        try:
            return self.shown(language, *asked), gr.update(value="", visible=False)
        except BadInput as error:
            return gr.skip(), gr.update(value=error.in_language(language), visible=True)

    def change_model(self, language: str, wanted: str, before: str) -> Iterator[tuple[Any, ...]]:
        """Fetch and open another model; whatever goes wrong, the one before goes on answering."""
        from demos.clip.models import registry
        from demos.clip.zero_shot import Matcher
        from demos.common.device import select_device

        yield before, text("clip.looking", language, name=wanted), *_buttons(loading=True)
        reported = 0.0
        try:
            device = select_device(self.settings.device)
            for event in registry.open_with_progress(wanted or EMBEDDED, device, self.settings.offline):
                if isinstance(event, Matcher):
                    yield event.name, text("clip.using", language, name=event.name), *_buttons(loading=False)
                elif time.monotonic() - reported > SECONDS_BETWEEN_REPORTS:
                    reported = time.monotonic()
                    received, total = (f"{size / 1e6:,.0f}" for size in (event.received, event.total))
                    line = text("clip.downloading", language, file=event.file, received=received, total=total)
                    yield before, line, *_buttons(loading=True)
        except BadInput as error:
            yield before, error.in_language(language), *_buttons(loading=False)


def stopped(language: str, model: str) -> tuple[Any, ...]:
    """What the line and the two buttons show after Stop."""
    return text("clip.stopped", language, name=model), *_buttons(loading=False)


def _buttons(loading: bool) -> tuple[Any, Any]:
    """“Use this model”, or in its place “Stop” while one is loading."""
    return gr.update(visible=not loading), gr.update(visible=loading)
