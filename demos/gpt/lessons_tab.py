"""The strip of lessons above the views, and the open card below it."""

from typing import Any

import gradio as gr

from demos.common.ui import Page, says
from demos.common.ui.lesson_strip import action_of, lesson_strip, on_action
from demos.gpt.lessons import setup_of
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import VisitorState

ACTIONS = ("setup", "second")
STAGES = "#gpt-passages, #gpt-inside, #gpt-train-stage"  # one of them is seen


def build() -> gr.HTML:
    """The strip; which card is open is known to the page alone."""
    return lesson_strip("gpt", dict.fromkeys(ACTIONS, STAGES))


def wire(page: Page, shared: SharedState, strip: gr.HTML) -> None:
    """A lesson loads its model; the writing view does the rest (`VisitorState.pending_lesson`)."""
    given, outputs = [page.language, shared.visitor], [shared.model_changed, shared.model, shared.view]
    on_action(strip, ACTIONS, _set, given, outputs)


@says
def _set(language: str, visitor: VisitorState, event: gr.EventData) -> tuple[Any, Any, Any]:
    """The model and the view that one of a lesson's buttons sets."""
    setup = setup_of(*action_of("gpt", event))
    visitor.stop()
    for _ in visitor.load_model(setup.model):
        pass
    visitor.pending_lesson = setup if setup.view != "train" else None  # whoever comes to train needs no text written
    visitor.inside_focus = setup.focus and setup.focus | {"model": setup.model, "prompt": setup.prompt or ""}
    visitor.train_text = setup.text
    return visitor.changed(), setup.model, setup.view
