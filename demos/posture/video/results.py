"""What was found in each frame of a video, in little memory: an hour of it, 30 frames a second, takes 80 MB."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np

from demos.posture.coach.coach import Reading
from demos.posture.coach.repetitions import Phase, Repetition
from demos.posture.coach.set_tracker import FrameResult
from demos.posture.exercises import Exercise
from demos.posture.pose.landmarks import NAMES, Pose
from demos.posture.recognise import Answer
from demos.posture.video.others import Others

STEP = 1 / 8192  # of coordinates and visibility: an eighth of a pixel, a tenth of a millimetre
ROWS = 1024  # frames by which a table grows
MEASURES = 48  # most measures that a reading has
PHASES = tuple(Phase)
POSE = np.dtype(
    [("seconds", "f8"), ("found", "?"), ("turns", "i1"), ("person", "i4"), ("points", "i2", (len(NAMES), 7))]
)
READING = np.dtype(
    [
        *(("known", "?"), ("exercise", "i2"), ("phase", "i1"), ("cue", "i2"), ("count", "i4")),
        *(("hold", "f8"), ("signal", "f8"), ("measures", "f4", (MEASURES,))),
    ]
)


class Table:
    """Rows of a structured numpy type, in pieces, so that it grows without being copied."""

    def __init__(self, kind: np.dtype[Any]) -> None:
        self._kind = kind
        self._pieces: list[np.ndarray] = []
        self._rows = 0

    def add(self) -> Any:
        """A new row, all zero, to be filled."""
        if self._rows == ROWS * len(self._pieces):
            self._pieces.append(np.zeros(ROWS, self._kind))
        self._rows += 1
        return self[self._rows - 1]

    def __getitem__(self, row: int) -> Any:
        return self._pieces[row // ROWS][row % ROWS]

    def __len__(self) -> int:
        return self._rows

    def column(self, name: str) -> np.ndarray:
        """All rows of one field."""
        empty = np.zeros(0, self._kind)[name]
        return np.concatenate([empty, *(piece[name] for piece in self._pieces)])[: self._rows]

    @property
    def nbytes(self) -> int:
        return sum(piece.nbytes for piece in self._pieces)


class Poses:
    """Seconds and pose of each frame, None where nobody was found; coordinates are rounded to STEP and end at ±4.

    Besides: who is followed in it, where `others` are, and in `pasts`, by the frames from which on somebody else is
    followed, what was seen of them before.
    """

    def __init__(self, others: Others | None = None) -> None:
        self.table = Table(POSE)
        self.others = others or Others()
        self.pasts: dict[int, tuple[Pose, ...]] = {}

    def append(self, seconds: float, pose: Pose | None, person: int = 0) -> None:
        row = self.table.add()
        row["seconds"], row["found"], row["person"] = seconds, pose is not None, person
        if pose is not None:
            row["turns"] = pose.turns
            points = np.concatenate([pose.image, pose.world, pose.visibility[:, None]], axis=1)
            row["points"] = np.clip(np.nan_to_num(points) / STEP, -32767, 32767).round()

    def __getitem__(self, frame: int) -> tuple[float, Pose | None]:
        row = self.table[frame]
        seconds = float(row["seconds"])
        if not row["found"]:
            return seconds, None
        points = row["points"] * np.float32(STEP)
        return seconds, Pose(seconds, points[:, :3], points[:, 3:6], points[:, 6], int(row["turns"]))

    def person(self, frame: int) -> int:
        """The number of who is followed in a frame, 0 for nobody."""
        return int(self.table[frame]["person"])

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[tuple[float, Pose | None]]:
        return (self[frame] for frame in range(len(self)))

    @property
    def seen(self) -> int:
        """Frames in which somebody was found."""
        return int(self.table.column("found").sum())


class Results(Sequence[FrameResult]):
    """A FrameResult for each frame, as a list of them would give it, but for its `probabilities` and its `answer`.

    Given `poses`, those are shared: `append` takes only what a coach made of them, frame after frame. The answers are
    in `answers`.
    """

    def __init__(self, results: Iterable[FrameResult] = (), poses: Poses | None = None) -> None:
        self._own = poses is None
        self.poses = Poses() if poses is None else poses
        self._readings = Table(READING)
        self._exercises: list[tuple[str | None, Exercise | None]] = []
        self._cues: list[str | None] = []
        self._measures: dict[str, int] = {}
        self._finished: dict[int, Repetition] = {}
        self._opinions: dict[int, tuple[str, ...]] = {}
        self._answers: list[tuple[int, Answer]] = []  # the frames from which on an answer is the newest
        for result in results:
            self.append(result)

    def append(self, result: FrameResult) -> None:
        """Take in the next frame's."""
        if self._own:
            self.poses.append(result.seconds, result.pose, result.person)
            self.poses.others.add(result.seconds, result.others)
            if result.past:
                self.poses.pasts[len(self.poses) - 1] = result.past
        row, reading = self._readings.add(), result.reading
        row["exercise"] = _place((result.exercise, result.own), self._exercises)
        if result.opinion:
            self._opinions[len(self) - 1] = result.opinion
        if result.answer and (not self._answers or result.answer is not self._answers[-1][1]):
            self._answers.append((len(self) - 1, result.answer))
        if reading is None:
            return
        row["known"], row["phase"] = True, PHASES.index(reading.phase)
        row["cue"] = _place(reading.cue, self._cues)
        row["count"], row["hold"], row["signal"] = reading.count, reading.hold, reading.signal
        row["measures"] = np.nan
        for name, value in reading.measures.items():
            row["measures"][self._measures.setdefault(name, len(self._measures))] = value
        if reading.finished:
            self._finished[len(self) - 1] = reading.finished

    def __len__(self) -> int:
        return len(self._readings)

    @overload
    def __getitem__(self, frame: int) -> FrameResult: ...
    @overload
    def __getitem__(self, frame: slice) -> list[FrameResult]: ...
    def __getitem__(self, frame: int | slice) -> FrameResult | list[FrameResult]:
        if isinstance(frame, slice):
            return [self[at] for at in range(*frame.indices(len(self)))]
        at = frame + len(self) if frame < 0 else frame
        if not 0 <= at < len(self):
            raise IndexError(frame)
        seconds, pose = self.poses[at]
        exercise, own = self._exercises[self._readings[at]["exercise"]]
        person = self.poses.person(at)
        others = self.poses.others.at(seconds, without=person)
        opinion = self._opinions.get(at, ())
        reading = self._reading(at, seconds)
        return FrameResult(seconds, pose, exercise, reading, own=own, person=person, others=others, opinion=opinion)

    def most_done(self) -> dict[int, tuple[float, int]]:
        """Of everybody who was followed the most repetitions or seconds held at once, and frames, by their numbers."""
        people = self.poses.table.column("person")[: len(self)]
        done = np.maximum(self._readings.column("count"), self._readings.column("hold"))
        return {
            int(person): (float(done[people == person].max()), int((people == person).sum()))
            for person in np.unique(people[people > 0])
        }

    def answers(self) -> Iterator[Answer | None]:
        """The network's newest answer at each frame."""
        newest: Answer | None = None
        changes = iter([*self._answers, (len(self), None)])
        frame, coming = next(changes)
        for at in range(len(self)):
            if at == frame:
                newest, (frame, coming) = coming, next(changes)
            yield newest

    def signal(self) -> tuple[np.ndarray, np.ndarray]:
        """Seconds (T,) and the angle that counts then in degrees (T,), NaN where it was not seen or nothing is done."""
        known = self._readings.column("known")
        return self.poses.table.column("seconds")[: len(self)], np.where(known, self._readings.column("signal"), np.nan)

    @property
    def nbytes(self) -> int:
        """Bytes of memory, poses included."""
        return self.poses.table.nbytes + self._readings.nbytes

    def _reading(self, at: int, seconds: float) -> Reading | None:
        row = self._readings[at]
        if not row["known"]:
            return None
        values = row["measures"].tolist()
        measures = {name: values[place] for name, place in self._measures.items()}
        if all(value != value for value in values):  # NaN: none was seen
            measures = {}
        return Reading(
            seconds,
            PHASES[row["phase"]],
            float(row["signal"]),
            measures,
            int(row["count"]),
            float(row["hold"]),
            self._cues[row["cue"]],
            self._finished.get(at),
        )


def _place(value: Any, among: list[Any]) -> int:
    """Where `value` stands `among` those so far, at their end if it is new."""
    if value not in among:
        among.append(value)
    return among.index(value)
