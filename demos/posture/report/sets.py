"""The report: every set with its repetitions as plain JSON, which the page, the API and the command line share."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from statistics import median
from typing import Any

from demos.posture.coach.repetitions import Repetition
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.coach.visibility import PARTS
from demos.posture.exercises import Exercise, exercises
from demos.posture.report.columns import COLUMNS
from demos.posture.report.measure import best, sides, view, with_onset, worst_moment
from demos.posture.report.record import Moment, Record
from demos.posture.report.trend import Trend, trend

TOTAL_DEGREES = 5.0  # that the depth must lose over a set to be called a fade: below lies the error of the angles
TOTAL_SHARE = 0.1  # of a repetition's time by which the last must be slower
UNSEEN = 0.15  # share of a set's moments from which on it is said that a part of the body was not in sight
HELD_SHARE = 0.3  # of a held position's moments from which on a limit that they exceed is a fault


def report_of(sets: Sequence[ExerciseSet], record: Record) -> list[dict[str, Any]]:
    """Every set as JSON: times in seconds, angles in degrees.

    [{exercise, count, hold_seconds, start_s, end_s, view, asked_degrees, best, symmetry, fade, faults, unseen,
    repetitions: [{number, counted, verdict, start_s, bottom_s, end_s, down_s, up_s, depth_degrees, top_degrees,
    symmetry, faults, second_opinion, rejection: null or {reason, measure, reached, asked}, worst_s}]}]

    `exercise` is its slug, or the name of one that a visitor has taught. `verdict` is "good", "faults" or
    "not_counted". `symmetry` is {left_degrees, right_degrees, difference_degrees} or null where left and right cannot
    be compared; `best` the number of the best repetition; `fade` null for less than five that count, or
    {depth_lost_degrees, depth_p, slower_s, slower_p, verdict}: what each repetition loses against the one before, and
    "steady", "shallower", "slower" or "shallower_and_slower". `faults` of a set are those of a position that is held;
    `unseen` the parts of the body by which it is judged, each with the share of the time in which the camera did not
    see it, where that is more than UNSEEN. What was tried then is not judged by them, or does not count at all.
    `second_opinion` is where the network disagrees with the rules, such as "another:lunge", "seen:knees_in" or
    "doubted:knees_in" (`second_opinion.py`); of an exercise that learned good from bad it is "good:93", "bad:88" or
    "not_sure:55", in percent (`form.py`). A rejection's numbers are degrees, or shares.
    """
    starts = [*(done.start for done in sets), inf]
    spans = zip(sets, starts[1:], strict=True)
    return [_set(done, record) | {"unseen": _unseen(record.between(done.start, until))} for done, until in spans]


def _unseen(moments: Sequence[Moment]) -> dict[str, float]:
    hidden = Counter(part for moment in moments for part in moment.unseen)
    shares = {part: hidden[part] / len(moments) for part in PARTS if hidden[part]}
    return {part: round(share, 2) for part, share in shares.items() if share > UNSEEN}


def called(done: ExerciseSet) -> str:
    """The slug of its exercise; of a visitor's own the name, which no exercise of ours is called by."""
    if done.exercise in exercises():
        return done.exercise
    name = done.definition.name["en"]
    return f"{name} (own)" if name in exercises() else name


def with_onsets(done: ExerciseSet, record: Record) -> ExerciseSet:
    """The set with each attempt from where its way begins (`measure.with_onset`)."""
    attempts: list[Repetition] = []
    for attempt in done.attempts:
        rested = record.between(attempts[-1].end if attempts else done.start, attempt.start)
        attempts.append(with_onset(done.definition, attempt, rested))
    return replace(done, attempts=tuple(attempts))


def _set(done: ExerciseSet, record: Record) -> dict[str, Any]:
    done = with_onsets(done, record)
    exercise, attempts = done.definition, done.attempts
    around = _moments(done, record)
    compared = [sides(exercise, record.between(one.start, one.end)) for one in attempts if one.counted]
    known = [both for both in compared if both is not None]
    chosen = best(exercise, attempts)
    return {
        "exercise": called(done),
        "count": done.count,
        "hold_seconds": round(done.hold, 2),
        "start_s": round(done.began, 2),
        "end_s": round(done.ended, 2),
        "view": view(around),
        "asked_degrees": exercise.signal.goal if exercise.kind == "repetitions" else None,
        "best": None if chosen is None else chosen + 1,
        "symmetry": _symmetry(median(s.left for s in known), median(s.right for s in known)) if known else None,
        "fade": fade(exercise, [attempt for attempt in attempts if attempt.counted]),
        "faults": _held_faults(exercise, around),
        "repetitions": [_repetition(exercise, number, one, record) for number, one in enumerate(attempts, 1)],
    }


