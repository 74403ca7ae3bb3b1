"""A video from beginning to end: who does what, how often, how deep, how fast."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from statistics import median

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.coach import Coach
from demos.posture.coach.set_tracker import ExerciseSet, FrameResult, SetTracker, set_of
from demos.posture.exercises import AUTO, Exercise, exercises
from demos.posture.landmarker import Landmarker
from demos.posture.report.record import Record
from demos.posture.report.sets import report_of
from demos.posture.video import video_file
from demos.posture.video.video_file import Frame, VideoInfo

FEWEST = 5  # frames with a person from which there is something to say


@dataclass(frozen=True)
class Analysis:
    """All of a video. `exercise` is the one most was done of, or None; `results` has one entry a frame."""

    info: VideoInfo
    results: tuple[FrameResult, ...] = field(repr=False)
    sets: tuple[ExerciseSet, ...] = ()

    @property
    def main(self) -> ExerciseSet | None:
        """The set with most in it."""
        return max(self.sets, key=lambda done: (done.count, done.hold, len(done.attempts)), default=None)

    @property
    def exercise(self) -> str | None:
        return self.main.exercise if self.main else None

    @property
    def count(self) -> int:
        """Repetitions of that exercise, of all its sets."""
        return sum(done.count for done in self.sets if done.exercise == self.exercise)

    @property
    def hold(self) -> float:
        """Seconds that it was held, in all its sets."""
        return sum(done.hold for done in self.sets if done.exercise == self.exercise)

    def report(self) -> dict[str, object]:
        """The result as JSON: times in seconds, angles in degrees.

        {exercise, count, hold_seconds, seconds, fps, frames, frames_with_person, sets: see `report_of`}. `count` and
        `hold_seconds` are of all sets of `exercise`.
        """
        return {
            "exercise": self.exercise,
            "count": self.count,
            "hold_seconds": round(self.hold, 2),
            "seconds": round(self.info.seconds, 3),
            "fps": round(self.info.fps, 3),
            "frames": len(self.results),
            "frames_with_person": sum(result.pose is not None for result in self.results),
            "sets": report_of(self.sets, self.record),
        }

    @cached_property
    def record(self) -> Record:
        """The angles of every frame."""
        return Record(self.results)

    def signal(self) -> tuple[np.ndarray, np.ndarray]:
        """Seconds (T,) and the angle that counts then in degrees (T,), NaN where it was not seen or nothing is done."""
        seconds = np.array([result.seconds for result in self.results])
        angles = [result.reading.signal if result.reading else math.nan for result in self.results]
        return seconds, np.array(angles)


def track(path: str | Path, exercise: str | Exercise = AUTO) -> Iterator[tuple[Frame, FrameResult, SetTracker]]:
    """Go through the video at `path`, frame by frame. Raises BadInput as `video_file.read` does."""
    tracker = SetTracker(exercise)
    with Landmarker() as landmarker:
        for frame in video_file.read(path):
            yield frame, tracker.update(landmarker.detect(frame.image, frame.seconds), frame.seconds), tracker


def analyse(path: str | Path, exercise: str | Exercise = AUTO) -> Iterator[FrameResult | Analysis]:
    """The results of the video at `path`, frame by frame as they are found, and at last the Analysis.

    Raises BadInput as `video_file.read` does, and when nobody is in the video.
    """
    info = video_file.probe(path)
    results: list[FrameResult] = []
    tracker: SetTracker | None = None
    for _, result, tracker in track(path, exercise):  # noqa: B007
        results.append(result)
        yield result
    yield summarise(info, results, tracker)


def summarise(info: VideoInfo, results: list[FrameResult], tracker: SetTracker | None) -> Analysis:
    """The Analysis of all frames. Raises BadInput when nobody was in them."""
    if tracker is None or sum(result.pose is not None for result in results) < FEWEST:
        raise BadInput("posture.no_person")
    steps = np.diff([result.seconds for result in results])
    seconds = results[-1].seconds + (median(steps) if len(steps) else 0.0)
    if tracker.recogniser is None:  # told the exercise, the coach has known it from the beginning
        sets = tracker.sets
    else:
        results, sets = recount(results, tracker.sets or by_rules(results))
    return Analysis(replace(info, seconds=float(seconds)), tuple(results), tuple(sets))


def by_rules(results: list[FrameResult]) -> list[ExerciseSet]:
    """The one set of a video in which the network recognised nothing: it is too short, or a barbell hides the arms.

    Of the exercises whose rules alone tell them from any other movement the one that counts most, if most of what was
    tried counts.
    """
    coaches = [Coach(exercise) for exercise in exercises().values() if exercise.by_rules]
    for result in results:
        for coach in coaches:
            coach.update(result.pose, result.seconds)
    best = max(coaches, key=lambda coach: coach.count, default=None)
    if best is None or 2 * best.count <= len(best.attempts):
        return []
    return [set_of(best, 0.0)]


def recount(results: list[FrameResult], sets: list[ExerciseSet]) -> tuple[list[FrameResult], list[ExerciseSet]]:
    """The same video for coaches who know from the start which exercise comes.

    Live, an exercise is known only after two seconds of it. Of a whole video each set's coach sees everything from the
    end of the set before, the first one from the video's beginning.
    """
    if not sets:
        return results, sets
    borders = [0.0, *(done.start for done in sets[1:]), math.inf]
    recounted: list[FrameResult] = []
    recounted_sets: list[ExerciseSet] = []
    for done, begin, end in zip(sets, borders[:-1], borders[1:], strict=True):
        coach = Coach(done.definition)
        for result in results:
            if begin <= result.seconds < end:
                reading = coach.update(result.pose, result.seconds)
                recounted.append(replace(result, exercise=done.exercise, reading=reading))
        recounted_sets.append(set_of(coach, begin))
    return recounted, recounted_sets


def as_json(analysis: Analysis) -> dict[str, object]:
    """`Analysis.report()` with the video's size: what the command line prints."""
    return {**analysis.report(), "clip": asdict(analysis.info)}
