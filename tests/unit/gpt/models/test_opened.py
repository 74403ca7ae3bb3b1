"""Open models are bounded in bytes: a second large one pushes out the first, and its memory is freed."""

import gc
from pathlib import Path
from weakref import ref

import pytest
import torch

from demos.gpt.model import GPT, Config
from demos.gpt.models import checkpoint as checkpoints
from demos.gpt.models import loading
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.tokenizer import CharTokenizer

LETTERS = CharTokenizer.of("abcdefgh")


def file(folder: Path, width: int) -> str:
    config = Config(len(LETTERS), block_size=8, layers=1, heads=1, width=width, bias=False)
    path = folder / f"{width}.safetensors"
    checkpoints.save(Checkpoint(GPT(config), LETTERS), path)
    return str(path)


def test_its_bytes_are_those_of_its_tensors_each_counted_once() -> None:
    config = Config(len(LETTERS), block_size=8, layers=1, heads=1, width=32, bias=False)
    model = GPT(config)
    held = {tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in model.parameters()}
    assert Checkpoint(model, LETTERS).bytes == sum(held.values())


def test_a_second_large_model_pushes_out_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = file(tmp_path, 16), file(tmp_path, 64)
    first = checkpoints.load(small, torch.device("cpu"))
    most = first.bytes + checkpoints.load(large).bytes - 1
    checkpoints._opened.clear()
    monkeypatch.setattr(checkpoints._opened, "most_bytes", most)
    weights = ref(first.model.transformer.wte.weight)
    del first
    gc.collect()
    assert weights() is None  # nobody keeps it any more

    first = checkpoints.load(small)
    weights = ref(first.model.transformer.wte.weight)
    del first
    gc.collect()
    assert weights() is not None  # it stays open
    checkpoints.load(large)
    gc.collect()
    assert weights() is None


def test_all_that_stay_open_are_counted_and_have_the_bound_that_the_app_is_launched_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = checkpoints.load("adder")
    assert loading._opened.size(checkpoint) == checkpoints._opened.size(checkpoint) == checkpoint.bytes > 0
    assert loading._opened.most_bytes is checkpoints._opened.most_bytes is None
    names = [file(tmp_path, 16), file(tmp_path, 64)]

    def opened(most: int | None) -> list[bool]:
        """Which of two models stays open, once the second one was used last."""
        if most is not None:
            monkeypatch.setenv("GLASSBOX_MOST_OPENED", str(most))
        checkpoints._opened.clear()
        weights = [ref(checkpoints.load(name).model.transformer.wte.weight) for name in names]
        gc.collect()
        return [each() is not None for each in weights]

    assert opened(None) == [True, True]
    both = sum(checkpoints.load(name).bytes for name in names)
    assert opened(both) == [True, True]
    assert opened(both - 1) == [False, True]
