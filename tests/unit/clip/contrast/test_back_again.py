"""Whoever leaves the view while it learns, and comes back."""

from typing import Any

import gradio as gr

from demos.clip.contrast.tab import ContrastState, _open, _train
from demos.common.scheduling.budgets import Budgets
from demos.common.settings import PROFILES
from demos.common.ui import dump_message

FIELDS: tuple[Any, ...] = (4, 8, 2, 0.003, "softmax", 0.07, True, False, 0)


def test_what_was_learned_meanwhile_is_shown_again() -> None:
    """A part of the page that is hidden keeps nothing of what it is sent."""
    state, heavy = ContrastState(), Budgets.of(PROFILES["laptop"]).heavy
    *_, last = _train("en", state, *FIELDS, heavy=heavy)
    assert state.shown["step"] == state.shown["steps"] == 2
    away = [*_open("en", "match", state, *FIELDS, heavy=heavy)]
    _, back = _open("en", "contrast", state, *FIELDS, heavy=heavy)
    assert len(away) == 1
    assert isinstance(back, gr.HTML)
    assert back.value == dump_message(state.shown) == last.value
