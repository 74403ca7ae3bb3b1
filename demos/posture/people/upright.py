"""Which way is up: a phone that lay on its side or hung upside down films bodies that do, and does not always say so.

BlazePose finds a body however it is turned: its second network sees each one with the head up. So nothing has to be
turned but the landmarks, and what is asked is only where a body says that up is. Somebody lying looks exactly like
somebody standing in an image that lies on its side: it must be known what is done there, or turn out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from demos.posture.exercises import Exercise
from demos.posture.pose.landmarks import INDEX, SIDES, Pose
from demos.posture.pose.measures import point

NEAR = 35.0  # degrees around a quarter turn within which a direction speaks for it
LONG = 1.9  # trunks from ankles to shoulders from which a body is stretched out; 2.7 standing, 1.2 in a deep squat
SUPPORT = 0.35  # trunks from the line of a body to hands that carry it, or to knees that are pulled up
SEEN = 0.5  # mean visibility of landmarks that are believed
TOLD, UNTOLD = 0.7, 1.5  # seconds of evidence asked for if the exercise is known, and if not
MOST = 3.0  # seconds of evidence that are remembered: what is found stays for as long
ASK_EVERY = 1.0  # seconds between two questions for a proof
STEP = 0.2  # seconds that one pose speaks for at most
RIGS = {"floor": "prone", "side": "prone", "back": "supine", "bar": "standing", "": "standing"}  # athlete/movement.RIGS


@dataclass(frozen=True)
class _Body:
    """What is asked of a pose, in the plane of the image as shown: x right, y down, in trunks."""

    axis: np.ndarray  # (2,) from the ankles to the shoulders, or from the hips where no legs are seen
    legs: bool  # whether they are seen
    hands: np.ndarray  # (2,) where the hands are beside the axis, mean of both
    knees: np.ndarray  # (2,) where the knees are beside the line from the hips to the ankles


@dataclass(frozen=True)
class Vote:
    """The quarter turns, counter-clockwise, that would make a body upright.

    Where it may as well be upright as it is, one of `to_prove` has to be proven.
    """

    turns: int
    to_prove: tuple[int, ...] = ()


def vote_for(pose: Pose, exercise: Exercise | None) -> Vote | None:
    """What the pose of somebody says who does `exercise` (None: nobody knows what). None where it does not tell."""
    body = _body(pose)
    if body is None:
        return None
    position = _position(exercise)
    stretched = not body.legs or bool(np.linalg.norm(body.axis) > LONG)
    carried = float(np.linalg.norm(body.hands)) > SUPPORT
    if position == "prone":
        return _vote(-body.hands) if carried else None
    if position == "supine":
        return _vote(body.knees) if body.legs and np.linalg.norm(body.knees) > SUPPORT else None
    vote = _vote(body.axis) if stretched else None
    if position == "standing" or vote is None or vote.turns in (0, 2):
        return vote
    # Somebody seems to lie, perhaps on hands that are above them.
    return Vote(vote.turns, (vote.turns, 2) if body.hands[1] < -SUPPORT else (vote.turns,))


class Upright:
    """Follows one stream of poses; `turns` is what makes them upright, as far as is known.

    exercise: what is done there if it was told, or None.
    """

    def __init__(self, exercise: Exercise | None = None, turns: int = 0) -> None:
        self.exercise = exercise
        self.turns = turns
        self._evidence = [0.0] * 4  # seconds for each turn
        self._last = self._asked = float("-inf")

    def update(self, pose: Pose, proves: Callable[[int], bool], *, sure: bool = False) -> bool:
        """Take in the next pose. Whether `turns` has changed.

        sure: an exercise is recognised as things are. `proves` says whether somebody who seems to lie does an exercise
        if the image is turned; it is asked once a second at most.
        """
        step, self._last = min(pose.seconds - self._last, STEP), pose.seconds
        vote = Vote(self.turns) if sure else vote_for(pose, self.exercise)
        if vote is None:
            return False
        for turns in range(4):
            change = step if turns == vote.turns else -step
            self._evidence[turns] = min(max(self._evidence[turns] + change, 0.0), MOST)
        told = _position(self.exercise) is not None
        if vote.turns == self.turns or self._evidence[self.turns] > 0:
            return False
        if self._evidence[vote.turns] < (TOLD if told else UNTOLD):
            return False
        if vote.to_prove:
            if pose.seconds < self._asked + ASK_EVERY:
                return False
            self._asked = pose.seconds
            proven = next((turns for turns in vote.to_prove if proves(turns)), self.turns)
        else:
            proven = vote.turns
        changed, self.turns = proven != self.turns, proven
        return changed


def is_upright(exercise: Exercise) -> bool:
    """Whether it is done standing, or hanging."""
    return _position(exercise) == "standing"


def _position(exercise: Exercise | None) -> str | None:
    if exercise is None or exercise.movement is None:
        return None
    return RIGS.get(exercise.movement.get("rig", ""))


def _vote(up: np.ndarray) -> Vote | None:
    """For the quarter turns that make this direction (x, y down) point up."""
    degrees = float(np.degrees(np.arctan2(up[0], -up[1])))  # clockwise from up
    quarter = round(degrees / 90)
    return Vote(quarter % 4) if abs(degrees - 90 * quarter) <= NEAR else None


def _body(pose: Pose) -> _Body | None:
    flat = pose.turned(0).world[:, :2]
    shoulder, hip, knee, ankle = (point(flat, name) for name in ("shoulder", "hip", "knee", "ankle"))
    trunk = float(np.linalg.norm(pose.world[INDEX["left_shoulder"]] - pose.world[INDEX["left_hip"]]))
    if not trunk > 0 or _seen(pose, "shoulder", "hip") < SEEN:
        return None
    legs = _seen(pose, "knee", "ankle") >= SEEN
    axis = shoulder - (ankle if legs else hip)
    length = float(np.linalg.norm(axis))
    if not length > 0:
        return None
    beside = [_beside(point(flat, f"{side}_wrist") - shoulder, axis) for side in SIDES]
    return _Body(axis / trunk, legs, np.mean(beside, axis=0) / trunk, _beside(knee - hip, ankle - hip) / trunk)


def _seen(pose: Pose, *names: str) -> float:
    """The mean visibility of the better seen side."""
    return max(float(pose.visibility[[INDEX[f"{side}_{name}"] for name in names]].mean()) for side in SIDES)


def _beside(way: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """The part of `way` (2,) at right angles to `axis` (2,)."""
    length = float(axis @ axis)
    rest: np.ndarray = way - axis * (float(way @ axis) / length) if length else way
    return rest
