"""A sweep: each combination once, and none twice though it was stopped."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from demos.common.errors import BadInput
from demos.gpt.train import sweep as sweeps
from demos.gpt.train.shapes import Shape
from demos.gpt.train.sweep import TrainRun, runs, sweep

TEXT = "the quick brown fox jumps over the lazy dog. " * 40
SHAPE = Shape(layers=1, heads=2, width=8, block_size=8, batch=4, steps=6, dropout=0.1)


def test_each_combination_is_trained_once_for_each_seed() -> None:
    wanted = runs(SHAPE, [3, 4], lr=[0.01, 0.02, 0.01], width=[8, 16])
    assert [(run.shape.lr, run.shape.width, run.seed) for run in wanted] == [
        *((0.01, 8, 3), (0.01, 8, 4), (0.01, 16, 3), (0.01, 16, 4)),
        *((0.02, 8, 3), (0.02, 8, 4), (0.02, 16, 3), (0.02, 16, 4)),
    ]
    with pytest.raises(BadInput):
        runs(SHAPE, [], lr=[0.01])


def test_a_sweep_that_was_stopped_goes_on_and_ends_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work, wanted = TrainRun(TEXT, "characters"), runs(SHAPE, [0], lr=[0.01, 0.02, 0.04])
    whole = [one.result for one in sweep(work, wanted, tmp_path / "whole.jsonl")]
    assert len({one["held_out"] for one in whole}) == 3
    file = tmp_path / "stopped.jsonl"
    running = sweep(work, wanted, file)
    next(running)
    running.close()
    with file.open("a") as broken:
        broken.write('{"held_out": 1.')  # killed while it wrote
    trained, seen = sweeps.trained, []
    monkeypatch.setattr(sweeps, "trained", lambda *given: (seen.append(given[2].shape.lr), trained(*given))[1])
    rest = list(sweep(work, wanted, file))
    assert [one.kept for one in rest] == [True, False, False]
    assert [one.result for one in rest] == whole
    assert seen == [0.02, 0.04]
    assert all(one.kept for one in sweep(work, wanted, file))
    assert not any(one.kept for one in sweep(TrainRun(TEXT + "!", "characters"), wanted, file)), "another text"


def test_a_result_is_that_of_one_thread_whatever_the_process_uses(tmp_path: Path) -> None:
    work, wanted = TrainRun(TEXT, "characters"), runs(SHAPE, [0])
    before = torch.get_num_threads()
    results = []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            results += [one.result for one in sweep(work, wanted, tmp_path / f"{threads}.jsonl")]
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert results[0] == results[1]


def test_a_learning_rate_that_diverges_is_told_and_stands_last(tmp_path: Path, command: Callable) -> None:
    from demos.gpt.__main__ import app

    text = tmp_path / "text.txt"
    text.write_text(TEXT)
    words = ("sweep", text, "--out", tmp_path / "new" / "out.jsonl", "--optimiser", "sgd", "--lr", "100,0.1")
    words += ("--layers", "1", "--width", "8", "--heads", "2", "--block-size", "8", "--steps", "60")
    told = json.loads(command(app, *words, "--json").stdout)
    assert [row["lr"] for row in told["results"]] == [0.1, 100]
    assert told["results"][0]["diverged"] is None
    assert told["results"][1]["diverged"]
    table = command(app, *words).stdout.splitlines()
    assert table[0].split()[:2] == ["lr", "parameters"]
    assert "diverged at" in table[-1]
