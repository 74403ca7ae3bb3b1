"""What a handler runs into reaches the visitor as a sentence."""

from collections.abc import Iterator

import gradio as gr
import pytest
import torch

from demos.common.i18n import text
from demos.common.notices import notice
from demos.common.ui import says


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda message, **_: said.append(message))
    return said


def test_a_notice_is_shown_in_the_visitors_language_at_whatever_step_it_comes(warned: list[str]) -> None:
    @says
    def steps(language: str) -> Iterator[int]:
        yield 1
        notice("common.gpu_full")
        yield 2

    @says
    def once(language: str) -> int:
        notice("common.gpu_full")
        return 3

    assert [*steps("ko"), once("en")] == [1, 2, 3]
    assert warned == [text("common.gpu_full", "ko"), text("common.gpu_full", "en")]


def test_a_full_gpu_is_a_sentence_and_another_fault_stays_one() -> None:
    @says
    def compute(language: str, error: Exception) -> None:
        raise error

    with pytest.raises(gr.Error) as said:
        compute("ko", torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"))
    assert said.value.message == text("common.gpu_full_retry", "ko")
    with pytest.raises(RuntimeError, match="ours"):
        compute("ko", RuntimeError("ours"))


def test_who_stops_a_generator_stops_the_handler() -> None:
    ended: list[bool] = []

    @says
    def steps(language: str) -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            ended.append(True)

    running = steps("en")
    assert next(running) == 1
    running.close()  # type: ignore[attr-defined]
    assert ended == [True]
