"""The real landmarker on several rendered athletes, whose counts are known, and on films that are turned."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from demos.posture.video import clips, video_file
from demos.posture.video.analyse import Analysis, analyse
from tests.oracle.posture.people.rendered import FPS, cast, frames

SQUATTER = {"reps": 5, "view": "three_quarter", "seed": 2}  # five squats in twelve seconds


def done_in(video: Path, *, exercise: str = "auto", person: int | None = None) -> list[tuple[str, int]]:
    *_, analysis = analyse(video, exercise, person=person)
    assert isinstance(analysis, Analysis)
    return [(done.exercise, done.count) for done in analysis.sets]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Callable:
    """A video of several."""
    folder = tmp_path_factory.mktemp("people")

    def make(name: str, *people, seconds: float = 13) -> Path:  # type: ignore[no-untyped-def]
        file = folder / f"{name}.mp4"
        video_file.write(file, frames(*people, seconds=seconds), FPS)
        return file

    return make


@pytest.mark.soak
def test_somebody_who_stands_nearer_is_left_for_who_squats(together: Callable) -> None:
    stands = cast("idle", -170, 1, 480, seconds=14, view="front", seed=5)
    assert done_in(together("stands", stands, cast("squat", 150, 0.9, 470, **SQUATTER))) == [("squat", 5)]


@pytest.mark.soak
def test_somebody_who_walks_past_in_front_costs_no_repetition(together: Callable) -> None:
    walks = cast("walk", lambda s: -460 + (s - 3) * 230 if s > 3 else -1000, 1.1, 500, seconds=6, view="left", seed=7)
    assert done_in(together("walks", cast("squat", 60, 0.8, 440, **SQUATTER), walks)) == [("squat", 5)]


@pytest.mark.soak
def test_of_two_who_exercise_each_can_be_counted(together: Callable) -> None:
    squats = cast("squat", -160, 0.95, 475, reps=3, view="front", seed=3)
    curls = cast("bicep_curl", 160, 0.95, 475, reps=4, view="front", seed=4)
    video = together("both", squats, curls)
    assert done_in(video, person=1) == [("squat", 3)]
    assert done_in(video, person=2) == [("bicep_curl", 4)]


@pytest.mark.soak
@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize(("exercise", "told"), [("squat", False), ("squat", True), ("push_up", True)])
def test_a_film_that_lies_on_its_side_or_upside_down_counts_the_same(
    exercise: str, told: bool, turns: int, tmp_path: Path
) -> None:
    images = [frame.image for frame in video_file.read(clips.clip(exercise))][::2]
    file = tmp_path / "turned.mp4"
    video_file.write(file, (np.rot90(image, turns) for image in images), video_file.probe(clips.clip(exercise)).fps / 2)
    [found] = done_in(file, exercise=exercise if told else "auto")
    assert found == done_in(clips.clip(exercise))[0]
