"""The minGPT tab: a model, and three views of it: write with it, look inside it, train one of your own."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.events import api

from demos.common.i18n import text
from demos.common.ui import Page, choices, controls, says, t
from demos.gpt import lessons_tab
from demos.gpt.inside import tab as inside_tab
from demos.gpt.models.registry import FILE, FIRST, HUB, REGISTRY, TRAINING
from demos.gpt.shared_tab import VIEWS, SharedState
from demos.gpt.train import tab as train_tab
from demos.gpt.visitor import VisitorState
from demos.gpt.write import tab as write_tab
from demos.gpt.write.api_tab import gpt_generate

BUILDERS = {"write": write_tab.build, "inside": inside_tab.build, "train": train_tab.build}
FILES = [".safetensors", ".pt", ".pth", ".bin"]


def build(page: Page) -> None:
    """Lay out the frame, then each view in it."""
    visitor = gr.State(VisitorState(page.settings.device, page.settings.offline))
    model_changed, passage_changed = gr.State(0), gr.State(0)
    shown = {view: gr.State(0) for view in VIEWS}
    leads = [
        gr.Markdown(t(f"gpt.lead_{name}"), visible=name == VIEWS[0], elem_classes="lead", elem_id=f"gpt-lead-{name}")
        for name in VIEWS
    ]
    strip = lessons_tab.build()
    with gr.Row(elem_id="gpt-top"):
        with gr.Column(scale=2, min_width=300):
            view = gr.Radio(
                choices(VIEWS, "gpt.view"), value=VIEWS[0], show_label=False, container=False, elem_id="gpt-view"
            )
        with controls() as chooser:
            menu = _menu(offline=page.settings.offline)
            model = gr.Dropdown(menu, value=FIRST, label=t("gpt.model"), elem_id="gpt-model")
            arrival = gr.Markdown(visible=False, elem_id="gpt-arrival")
            with gr.Column(visible=False) as bringing:
                file = gr.File(file_types=FILES, label=t("gpt.model_file_upload"), height=150, elem_id="gpt-file")
                with gr.Row():
                    heads = gr.Number(0, precision=0, minimum=0, label=t("gpt.heads"), info=t("gpt.heads_info"))
                    vocabulary = gr.Dropdown(
                        [(t("gpt.vocabulary_numbers"), ""), *((name, name) for name in ("gpt2", "shakespeare"))],
                        value="",
                        label=t("gpt.vocabulary"),
                        info=t("gpt.vocabulary_info"),
                    )
    shared = SharedState(visitor, view, model, model_changed, passage_changed, shown)
    places = []
    for name in VIEWS:
        with gr.Column(visible=name == VIEWS[0], elem_id=f"gpt-view-{name}") as place:
            BUILDERS[name](page, shared)
        places.append(place)

    lessons_tab.wire(page, shared, strip)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    view.change(_show, [view, *shown.values()], [chooser, *leads, *places, *shown.values()], **private)
    arrived = [model_changed, model, bringing, arrival]
    brought = [file, heads, vocabulary]
    model.select(_take, [page.language, visitor, model, *brought], arrived, trigger_mode="multiple", **private)
    file.upload(_bring, [page.language, visitor, *brought], arrived, **private)
    api(gpt_generate, api_name="gpt_generate", concurrency_limit=page.settings.concurrent_streams)


def _menu(*, offline: bool) -> list[tuple[Any, str]]:
    """Every model in the registry; those of the hub only where downloads are allowed."""
    return [(t(entry.key), entry.name) for entry in REGISTRY.values() if not (offline and entry.source == HUB)]


def _show(view: str, *shown: int) -> list[Any]:
    """The lead and the place of `view` are seen, the others are not; its counter goes up.

    Whoever trains makes a model, and needs none to choose.
    """
    seen: list[Any] = [gr.Column(visible=view != "train")]
    seen += [part(visible=name == view) for part in (gr.Markdown, gr.Column) for name in VIEWS]
    return [*seen, *(count + (name == view) for name, count in zip(VIEWS, shown, strict=True))]


@says
def _take(
    language: str, visitor: VisitorState, name: str, file: str | None = None, heads: float = 0, vocabulary: str = ""
) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Work with the model `name`; for "file" the one that was brought before, else ask for one."""
    if name == visitor.fetching:  # it is on its way
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return
    is_file = REGISTRY[name].source == FILE
    if is_file and file and file != visitor.name:
        yield from _bring(language, visitor, file, heads, vocabulary)
        return
    if is_file or (name == visitor.name and visitor.loaded is not None and name != TRAINING):
        visitor.cancel_loading()
        yield gr.skip(), gr.skip(), gr.Column(visible=is_file), gr.Markdown(visible=False)
        return
    yield from _lay(language, visitor, name)


@says
def _bring(language: str, visitor: VisitorState, file: str, heads: float, vocabulary: str) -> Iterator[tuple[Any, ...]]:
    """Work with the model in the visitor's own file."""
    yield from _lay(language, visitor, file, heads=int(heads or 0), vocabulary=vocabulary)


def _lay(language: str, visitor: VisitorState, name: str, **hints: Any) -> Iterator[tuple[Any, ...]]:
    """Take the model, with word of its download. Where it cannot be had, the one before stays."""
    files = bool(hints)
    try:
        for download in visitor.load_model(name, **hints):
            values = {"file": download.file, "received": f"{download.received / 1e6:,.0f}"}
            values["total"] = f"{download.total / 1e6:,.0f}" if download.total else "?"
            said = text("gpt.arriving", language, **values)
            yield gr.skip(), gr.skip(), gr.skip(), gr.Markdown(said, visible=True)
    except Exception:
        before = visitor.name if visitor.name in REGISTRY else "file"
        yield gr.skip(), before, gr.skip(), gr.Markdown(visible=False)
        raise
    if visitor.name != name:  # the visitor chose another one meanwhile, which says the rest
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return
    yield visitor.changed(), gr.skip(), gr.Column(visible=files), gr.Markdown(visible=False)
