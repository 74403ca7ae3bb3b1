"""What a canvas in the browser needs to show one frame, as JSON."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from demos.common.i18n import LANGUAGES, text
from demos.common.palette import CLASS_ORANGE
from demos.posture.coach.advice import sentence
from demos.posture.coach.visibility import LOST
from demos.posture.exercises import AUTO, BEST_VIEWS, Exercise, exercises, find_exercise, listed, recognisable
from demos.posture.pose.landmarks import BODY, EDGES, INDEX, SIDES
from demos.posture.second_opinion import opinion_words

if TYPE_CHECKING:
    from demos.posture.coach.set_tracker import FrameResult

LEFT, RIGHT, TRUNK = CLASS_ORANGE, "#56B4E9", "#F5F0E6"
WRITTEN_AT = {
    "upper_arm": "shoulder",
    "torso_lean": "hip",
    "hip_sag": "hip",
    "foot_pitch": "heel",
}  # the joint beside which a measure is written
CLOSE = 0.08  # shares of the image within which two numbers would cover each other


def edge_colour(start: int, end: int) -> str:
    """Left limbs orange, right limbs blue, what joins them pale."""
    left, right = (all(index % 2 == side for index in (start, end)) for side in (1, 0))
    return LEFT if left else RIGHT if right else TRUNK


def about(key: str, slugs: Sequence[str]) -> dict[str, str]:
    """The string `key` in both languages, its {exercises} filled with these."""
    return {language: text(key, language, exercises=listed(slugs, language)) for language in LANGUAGES}


def auto_knows() -> dict[str, str]:
    """Which exercises "auto" finds out by itself, in both languages: all, all but a few, or these."""
    known, all_of_them = recognisable(), list(exercises())
    unknown = [slug for slug in all_of_them if slug not in known]
    if not unknown:
        return {language: text("posture.auto_knows_all", language, number=len(known)) for language in LANGUAGES}
    if len(unknown) < len(known):
        return about("posture.auto_knows_all_but", unknown)
    return about("posture.auto_knows", known)


def camera_sentence(exercise: str | Exercise, language: str) -> str:
    """Where the camera should stand for an exercise (or its slug), or for any that "auto" may find."""
    if exercise == AUTO:
        return text("posture.camera_auto", language)
    return _definition(exercise).camera[language]


def camera_picture(exercise: str | Exercise) -> dict[str, object]:
    """What the picture of the camera's place shows for an exercise (or its slug), or for any that "auto" may find.

    {body: "standing", "prone", "supine" or "side", views: names of exercises.VIEWS, the best first}
    """
    if exercise == AUTO:
        return {"body": "standing", "views": list(BEST_VIEWS)}
    entry = _definition(exercise)
    rig = (entry.movement or {}).get("rig", "standing")
    return {
        "body": {"floor": "prone", "back": "supine", "side": "side"}.get(rig, "standing"),
        "views": list(entry.views),
    }


def _definition(exercise: str | Exercise) -> Exercise:
    return find_exercise(exercise) if isinstance(exercise, str) else exercise


# What is drawn of a body: edges (two landmarks and a colour), landmarks with a dot, the least visibility in percent.
SKELETON = {
    "edges": [(start, end, edge_colour(start, end)) for start, end in EDGES],
    "dots": BODY,
    "visible": round(100 * LOST),
}


def shown_angles(result: "FrameResult") -> dict[str, float]:
    """The angles worth writing beside their joints now, {joint: degrees}: those seen of what counts.

    From the side left and right lie on each other: then only the better seen.
    """
    if result.reading is None or result.definition is None or result.pose is None:
        return {}
    measure = result.definition.signal.measure
    found, pose = result.reading.measures, result.pose
    angles = {
        f"{side}_{WRITTEN_AT.get(measure, measure)}": found.get(f"{side}_{measure}", found.get(measure, math.nan))
        for side in SIDES
    }
    names = [name for name in angles if not math.isnan(angles[name]) and pose.visibility[INDEX[name]] >= LOST]
    if len(names) == 2:
        left, right = (INDEX[name] for name in names)
        if measure in found or np.abs(pose.image[left, :2] - pose.image[right, :2]).max() < CLOSE:
            names = [max(names, key=lambda name: pose.visibility[INDEX[name]])]
    return {name: angles[name] for name in names}


def words(result: "FrameResult", language: str) -> dict[str, str]:
    """What to say at this frame: {exercise, advice, opinion}: the last where the network disagrees with the rules."""
    reading, cue = result.reading, result.reading.cue if result.reading else None
    exercise = result.definition
    if result.pose is None:
        advice = text("posture.nobody", language)
    elif cue and cue.startswith("unseen:"):
        advice = text(f"posture.unseen_{cue.partition(':')[2]}", language)
    elif reading is None or exercise is None:
        advice = text("posture.watching", language, number=len(recognisable()))
    else:
        advice = sentence(exercise, cue, language)
    opinion = " ".join(opinion_words(exercise, one, language) for one in result.opinion) if exercise else ""
    if exercise and exercise.form and not advice:  # good or bad is what it was taught to say
        advice, opinion = opinion, ""
    return {"exercise": exercise.name[language] if exercise else "", "advice": advice, "opinion": opinion}


def frame_data(result: "FrameResult", language: str) -> dict[str, object]:
    """One frame for the canvas: points as whole thousandths of the image, angles in whole degrees.

    {t, points: [[x, y, visibility %] × 33] or null, angles: [[landmark, degrees]], others: [[number, left, top, right,
    bottom]], count, hold, phase, kind, exercise, advice, opinion}; `others` are the people who are not followed.
    """
    pose, reading = result.pose, result.reading
    points = None
    if pose is not None:
        places = np.concatenate([pose.image[:, :2] * 1000, pose.visibility[:, None] * 100], axis=1)
        points = np.clip(places.round(), -2000, 3000).astype(int).tolist()
    return {
        "t": round(result.seconds, 3),
        "points": points,
        "angles": [[INDEX[joint], round(degrees)] for joint, degrees in shown_angles(result).items()],
        "others": [[number, *box.thousandths] for number, box in result.others.items()],
        "count": reading.count if reading else 0,
        "hold": round(reading.hold, 1) if reading else 0.0,
        "phase": reading.phase.value if reading else "",
        "kind": result.definition.kind if result.definition else "",
        **words(result, language),
    }
