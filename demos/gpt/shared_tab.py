"""What the views of the tab share: the visitor's state, the choice of a model, and what is on show.

A view is a folder with a `tab.py` and its `build(page, shared)`. It takes `shared.visitor` (a gr.State of a
visitor.VisitorState, changed in place) as an input, and hangs its handlers on the `.change` of the others below.
"""

from dataclasses import dataclass

import gradio as gr

VIEWS = ("write", "inside", "train", "compare")


@dataclass(frozen=True)
class SharedState:
    """`visitor`: this visitor's VisitorState.

    `view`: the switch; its value is one of VIEWS. A view may send the visitor to another one by returning its name.
    `model`: the chooser; its value is a name of registry.REGISTRY.
    `opened`: a gr.State of the visitor.ModelOpened that says which model the visitor works with.
    `passage`: a gr.State of the visitor.PassageOnShow; also another one once a passage was written to its end.
    """

    visitor: gr.State
    view: gr.Radio
    model: gr.Dropdown
    opened: gr.State
    passage: gr.State
