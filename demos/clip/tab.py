"""The CLIP tab: images against words in several views, and the lessons that set them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from demos.clip.contrast import tab as contrast
from demos.clip.endpoints import Endpoints
from demos.clip.examples import tab as examples
from demos.clip.gallery import tab as gallery
from demos.clip.layers import tab as layers
from demos.clip.match import tab as match
from demos.clip.matrix import tab as matrix
from demos.clip.shared_tab import VIEWS, SharedState, WantedQuery
from demos.clip.why import tab as why
from demos.common.ui import Page, choices, says, serve, t
from demos.common.ui.lesson_strip import action_of, lesson_strip, on_action
from demos.common.ui.views import show_chosen, view_leads, view_places

# Each lays out its view and wires it. The matching view is there first: the others share what it holds.
BUILDERS: dict[str, Callable[[Page, SharedState], None]] = {
    "matrix": matrix.build,
    "gallery": gallery.build,
    "examples": examples.build,
    "why": why.build,
    "layers": layers.build,
    "contrast": contrast.build,
}
STAGES = "#clip-stage, #clip-matrix, #clip-gallery, #clip-examples"  # one of them is seen


def build(page: Page) -> None:
    """Lay out the frame, then each view in it."""
    leads = view_leads("clip", VIEWS)
    strip = lesson_strip("clip", places=dict.fromkeys(("setup", "second"), STAGES))
    view = gr.Radio(
        choices(VIEWS, "clip.view"), value=VIEWS[0], label=t("common.views"), show_label=False, container=False,
        visible=len(VIEWS) > 1,
        elem_id="clip-view", elem_classes="view-switch",
    )  # fmt: skip
    places = view_places("clip", VIEWS)
    show_chosen(view, VIEWS, leads, places)
    for name, place in zip(VIEWS, places, strict=True):
        with place:
            if name == "match":
                matching = match.build(page)
                shared = SharedState(
                    view, matching.files, matching.labels, matching.templates, matching.own, matching.model,
                    matching.fit, wanted_query=gr.State(None),
                )  # fmt: skip
            else:
                BUILDERS[name](page, shared)
    endpoints = Endpoints(page.settings, Path(get_upload_folder()) / "clip")
    serve(endpoints, page.settings.concurrent_runs, page.budgets.heavy)
    on_action(
        strip,
        ("setup", "second"),
        _set,
        [page.language, gr.State(matching.example_files), shared.files],
        [shared.files, shared.labels, shared.templates, matching.none, shared.view, shared.wanted_query],
    )


@says
def _set(language: str, example_files: Sequence[str], files: list[str] | None, event: gr.EventData) -> tuple[Any, ...]:
    """The images, the guesses, the templates, whether none may be right, the view and the query of a lesson.

    The example photos join the visitor's own images. What another view shows stays as it is.
    """
    lesson, action = action_of("clip", event)
    wanted = lesson.actions[action]
    view = wanted.get("view", VIEWS[0])
    query = WantedQuery(wanted["query"]) if "query" in wanted else gr.skip()
    if "labels" not in wanted:
        return *(gr.skip() for _ in range(4)), view, query
    own = files or []
    there = {Path(file).name for file in own}
    missing = [file for file in example_files if Path(file).name not in there]
    guesses = "\n".join(wanted["labels"])
    return [*own, *missing], guesses, wanted.get("templates", "everyday"), wanted.get("none", True), view, query
