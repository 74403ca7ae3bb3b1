"""What every tab is laid out with, and the page's header."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from demos.common.scheduling.budgets import Budgets
from demos.common.settings import Settings
from demos.common.ui.labels import bilingual, t, words
from demos.common.ui.part import module, template
from demos.common.visits import Visits

ASSETS = Path(__file__).parents[3] / "assets"


@dataclass(frozen=True)
class Page:
    """What a tab's `build(page)` gets.

    `budgets` are what all visitors share of the machine's time. `language` is the visitor's ("en" or "ko"); handlers
    take it as their first input. `open_on` is the event that shows this tab to a visitor for the first time:
    `open_on(fn, inputs, outputs)` fills what stands there at first. `on_language` is the event of another language,
    once `language` holds it: for sentences that the server has written.
    What is held for a visitor is given back at the end of their visit (`visits.at_end`).
    """

    settings: Settings
    budgets: Budgets
    language: gr.State
    tab: gr.Tab
    open_on: Callable[..., Any]
    on_language: Callable[..., Any]
    visits: Visits = field(default_factory=Visits)

    def open_in_language(self, field: gr.Textbox, texts: Mapping[str, str]) -> None:
        """When this tab is first seen, fill `field`, laid out with `texts["en"]`, in the visitor's language.

        The page does it at once: an answer of the server comes later, and would replace what was typed meanwhile.
        """
        ours = "typed === texts.en ? texts[window.glassbox.language] : typed"
        self.open_on(None, field, field, js=f"(typed) => {{ const texts = {json.dumps(texts)}; return {ours}; }}")


ASKED = "asked"  # what the network is asked, and the buttons that ask it: its input, which no setting is


@contextmanager
def stage() -> Iterator[None]:
    """What is looked at: two thirds of the width, above the controls on a phone."""
    with gr.Column(scale=2, min_width=340, elem_classes="stage"):
        yield


@contextmanager
def controls() -> Iterator[gr.Column]:
    """The one narrow column of controls beside the stage. Fold rare ones into `folded(...)`.

    A link with `?hide=controls` hides it but for what has the class ASKED (start/class_link).
    """
    with gr.Column(scale=1, min_width=300, elem_classes="controls") as column:
        yield column


@contextmanager
def folded(key: str) -> Iterator[None]:
    """Rarely needed controls, closed at first, under the string `key`."""
    with gr.Accordion(t(key), open=False, elem_classes="folded"):
        yield


def header() -> tuple[gr.Markdown, Callable[..., Any]]:
    """The page's header: name, the other language, day or night, what this is.

    Returns the place for the device, and the event of another language.
    """
    icon = ASSETS.joinpath("icon.svg").read_text(encoding="utf-8")
    said_by_gradio = module("common/page/gradio_words.js", "speak", words=words("common.gradio_"))
    title = gr.HTML(template("common/page/header.html", icon=icon), elem_id="header", js_on_load=said_by_gradio)
    with gr.Row(elem_id="subtitle"):
        gr.Markdown(t("common.tagline"), elem_id="tagline")
        gr.HTML(f'<a id="story-link" href="#start">{bilingual("common.story")}</a>', apply_default_css=False)
        return gr.Markdown(elem_id="device"), title.speak


def lead(key: str) -> None:
    """The one sentence at the top of a tab that says what to do here."""
    gr.Markdown(t(key), elem_classes="lead")
