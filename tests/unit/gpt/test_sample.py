"""Where a GPU's memory is full, what is being written is written on by the processor, as if nothing were."""

from collections.abc import Callable, Collection
from typing import Any

import pytest
import torch

from demos.common.notices import heard_by
from demos.gpt.model import GPT, Config
from demos.gpt.sample import Sampling, probabilities, sample, sample_many


class Full:
    """A forward pass that finds a pretended graphics card full at the given times, half of the work done."""

    def __init__(self, call: Callable[..., Any], at: Collection[int], error: type[RuntimeError]) -> None:
        self.call, self.at, self.error, self.calls = call, at, error, 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls in self.at:
            self.call(*given, **named)
            raise self.error("CUDA out of memory.")
        return self.call(*given, **named)


@pytest.fixture
def model() -> GPT:
    torch.manual_seed(0)
    return GPT(Config(20, block_size=16, layers=2, heads=2, width=32)).eval().requires_grad_(False)


@pytest.mark.parametrize("at", [1, 2, 9, 20])  # the prompt, a token, one after the context is full
@pytest.mark.parametrize("cached", [True, False])
def test_the_same_passage_is_written(model: GPT, at: int, cached: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    how = Sampling(max_tokens=24, seed=3)
    expected = [each.token for each in sample(model, [1, 2, 3], how, cached=cached)]
    full = Full(model.forward, {at}, torch.OutOfMemoryError)
    monkeypatch.setattr(model, "forward", full)
    heard: list[str] = []
    with heard_by(heard.append):
        assert [each.token for each in sample(model, [1, 2, 3], how, cached=cached)] == expected
    assert heard == ["common.gpu_full"]


def test_passages_side_by_side_go_on_too(model: GPT, monkeypatch: pytest.MonkeyPatch) -> None:
    how = [Sampling(max_tokens=12, seed=seed) for seed in range(3)]
    expected = [[each and each.token for each in step] for step in sample_many(model, [1, 2, 3], how)]
    monkeypatch.setattr(model, "forward", Full(model.forward, {1, 5}, torch.OutOfMemoryError))
    assert [[each and each.token for each in step] for step in sample_many(model, [1, 2, 3], how)] == expected


def test_how_likely_a_prompt_was_is_told_too(model: GPT, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = probabilities(model, [1, 2, 3, 4])
    monkeypatch.setattr(model, "forward", Full(model.forward, {1}, torch.OutOfMemoryError))
    assert probabilities(model, [1, 2, 3, 4]) == expected


def test_another_error_is_none_of_these(model: GPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "forward", Full(model.forward, {2}, RuntimeError))
    with pytest.raises(RuntimeError):
        list(sample(model, [1, 2, 3], Sampling(max_tokens=5)))


def test_a_model_that_was_moved_off_can_still_learn(model: GPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "forward", Full(model.forward, {2}, torch.OutOfMemoryError))
    list(sample(model, [1, 2, 3], Sampling(max_tokens=5)))
    assert not any(parameter.is_inference() for parameter in model.parameters())


@pytest.mark.gpu
def test_a_model_that_another_moves_off_a_gpu_meanwhile_writes_on(model: GPT) -> None:
    how = Sampling(max_tokens=12, temperature=0.0)
    expected = [each.token for each in sample(model, [1, 2, 3], how)]
    model.to("cuda")
    written = []
    for step, each in enumerate(sample(model, [1, 2, 3], how)):
        written.append(each.token)
        if step == 4:
            model.to("cpu")
    assert written == expected
