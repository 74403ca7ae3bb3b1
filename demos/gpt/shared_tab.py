"""What the views of the tab share: the visitor's state, the choice of a model, and what they tell each other.

A view is a folder with a `tab.py` and its `build(page, shared)`. It takes `shared.visitor` (a gr.State of a
visitor.VisitorState, changed in place) as an input, and hangs its handlers on the counters below: each is a gr.State
whose `.change` fires.
"""

from dataclasses import dataclass

import gradio as gr

VIEWS = ("write", "inside", "train")


@dataclass(frozen=True)
class SharedState:
    """`visitor`: this visitor's VisitorState.

    `view`: the switch; its value is one of VIEWS. A view may send the visitor to another one by returning its name.
    `model`: the chooser; its value is a name of registry.REGISTRY.
    `model_changed`: counts up when the visitor works with another model (visitor.name).
    `passage_changed`: counts up when the passage on show is another one or has ended growing (visitor.workspace).
    `shown[view]`: counts up each time that view is shown, also the first time.
    """

    visitor: gr.State
    view: gr.Radio
    model: gr.Dropdown
    model_changed: gr.State
    passage_changed: gr.State
    shown: dict[str, gr.State]
