"""What is typed into a field for numbers reaches whoever checks it, and is refused by name."""

import gradio as gr
import pytest

from app import build
from demos.common.errors import BadInput
from demos.common.settings import PROFILES
from demos.xor.settings import tab as settings


def test_no_field_refuses_a_number_before_our_own_check() -> None:
    """Gradio's limits would answer with a sentence that names no field and no limit."""
    blocks = build(PROFILES["laptop"]).blocks.values()
    fields = [block for block in blocks if isinstance(block, gr.Number | gr.Slider)]
    assert len(fields) > 20
    for field in fields:
        for typed in (-(10**9), 10**9, None):
            field.preprocess(typed)


@pytest.mark.parametrize(("name", "typed"), [("seed", -3), ("layers", 99), ("steps", 0), ("lr", None), ("count", 1.5)])
def test_what_is_typed_into_xors_settings_is_refused_by_name(name: str, typed: object) -> None:
    with gr.Blocks():
        controls = settings.build()
    values = {each: getattr(controls[each], "value", None) for each in settings.NAMES} | {name: typed}
    with pytest.raises(BadInput) as refused:
        settings.chosen(list(values.values()))
    assert refused.value.in_language("en").startswith(name)


def test_hidden_layers_are_shown_for_a_number_of_them_alone() -> None:
    shown = settings.show_layers(2)
    assert [update["visible"] for update in shown[: len(settings.WIDTHS)]] == [True, True, False, False]
    assert len(settings.show_layers(None)) == len(settings.show_layers(99)) == len(shown)
