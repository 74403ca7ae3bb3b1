"""A position that was held becomes an exercise that is timed; and what every taught exercise says of itself."""

from typing import Any

import numpy as np

from demos.common.i18n import LANGUAGES, text
from demos.posture.coach.advice import view_of
from demos.posture.exercises import VIEWS, Exercise, Limit, Signal, Still
from demos.posture.teach.recording import Recording, parts_of

LONGEST = 3.0  # seconds that a position must be held to be shown
STILL = 30.0  # degrees within which hips and knees of somebody stay who holds a position: landmarks tremble
ODD = 0.05  # share of a recording's frames at either end of a measure's range that may be errors
ROOM = 28.0  # degrees by which the next time may differ
KEPT = ("hip", "knee", "elbow", "upper_arm")  # what makes a position, where it is seen; and the lean of the trunk
UPRIGHT = {"torso_lean": (0, 25), "hip": (150, 180), "knee": (150, 180), "upper_arm": (0, 40)}  # just standing


def held(recording: Recording, name: str, slug: str) -> Exercise | None:
    """The position that is held in the recording, None if it is none or just standing."""
    if recording.seconds[-1] - recording.seconds[0] < LONGEST:
        return None
    curves = {measure: recording.curve(measure) for measure in ("torso_lean", *KEPT)}
    seen = {measure: curve for measure, curve in curves.items() if np.isfinite(curve).mean() > 0.8}
    moved = [np.ptp(np.nanquantile(seen[part], (ODD, 1 - ODD))) for part in ("hip", "knee") if part in seen]
    middle = {measure: float(np.nanmedian(curve)) for measure, curve in seen.items()}
    standing = all(low <= middle.get(part, low) <= high for part, (low, high) in UPRIGHT.items())
    if not moved or max(moved) > STILL or standing:
        return None
    during = np.ones(len(recording), dtype=bool)
    return described(
        recording,
        during,
        name,
        slug,
        kind="hold",
        required=tuple(
            dict.fromkeys(part for measure in ("hip", "knee") if measure in seen for part in parts_of(measure))
        ),
        signal=Signal("hip" if "hip" in seen else "knee"),
        position=tuple(between(recording, during, measure, ROOM) for measure in seen),
        still=Still("hip" if "hip" in seen else "knee", range=2 * ROOM, seconds=1.0),
    )


def between(recording: Recording, during: np.ndarray, measure: str, room: float) -> Limit:
    """That the measure stays where it was in the frames `during` (T,), with `room` in degrees on either side."""
    least, most = (float(value) for value in np.nanquantile(recording.curve(measure)[during], (ODD, 1 - ODD)))
    words = sentence("teach_position")
    return Limit(measure, words["en"], words["ko"], min=round(least - room), max=round(most + room))


def described(recording: Recording, during: np.ndarray, name: str, slug: str, **asked: Any) -> Exercise:
    """An exercise of which `asked` is asked, named, and to be filmed as it was in the frames `during` (T,)."""
    view = view_of(float(np.median(recording.values["facing"][during])))
    said = {language: name.strip() or text("posture.teach_unnamed", language) for language in LANGUAGES}
    return Exercise(
        slug=slug,
        name=said,
        plural=said,
        camera=sentence(f"teach_camera_{view}"),
        views=(view, *(other for other in VIEWS if other != view)),
        recognise=False,
        **asked,
    )


def sentence(key: str) -> dict[str, str]:
    """The string in both languages."""
    return {language: text(f"posture.{key}", language) for language in LANGUAGES}
