"""The CLIP tab: drop pictures, write guesses, watch the bars."""

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from demos.clip import examples, prompts
from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES
from demos.common.ui import Page, choices, controls, folded, lead, module, says, stage, t, text

EMBEDDED = "embedded"
WORDS = {
    "things": ("a lion", "a bus", "a tower", "a tree", "a fish", "a house"),
    "kinds": ("an animal", "a vehicle", "a building", "a plant", "food", "a person"),
    "styles": ("a photo", "a painting", "a cartoon", "a sketch"),
    "places": ("a street", "a forest", "a mountain", "the sea", "a glacier", "buildings"),
}
SECONDS_BETWEEN_REPORTS = 0.2


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    lead("clip.lead")
    with gr.Row():
        with stage():
            shown = gr.HTML(
                {"pictures": [], "notes": [], "waiting": {code: text("clip.opening", code) for code in LANGUAGES}},
                html_template='<div class="match"></div>',
                js_on_load=module("clip/match/page/match.js"),
                elem_id="clip-stage",
            )
        with controls():
            files = gr.File(
                [str(file) for file in reversed(examples.found().values())],  # the stage shows the newest first
                label=t("clip.pictures"),
                file_count="multiple",
                height=200,
                elem_id="clip-files",
            )
            labels = gr.Textbox(
                "\n".join(WORDS["things"]),
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
                starts = {name: gr.Button(t(f"clip.try_{name}"), size="sm") for name in WORDS}
            with folded("clip.more"):
                templates = gr.Dropdown(
                    choices((*prompts.SETS, "own"), "clip.templates"), value="everyday", label=t("clip.templates")
                )
                own = gr.Textbox("a photo of a {}", label=t("clip.own_templates"), lines=3, visible=False)
                top = gr.Slider(1, 10, 5, step=1, label=t("clip.top"))
                wanted = gr.Dropdown(
                    _models(), value=EMBEDDED, label=t("clip.model"), info=t("clip.model_info"),
                    allow_custom_value=True, elem_id="clip-model",
                )  # fmt: skip
                with gr.Row():
                    use = gr.Button(t("clip.load_model"), size="sm", elem_id="clip-use")
                    stop = gr.Button(t("clip.stop"), size="sm", visible=False)
                progress = gr.Markdown(elem_id="clip-progress")
    model = gr.Textbox(EMBEDDED, visible=False)  # the one that answers; a parameter of the endpoint

    asked = [page.language, files, labels, templates, own, top, model]
    answer, answer_quietly, change_model = handlers(page)
    match.click(answer, asked, shown, api_name="clip_match", show_progress="minimal")
    follow = {"fn": answer_quietly, "inputs": asked, "outputs": [shown, problem]}
    follow |= {"show_progress": "hidden", "trigger_mode": "always_last", "api_visibility": "private"}
    gr.on([files.change, labels.change, templates.change, own.change, top.release, model.change], **follow)  # type: ignore[arg-type]
    page.open_on(answer_quietly, asked, [shown, problem])

    templates.change(lambda name: gr.update(visible=name == "own"), templates, own, api_visibility="private")
    for name, button in starts.items():
        button.click(lambda words=WORDS[name]: "\n".join(words), None, labels, api_visibility="private")
    begun = use.click(
        change_model,
        [page.language, wanted, model],
        [model, progress, use, stop],
        show_progress="hidden",
        api_visibility="private",
    )
    stop.click(stopped, [page.language, model], [progress, use, stop], cancels=[begun], api_visibility="private")


def handlers(page: Page) -> tuple[Any, Any, Any]:
    """The three things that happen here, for the app's settings."""

    def compute(
        language: str, files: list[str] | None, labels: str, templates: str, own: str, top: float, model: str
    ) -> dict:
        from demos.clip import look, models
        from demos.common.device import pick

        wording = prompts.templates(templates, (own or "").split("\n"))
        wanted = prompts.read_labels((labels or "").split("\n"))
        if not isinstance(top, int | float) or not 1 <= top <= prompts.MAX_LABELS:
            raise BadInput("clip.top_too_small", top=top)
        matcher = models.load(model or EMBEDDED, pick(page.settings.device), page.settings.offline)
        return look.answer(matcher, files or [], wanted, wording, int(top), language)

    def quietly(*asked: Any) -> tuple[Any, Any]:
        """While someone types, a refusal stands beside the field instead of popping up."""
        try:
            return compute(*asked), gr.update(value="", visible=False)
        except BadInput as error:
            return gr.skip(), gr.update(value=error.in_language(asked[0]), visible=True)

    def change_model(language: str, wanted: str, before: str) -> Iterator[tuple]:
        """Fetch and open another model; whatever goes wrong, the one before goes on answering."""
        from demos.clip import models
        from demos.clip.match import Matcher
        from demos.common.device import pick

        busy, idle = (
            (gr.update(visible=False), gr.update(visible=True)),
            (gr.update(visible=True), gr.update(visible=False)),
        )
        yield before, text("clip.looking", language, name=wanted), *busy
        reported = 0.0
        try:
            for event in models.loading(wanted or EMBEDDED, pick(page.settings.device), page.settings.offline):
                if isinstance(event, Matcher):
                    yield event.name, text("clip.using", language, name=event.name), *idle
                elif time.monotonic() - reported > SECONDS_BETWEEN_REPORTS:
                    reported = time.monotonic()
                    received, total = (f"{size / 1e6:,.0f}" for size in (event.received, event.total))
                    line = text("clip.downloading", language, file=event.file, received=received, total=total)
                    yield before, line, *busy
        except BadInput as error:
            yield before, error.in_language(language), *idle

    return says(compute), says(quietly), says(change_model)


def stopped(language: str, model: str) -> tuple:
    """What the line and the two buttons show after Stop."""
    return text("clip.stopped", language, name=model), *_buttons(loading=False)


def _buttons(loading: bool) -> tuple[Any, Any]:
    """“Use this model”, or in its place “Stop” while one is loading."""
    return gr.update(visible=not loading), gr.update(visible=loading)


def _models() -> list[str]:
    return [EMBEDDED, "ViT-B-32-256/datacomp_s34b_b86k", "ViT-B-32/laion2b_s34b_b79k", "RN50/cc12m"]
