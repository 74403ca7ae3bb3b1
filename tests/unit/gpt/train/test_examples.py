"""A text of examples: read, split, learned by their answers alone, and asked."""

from dataclasses import replace

import pytest
import torch

from demos.common.errors import BadInput
from demos.gpt.corpus import IGNORED
from demos.gpt.train.examples import Answers, asked, corpus_of, kind, prompt_format_of, read_lines, split_lines
from demos.gpt.train.shapes import PRESETS
from demos.gpt.train.texts import EXAMPLES
from demos.gpt.train.trainer import Trainer, tokenizer_for

SUMS = EXAMPLES["sums"].text


def test_the_sums_are_all_there_is_and_right() -> None:
    lines = read_lines(SUMS)
    assert len(set(lines)) == 10_000
    assert prompt_format_of(lines) == "adder"
    assert prompt_format_of([*lines, ("27+45=", "720")]) == "text"
    assert kind("27+45=") == "carry"
    assert kind("60+70=") == "plain"
    assert kind("capital of France=") == "all"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1+1=2\n" * 30 + "no question\n", "gpt.not_examples"),
        ("1+1=2\n" * 30 + "1+2=\n", "gpt.not_examples"),
        ("1+1=2\n" * 19, "gpt.too_few_examples"),
        ("1+1=2\n" * 30, "gpt.only_known_examples"),
        ("".join(f"{n}={'x' * n}\n" for n in range(1, 80)), "gpt.example_too_long"),
    ],
)
def test_lines_that_are_no_examples_are_refused_by_name(text: str, key: str) -> None:
    with pytest.raises(BadInput) as refusal:
        Trainer().start(text, PRESETS["pocket"], reads="examples")
    assert refusal.value.key == key


def test_too_many_long_examples_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.gpt.train.examples.MOST_CELLS", 1000)
    with pytest.raises(BadInput) as refusal:
        Trainer().start(SUMS, PRESETS["pocket"], reads="examples")
    assert refusal.value.key == "gpt.too_many_examples"


def test_only_answers_are_predicted_and_no_held_out_line_was_read() -> None:
    lines = read_lines(SUMS)
    trained, measured = split_lines(lines)
    assert not set(trained) & set(measured)
    corpus, questions = corpus_of(lines, tokenizer_for(SUMS, "characters"), 64, 32)
    assert questions == measured
    inputs, targets = corpus.batch(8, torch.Generator().manual_seed(0))
    assert inputs.shape == (8, 9)  # "27+45=270" and from its "=" on four targets
    assert ((targets != IGNORED).sum(1) == 4).all()
    assert sum(len(rows) for rows, _ in corpus.held_out(whole=True)) == len(measured)


def test_a_model_that_knows_nothing_answers_nothing() -> None:
    tokenizer = tokenizer_for(SUMS, "characters")
    trainer = Trainer()
    trainer.start(SUMS, replace(PRESETS["pocket"], steps=1), reads="examples", prompt="27+45=")
    *_, last = trainer.watch(0.01)
    assert [answers.kind for answers in last.samples[-1].answers] == ["plain", "carry"]
    assert sum(answers.count for answers in last.samples[-1].answers) == 400
    assert last.samples[-1].text.startswith("27+45=")
    assert len(last.samples[-1].text.splitlines()) == 13
    checkpoint = trainer.checkpoint()
    assert checkpoint is not None
    assert checkpoint.prompt_format == "adder"
    assert asked(checkpoint.model, [("27+45=", "270")], tokenizer) in [
        (Answers("carry", right, 1),) for right in (0, 1)
    ]
    assert last.baselines is not None
    assert last.baselines.bigram < last.baselines.uniform
