"""The embedded model is what its facts and its card say."""

import random

import pytest

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


def test_the_hotter_it_writes_the_more_it_surprises_itself(shakespeare: Checkpoint) -> None:
    prompt = prepare(shakespeare, "ROMEO:\n")

    def surprise(temperature: float) -> float:
        pieces = write(shakespeare, prompt, Sampling(tokens=250, temperature=temperature, seed=2))
        return measure(shakespeare, "".join(piece.text for piece in pieces)).nats_per_character

    cold, model, hot = surprise(0.4), surprise(1.0), surprise(1.8)
    assert 0 < cold < model < hot
    assert model < shakespeare.facts["held_out"] < hot


def test_the_card_states_the_measured_loss(shakespeare: Checkpoint) -> None:
    card = FOLDER.joinpath("gpt/shakespeare.md").read_text(encoding="utf-8")
    assert f"{shakespeare.facts['held_out']:.4f}" in card
    assert f"{shakespeare.model.parameter_count:,}" in card
    assert f"{shakespeare.facts['steps']:,} steps" in card
    assert FOLDER.joinpath(EMBEDDED["shakespeare"]).stat().st_size < 10_000_000
