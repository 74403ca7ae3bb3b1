"""Real people, on whom nothing was trained: ten films counted by eye, and pictures whose landmarks others published.

The films and landmarks are no part of the repository: without them these tests are skipped.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from demos.common.i18n import text
from demos.posture import learn
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.data import STEPS, features
from demos.posture.exercises import AUTO, OTHER
from demos.posture.video.analyse import Analysis, analyse, recount
from demos.posture.video.look import player

HERE = Path(__file__)
FOLDER = next((found for above in HERE.parents if (found := above / "shared" / "data" / "pose").is_dir()), HERE)
STILLS = FOLDER / "mlkit_fitness_pose_samples.csv"
TRUNK = 0.5  # metres, for landmarks in pixels
DEPTH = 0.25  # share of the given depth at which thighs and shanks keep their lengths best: it is no metres either
# film: the exercise that it was told, and what was counted by eye: complete repetitions, or seconds held
FILMS = {
    "bicep_curl": ("bicep_curl", 1),
    "bulgarian_split_squat": ("lunge", 2),
    "overhead_press": ("overhead_press", 1),
    "plank": ("plank", 8.0),
    "push_up": ("push_up", 1),
    "romanian_deadlift": ("deadlift", 1),
    "squat": ("squat", 1),
    "lateral_raise": ("lateral_raise", 1),
}
# What is not counted as by eye, told and told nothing, and the reason that is given instead: what was tried, or what
# the camera did not see.
OTHERWISE = {
    "front_raise": ("lateral_raise", 2, {"lateral_raise": ["half_way_back"], AUTO: ["half_way_back"]}),
    "calf_raise": ("calf_raise", 1, {"calf_raise": ["shallow"], AUTO: []}),
}
MISTAKEN = {"lateral_raise": ("bicep_curl", "hip")}  # in "auto": for what, and what of the body was not in sight

UNRECOGNISED = ("overhead_press",)  # in "auto", see the card: a slow press with a barbell


def films(test: Callable[..., None]) -> Callable[..., None]:
    """A test that takes long and needs the films."""
    here = pytest.mark.skipif(not (FOLDER / "videos").is_dir(), reason="the films are not here")
    return pytest.mark.soak(here(test))


@cache
def analysed(film: str) -> Analysis:
    *_, analysis = analyse(FOLDER / "videos" / f"{film}.mp4")
    assert isinstance(analysis, Analysis)
    return analysis


def told(film: str, exercise: str) -> Analysis:
    """The film counted as this exercise."""
    if exercise == AUTO:
        return analysed(film)
    *_, analysis = recount(analysed(film), exercise)
    assert isinstance(analysis, Analysis)
    return analysis


def found(film: str, exercise: str) -> list[tuple[str, float]]:
    """The sets with something in them: the exercise, and its count or its seconds."""
    analysis = told(film, exercise)
    return [(done.exercise, _amount(done)) for done in analysis.sets if _amount(done) > 0]


def _amount(done: ExerciseSet) -> float:
    return float(done.count or round(done.hold, 1))


@films
@pytest.mark.parametrize("film", FILMS)
def test_a_film_is_counted_as_by_eye_when_told_the_exercise(film: str) -> None:
    exercise, counted = FILMS[film]
    assert found(film, exercise) == [(exercise, pytest.approx(counted, abs=0.2))]


@films
@pytest.mark.parametrize("film", [film for film in FILMS if film not in (*UNRECOGNISED, *MISTAKEN)])
def test_a_film_is_counted_as_by_eye_when_told_nothing(film: str) -> None:
    exercise, counted = FILMS[film]
    assert found(film, AUTO) == [(exercise, pytest.approx(counted, abs=0.2))]


@films
@pytest.mark.parametrize("film", UNRECOGNISED)
def test_what_is_not_recognised_counts_nothing_else(film: str) -> None:
    assert found(film, AUTO) == []


@films
@pytest.mark.parametrize("film", OTHERWISE)
@pytest.mark.parametrize("as_told", [True, False], ids=["told", "told nothing"])
def test_a_film_that_is_not_counted_as_by_eye_says_why(film: str, as_told: bool) -> None:
    exercise, counted, reasons = OTHERWISE[film]
    analysis = told(film, exercise if as_told else AUTO)
    assert analysis.count < counted
    given = [attempt.rejection.cue for done in analysis.sets for attempt in done.attempts if attempt.rejection]
    assert given == reasons[exercise if as_told else AUTO]
    if not given:  # nothing was recognised: that is said
        assert player(analysis, "en")["offer"]["said"] == text("posture.nothing_recognised", "en")


@films
@pytest.mark.parametrize("film", MISTAKEN)
def test_a_film_that_is_mistaken_for_something_else_says_what_was_not_seen(film: str) -> None:
    taken_for, part = MISTAKEN[film]
    [done] = told(film, AUTO).report()["sets"]
    assert done["exercise"] == taken_for
    assert done["unseen"][part] > 0.5


@films
def test_what_is_guessed_of_feet_out_of_the_image_is_no_reason() -> None:
    [done] = told("lateral_raise", "lateral_raise").report()["sets"]
    assert not any(row["rejection"] for row in done["repetitions"])
    assert done["unseen"].keys() == {"hip", "ankle"}


def stills() -> Iterator[tuple[str, np.ndarray]]:
    """A word for what a picture shows, and its landmarks in metres (33, 3)."""
    with STILLS.open(encoding="utf-8") as file:
        for _, word, *numbers in csv.reader(file):
            points = np.array(numbers, dtype=float).reshape(33, 3)
            points[:, 2] *= DEPTH
            hips = points[[23, 24]].mean(0)
            yield word, (points - hips) * TRUNK / np.linalg.norm(points[[11, 12]].mean(0) - hips)


@cache
def of_pictures(word: str) -> tuple[Counter[str], np.ndarray]:
    """How often the network says what of the pictures that show this, each as a window without movement; the phases."""
    network = learn.load_network()
    shown = np.stack([world for name, world in stills() if name == word])
    found = learn.outputs_of(network, torch.from_numpy(np.repeat(features(shown)[:, None], STEPS, axis=1)))
    best = found.exercise.argmax(-1).tolist()
    return Counter(network.classes[number] for number in best), found.phase.sigmoid()[:, -1].numpy()


@pytest.mark.skipif(not STILLS.is_file(), reason="the landmarks are not here")
def test_pictures_of_people_who_stand_are_hardly_ever_taken_for_an_exercise() -> None:
    named, _ = of_pictures("squats_up")
    assert named[OTHER] > 0.95 * named.total(), named


@pytest.mark.skipif(not STILLS.is_file(), reason="the landmarks are not here")
@pytest.mark.parametrize("exercise", ["squats", "pushups"])
def test_the_phase_of_pictures_is_later_where_people_are_down(exercise: str) -> None:
    (_, down), (_, up) = of_pictures(f"{exercise}_down"), of_pictures(f"{exercise}_up")
    assert np.median(down) > np.median(up) + 0.3
