"""The place of "Look inside"; its script fills it."""

import gradio as gr


def build() -> gr.HTML:
    """Below the stage, over the whole width: the views into one net; page/stage.js of `live` fills it."""
    return gr.HTML('<div class="xor-inside"></div>', js_on_load=None, apply_default_css=False, elem_id="xor-inside")
