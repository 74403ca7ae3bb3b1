"""The self-test: films of the athlete, whose truth is known, go through landmarker and coach on this machine."""

import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np

from demos.common.errors import BadInput
from demos.posture.athlete.performance import Performance, perform
from demos.posture.coach.coach import Coach
from demos.posture.exercises import Exercise, exercises, find_exercise
from demos.posture.pose.landmarker import Landmarker
from demos.posture.video import clips, video_file
from demos.posture.video.video_file import Frame

HELD = 1.0  # seconds by which a hold may be told wrong
RENDERED_FPS = 12.0  # of films that are rendered on the way


@dataclass(frozen=True)
class Truth:
    """What is to be found in a film: repetitions that count or seconds held; the angle that counts, (T,) degrees."""

    count: int
    hold: float
    angles: np.ndarray = field(repr=False)


@dataclass(frozen=True)
class Progress:
    """In film `number` of `of`, which is of `exercise`, `share` (0 to 1) has been looked at."""

    exercise: str
    number: int
    of: int
    share: float
    count: int


@dataclass(frozen=True)
class Result:
    """What was found in the film of an exercise.

    true, counted: repetitions, or whole tenths of seconds held. angle_error: the median over all frames in which the
    angle was seen, in degrees, NaN if it never was. seconds: what landmarker and coach took for `frames` frames.
    """

    exercise: str
    kind: str
    true: float
    counted: float
    angle_error: float
    frames: int
    seconds: float

    @property
    def exact(self) -> bool:
        """Whether what was counted is what was done."""
        return self.counted == self.true if self.kind == "repetitions" else abs(self.counted - self.true) <= HELD

    @property
    def fps(self) -> float:
        """Frames per second of landmarker and coach."""
        return self.frames / self.seconds


@dataclass(frozen=True)
class Summary:
    """All films together: how many were exact, the median of their angle errors, frames per second."""

    exact: int
    films: int
    angle_error: float
    fps: float


def run(slugs: Sequence[str] | None = None) -> Iterator[Progress | Result]:
    """Look at the film of each exercise, of those that the repository carries if none are named.

    A film that is not carried is rendered on the way. Raises BadInput for an exercise that there is none of.
    """
    wanted = [find_exercise(slug) for slug in (clips.samples() if slugs is None else slugs)]
    for number, exercise in enumerate(wanted, 1):
        yield from _one(exercise, number, len(wanted))


def carried(slug: str) -> str:
    """The exercise's own name, if its film is carried: rendering one takes half a minute. Raises BadInput."""
    if (found := find_exercise(slug).slug) not in clips.samples():
        raise BadInput("posture.film_not_carried", exercise=found, known=", ".join(clips.samples()))
    return found


def summarise(results: Sequence[Result]) -> Summary:
    """The results of at least one film as four numbers."""
    known = [result.angle_error for result in results if not math.isnan(result.angle_error)]
    return Summary(
        exact=sum(result.exact for result in results),
        films=len(results),
        angle_error=median(known) if known else math.nan,
        fps=sum(result.frames for result in results) / sum(result.seconds for result in results),
    )


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """The results of at least one film, and all together, as the command line prints them with --json."""
    total = summarise(results)
    rows = [
        {
            "exercise": each.exercise,
            "true": each.true,
            "counted": each.counted,
            "exact": each.exact,
            "angle_error_degrees": _degrees(each.angle_error),
            "frames": each.frames,
            "fps": round(each.fps, 1),
        }
        for each in results
    ]
    return {
        "exact": total.exact,
        "films": total.films,
        "angle_error_degrees": _degrees(total.angle_error),
        "fps": round(total.fps, 1),
        "results": rows,
    }


def _degrees(error: float) -> float | None:
    """Rounded; None for an angle that was never seen."""
    return None if math.isnan(error) else round(error, 2)


def true_count(exercise: Exercise, faults: Sequence[Sequence[str]]) -> int:
    """How many repetitions with these faults count: those that the athlete does less deep do not."""
    known = (exercise.movement or {}).get("faults", {})
    return sum(not any("depth" in known.get(fault, {}) for fault in each) for each in faults)


def truth_of(exercise: Exercise) -> Truth:
    """What is to be found in its carried film, as the file beside it says."""
    told = json.loads(clips.clip(exercise.slug).with_suffix(".json").read_text(encoding="utf-8"))
    faults = [repetition["faults"] for repetition in told["repetitions"]]
    return Truth(true_count(exercise, faults), told["hold_seconds"], np.array(told["main_angle_degrees"]))


def _film(exercise: Exercise) -> tuple[Iterator[Frame], Truth]:
    if exercise.slug in clips.samples():
        return video_file.read(clips.clip(exercise.slug)), truth_of(exercise)
    done = perform(exercise.slug, reps=3, seconds=6, view=exercise.views[0], seed=1, fps=RENDERED_FPS)
    truth = Truth(true_count(exercise, done.rep_faults), done.hold_seconds, done.main_angle)
    return _rendered(done), truth


def _rendered(performance: Performance) -> Iterator[Frame]:
    from demos.posture.athlete.render import render

    for number, image in enumerate(render(performance, 480, 360, 1)):
        yield Frame(number / performance.fps, image)


def _one(exercise: Exercise, number: int, of: int) -> Iterator[Progress | Result]:
    frames, truth = _film(exercise)
    coach, taken, errors, looked = Coach(exercise), 0.0, list[float](), 0
    with Landmarker() as landmarker:
        for looked, frame in enumerate(frames, 1):
            begun = time.perf_counter()
            pose = landmarker.detect(frame.image, frame.seconds)
            reading = coach.update(pose, frame.seconds)
            taken += time.perf_counter() - begun
            if looked <= len(truth.angles) and not math.isnan(reading.signal):
                errors.append(abs(reading.signal - float(truth.angles[looked - 1])))
            yield Progress(exercise.slug, number, of, min(1.0, looked / len(truth.angles)), coach.count)
    held = exercise.kind == "hold"
    yield Result(
        exercise.slug,
        exercise.kind,
        round(truth.hold, 1) if held else truth.count,
        round(coach.hold, 1) if held else coach.count,
        median(errors) if errors else math.nan,
        looked,
        taken,
    )


def all_slugs() -> list[str]:
    """Every exercise that the athlete can do."""
    return [slug for slug, exercise in exercises().items() if exercise.movement]
