"""What is kept of a stream to report on it later: a few angles for each moment. No image and no landmark."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from statistics import fmean

from demos.posture.coach.set_tracker import FrameResult
from demos.posture.coach.visibility import parts_of, unseen_parts
from demos.posture.exercises import Exercise, Limit
from demos.posture.pose.landmarks import SIDES

NAN = math.nan
MOST = 120_000  # moments that are kept, the latest: more than an hour of a camera
_seconds = attrgetter("seconds")


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame in which an exercise was coached.

    signal: the angle that counts in degrees; left, right: the same of each side. facing: where the camera is, 0 in
    front to 90 at the side. NaN for what was not seen. phase: a coach's Phase. excess: of each cue of the exercise how
    far its limit was exceeded, in its measure's unit, negative within it. unseen: the parts of a body that was in view
    by which the exercise is judged, and which neither side showed.
    """

    seconds: float
    exercise: str
    phase: str
    signal: float = NAN
    left: float = NAN
    right: float = NAN
    facing: float = NAN
    excess: dict[str, float] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()


class Record:
    """The moments of one stream, in order."""

    def __init__(self, results: Iterable[FrameResult] = ()) -> None:
        self.moments: list[Moment] = []
        self._judged_by: tuple[Exercise | None, list[str]] = (None, [])
        for result in results:
            self.add(result)

    def add(self, result: FrameResult) -> None:
        """Take in the next frame's result; one without an exercise leaves a gap."""
        exercise = result.definition
        if result.reading is None or exercise is None:
            return
        values = result.reading.measures
        measure = exercise.signal.measure
        left, right = (values.get(f"{side}_{measure}", NAN) for side in SIDES)
        self.moments.append(
            Moment(
                seconds=result.seconds,
                exercise=exercise.slug,
                phase=result.reading.phase.value,
                signal=result.reading.signal,
                left=left,
                right=right,
                facing=values.get("facing", NAN),
                excess={cue.name: _excess(cue, values) for cue in exercise.cues} if values else {},
                unseen=self._unseen(exercise, result),
            )
        )
        if len(self.moments) > MOST:
            del self.moments[: MOST // 10]

    def _unseen(self, exercise: Exercise, result: FrameResult) -> tuple[str, ...]:
        if result.pose is None or result.reading is None:
            return ()
        if exercise is not self._judged_by[0]:
            self._judged_by = (exercise, parts_of(exercise))
        optional = [part for part in self._judged_by[1] if part not in exercise.required]
        missing = [part for part in exercise.required if result.reading.cue == f"unseen:{part}"]
        return (*missing, *unseen_parts(result.pose.visibility, optional))

    def between(self, start: float, end: float) -> list[Moment]:
        """The moments from `start` to `end`, in seconds, both included."""
        first = bisect_left(self.moments, start, key=_seconds)
        return self.moments[first : bisect_right(self.moments, end, key=_seconds)]


def _excess(limit: Limit, values: dict[str, float]) -> float:
    """How far `values` are beyond `limit`: of its sides the one that it asks for, NaN when none was seen.

    NaN too for a limit to how far something moves: no moment by itself is beyond it.
    """
    names = [limit.measure] if limit.measure in values else [f"{side}_{limit.measure}" for side in SIDES]
    seen = [value for name in names if not math.isnan(value := values.get(name, NAN))]
    if not seen or not (math.isfinite(limit.min) or math.isfinite(limit.max)):
        return NAN
    value = max(seen) if limit.sides == "straighter" else min(seen) if limit.sides == "more_bent" else fmean(seen)
    return max(value - limit.max, limit.min - value)
