"""The embedded models are what their facts and their cards say."""

import random

import pytest

from demos.common.models.weights import FOLDER
from demos.gpt.measure import entropy, measure
from demos.gpt.models.checkpoint import EMBEDDED, Checkpoint, load
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.tasks import TASKS
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling

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
        pieces = write(shakespeare, prompt, Sampling(max_tokens=250, temperature=temperature, seed=2))
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


@pytest.mark.parametrize("name", EMBEDDED)
def test_a_model_is_small_and_its_card_states_what_was_measured(name: str) -> None:
    file = FOLDER / EMBEDDED[name]
    card = FOLDER.joinpath(f"gpt/{name}.md").read_text(encoding="utf-8")
    model = load(name)
    assert file.stat().st_size <= 10 * 2**20
    assert f"{file.stat().st_size:,}" in card
    assert f"{model.model.parameter_count:,}" in card
    if "held_out" in model.facts:
        assert f"{model.facts['held_out']:.4f}" in card
    if "errors" in model.facts:
        assert f"| errors | {model.facts['errors']:,} |" in card


@pytest.mark.parametrize("name", [name for name in TASKS if name in EMBEDDED])
def test_a_task_is_answered_without_a_mistake(name: str) -> None:
    model, task = load(name), TASKS[name]
    assert model.prompt_format == name
    _, unseen = task.split()
    assert model.facts["errors"] == 0
    assert model.facts["unseen_questions"] == len(unseen)
    asked = random.Random(1).sample(unseen, 3000)
    assert task.errors(model.model, asked) == []
    for question in asked[:5]:  # written token by token as well
        pieces = list(write(model, prepare(model, question), Sampling(temperature=0)))
        assert "".join(piece.text for piece in pieces) == task.answer(question) + "\n"


@pytest.mark.skipif("korean" not in EMBEDDED, reason="weights/gpt/korean.safetensors was not made yet")
def test_the_chatbot_answers_in_korean_and_stops() -> None:
    model = load("korean")
    assert model.prompt_format == "chat"
    assert model.facts["held_out"] < model.facts["unigram"] / 1.3
    for question in ("안녕하세요", "오늘 너무 힘들었어", "밥 먹었어?", ""):
        text = "".join(
            piece.text for piece in write(model, prepare(model, question), Sampling(max_tokens=64, temperature=0))
        )
        assert text.endswith("\n")
        assert len(text) > 3
        assert sum("가" <= character <= "힣" for character in text) > len(text) / 2
