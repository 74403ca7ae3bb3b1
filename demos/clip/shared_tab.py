"""What the views of the tab share: which one is seen, the images and guesses, and the model that answers.

A view is a folder with a `tab.py` and its `build(page, shared)`; `tab.py` here lists them.
"""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from demos.common.scheduling.turns import Place
from demos.common.ui import ASKED

VIEWS = ("match", "matrix", "gallery", "examples", "why", "layers", "contrast")


@dataclass(frozen=True, eq=False)
class WantedQuery:
    """What the gallery is to search for. No two are equal: a lesson that is pressed twice searches twice."""

    query: str


@dataclass(frozen=True)
class SharedState:
    """`view`: the switch; its value is one of VIEWS. A view may send the visitor to another one by returning its name.

    `files`: the visitor's images, paths of uploaded files, the newest last. `labels`: the guesses, one a line.
    `templates`, `own`: the name of the templates, and the visitor's own ones. `model`: the name of the model that
    answers, for `registry.open_model`. `fit`: what it sees of an image, one of crops.FITS. `wanted_query`: a gr.State
    of the WantedQuery that a lesson has set.
    """

    view: gr.Radio
    files: gr.File
    labels: gr.Textbox
    templates: gr.Dropdown
    own: gr.Textbox
    model: gr.Textbox
    fit: gr.Radio
    wanted_query: gr.State


def refused(sentence: str) -> Any:
    """What stands beside the fields where an answer is refused; nothing for ""."""
    return gr.update(value=sentence, visible=bool(sentence), elem_classes=["clip-problem", ASKED])


def in_line(place: Place, language: str) -> Any:
    """The same while an answer waits for its turn: its place."""
    return gr.update(value=place.said(language), visible=True, elem_classes=["clip-waiting", ASKED])
