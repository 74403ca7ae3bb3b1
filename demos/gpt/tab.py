"""The minGPT tab: a model, and four views of it: write with it, look inside it, train one of your own, compare two."""

from typing import Any

import gradio as gr

from demos.common.ui import PRIVATE, Page, choices, controls, says, serve, t
from demos.common.ui.lesson_strip import action_of, lesson_strip, on_action
from demos.common.ui.views import show_chosen, view_leads, view_places
from demos.gpt.compare import tab as compare_tab
from demos.gpt.endpoints import Endpoints
from demos.gpt.inside import tab as inside_tab
from demos.gpt.lessons import setup_of
from demos.gpt.models.registry import FILE, FIRST, REGISTRY, first_for
from demos.gpt.models.tab import ModelChooser
from demos.gpt.shared_tab import VIEWS, SharedState
from demos.gpt.train import tab as train_tab
from demos.gpt.visitor import ModelOpened, VisitorState
from demos.gpt.write import tab as write_tab

BUILDERS = {
    "write": write_tab.build,
    "inside": inside_tab.build,
    "train": train_tab.build,
    "compare": compare_tab.build,
}
LESSON_ACTIONS = ("setup", "second")
STAGES = "#gpt-passages, #gpt-inside, #gpt-train-stage, #gpt-compare"  # one of them is seen


def build(page: Page) -> None:
    """Lay out the frame, then each view in it."""
    visitor = gr.State(VisitorState(page.settings.device, page.settings.offline))
    leads = view_leads("gpt", VIEWS)
    lessons = lesson_strip("gpt", dict.fromkeys(LESSON_ACTIONS, STAGES))
    with gr.Row(elem_id="gpt-top"):
        with gr.Column(scale=2, min_width=300):
            view = gr.Radio(
                choices(VIEWS, "gpt.view"), value=VIEWS[0], label=t("common.views"), show_label=False, container=False,
                elem_id="gpt-view", elem_classes="view-switch",
            )  # fmt: skip
        with controls() as choosing:
            chooser = ModelChooser(offline=page.settings.offline)
    chooser.build_upload()
    shared = SharedState(visitor, view, chooser.model, opened=gr.State(None), passage=gr.State(None))
    places = view_places("gpt", VIEWS)
    show_chosen(view, VIEWS, leads, places)
    view.change(_offer_models, [view, chooser.model], [choosing, chooser.upload], **PRIVATE)
    for name, place in zip(VIEWS, places, strict=True):
        with place:
            BUILDERS[name](page, shared)

    chooser.wire(page, shared)
    set_up = [shared.opened, shared.model, shared.view]
    page.open_on(open_first, [page.language, visitor], set_up[:2])
    on_action(lessons, LESSON_ACTIONS, set_up_lesson, [page.language, visitor], set_up)
    heavy, writing = page.budgets.heavy, page.budgets.writing
    serve(Endpoints(page.settings), page.settings.concurrent_runs, heavy, gpt_generate=writing)


@says
def open_first(language: str, visitor: VisitorState) -> tuple[Any, Any]:
    """The model in the visitor's language, where that is not the one that the page was laid out with."""
    name = first_for(language)
    if name == FIRST or visitor.name != FIRST or visitor.loaded is not None:
        return gr.skip(), gr.skip()
    for _ in visitor.open_model(name):
        pass
    if visitor.name != name:  # a lesson was pressed meanwhile
        return gr.skip(), gr.skip()
    return ModelOpened(name, keeps_prompt=True), name


def _offer_models(view: str, model: str) -> tuple[gr.Column, gr.Row]:
    """The choice of a model, and with one from a file what it takes. Whoever trains makes a model, and chooses none."""
    chooses = view != "train"
    return gr.Column(visible=chooses), gr.Row(visible=chooses and REGISTRY[model].source == FILE)


@says
def set_up_lesson(language: str, visitor: VisitorState, event: gr.EventData) -> tuple[Any, Any, Any]:
    """The model and the view that one of a lesson's buttons sets; the views do the rest.

    Nothing if another lesson or another model was asked for while the model was read.
    """
    setup = setup_of(*action_of("gpt", event))
    ours = visitor.lessons.request()
    for _ in visitor.open_model(setup.model):
        pass
    if visitor.lessons.number != ours or visitor.name != setup.model:
        return gr.skip(), gr.skip(), gr.skip()
    visitor.inside_focus = setup.focus and setup.focus | {"model": setup.model, "prompt": setup.prompt or ""}
    visitor.train_text = setup.text
    lesson = setup if setup.view != "train" else None  # whoever comes to train needs no text written
    return ModelOpened(setup.model, lesson), setup.model, setup.view
