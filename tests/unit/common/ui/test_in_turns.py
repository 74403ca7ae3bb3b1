"""Endpoints in turns: their signature stays, each piece takes its turn, a refusal is in the language asked for."""

import inspect
from collections.abc import Iterator

import gradio as gr
import pytest

from demos.common.scheduling.turns import Turns
from demos.common.ui import in_turns
from demos.common.ui.handlers import visitor


def count_to(number: int = 3, language: str = "en") -> Iterator[int]:
    """Count."""
    yield from range(number)


def double(number: int, language: str = "en") -> int:
    return 2 * number


def test_the_signature_and_the_words_stay() -> None:
    made = in_turns(Turns(1, 1), count_to)
    assert inspect.signature(made) == inspect.signature(count_to)
    assert inspect.isgeneratorfunction(made)
    assert made.__doc__ == "Count."
    assert not inspect.isgeneratorfunction(in_turns(Turns(1, 1), double))


def test_each_piece_takes_its_turn_and_the_answer_is_the_same() -> None:
    turns = Turns(1, 0.0)
    first, second = (in_turns(turns, count_to)(3) for _ in range(2))
    assert next(first) == 0
    assert turns.count == 1
    first.close()  # its page was closed
    assert list(second) == [0, 1, 2]
    assert in_turns(turns, double)(4, language="ko") == 8
    assert turns.count == 0


@pytest.mark.parametrize("answer", [count_to, double], ids=["generator", "function"])
@pytest.mark.parametrize(("language", "said"), [("en", "Too many people"), ("ko", "너무 많습니다")])
def test_too_many_are_refused_in_the_language_asked_for(answer, language: str, said: str) -> None:  # type: ignore[no-untyped-def]
    turns = Turns(1, 1, most=1)
    made = in_turns(turns, answer)
    with turns.enter(), pytest.raises(gr.Error, match=said):
        list(made(2, language))


def test_outside_of_a_page_nobody_is_answered() -> None:
    assert visitor() == ""
