"""A film from beginning to end: who does what, how often, how deep, how fast."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.coach import Coach
from demos.posture.coach.repetitions import Repetition
from demos.posture.coach.set_tracker import AUTO, Moment, Session, Set
from demos.posture.exercises import exercises
from demos.posture.landmarker import Landmarker
from demos.posture.landmarks import JOINTS
from demos.posture.video import video_file
from demos.posture.video.video_file import Clip, Frame

FEWEST = 5  # frames with a person from which there is something to say


@dataclass(frozen=True)
class Analysis:
    """All of a film. `exercise` is the one most was done of, or None; `moments` has one entry a frame."""

    clip: Clip
    moments: tuple[Moment, ...] = field(repr=False)
    sets: tuple[Set, ...] = ()

    @property
    def main(self) -> Set | None:
        """The set with most in it."""
        return max(self.sets, key=lambda done: (done.count, done.hold, len(done.attempts)), default=None)

    @property
    def exercise(self) -> str | None:
        return self.main.exercise if self.main else None

    def report(self) -> dict[str, object]:
        """The result as JSON: times in seconds, angles in degrees.

        {exercise, count, hold_seconds, seconds, fps, frames, frames_with_person, sets: [{exercise, count, hold_seconds,
        repetitions: [{number, counted, start_s, bottom_s, end_s, down_s, up_s, depth_degrees, top_degrees, cues}]}]}
        """
        main = self.main
        return {
            "exercise": self.exercise,
            "count": main.count if main else 0,
            "hold_seconds": round(main.hold, 2) if main else 0.0,
            "seconds": round(self.clip.seconds, 3),
            "fps": round(self.clip.fps, 3),
            "frames": len(self.moments),
            "frames_with_person": sum(moment.pose is not None for moment in self.moments),
            "sets": [
                {
                    "exercise": done.exercise,
                    "count": done.count,
                    "hold_seconds": round(done.hold, 2),
                    "repetitions": [row(number, attempt) for number, attempt in enumerate(done.attempts, 1)],
                }
                for done in self.sets
            ],
        }

    def signal(self, exercise: str) -> tuple[np.ndarray, np.ndarray]:
        """Seconds (T,) and the angle that `exercise` is counted by in degrees (T,), NaN where it was not seen."""
        joint = exercises()[exercise].signal.joint
        seconds = np.array([moment.seconds for moment in self.moments])
        angles = [
            moment.reading.signal if moment.reading and moment.exercise == exercise else math.nan
            for moment in self.moments
        ]
        assert joint in {name.partition("_")[2] for name in JOINTS}
        return seconds, np.array(angles)


def row(number: int, attempt: Repetition) -> dict[str, object]:
    """One line of the report."""
    return {
        "number": number,
        "counted": attempt.counted,
        "start_s": round(attempt.start, 2),
        "bottom_s": round(attempt.bottom, 2),
        "end_s": round(attempt.end, 2),
        "down_s": round(attempt.bottom - attempt.start, 2),
        "up_s": round(attempt.end - attempt.bottom, 2),
        "depth_degrees": round(attempt.depth, 1),
        "top_degrees": round(attempt.top, 1),
        "cues": list(attempt.cues),
    }


def watch(path: str | Path, exercise: str = AUTO) -> Iterator[tuple[Frame, Moment, Session]]:
    """Go through the film at `path`, frame by frame. Raises BadInput as `video_file.read` does."""
    session = Session(exercise)
    with Landmarker() as landmarker:
        for frame in video_file.read(path):
            yield frame, session.see(landmarker.find(frame.image, frame.seconds), frame.seconds), session


def analyse(path: str | Path, exercise: str = AUTO) -> Iterator[Moment | Analysis]:
    """The moments of the film at `path` as they are found, and at last the Analysis.

    Raises BadInput as `video_file.read` does, and when nobody is in the film.
    """
    clip = video_file.probe(path)
    moments: list[Moment] = []
    session: Session | None = None
    for _, moment, session in watch(path, exercise):  # noqa: B007
        moments.append(moment)
        yield moment
    yield conclude(clip, moments, session)


def conclude(clip: Clip, moments: list[Moment], session: Session | None) -> Analysis:
    """The Analysis of everything seen. Raises BadInput when that was nobody."""
    if session is None or sum(moment.pose is not None for moment in moments) < FEWEST:
        raise BadInput("posture.no_person")
    steps = np.diff([moment.seconds for moment in moments])
    seconds = moments[-1].seconds + (median(steps) if len(steps) else 0.0)
    moments, sets = with_hindsight(moments, session.sets)
    return Analysis(Clip(clip.width, clip.height, clip.fps, float(seconds)), tuple(moments), tuple(sets))


def with_hindsight(moments: list[Moment], sets: list[Set]) -> tuple[list[Moment], list[Set]]:
    """The same film watched again by coaches who know from the start which exercise comes.

    Live, an exercise is known only after two seconds of it. Of a whole film each set's coach sees everything from the
    end of the set before, the first one from the film's beginning.
    """
    if not sets:
        return moments, sets
    borders = [0.0, *(done.start for done in sets[1:]), math.inf]
    again: list[Moment] = []
    better: list[Set] = []
    for done, begin, end in zip(sets, borders[:-1], borders[1:], strict=True):
        coach = Coach(exercises()[done.exercise])
        for moment in moments:
            if begin <= moment.seconds < end:
                reading = coach.update(moment.pose, moment.seconds)
                again.append(replace(moment, exercise=done.exercise, reading=reading))
        better.append(Set(done.exercise, begin, tuple(coach.attempts), coach.count, coach.hold))
    return again, better


def as_json(analysis: Analysis) -> dict[str, object]:
    """`Analysis.report()` with the clip's size: what the command line prints."""
    return {**analysis.report(), "clip": asdict(analysis.clip)}
