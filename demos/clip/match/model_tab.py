"""Which model answers, and which one beside it: fetched and opened while the one before goes on answering."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from demos.clip.models import embedded
from demos.clip.models.offered import offered
from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.settings import Settings
from demos.common.ui import PRIVATE, Page, says, t

EMBEDDED = embedded.NAME
SECONDS_BETWEEN_REPORTS = 0.2
ONLY_PAGE: dict[str, Any] = {"api_visibility": "private"}  # as common's PRIVATE, but with the sign that it is under way


@dataclass(frozen=True)
class Models:
    """The name of the model that answers, a parameter of the endpoint; of the one beside it, "" for none."""

    answers: gr.Textbox
    second: gr.Textbox


def build(page: Page) -> Models:
    """Lay out the choice of models and wire it."""
    wanted = gr.Dropdown(
        [EMBEDDED, *((each.line, each.name) for each in offered())], value=EMBEDDED,
        label=t("clip.model"), info=t("clip.model_info"), allow_custom_value=True, elem_id="clip-model",
    )  # fmt: skip
    with gr.Row():
        use = gr.Button(t("clip.load_model"), size="sm", elem_id="clip-use")
        compare = gr.Button(t("clip.compare"), size="sm", elem_id="clip-compare")
        alone = gr.Button(t("clip.compare_no_more"), size="sm", visible=False, elem_id="clip-alone")
        stop = gr.Button(t("clip.stop"), size="sm", visible=False)
    progress = gr.Markdown(elem_id="clip-progress")
    answers, second = gr.Textbox(EMBEDDED, visible=False), gr.Textbox("", visible=False)
    opened = Opening(page.settings)
    wired: dict[str, Any] = {"show_progress": "hidden", **ONLY_PAGE}
    begun = use.click(says(opened.change), [page.language, wanted, answers], [answers, progress, use, stop], **wired)
    beside = compare.click(says(opened.beside), [page.language, wanted, second], [second, progress, use, stop], **wired)
    stop.click(stopped, [page.language, answers], [progress, use, stop], cancels=[begun, beside], **ONLY_PAGE)
    alone.click(lambda: ("", ""), None, [second, progress], trigger_mode="multiple", **PRIVATE)
    second.change(lambda name: gr.update(visible=bool(name)), second, alone, trigger_mode="always_last", **PRIVATE)
    return Models(answers, second)


@dataclass(frozen=True)
class Opening:
    """A model is fetched and opened, for the app's settings; whatever goes wrong, the one before goes on answering."""

    settings: Settings

    def change(self, language: str, wanted: str, before: str) -> Iterator[tuple[Any, ...]]:
        """Another model answers."""
        yield from self._fetch(language, wanted, before, "clip.using")

    def beside(self, language: str, wanted: str, before: str) -> Iterator[tuple[Any, ...]]:
        """A model answers beside the other one."""
        yield from self._fetch(language, wanted, before, "clip.beside")

    def _fetch(self, language: str, wanted: str, before: str, done: str) -> Iterator[tuple[Any, ...]]:
        from demos.clip.models import registry
        from demos.clip.zero_shot import Matcher
        from demos.common.device import select_device

        yield before, text("clip.looking", language, name=wanted), *_buttons(loading=True)
        reported = 0.0
        try:
            device = select_device(self.settings.device)
            for event in registry.open_with_progress(wanted or EMBEDDED, device, self.settings.offline):
                if isinstance(event, Matcher):
                    yield event.name, text(done, language, name=event.name), *_buttons(loading=False)
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
