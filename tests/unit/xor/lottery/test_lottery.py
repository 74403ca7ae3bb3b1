"""The lottery's records, refusals and command line."""

import json
import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from demos.common.errors import BadInput
from demos.xor.__main__ import app
from demos.xor.data import sample
from demos.xor.lottery.lottery import Group, Progress, Result, lottery, report, tickets
from demos.xor.lottery.solutions import Solution
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
        assert sum(solution.count for solution in result.solutions) == 6
        assert sum(solution.count for solution in result.solutions if solution.solved) == result.solved
    assert not drawn[0].results[0].solutions


def test_the_same_width_twice_is_drawn_once() -> None:
    *_, drawn = lottery(Recipe(steps=1), [3, 3], ["relu", "relu"], seeds=2)
    assert len(drawn.results) == 1


def test_examples_are_seeds_that_count_from_the_first() -> None:
    *_, drawn = lottery(Recipe(steps=300, seed=50), [4], ["tanh"], seeds=5)
    assert all(50 <= solution.example < 55 for solution in drawn.results[0].solutions)


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


def test_a_net_has_solved_it_from_the_step_on_which_it_stays_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four nets whose accuracies are scripted: right at once, late, lost and found again, lost at the end."""
    accuracies = torch.tensor([[1, 0.5, 1, 0.75], [1, 0.75, 0, 1], [1, 1, 1, 1], [1, 1, 1, 0.5]])
    monkeypatch.setattr("demos.xor.lottery.lottery.descend", lambda *_: ((one, one) for one in accuracies))
    recipe = Recipe(seed=9, hidden=(3,)).checked()
    group = Group(recipe, sample("xor", 4, 0, 0), 4)
    seen = {}
    for step in (0, 1, 3):
        group.advance(step)
        seen[step] = group.result().solved_at
        assert group.solved.tolist() == [at is not None for at in seen[step]]
    assert seen == {0: (0, None, 0, None), 1: (0, None, None, 1), 3: (0, 2, 2, None)}
    assert group.result() == Result(3, "tanh", (0, 2, 2, None))
    found = group.final().solutions
    assert sum(solution.count for solution in found if solution.solved) == 3
    assert [seen[3][solution.example - 9] is not None for solution in found] == [solution.solved for solution in found]
    assert not found[-1].solved
    assert found[-1].example == 12  # the fourth net's seed


def test_outputs_of_hidden_units_are_counted_up_to_the_limit() -> None:
    """1,000 seeds on 2,000 points: ten units of all groups together hold 20 million numbers, eleven are too many."""
    recipe = Recipe(data="moons", count=2000)
    for hidden, activations in (([10], ["tanh"]), ([5], ["tanh", "relu"]), ([4, 6], ["tanh"])):
        assert len(tickets(recipe, hidden, activations, 1000)[1]) == len(hidden) * len(activations)
    for hidden, activations in (([11], ["tanh"]), ([6], ["tanh", "relu"]), ([4, 7], ["tanh"])):
        with pytest.raises(BadInput) as refused:
            tickets(recipe, hidden, activations, 1000)
        nets = f"{len(hidden) * len(activations)},000"
        assert (refused.value.key, refused.value.values) == ("xor.lottery_too_large", {"nets": nets, "count": 2000})
    two_layers = replace(recipe, hidden=(1, 1))
    assert tickets(two_layers, [5], ["tanh"], 1000)[1][0].hidden == (5, 5)
    with pytest.raises(BadInput):
        tickets(two_layers, [6], ["tanh"], 1000)
    assert all(tickets(Recipe(), [1], ["tanh"], seeds) for seeds in (1, 1000))
    with pytest.raises(BadInput):
        tickets(Recipe(), [1], ["tanh"], 1001)


def test_the_recipes_of_a_lottery_share_their_points() -> None:
    shared, recipes = tickets(Recipe(seed=4, hidden=(7,), activation="sine"), [2, 3, 2], ["relu", "tanh"], 5)
    assert [(one.hidden, one.activation) for one in recipes] == [
        ((2,), "relu"),
        ((2,), "tanh"),
        ((3,), "relu"),
        ((3,), "tanh"),
    ]
    assert {(one.seed, one.points_seed, one.count) for one in [shared, *recipes]} == {(4, 4, 4)}
    assert (shared.hidden, shared.activation) == ((7,), "sine")


def test_the_report_is_the_results_in_plain_numbers() -> None:
    found = (Solution(True, (1, 2), 3, 70, ()), Solution(False, (2, 1), 1, 72, ()))
    results = (Result(2, "tanh", (10, None, 20, 60), found), Result(4, "relu", (None, None)))
    some, none = report(Progress(50, 100, results))
    assert (some["hidden"], some["activation"], some["seeds"], some["solved"], some["share"]) == (2, "tanh", 4, 3, 0.75)
    assert (some["steps_median"], some["steps_quartiles"], some["solved_at"]) == (20, [15, 40], [10, None, 20, 60])
    assert some["solutions"] == [
        {"solved": True, "regions": [1, 2], "count": 3, "seed": 70},
        {"solved": False, "regions": [2, 1], "count": 1, "seed": 72},
    ]
    assert some["interval"] == pytest.approx([0.3006, 0.9544], abs=5e-5)  # Wilson's, of 3 in 4
    assert (none["solved"], none["steps_median"], none["steps_quartiles"], none["solutions"]) == (0, None, None, [])
