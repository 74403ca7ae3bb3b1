"""The views of a tab, one of which is seen: a sentence that leads into each, and the place it is laid out in.

The browser changes the view by itself, so it is there at once, also while the server is busy.
"""

import json
from collections.abc import Sequence

import gradio as gr

from demos.common.ui.handlers import PRIVATE
from demos.common.ui.labels import t


def view_leads(demo: str, names: Sequence[str]) -> list[gr.Markdown]:
    """A sentence for each of `names`, the string `lead_<name>` of the demo; the first is seen."""
    return [
        gr.Markdown(
            t(f"{demo}.lead_{name}"), visible=name == names[0], elem_classes="lead", elem_id=f"{demo}-lead-{name}"
        )
        for name in names
    ]


def view_places(demo: str, names: Sequence[str]) -> list[gr.Column]:
    """A place for each of `names`, to be filled later (`with place`); the first is seen."""
    return [gr.Column(visible=name == names[0], elem_id=f"{demo}-view-{name}") for name in names]


def show_chosen(
    view: gr.Radio, names: Sequence[str], leads: Sequence[gr.Markdown], places: Sequence[gr.Column]
) -> None:
    """Have the lead and the place be seen that `view` names.

    To be called before the views wire what they do once they are chosen: listeners of one event go out in their order,
    and one that waits for the server holds up the others.
    """
    shown = f'{json.dumps([*names] * 2)}.map((name) => ({{ __type__: "update", visible: name === view }}))'
    view.change(None, view, [*leads, *places], js=f"(view) => {shown}", **PRIVATE)
