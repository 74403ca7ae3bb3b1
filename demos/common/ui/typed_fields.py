"""Fields in which a visitor types a number."""

from typing import Any, TypeVar

import gradio as gr

Field = TypeVar("Field", gr.Number, gr.Slider)


def number_field(*arguments: Any, **options: Any) -> gr.Number:
    """A `gr.Number` that hands over what was typed as it came, None for nothing: whoever reads it checks it.

    Gradio's own check of its limits knows neither the field's name nor what would be right (`common.unfit`).
    """
    return _as_typed(gr.Number(*arguments, **options))


def slider_field(*arguments: Any, **options: Any) -> gr.Slider:
    """A `gr.Slider`, beside which a number can be typed as well, that hands it over as `number_field` does."""
    return _as_typed(gr.Slider(*arguments, **options))


def _as_typed(field: Field) -> Field:
    field.preprocess = lambda payload: payload  # type: ignore[method-assign]
    return field
