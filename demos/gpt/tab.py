"""The minGPT tab: a model on the desk, and three views of it: write with it, look inside it, train one of your own."""

from importlib import import_module
from pathlib import Path
from typing import Any

import gradio as gr

from demos.common.ui import Page, choices, lead, says, t
from demos.gpt.desk import Visit
from demos.gpt.shelf import FILE, FIRST, HUB, SHELF
from demos.gpt.tab_desk import VIEWS, Desk

SHOWN = tuple(view for view in VIEWS if Path(__file__).with_name(f"tab_{view}.py").is_file())
FILES = [".safetensors", ".pt", ".pth", ".bin"]


def build(page: Page) -> None:
    """Lay out the frame, then each view in it."""
    visit, model_changed, passage_changed = gr.State(Visit(page.settings.device)), gr.State(0), gr.State(0)
    shown = {view: gr.State(0) for view in SHOWN}
    lead("gpt.lead")
    with gr.Row(elem_id="gpt-top"):
        with gr.Column(scale=2, min_width=300):
            view = gr.Radio(
                choices(SHOWN, "gpt.view"), value=SHOWN[0], show_label=False, container=False, elem_id="gpt-view"
            )
        with gr.Column(scale=1, min_width=300, elem_classes="controls"):
            model = gr.Dropdown(
                _menu(offline=page.settings.offline), value=FIRST, label=t("gpt.model"), elem_id="gpt-model"
            )
            file = gr.File(visible=False, file_types=FILES, label=t("gpt.model_file"), height=120, elem_id="gpt-file")
    desk = Desk(visit, view, model, model_changed, passage_changed, shown)
    places = []
    for name in SHOWN:
        with gr.Column(visible=name == SHOWN[0], elem_id=f"gpt-view-{name}") as place:
            import_module(f"demos.gpt.tab_{name}").build(page, desk)
        places.append(place)

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    loading = private | {"show_progress": "minimal", "show_progress_on": model}
    view.change(_show, [view, *shown.values()], [*places, *shown.values()], **private)
    arrived = [model_changed, model, file]
    model.input(_take, [page.language, visit, model], arrived, **loading)
    file.upload(_bring, [page.language, visit, file], arrived, **loading)


def _menu(offline: bool) -> list[tuple[Any, str]]:
    """Every model on the shelf; those of the hub only where downloads are allowed."""
    entries = [entry for entry in SHELF.values() if not (offline and entry.source == HUB)]
    return [(t(entry.key), entry.name) for entry in entries]


def _show(view: str, *shown: int) -> list[Any]:
    """The place of `view` is seen, the others are not; its counter goes up."""
    seen = [gr.Column(visible=name == view) for name in SHOWN]
    return [*seen, *(count + (name == view) for name, count in zip(SHOWN, shown, strict=True))]


@says
def _take(language: str, visit: Visit, name: str) -> tuple[Any, str, Any]:
    """Lay the model `name` on the desk; for "file", ask for one first."""
    if SHELF[name].source == FILE:
        return gr.skip(), name, gr.File(visible=True)
    _lay(visit, name)
    return visit.changed(), name, gr.File(visible=False)


@says
def _bring(language: str, visit: Visit, file: str) -> tuple[int, Any, Any]:
    """Lay the model in the visitor's own file on the desk."""
    _lay(visit, file)
    return visit.changed(), gr.skip(), gr.skip()


def _lay(visit: Visit, name: str) -> None:
    """Take the model; where it cannot be read, the one before stays."""
    before, opened = visit.name, visit.opened
    visit.take(name)
    try:
        visit.checkpoint()
    except BaseException:
        visit.name, visit.opened = before, opened
        raise
