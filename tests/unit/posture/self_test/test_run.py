"""The self-test, with a landmarker that sees what the athlete does."""

import json
import math
from collections.abc import Iterator

import numpy as np
import pytest
from typer.testing import CliRunner

from demos.common.errors import BadInput
from demos.posture.__main__ import app
from demos.posture.athlete import render
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import Performance
from demos.posture.exercises import find_exercise
from demos.posture.self_test import run as self_test
from demos.posture.self_test.look import message
from demos.posture.self_test.run import Progress, Result, run, summarise, true_count, truth_of
from demos.posture.video import clips

UNCARRIED = "jumping_jack"


@pytest.fixture
def sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films are not painted; the landmarker is told the poses instead of an image."""
    told: list[object] = []

    def frames(performance: Performance, *_: int) -> Iterator[object]:
        told.extend(simulate_landmarks(performance, 1, noise=0.5))
        yield from [np.zeros((1, 1, 3), np.uint8)] * len(performance)

    class Landmarker:
        def __enter__(self) -> "Landmarker":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def detect(self, image: object, seconds: float) -> object:
            return told.pop(0)

    monkeypatch.setattr(render, "render", frames)
    monkeypatch.setattr(self_test, "Landmarker", Landmarker)
    monkeypatch.setattr(clips, "samples", lambda: ["squat"])


@pytest.mark.usefixtures("sees_it")
def test_a_film_that_is_not_carried_is_rendered_and_measured_against_its_truth() -> None:
    *under_way, result = run([UNCARRIED])
    assert isinstance(result, Result)
    assert (result.true, result.counted, result.exact) == (3, 3, True)
    assert 0 < result.angle_error < 8
    assert result.frames == len(under_way)
    shares = [each.share for each in under_way if isinstance(each, Progress)]
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.usefixtures("sees_it")
def test_the_command_line_prints_one_object() -> None:
    said = CliRunner().invoke(app, ["self-test", "--exercise", UNCARRIED, "--json"])
    report = json.loads(said.stdout)
    assert (report["exact"], report["films"]) == (1, 1)
    assert report["results"][0]["counted"] == 3
    assert report["fps"] > 0


def test_an_exercise_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(BadInput):
        next(run(["juggling"]))


def test_what_the_athlete_does_less_deep_is_not_to_be_counted() -> None:
    faults = [(), ("shallow",), ("lean_forward",), ("lean_forward", "shallow")]
    assert true_count(find_exercise("squat"), faults) == 2
    for slug, count in (("squat", 3), ("push_up", 4), ("bicep_curl", 4), ("lunge", 4), ("plank", 0)):
        assert truth_of(find_exercise(slug)).count == count


def test_all_films_together_are_four_numbers() -> None:
    good = Result("squat", "repetitions", 3, 3, 2.0, 100, 2.0)
    short = Result("plank", "hold", 9.0, 7.5, 6.0, 100, 4.0)
    unseen = Result("lunge", "repetitions", 4, 3, math.nan, 50, 2.0)
    total = summarise([good, short, unseen])
    assert (total.exact, total.films, total.angle_error, total.fps) == (1, 3, 4.0, 31.25)


def test_the_page_is_told_what_is_not_known_yet() -> None:
    slugs = ["squat", "plank"]
    told = message(slugs, [], Progress("plank", 2, 2, 0.5, 0))
    assert told["summary"] is None
    assert [row["counted"] for row in told["rows"]] == [None, None]
    assert (told["now"]["name"]["ko"], told["now"]["share"]) == ("플랭크", 0.75)
    told = message(slugs, [Result("plank", "hold", 9.0, 8.9, 5.0, 90, 3.0)], None)
    assert told["rows"][1] == {
        "name": {"en": "Plank", "ko": "플랭크"},
        "true": "9.0 s",
        "counted": "8.9 s",
        "exact": True,
        "error": 5.0,
        "fps": 30,
    }
