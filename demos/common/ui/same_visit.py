"""A page opens again, and says why, once the server knows nothing of it any more."""

import gradio as gr

from demos.common.ui.labels import words
from demos.common.ui.part import module


def same_visit() -> None:
    """Lay it out: nothing is seen of it before."""
    gr.HTML(
        '<p role="alert" hidden></p>',
        js_on_load=module("common/page/same_visit.js", words=words("common.opens_")),
        apply_default_css=False,
        elem_id="same-visit",
    )