def _moments(done: ExerciseSet, record: Record) -> list[Moment]:
    """Those of a set in which something was tried or held."""
    spans = [(attempt.start, attempt.end) for attempt in done.attempts] + [(h.start, h.end) for h in done.holds]
    return [moment for start, end in spans for moment in record.between(start, end)]


def _held_faults(exercise: Exercise, held: Sequence[Moment]) -> list[str]:
    if exercise.kind != "hold":
        return []
    broken = {cue.name: sum(moment.excess.get(cue.name, 0) > 0 for moment in held) for cue in exercise.cues}
    return [name for name, count in broken.items() if count > HELD_SHARE * len(held)]


def _repetition(exercise: Exercise, number: int, attempt: Repetition, record: Record) -> dict[str, Any]:
    moments = record.between(attempt.start, attempt.end)
    both, why = sides(exercise, moments), attempt.rejection
    faults = [cue for cue in attempt.cues if why is None or cue != why.cue]
    return {
        "number": number,
        "counted": attempt.counted,
        "verdict": "not_counted" if not attempt.counted else "faults" if faults else "good",
        "start_s": round(attempt.start, 2),
        "bottom_s": round(attempt.bottom, 2),
        "end_s": round(attempt.end, 2),
        "down_s": round(attempt.bottom - attempt.start, 2),
        "up_s": round(attempt.end - attempt.bottom, 2),
        "depth_degrees": round(attempt.depth, 1),
        "top_degrees": round(attempt.top, 1),
        "symmetry": _symmetry(both.left, both.right) if both else None,
        "faults": faults,
        "second_opinion": list(attempt.second_opinion),
        "rejection": {
            "reason": why.cue,
            "measure": why.measure,
            "reached": round(why.reached, 2),
            "asked": round(why.asked, 2),
        }
        if why
        else None,
        "worst_s": round(worst_moment(exercise, attempt, moments), 3),
    }


def _symmetry(left: float, right: float) -> dict[str, float]:
    return {
        "left_degrees": round(left, 1),
        "right_degrees": round(right, 1),
        "difference_degrees": round(left - right, 1),
    }


def fade(exercise: Exercise, counted: Sequence[Repetition]) -> dict[str, Any] | None:
    """Whether depth and tempo of the repetitions that count decline: see `report_of`. None if they are too few."""
    falling = exercise.signal.falling
    lost = trend([falling(one.depth) for one in counted])
    times = [one.end - one.start for one in counted]
    slower = trend(times)
    if lost is None or slower is None:
        return None
    shallower = _declines(lost, TOTAL_DEGREES)
    drags = _declines(slower, TOTAL_SHARE * median(times))
    words = [word for word, so in (("shallower", shallower), ("slower", drags)) if so]
    return {
        "depth_lost_degrees": round(lost.slope, 2),
        "depth_p": round(lost.p, 4),
        "slower_s": round(slower.slope, 3),
        "slower_p": round(slower.p, 4),
        "verdict": "_and_".join(words) or "steady",
    }


def _declines(found: Trend, least: float) -> bool:
    return found.sure and found.change > least


def csv_of(sets: Sequence[dict[str, Any]]) -> str:
    """The sets of a report as CSV, one line per repetition, or per position held; a BOM, for Excel to read Korean."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number, done in enumerate(sets, 1):
        held = {"number": 1, "counted": True, **{name: done[name] for name in ("start_s", "end_s", "faults")}}
        for row in done["repetitions"] or [held]:
            entries = {**row, "set": {"number": number, **done}}
            writer.writerow([_cell(entries, path) for path in COLUMNS.values()])
    return out.getvalue()


def _cell(entries: Mapping[str, Any], path: str) -> str:
    """What stands at `path` ("symmetry.left_degrees") as a spreadsheet reads it."""
    value: Any = entries
    for name in path.split("."):
        value = value.get(name) if value else None
    if isinstance(value, list):
        return " ".join(value)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{int(value)}" if value == int(value) else repr(value)
