"""What the page shows of a report, as plain data: the report, and beside each part of it what is said and drawn."""

import math
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import numpy as np

from demos.common.i18n import text
from demos.posture.coach.advice import rejection_words, sentence
from demos.posture.coach.demands import OF_ITS_ANGLE
from demos.posture.coach.repetitions import Repetition
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.exercises import Exercise
from demos.posture.pose.landmarks import Pose
from demos.posture.report.measure import curve, phased, takes_turns
from demos.posture.report.record import Record
from demos.posture.report.sets import report_of, with_onsets
from demos.posture.second_opinion import opinion_words

POSES = 13  # of a repetition that are drawn (`measure.phased`)
MOST_DRAWN = 60  # repetitions whose poses are sent
MOST_ANGLES = 900  # moments of a set whose angles are drawn
AROUND = 1.0  # seconds before and after a set that are drawn with it
NEAR = 0.5  # seconds between a moment and the frame that shows it
# Degrees between left and right from which a set is called uneven: of 62 sets of an athlete who does the same on both
# sides none was off by more than 9.
UNEVEN = 10.0

Posed = Callable[[float], Pose | None]  # the pose at a second


def report_message(
    sets: Sequence[ExerciseSet],
    record: Record,
    language: str,
    posed: Posed,
    aspect: float,
    source: str,
    *,
    under_way: bool = False,
) -> dict[str, Any]:
    """Every set of a report as `report_of` says it, each with its words and what is drawn of it.

    {id, source, under_way: true while more is coming, aspect: width over height of the image, pictures: [(second,
    address)], sets: [{report, name, kind, direction, measure, tips: [str], angles: see `angles`, rows: [{remark, curve:
    degrees, points: of the worst moment, poses: [POSES points]}]}]}. Points are as in `look.frame_data`; what is not
    known is null. `source` is "camera", "video" or "sample"; `pictures` are for others to add, in a message of the same
    id. While it is under way a report has no `poses`.
    """
    shown, drawn = [], 0
    for done, report in zip(sets, report_of(sets, record), strict=True):
        exercise, whole = done.definition, with_onsets(done, record)
        rows = []
        for attempt, entry in zip(whole.attempts, report["repetitions"], strict=True):
            drawn += 1
            moments = record.between(attempt.start, attempt.end)
            line = curve(attempt, moments)
            times = phased(attempt, POSES) if drawn <= MOST_DRAWN and not under_way else ()
            rows.append(
                {
                    "remark": remark(exercise, attempt, language),
                    "curve": [round(degrees, 1) for degrees in line] if line else None,
                    "points": points(posed(entry["worst_s"])),
                    "poses": [points(posed(float(second))) for second in times],
                }
            )
        shown.append(
            {
                "report": report,
                "name": exercise.name[language],
                "kind": exercise.kind,
                "direction": exercise.signal.direction,
                "measure": text(f"posture.measure_{exercise.signal.measure}", language),
                "tips": tips(exercise, report, language),
                "rows": rows,
                "angles": angles(done, report, record),
            }
        )
    more = {"under_way": True} if under_way else {}
    return {"id": uuid4().hex, "source": source, "aspect": round(aspect, 4), "pictures": [], "sets": shown, **more}


def angles(done: ExerciseSet, report: dict[str, Any], record: Record) -> dict[str, Any]:
    """The driving angles through a set: {seconds: [T], signal: [T], left, right: [T] or null}, degrees or null.

    `left` and `right` are there where both sides can be compared; T is at most MOST_ANGLES.
    """
    moments = record.between(done.began - AROUND, done.ended + AROUND)
    moments = moments[:: math.ceil(len(moments) / MOST_ANGLES) or 1]
    sides = ("left", "right") if report["symmetry"] else ()

    def degrees(name: str) -> list[float | None]:
        values = [getattr(moment, name) for moment in moments]
        return [None if math.isnan(value) else round(value, 1) for value in values]

    return {
        "seconds": [round(moment.seconds, 2) for moment in moments],
        "signal": degrees("signal"),
        **{side: degrees(side) if sides else None for side in ("left", "right")},
    }


def moments_to_look_at(message: dict[str, Any]) -> list[float]:
    """The second of each repetition's picture."""
    return [row["worst_s"] for done in message["sets"] for row in done["report"]["repetitions"]]


def remark(exercise: Exercise, attempt: Repetition, language: str) -> str:
    """Why it does not count, what to do better, and where the network disagrees."""
    sentences = [sentence(exercise, cue, language) for cue in attempt.cues]
    sentences += [opinion_words(exercise, opinion, language) for opinion in attempt.second_opinion]
    if attempt.counted:
        return " ".join(sentences)
    why = text("posture.not_counted", language)
    if attempt.rejection and attempt.rejection.cue in OF_ITS_ANGLE:
        why = rejection_words(attempt.rejection, language)
    return " ".join([f"{why[0].upper()}{why[1:]}.", *sentences])


def tips(exercise: Exercise, report: dict[str, Any], language: str) -> list[str]:
    """What is said of the whole set: whether it fades, whether both sides do the same, what a held position lacks.

    And what of the body the camera did not see.
    """
    said = [sentence(exercise, cue, language) for cue in report["faults"]]
    for part, share in report["unseen"].items():
        key = "unseen_for" if part in exercise.required else "unjudged"
        said.append(
            text(f"posture.{key}", language, part=text(f"posture.part_{part}", language), share=round(100 * share))
        )
    if exercise.kind != "repetitions":
        return said
    if (fade := report["fade"]) is not None:
        said.append(
            text(
                f"posture.fade_{fade['verdict']}",
                language,
                degrees=f"{abs(fade['depth_lost_degrees']):.1f}",
                seconds=f"{abs(fade['slower_s']):.2f}",
            )
        )
    if (both := report["symmetry"]) is not None:
        left, right = round(both["left_degrees"]), round(both["right_degrees"])
        uneven = abs(both["difference_degrees"]) >= UNEVEN
        said.append(text(f"posture.sides_{'uneven' if uneven else 'even'}", language, left=left, right=right))
    elif not takes_turns(exercise) and report["view"] not in (None, "front") and "front" in exercise.views:
        said.append(text("posture.sides_unseen", language))
    return said


def points(pose: Pose | None) -> list[list[int]] | None:
    """Landmarks as [x ‰, y ‰, visibility %] of the image."""
    if pose is None:
        return None
    places = np.concatenate([pose.image[:, :2] * 1000, pose.visibility[:, None] * 100], axis=1)
    return [list(map(int, place)) for place in np.clip(places.round(), -2000, 3000)]


def posed_in(seconds: Sequence[float] | np.ndarray, pose_of: Callable[[int], Pose | None]) -> Posed:
    """The pose of the frame nearest to a second, of frames at `seconds`; None where none is within NEAR."""
    times = np.asarray(seconds)

    def posed(second: float) -> Pose | None:
        if not len(times) or math.isnan(second):
            return None
        after = min(int(np.searchsorted(times, second)), len(times) - 1)
        before = max(0, after - 1)
        nearest = before if second - times[before] < times[after] - second else after
        return pose_of(nearest) if abs(times[nearest] - second) <= NEAR else None

    return posed
