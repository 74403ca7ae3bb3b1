"""The lottery's records, refusals and command line."""

import json
import math
from collections.abc import Callable

import pytest

from demos.common.errors import BadInput
from demos.xor.__main__ import app
from demos.xor.data import sample
from demos.xor.lottery.lottery import Result, lottery
from demos.xor.recipe import Recipe

pytestmark = pytest.mark.usefixtures("one_thread")


def test_records_move_on_together_and_end_with_solutions() -> None:
    drawn = list(lottery(Recipe(steps=120), [2, 4], ["tanh", "sine"], seeds=6))
    assert [one.step for one in drawn] == [0, 50, 100, 120]
    assert [one.over for one in drawn] == [False, False, False, True]
    assert [(one.hidden, one.activation) for one in drawn[-1].results] == [
        (2, "tanh"),
        (2, "sine"),
        (4, "tanh"),
        (4, "sine"),
    ]
    for result in drawn[-1].results:
        assert len(result.solved_at) == 6
        assert sum(kind.count for kind in result.solutions) == 6
        assert sum(kind.count for kind in result.solutions if kind.solved) == result.solved
    assert not drawn[0].results[0].solutions


def test_the_same_width_twice_is_drawn_once() -> None:
    *_, drawn = lottery(Recipe(steps=1), [3, 3], ["relu", "relu"], seeds=2)
    assert len(drawn.results) == 1


def test_examples_are_seeds_that_count_from_the_first() -> None:
    *_, drawn = lottery(Recipe(steps=300, seed=50), [4], ["tanh"], seeds=5)
    assert all(50 <= kind.example < 55 for kind in drawn.results[0].solutions)


def test_steps_are_the_quartiles_of_those_that_solved() -> None:
    assert Result(2, "tanh", (10, None, 20, 30, 40, 50)).steps == (20, 30, 40)
    assert Result(2, "tanh", (None, None)).steps is None
    assert Result(2, "tanh", (None, 7)).share == 0.5


@pytest.mark.parametrize(
    ("hidden", "activations", "seeds", "recipe", "named"),
    [
        ([], ["tanh"], 5, Recipe(), "at least one width"),
        ([2], [], 5, Recipe(), "at least one width"),
        ([2, -1], ["tanh"], 5, Recipe(), "hidden"),
        ([2, 2.5], ["tanh"], 5, Recipe(), "hidden"),
        (["x"], ["tanh"], 5, Recipe(), "hidden"),
        ([2], ["tanh", "cats"], 5, Recipe(), "activation"),
        ([2], ["tanh"], 0, Recipe(), "seeds"),
        ([2], ["tanh"], math.nan, Recipe(), "seeds"),
        ([2], ["tanh"], 10**9, Recipe(), "seeds"),
        ([2], ["tanh"], 5, Recipe(lr=math.nan), "lr"),
        ([64], ["tanh", "relu"], 1000, Recipe(data="moons", count=2000), "too many"),
    ],
)
def test_a_lottery_that_cannot_be_is_refused(hidden, activations, seeds, recipe, named) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInput, match=named) as refused:
        next(lottery(recipe, hidden, activations, seeds))
    assert refused.value.in_language("ko") != str(refused.value)


def test_own_points_count_towards_the_limit() -> None:
    own = sample("moons", 2000, 0.1, 0)
    with pytest.raises(BadInput, match="on 2000 points"):
        next(lottery(Recipe(), [64], ["tanh"], 1000, own))
    assert next(lottery(Recipe(), [2], ["tanh"], 2, own)).step == 0


def test_the_command_prints_one_json_object(command: Callable) -> None:
    asked = ("--hidden", "2,4", "--activation", "tanh, relu", "--seeds", "10", "--steps", "300", "--json")
    done = command(app, "lottery", *asked)
    told = json.loads(done.stdout)
    assert (told["loss"], told["init"], told["optimiser"]) == ("squared", "uniform", "gradient_descent")
    assert [(one["hidden"], one["activation"]) for one in told["results"]] == [
        (2, "tanh"),
        (2, "relu"),
        (4, "tanh"),
        (4, "relu"),
    ]
    for one in told["results"]:
        assert one["solved"] == sum(step is not None for step in one["solved_at"])
        assert one["interval"][0] <= one["share"] <= one["interval"][1]


def test_the_command_refuses_with_a_sentence_and_exit_code_2(command: Callable) -> None:
    done = command(app, "lottery", "--hidden", "2,many", code=2)
    assert done.stderr.strip() == "hidden must be a whole number from 1 to 64, not many."
