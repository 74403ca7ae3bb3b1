"""A training that a program asks for is done in pieces: the same numbers, and it ends with whoever asked."""

import pytest

from demos.common.settings import Settings
from demos.xor import endpoints
from demos.xor.asked import training_recipe
from demos.xor.endpoints import Endpoints
from demos.xor.outcome import outcome, outcome_by_steps

ASKED = [
    {"model": "mlp", "data": "spiral", "steps": 60, "dropout": 0.2, "batch": 8, "test": 0.2},
    {"model": "perceptron", "data": "moons", "steps": 60},
    {"model": "forward-forward", "data": "moons", "steps": 40},
]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is a piece, and every piece is told."""
    monkeypatch.setattr(endpoints, "PIECE", 0.0)
    monkeypatch.setattr(endpoints, "SECONDS_BETWEEN_MESSAGES", 0.0)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: f"{asked['model']} {asked['data']}")
def test_in_pieces_it_learns_what_it_learns_in_one(asked: dict) -> None:
    *told, answer = Endpoints(Settings()).xor_train(**asked)
    model, plain = asked["model"], {"hidden": None, "layers": None, "features": "x1,x2"}
    assert answer == outcome(model, training_recipe(**plain | asked).checked())
    assert len(told) > 1
    assert all(message.keys() == {"step"} for message in told)
    assert told[0]["step"] < told[1]["step"]


def test_a_short_training_is_one_message() -> None:
    (answer,) = Endpoints(Settings()).xor_train(steps=3)
    assert answer["steps"] == 3


@pytest.mark.usefixtures("small")
def test_it_stops_when_nobody_asks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def counted(*given: object) -> object:
        for found in outcome_by_steps(*given):
            taken.append(found)
            yield found

    monkeypatch.setattr("demos.xor.outcome.outcome_by_steps", counted)
    training = Endpoints(Settings()).xor_train(steps=20_000)
    next(training)
    training.close()
    assert len(taken) < 10
