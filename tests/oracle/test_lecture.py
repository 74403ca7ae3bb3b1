"""The numbers in the lecture's answers, measured: each by the models and the lessons that its question opens."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from demos.clip import data, prompts
from demos.clip.images import example_photos
from demos.clip.models import registry
from demos.clip.zero_shot import Score
from demos.common.lessons import lessons
from demos.gpt.models import checkpoint
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling
from demos.posture.coach.repetitions import RETURN, RepetitionCounter
from demos.posture.exercises import exercises
from demos.posture.video import clips
from demos.xor.learn import MLPStep, learn_mlp
from demos.xor.lessons.lessons import setup_of
from demos.xor.perceptron import PerceptronStep, learn_perceptron
from demos.xor.recipe import train_points
from demos.xor.workers import run_single_threaded
from tests.lecture import LECTURES, measured

LIVE_LR = 0.1  # the perceptron's, on the page


def assert_says(question: int, numbers: Sequence[float], within: float | None = None) -> None:
    """Both languages' answers have these numbers in bold, and no others: rounded to the decimals that they show."""
    for lecture in LECTURES.values():
        said = measured(lecture.answers[question - 1])
        assert len(said) == len(numbers), said
        for shown, number in zip(said, sorted(numbers), strict=True):
            half = 0.5 * 10.0 ** -len(shown.partition(".")[2])
            assert float(shown) == pytest.approx(number, abs=within or half)


def assert_writes(question: int, text: str) -> None:
    assert all(f"`{text}`" in lecture.answers[question - 1] for lecture in LECTURES.values())


def perceptron(lesson: str) -> PerceptronStep:
    recipe = _setup(lesson).recipe
    for last in learn_perceptron(train_points(recipe), LIVE_LR, recipe.seed):
        if last.cycle or last.converged:
            break
    return last


def mlp(action: str) -> MLPStep:
    recipe = _setup("seeds", action).recipe

    def run() -> MLPStep:
        for last in learn_mlp(train_points(recipe), recipe):
            if last.solved_at is not None and last.step > last.solved_at + 100:
                break
        return last

    return run_single_threaded(run)


def _setup(lesson: str, action: str = "setup"):  # type: ignore[no-untyped-def]
    return setup_of(next(each for each in lessons("xor") if each.key == lesson), action)


def written(name: str, prompt: str, tokens: int) -> tuple[str, float]:
    """What the model writes at temperature 0, and how likely it found the first token."""
    model = checkpoint.load(name)
    pieces = list(write(model, prepare(model, prompt), Sampling(tokens, 0.0, seed=1)))
    return "".join(piece.text for piece in pieces), pieces[0].probability


def guesses(photo: str, lesson: str, action: str = "setup") -> dict[str, Score]:
    wanted = next(each for each in lessons("clip") if each.key == lesson).actions[action]
    matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
    image = data.read(example_photos.found()[photo])
    [scores] = matcher.match([image], list(wanted["labels"]), prompts.templates(wanted.get("templates", "everyday")))
    return {score.label: score for score in scores}


def moved(top: float, low: float) -> tuple[int, float]:
    """How many repetitions a squat from `top` to `low` degrees and back counts, and the angle at which it did."""
    signal = exercises()["squat"].signal
    counter, over = RepetitionCounter(signal.full, signal.range, signal.shortest), float("nan")
    down = np.linspace(top, low, 2000)  # so fine that the angle at which it counts is exact to a tenth of a degree
    way = np.concatenate([np.full(100, top), down, down[::-1], np.full(100, top)])
    for frame, angle in enumerate(way):
        attempt = counter.update(frame / 1000, float(angle))
        if attempt is not None and attempt.counted:
            over = float(angle)
    return counter.count, over


def test_1_the_perceptron_stops_after_its_last_correction() -> None:
    last = perceptron("and")
    assert last.converged
    assert_says(1, [last.corrections, last.weights.numel()])


def test_2_on_xor_it_repeats_its_mistakes_and_no_line_does_better_than_three() -> None:
    cycle = perceptron("cycle").cycle
    assert cycle is not None
    [mistakes] = cycle.errors
    corners, classes = np.array([(0, 0), (0, 1), (1, 0), (1, 1)]), np.array([0, 1, 1, 0])
    steps = np.linspace(-1, 1, 21) + 0.013  # no corner lies on one of these lines
    best = max(int(((corners @ (w1, w2) + b > 0) == classes).sum()) for w1 in steps for w2 in steps for b in 2 * steps)
    assert_says(2, [mistakes, cycle.period, best])


def test_3_two_seeds_of_one_net_take_as_many_steps() -> None:
    one, other = mlp("setup"), mlp("second")
    assert one.solved_at is not None
    assert other.solved_at is not None
    net = sum(part.numel() for layer in one.layers for part in layer)
    assert_says(3, [net, one.solved_at, other.solved_at], within=2)


def test_4_shakespeare_does_not_know_the_line_by_heart() -> None:
    text, space = written("shakespeare", "To be, or not to be", 25)
    model = checkpoint.load("shakespeare")
    size = len(model.tokenizer)
    assert text.startswith(" ")
    assert_writes(4, text.partition("\n")[0])
    weights = sum(parameter.numel() for parameter in model.model.parameters())
    assert_says(4, [size, 100 * space, 100 / size, weights])


def test_5_the_adder_writes_the_last_digit_first() -> None:
    text, _ = written("adder", "99+99", 4)
    digits = text.split("\n")[0]
    assert int(digits[::-1]) == 99 + 99
    assert_writes(5, digits)
    assert_says(5, [len(checkpoint.load("adder").tokenizer)])


def test_6_the_kettles_share_falls_and_its_cosine_stays() -> None:
    before, after = guesses("lion", "share"), guesses("lion", "share", "second")
    share = 100 * after["a kettle"].probability
    assert share < 1  # "below 1 %"
    cosines = [before["a kettle"].similarity, after["a lion"].similarity, after["a kettle"].similarity]
    assert_says(6, [100 * before["a kettle"].probability, *cosines, 1])


def test_7_not_a_bus_is_nearly_a_bus() -> None:
    bus = guesses("bus", "not")
    assert_says(7, [bus["a bus"].similarity, bus["not a bus"].similarity])


def test_8_a_squat_must_be_deep_and_come_from_high_enough_and_go_back() -> None:
    signal = exercises()["squat"].signal
    counted = [moved(170, 110), moved(145, 104), moved(170, 85)]
    assert [count for count, _ in counted] == [0, 0, 1]
    attempts = clips.opening()["en"]["chart"]["attempts"]  # of the film that the question opens
    [shallow] = [attempt["depth"] for attempt in attempts if not attempt["counted"]]
    in_film = sum(attempt["counted"] for attempt in attempts)
    over = counted[2][1]
    assert over == pytest.approx(140, abs=1)
    assert_says(8, [signal.full, signal.range, 1, round(over), 100 * RETURN, in_film, len(attempts), shallow])
