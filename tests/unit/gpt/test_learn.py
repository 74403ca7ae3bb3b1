"""Training learns, can be paused and taken up again, and ends when it should."""

from pathlib import Path

import pytest

from demos.common.errors import BadInput
from demos.gpt.learn import Recipe, Training, evaluate
from demos.gpt.model import Config
from demos.gpt.tokenizer import CharTokenizer

TEXT = "she sells sea shells by the sea shore, and he sells her a shell. " * 40
TOKENS = CharTokenizer.of(TEXT).encode(TEXT).tensor()
CONFIG = Config(vocab_size=len(set(TEXT)), block_size=16, layers=2, heads=2, width=32, bias=False, dropout=0.1)


def training(**recipe: float) -> Training:
    return Training(TOKENS, CONFIG, Recipe(**({"steps": 8, "batch": 4} | recipe)))  # type: ignore[arg-type]


def test_it_learns_a_text_that_repeats() -> None:
    run = training(steps=150, batch=8)
    before = evaluate(run.average, run.corpus.held_out())
    *_, last = run.run()
    assert (last.step, last.share) == (150, 1.0)
    assert before > 2.5
    assert last.held_out is not None
    assert last.held_out < 1.2
    assert last.held_out == pytest.approx(evaluate(run.average, run.corpus.held_out(), exact=True), abs=0.02)


def test_the_same_seed_learns_the_same_and_another_does_not() -> None:
    first, second, other = ([progress.loss for progress in training(seed=seed, steps=4).run()] for seed in (1, 1, 2))
    assert first == second != other


def test_a_run_can_be_paused() -> None:
    whole = [progress.loss for progress in training().run()]
    run = training()
    parts = [progress.loss for _, progress in zip(range(3), run.run(), strict=False)]
    assert run.step == 3
    parts += [progress.loss for progress in run.run()]
    assert parts == whole


def test_a_saved_run_goes_on_exactly(tmp_path: Path) -> None:
    whole = [progress.loss for progress in training().run()]
    run = training()
    steps = run.run()
    parts = [next(steps).loss for _ in range(5)]
    run.save(tmp_path / "run.pt")
    again = training()
    again.resume(tmp_path / "run.pt")
    parts += [progress.loss for progress in again.run()]
    assert parts == whole


def test_it_ends_when_the_time_is_over() -> None:
    *_, last = training(steps=10**6, minutes=0.01).run()
    assert last.share == 1
    assert 0.6 <= last.seconds < 5


def test_a_text_shorter_than_the_block_is_refused() -> None:
    for length in (0, 1, 5, 17):
        with pytest.raises(BadInput) as refusal:
            Training(TOKENS[:length], CONFIG, Recipe(steps=1))
        assert refusal.value.key == "gpt.text_too_short"
    Training(TOKENS[:19], CONFIG, Recipe(steps=1, batch=2))
