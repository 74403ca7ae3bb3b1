"""What was shown three times becomes an exercise: which angle counts it, from where to where.

Of every angle that could be counted by, those remain that go there and back as often as the visitor says, and by which
a coach counts just that in the recording. The best of them moves far, and equally far each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.coach import Coach
from demos.posture.exercises import Exercise, Signal
from demos.posture.teach.defining import defining
from demos.posture.teach.held import between, described, held, sentence
from demos.posture.teach.recording import Recording, candidates, parts_of

REPETITIONS = 3  # that are asked for
SHORTEST = 10  # frames with somebody in them
LOW, HIGH = 0.35, 0.65  # of the curve's whole way: below the one is there, above the other is back
SMALLEST = 22.0  # degrees that an angle must move to be counted by
TREMBLE = 40.0  # degrees by which no angle of somebody who holds a position seems to move
ODD = 0.05  # share of a recording's frames at either end of an angle's range that may be errors
FULL = 0.28  # share of the way by which the next repetition may end before the least deep one shown
RANGE = 0.45  # share of the way that a repetition must at least go
LEAN = 30.0  # degrees by which the trunk may lean otherwise than it did
CARRIES = 1.25  # arms swing along with the legs; what carries the body comes first
CARRYING = frozenset({"hip", "knee", "torso_lean", "hip_sag", "foot_pitch"})
MOVING_ALREADY = 0.6  # of a reading in which the recording does not begin or end at rest
MOST = 5  # proposals
SLUG = "own"


@dataclass(frozen=True)
class Shown:
    """One repetition of the recording: seconds of its begin, turn and end; degrees at rest and at the turn."""

    start: float
    turn: float
    end: float
    rest: float
    reached: float


@dataclass(frozen=True)
class Proposal:
    """The `exercise`, and what it was read from: the curve of its signal (T,) and the repetitions that were shown."""

    exercise: Exercise
    seconds: np.ndarray = field(repr=False)
    angles: np.ndarray = field(repr=False)
    shown: tuple[Shown, ...]


def propose(
    recording: Recording, repetitions: int = REPETITIONS, name: str = "", slug: str = SLUG
) -> tuple[Proposal, ...]:
    """The exercises that this recording may show, the likeliest first; one at least.

    What goes there and back is counted; a position that is held, and is not just standing, is timed.
    Raises BadInput when hardly anybody is seen, and when nothing goes there and back that often.
    """
    if len(recording) < SHORTEST:
        raise BadInput("posture.teach_nobody")
    proposals: list[Proposal] = []
    for _, signal, curve, shown in sorted(_readings(recording, repetitions), key=lambda reading: -reading[0]):
        if len(proposals) == MOST:
            break
        if any(signal.measure == before.exercise.signal.measure for before in proposals):
            continue
        exercise = _exercise(recording, _with_thresholds(signal, shown), shown, name, slug)
        if counted(exercise, recording) == repetitions:
            proposals.append(Proposal(exercise, recording.seconds, curve, shown))
    moved, often = _most_moved(recording)
    position = held(recording, name, slug) if moved < TREMBLE else None
    if position:
        curve = recording.curve(position.signal.measure)
        proposals.insert(0, Proposal(position, recording.seconds, curve, ()))
    if not proposals:
        raise BadInput("posture.teach_not_so_often", number=repetitions, seen=often)
    return tuple(proposals)


def _most_moved(recording: Recording) -> tuple[float, int]:
    """By how many degrees the angle moves that moves most, and how often it goes there and back."""
    best, often = 0.0, 0
    for signal, curve in candidates(recording):
        known = np.quantile(curve[np.isfinite(curve)], (ODD, 1 - ODD))
        if signal.direction == "down" and np.ptp(known) > best:
            best, often = float(np.ptp(known)), len(list(cycles(recording.seconds, curve, falling=True)))
    return best, often


def counted(exercise: Exercise, recording: Recording) -> int:
    """How many repetitions a coach of `exercise` counts in the recording."""
    coach = Coach(exercise)
    for seconds, pose in recording.frames:
        coach.update(pose, seconds)
    return coach.count


def _readings(recording: Recording, repetitions: int) -> Iterator[tuple[float, Signal, np.ndarray, tuple[Shown, ...]]]:
    """Every signal that goes there and back that often: how good it is, the signal, its curve, the repetitions."""
    for signal, curve in candidates(recording):
        shown = tuple(cycles(recording.seconds, curve, falling=signal.direction == "down"))
        if len(shown) != repetitions:
            continue
        ways = [abs(each.rest - each.reached) for each in shown]
        if min(ways) < SMALLEST:
            continue
        uneven = float(np.ptp([each.reached for each in shown])) / median(ways)
        good = min(ways) * max(0.0, 1 - uneven)
        good *= 1.0 if signal.sides == "mean" else 0.9  # of two that say nearly the same the simpler one
        good *= CARRIES if signal.measure in CARRYING else 1.0
        good *= 1.0 if _at_rest(curve, shown) else MOVING_ALREADY
        yield good, signal, curve, shown


def _at_rest(curve: np.ndarray, shown: tuple[Shown, ...]) -> bool:
    """Whether the recording begins and ends nearer to where repetitions begin than to where they turn."""
    known = curve[np.isfinite(curve)]
    ends = ((known[0], shown[0]), (known[-1], shown[-1]))
    return all(abs(value - each.rest) < abs(value - each.reached) for value, each in ends)


def cycles(seconds: np.ndarray, curve: np.ndarray, *, falling: bool) -> Iterator[Shown]:
    """The times that the curve (T,) goes down and up again, or up and down; NaN is skipped.

    A hysteresis over all that is known of it: it is there beyond LOW of its way and back within HIGH.
    """
    sign = 1.0 if falling else -1.0
    known = np.isfinite(curve)
    times, values = seconds[known], sign * curve[known]
    if len(values) < SHORTEST:
        return
    least, most = np.quantile(values, (ODD / 2, 1 - ODD / 2))
    down, up = least + LOW * (most - least), least + HIGH * (most - least)
    begin = int(np.argmax(values > up)) if values[0] < down else 0  # what it begins in the middle of is none
    turns: list[int] = []
    tops = [begin]  # indices that divide the repetitions
    inside = False
    for index, value in enumerate(values[begin:], begin):
        if inside:
            if value < values[turns[-1]]:
                turns[-1] = index
            if value > up:
                inside = False
                tops.append(index)
        elif value < down:
            inside = True
            turns.append(index)
        elif value > values[tops[-1]]:
            tops[-1] = index
    if inside and values[-1] < down:  # it ends there and does not come back
        turns.pop()
        tops = tops[: len(turns) + 1]
    elif inside:
        tops.append(len(values) - 1)
    for turn, (top, next_top) in zip(turns, pairwise(tops), strict=True):
        start, end = _limits_of(values, top, turn, next_top)
        rest = max(values[top], values[next_top])
        yield Shown(
            float(times[start]), float(times[turn]), float(times[end]), float(sign * rest), float(sign * values[turn])
        )


def cycles_at(curve: np.ndarray, line: float, *, falling: bool) -> int:
    """How often the curve (T,) passes one line on its way there: what is counted without a hysteresis."""
    known = curve[np.isfinite(curve)]
    beyond = known <= line if falling else known >= line
    return int((beyond[1:] & ~beyond[:-1]).sum())


def _limits_of(values: np.ndarray, top: int, turn: int, next_top: int) -> tuple[int, int]:
    """The indices at which the way to the turn begins and the way back ends: a tenth of it from the top."""
    leave = values[top] - 0.1 * (values[top] - values[turn])
    back = values[next_top] - 0.1 * (values[next_top] - values[turn])
    start = turn - int(np.argmax(values[top : turn + 1][::-1] >= leave))
    end = turn + int(np.argmax(values[turn : next_top + 1] >= back))
    return start, end


def _with_thresholds(signal: Signal, shown: tuple[Shown, ...]) -> Signal:
    """The signal with `full` and `range`: what the least deep of the repetitions reached, with room."""
    sign = 1.0 if signal.direction == "down" else -1.0
    way = min(abs(each.rest - each.reached) for each in shown)
    least = max(sign * each.reached for each in shown)
    full = sign * (least + FULL * way)
    return Signal(signal.measure, signal.sides, signal.direction, round(full), max(1, round(RANGE * way)))


def _exercise(recording: Recording, signal: Signal, shown: tuple[Shown, ...], name: str, slug: str) -> Exercise:
    """All that is asked of the exercise, with sentences in both languages."""
    during = (recording.seconds >= shown[0].start) & (recording.seconds <= shown[-1].end)
    return described(
        recording,
        during,
        name,
        slug,
        kind="repetitions",
        required=parts_of(signal.measure),
        signal=signal,
        position=(between(recording, during, "torso_lean", LEAN),),
        defining=defining(recording, signal, [(each.start, each.end) for each in shown]),
        shallow=sentence("teach_shallow"),
    )
