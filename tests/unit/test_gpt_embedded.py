"""The embedded model is what its facts and its card say."""

import random

import pytest
import torch

from demos.common.weights import FOLDER
from demos.gpt.checkpoint import EMBEDDED, Checkpoint, load
from demos.gpt.measure import entropy, measure
from demos.gpt.sample import Sampling, prepare, write

SONNET = """Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;
"""  # no play, so it is in no part of the training text


@pytest.fixture(scope="module")
def shakespeare() -> Checkpoint:
    return load("shakespeare")


def test_it_predicts_shakespeare_it_never_saw(shakespeare: Checkpoint) -> None:
    loss = measure(shakespeare, SONNET).nats_per_character
    shuffled = "".join(random.Random(0).sample(SONNET, len(SONNET)))
    assert loss < 2.2 < entropy(SONNET) < measure(shakespeare, shuffled).nats_per_character


def test_what_it_writes_surprises_it_about_as_much_as_its_training_says(shakespeare: Checkpoint) -> None:
    torch.manual_seed(0)
    prompt = prepare(shakespeare, "ROMEO:\n")
    text = "".join(piece.text for piece in write(shakespeare, prompt, Sampling(tokens=1000, temperature=1.0, seed=2)))
    assert measure(shakespeare, text).nats_per_character == pytest.approx(shakespeare.facts["held_out"], abs=0.35)


def test_the_card_states_the_measured_loss(shakespeare: Checkpoint) -> None:
    card = FOLDER.joinpath("gpt/shakespeare.md").read_text(encoding="utf-8")
    assert f"{shakespeare.facts['held_out']:.4f}" in card
    assert f"{shakespeare.model.parameter_count:,}" in card
    assert f"{shakespeare.facts['steps']:,} steps" in card
    assert FOLDER.joinpath(EMBEDDED["shakespeare"]).stat().st_size < 10_000_000
