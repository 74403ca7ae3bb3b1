"""What the lessons' cards claim, measured: each is trained as its card sets it."""

from dataclasses import replace
from functools import cache

import pytest
import torch

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.lessons import lessons
from demos.xor.forward_forward import learn_forward_forward
from demos.xor.learn import MLPStep, learn_mlp
from demos.xor.lessons.lessons import LOTTERY, lottery_of, number_in, setup_of
from demos.xor.lottery.lottery import lottery
from demos.xor.lottery.solutions import solutions
from demos.xor.perceptron import PerceptronStep, learn_perceptron
from demos.xor.recipe import Recipe, train_points
from demos.xor.settings.setup import Setup
from demos.xor.workers import run_single_threaded

PERCEPTRON_LR = 0.1  # of the live page
LESSONS = {lesson.key: lesson for lesson in lessons("xor")}


def perceptron(setup: Setup) -> PerceptronStep:
    for last in learn_perceptron(train_points(setup.recipe), PERCEPTRON_LR, setup.recipe.seed):
        if last.cycle:
            break
    return last


def mlp(setup: Setup) -> MLPStep:
    return trained(setup.recipe)


@cache
def trained(recipe: Recipe) -> MLPStep:
    *_, last = run_single_threaded(lambda: list(learn_mlp(train_points(recipe), recipe)))
    return last


def test_six_lessons_in_the_issues_order() -> None:
    assert list(LESSONS) == ["and", "cycle", "fold", "seeds", "lottery", "forward"]
    for lesson in LESSONS.values():
        assert list(lesson.actions) in (["setup", "second"], ["setup", LOTTERY])
        for part in ("title", "text", "second", "chip")[: 3 + (lesson.key != "forward")]:
            assert text(lesson.words(part), "en") != text(lesson.words(part), "ko")


def test_one_line_is_enough_for_and_and_for_or() -> None:
    for setup in (setup_of(LESSONS["and"]), setup_of(LESSONS["and"], "second")):
        assert setup.learners == ("perceptron",)
        last = perceptron(setup)
        assert last.converged
        assert last.corrections > 3  # there is something to watch


def test_on_xor_the_perceptron_repeats_four_mistakes_every_epoch() -> None:
    cycle = perceptron(setup_of(LESSONS["cycle"])).cycle
    assert (cycle.period, cycle.errors) == (1, (4,))
    assert setup_of(LESSONS["cycle"], "second").learners == ("perceptron", "mlp")
    assert mlp(setup_of(LESSONS["cycle"], "second")).solved_at is not None


def test_two_units_fold_the_plane_and_one_does_not() -> None:
    lesson = LESSONS["fold"]
    assert setup_of(lesson).recipe.hidden == (2,)
    assert 20 < mlp(setup_of(lesson)).solved_at < 1000
    assert setup_of(lesson, "second").recipe == replace(setup_of(lesson).recipe, hidden=(1,))
    assert mlp(setup_of(lesson, "second")).solved_at is None


def test_two_seeds_find_two_solutions() -> None:
    lesson = LESSONS["seeds"]
    assert setup_of(lesson, "second").recipe == replace(
        setup_of(lesson).recipe, seed=setup_of(lesson, "second").recipe.seed
    )
    found = {}
    for name, setup in (("one", setup_of(lesson)), ("other", setup_of(lesson, "second"))):
        last = mlp(setup)
        assert last.solved_at is not None
        [solution] = solutions(
            last.layers, setup.recipe.activation, torch.tensor([True]), train_points(setup.recipe).view
        )
        found[name] = solution.regions
    assert found == {"one": (1, 2), "other": (2, 1)}  # class 0 is orange: joined by a band with the first seed


@pytest.mark.soak
def test_the_lottery_has_the_shares_that_its_card_names() -> None:
    lesson = LESSONS["lottery"]
    draw, recipe = lottery_of(lesson), setup_of(lesson).recipe
    assert (recipe.loss, recipe.output, recipe.optimiser, recipe.hidden) == (
        "squared",
        "sigmoid",
        "gradient_descent",
        (2,),
    )
    assert draw.seeds == 200

    def drawn() -> dict:
        *_, last = lottery(recipe, draw.hidden, draw.activation, draw.seeds)
        return {result.hidden: result for result in last.results}

    results = run_single_threaded(drawn)
    assert results[1].solved == 0
    low, high = results[2].interval
    assert low < 2 / 3 < high
    assert results[4].solved == 200
    assert results[2].share < results[3].share < 1
    assert not all(solution.solved for solution in results[2].solutions)  # there is a stuck one to open


def test_forward_forward_solves_its_lesson_and_goodness_parts() -> None:
    lesson = LESSONS["forward"]
    for setup in (setup_of(lesson), setup_of(lesson, "second")):
        recipe = replace(setup.recipe, lr=setup.recipe.forward_lr)

        def run(recipe=recipe):  # type: ignore[no-untyped-def]
            for last in learn_forward_forward(train_points(recipe), recipe):
                if last.solved_at is not None and last.step > last.solved_at + 60:
                    break
            return last

        last = run_single_threaded(run)
        assert last.solved_at is not None
        assert all(good > bad for good, bad in zip(last.positive, last.negative, strict=True))
    assert mlp(setup_of(lesson)).solved_at is not None


@pytest.mark.parametrize(("query", "number"), [("", None), ("?lesson=3", 3), ("?a=1&lesson=6", 6)])
def test_an_address_names_a_lesson(query: str, number: int | None) -> None:
    assert number_in(query) == number


@pytest.mark.parametrize("given", ["0", "7", "-1", "three", "99999999999999", "²"])
def test_a_lesson_that_does_not_exist_gets_a_sentence(given: str) -> None:
    with pytest.raises(BadInput, match="lessons 1 to 6"):
        number_in(f"?lesson={given}")
