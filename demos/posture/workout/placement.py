"""Whether somebody stands where the coach can see what it needs: all of the body, the right distance, the right view.

What is wrong has a name, and the page a sentence for it ("step back", "turn to the side", "I can't see your ankles").
"""

import numpy as np

from demos.posture.coach.advice import view_of
from demos.posture.coach.visibility import SEEN, least_seen
from demos.posture.exercises import Exercise
from demos.posture.pose.landmarks import INDEX, SIDES, Pose
from demos.posture.workout.raised_hand import lifts_hands

WHOLE = ("shoulder", "hip", "knee", "ankle")  # to be seen when it is not known which exercise comes
# The box to be in, in shares of the image: left, top, right, bottom.
UPRIGHT, LYING = (0.1, 0.02, 0.9, 0.99), (0.02, 0.02, 0.98, 0.99)
NEAREST = 0.09  # trunk lengths in image heights: further away landmarks tremble
HANDS = {False: 0.85, True: 1.15}  # trunk lengths over the shoulders for a raised hand, and for arms stretched up
ROOM = 0.94  # of the image's width that who lies down may fill
LEVEL = 50.0  # degrees of the trunk from upright, from which on somebody lies
BEYOND = 8.0  # degrees past a view's end that are still taken for it
BORDERS = {"front": (0.0, 30.0), "three_quarter": (30.0, 62.0), "side": (62.0, 90.0)}  # of `measures.facing`
AVERAGED = 0.6  # seconds over which the view is averaged: its depth is a guess
IN_PLACE, OUT_OF_PLACE = 0.6, 0.4  # seconds after which it is believed that somebody stands well, or no longer does
NOBODY = "nobody"
TRUNK = [INDEX[f"{side}_{part}"] for part in ("shoulder", "hip") for side in SIDES]


class Placement:
    """Follows whether somebody is in place for `exercise`; None for one that is yet to be found out."""

    def __init__(self, exercise: Exercise | None) -> None:
        self.exercise = exercise
        self.problem: str | None = NOBODY  # what is wrong, by its name; None in place
        self.lies = False  # whether somebody lies
        self._facing = float("nan")
        self._before = float("-inf")
        self._changing: float | None = None  # since when another answer than `problem` is seen

    def update(self, pose: Pose | None, seconds: float, aspect: float = 4 / 3) -> str | None:
        """What is wrong after the next pose: "nobody", "unseen:ankle", "step_back", "step_back_hands", "come_closer",
        "to_the_middle", "turn_front", "turn_three_quarter", "turn_side", or None.
        """
        seen = self._seen(pose, seconds, aspect)
        if seen == self.problem:
            self._changing = None
        elif self._changing is None:
            self._changing = seconds
        elif seconds - self._changing >= (IN_PLACE if seen is None else OUT_OF_PLACE):
            self.problem, self._changing = seen, None
        return self.problem

    def _seen(self, pose: Pose | None, seconds: float, aspect: float) -> str | None:
        if pose is None:
            self._facing = float("nan")
            return NOBODY
        lean, facing = lean_and_facing(pose.world)
        self.lies = lean > LEVEL
        self._average(facing, seconds)
        return self._out_of_image(pose) or (None if self.lies else self._distance(pose, aspect)) or self._view()

    def _out_of_image(self, pose: Pose) -> str | None:
        """A part that matters is not in the image, or hidden on both sides."""
        required = self.exercise.required if self.exercise else WHOLE
        if all(_least(pose, required, side) < SEEN for side in SIDES):
            return f"unseen:{least_seen(pose.visibility, required)}"
        side = max(SIDES, key=lambda side: _least(pose, required, side))
        places = pose.image[[INDEX[f"{side}_{part}"] for part in required], :2]
        (left, top), (right, bottom) = places.min(0), places.max(0)
        box = box_for(self.exercise)
        if top < box[1] or bottom > box[3]:
            return "step_back"
        return "to_the_middle" if left < box[0] or right > box[2] else None

    def _distance(self, pose: Pose, aspect: float) -> str | None:
        """Of somebody who stands: near enough, and with room for what they are about to do."""
        flat = pose.image[:, :2] * (aspect, 1.0)
        shoulders, hips, ankles = (
            (flat[INDEX[f"left_{part}"]] + flat[INDEX[f"right_{part}"]]) / 2 for part in ("shoulder", "hip", "ankle")
        )
        trunk = float(np.linalg.norm(hips - shoulders))
        if trunk < NEAREST:
            return "come_closer"
        if shoulders[1] < trunk * HANDS[lifts_hands(self.exercise)]:
            return "step_back_hands"
        if goes_down(self.exercise) and (ankles[1] - flat[INDEX["nose"], 1]) * 1.1 > ROOM * aspect:
            return "step_back"
        return None

    def _view(self) -> str | None:
        """Where the camera is, of somebody who is as they will be in the exercise: who is yet to lie down may turn."""
        if self.exercise is None or np.isnan(self._facing) or goes_down(self.exercise) != self.lies:
            return None
        views = self.exercise.views
        if view_of(self._facing) in views:
            return None
        near = [BORDERS[view] for view in views]
        if any(low - BEYOND <= self._facing <= high + BEYOND for low, high in near):
            return None
        return f"turn_{views[0]}"

    def _average(self, facing: float, seconds: float) -> None:
        if np.isnan(self._facing):
            self._facing = facing
        else:
            share = 1 - float(np.exp(-(seconds - self._before) / AVERAGED))
            self._facing += share * (facing - self._facing)
        self._before = seconds


def goes_down(exercise: Exercise | None) -> bool:
    """Whether the exercise is done on the floor."""
    return exercise is not None and (exercise.movement or {}).get("rig") in ("floor", "back", "side")


def box_for(exercise: Exercise | None) -> tuple[float, float, float, float]:
    """The box to be in: left, top, right, bottom in shares of the image."""
    return LYING if goes_down(exercise) else UPRIGHT


def lean_and_facing(world: np.ndarray) -> tuple[float, float]:
    """`torso_lean` and `facing` of `measures.measures`, in degrees, without the rest of it."""
    left_shoulder, right_shoulder, left_hip, right_hip = world[TRUNK].astype(float)
    trunk = left_shoulder + right_shoulder - left_hip - right_hip
    across = left_shoulder - right_shoulder + left_hip - right_hip
    lean = float(np.degrees(np.arctan2(np.hypot(trunk[0], trunk[2]), -trunk[1])))
    return lean, float(np.degrees(np.arctan2(abs(across[2]), abs(across[0]))))


def _least(pose: Pose, parts: tuple[str, ...], side: str) -> float:
    return min(float(pose.visibility[INDEX[f"{side}_{part}"]]) for part in parts)
