"""What a canvas in the browser needs to show one moment, as JSON."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from demos.common.i18n import LANGUAGES, text
from demos.common.palette import CLASS_ORANGE
from demos.posture.coach.advice import sentence
from demos.posture.coach.visibility import LOST
from demos.posture.exercises import exercises, listed, recognisable
from demos.posture.landmarks import BODY, EDGES, INDEX, JOINTS

if TYPE_CHECKING:
    from demos.posture.coach.set_tracker import Moment

LEFT, RIGHT, TRUNK = CLASS_ORANGE, "#56B4E9", "#F5F0E6"
CLOSE = 0.08  # shares of the picture within which two numbers would cover each other


def edge_colour(start: int, end: int) -> str:
    """Left limbs orange, right limbs blue, what joins them pale."""
    left, right = (all(index % 2 == side for index in (start, end)) for side in (1, 0))
    return LEFT if left else RIGHT if right else TRUNK


def about(key: str, slugs: Sequence[str], conjunction: str = "and") -> dict[str, str]:
    """The string `key` in both languages, its {exercises} filled with these."""
    return {language: text(key, language, exercises=listed(slugs, language, conjunction)) for language in LANGUAGES}


# What is drawn of a body: edges (two landmarks and a colour), landmarks with a dot, the least visibility in percent.
SKELETON = {
    "edges": [(start, end, edge_colour(start, end)) for start, end in EDGES],
    "dots": BODY,
    "visible": round(100 * LOST),
}


def shown_angles(moment: "Moment") -> dict[str, float]:
    """The angles worth writing beside their joints now, {joint: degrees}: those seen of the joint that counts.

    From the side left and right lie on each other: then only the better seen.
    """
    if moment.reading is None or moment.exercise is None or moment.pose is None:
        return {}
    joint = exercises()[moment.exercise].signal.joint
    found, pose = moment.reading.measures, moment.pose
    names = [name for name in JOINTS if name.partition("_")[2] == joint]
    names = [name for name in names if not math.isnan(found.get(name, math.nan))]
    if len(names) == 2:
        left, right = (INDEX[name] for name in names)
        if np.abs(pose.image[left, :2] - pose.image[right, :2]).max() < CLOSE:
            names = [max(names, key=lambda name: pose.visibility[INDEX[name]])]
    return {name: found[name] for name in names}


def words(moment: "Moment", language: str) -> dict[str, str]:
    """What to say at this moment: {exercise, advice}."""
    reading, cue = moment.reading, moment.reading.cue if moment.reading else None
    if moment.pose is None:
        advice = text("posture.nobody", language)
    elif cue and cue.startswith("unseen:"):
        advice = text(f"posture.unseen_{cue.partition(':')[2]}", language)
    elif reading is None or moment.exercise is None:
        advice = text("posture.watching", language, exercises=listed(recognisable(), language))
    else:
        advice = sentence(exercises()[moment.exercise], cue, language)
    name = exercises()[moment.exercise].name[language] if moment.exercise else ""
    return {"exercise": name, "advice": advice}


def snapshot(moment: "Moment", language: str) -> dict[str, object]:
    """One moment for the canvas: points as whole thousandths of the picture, angles in whole degrees.

    {t, points: [[x, y, visibility %] × 33] or null, angles: [[landmark, degrees]], count, hold, phase, kind, exercise,
    advice}
    """
    pose, reading = moment.pose, moment.reading
    points = None
    if pose is not None:
        places = np.concatenate([pose.image[:, :2] * 1000, pose.visibility[:, None] * 100], axis=1)
        points = np.clip(places.round(), -2000, 3000).astype(int).tolist()
    kind = exercises()[moment.exercise].kind if moment.exercise else ""
    return {
        "t": round(moment.seconds, 3),
        "points": points,
        "angles": [[INDEX[joint], round(degrees)] for joint, degrees in shown_angles(moment).items()],
        "count": reading.count if reading else 0,
        "hold": round(reading.hold, 1) if reading else 0.0,
        "phase": reading.phase.value if reading else "",
        "kind": kind,
        **words(moment, language),
    }
