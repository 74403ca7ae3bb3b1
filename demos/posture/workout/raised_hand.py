"""A hand raised over the head for about a second, by which somebody far from the laptop starts and stops.

One hand alone: who presses, jumps or hangs from a bar lifts both. So the other one has to be below its shoulder.
"""

import numpy as np

from demos.posture.exercises import Exercise
from demos.posture.pose.landmarks import INDEX, SIDES, Pose

HELD = 1.0  # seconds
FORGIVEN = 0.25  # seconds in which it is not seen raised
OVER, STILL_OVER = 0.15, 0.0  # trunk lengths of the wrist above the nose, to begin with and from then on
UPRIGHT = 0.75  # of the trunk's length that must be height, in the image and in the room: who lies raises no hand
STEADY = 0.7  # trunk lengths over which the wrist may wander, beside the shoulder
HEAD_UP = 0.2  # trunk lengths of the nose over the shoulders: who bends down reaches for something
SURE = 0.15  # visibility of wrist and elbow: an arm over the head is seen, though less well on the far side
ROWS = tuple(
    [INDEX[name] for name in (part, f"left_{part}", f"right_{part}") if name in INDEX]
    for part in ("nose", "shoulder", "elbow", "wrist", "hip")
)


def lifts_hands(exercise: Exercise | None) -> bool:
    """Whether hands go up in the exercise itself: by what it counts, or by where it begins."""
    if exercise is None:
        return False
    high = any(limit.measure == "wrist_height" and limit.min > 0 for limit in exercise.position)
    return high or exercise.signal.measure in ("upper_arm", "shoulder")


class RaisedHand:
    """Notices a raised hand. It is said once; then the hand has to come down before another is."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget what was seen; a hand that is up has to come down first."""
        self.share = 0.0  # of the second for which one is up now
        self._side: str | None = None
        self._since = self._last = float("-inf")
        self._places: list[np.ndarray] = []
        self._spent = True  # a hand that is up from the beginning has not been raised

    def update(self, pose: Pose | None, seconds: float, aspect: float = 4 / 3) -> bool:
        """Look at the next pose, of an image `aspect` times as wide as high. Whether a hand has just been raised."""
        side, place = raised_side(pose, aspect, self._side) if pose else (None, np.zeros(2))
        if side is None or (self._side not in (None, side)):
            if seconds - self._last > FORGIVEN:
                self._side, self.share, self._spent, self._places = None, 0.0, False, []
            return False
        if self._side is None:
            self._side, self._since = side, seconds
        self._last = seconds
        self._places.append(place)
        if np.ptp(self._places, axis=0).max() > STEADY:  # it waves or works
            self._since, self._places = seconds, [place]
        self.share = 0.0 if self._spent else min(1.0, (seconds - self._since) / HELD)
        if self.share < 1.0:
            return False
        self._spent, self.share = True, 0.0
        return True


def raised_side(pose: Pose, aspect: float, before: str | None = None) -> tuple[str | None, np.ndarray]:
    """The side whose hand alone is over the head, and where it is beside its shoulder, in trunk lengths (2,).

    `before` is the side that was up already, which may waver.
    """
    nose, shoulders, elbows, wrists, hips = (pose.image[rows, :2] * (aspect, 1.0) for rows in ROWS)  # (1 or 2, 2)
    trunk = hips.mean(0) - shoulders.mean(0)
    length = float(np.hypot(*trunk))
    lean = pose.world[ROWS[4]].mean(0) - pose.world[ROWS[1]].mean(0)
    upright = trunk[1] > UPRIGHT * length and lean[1] > UPRIGHT * np.sqrt((lean**2).sum())
    if not upright or shoulders[:, 1].mean() - nose[0, 1] < HEAD_UP * length:
        return None, np.zeros(2)
    for side, other in ((0, 1), (1, 0)):
        seen = min(pose.visibility[ROWS[2][side]], pose.visibility[ROWS[3][side]])
        over = nose[0, 1] - wrists[side, 1] > length * (STILL_OVER if SIDES[side] == before else OVER)
        alone = wrists[other, 1] > shoulders[other, 1]
        if seen >= SURE and over and alone and elbows[side, 1] < shoulders[side, 1]:
            return SIDES[side], (wrists[side] - shoulders[side]) / length
    return None, np.zeros(2)
