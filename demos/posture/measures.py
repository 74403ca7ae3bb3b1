"""Numbers that say how a body stands: the angles at its joints, the lean of its trunk, where the camera is.

All of them come from world coordinates (metres, y down), do not change with the size or the place of the person, and,
as long as the camera is level, hardly with the direction it looks from. Every function takes (…, 33, 3) and gives (…).
"""

import numpy as np

from demos.posture.landmarks import INDEX, SIDES, angle, joint_angles, without_side

DOWN = np.array([0.0, 1.0, 0.0])


def point(world: np.ndarray, name: str) -> np.ndarray:
    """One landmark, or for a name without a side the middle between left and right: (…, 3) metres."""
    if name in INDEX:
        return world[..., INDEX[name], :]
    middle: np.ndarray = (world[..., INDEX[f"left_{name}"], :] + world[..., INDEX[f"right_{name}"], :]) / 2
    return middle


def measures(world: np.ndarray) -> dict[str, np.ndarray]:
    """Every measure by its name, in degrees unless said otherwise.

    left_elbow, right_elbow … left_ankle, right_ankle: see landmarks.JOINTS.
    torso_lean: the trunk from upright (0) over level (90) to head down (180).
    left_upper_arm, right_upper_arm: the upper arm from hanging along the trunk (0) to overhead (180).
    hip_sag: how far shoulders, hips and ankles are off one line; positive when the hips hang below it.
    knee_width: distance of the knees over distance of the ankles, no unit.
    heel_lift: how much higher the heels are than the toes, in lengths of the foot, no unit.
    hip_height: the hips over the lower ankle, in lengths of the leg, no unit; 1 standing straight.
    facing: where the camera is: 0 in front or behind, 90 at the side.
    """
    world = np.asarray(world, dtype=float)
    found = joint_angles(world)
    shoulder, hip, ankle = (point(world, name) for name in ("shoulder", "hip", "ankle"))
    found["torso_lean"] = 180 - angle(shoulder, hip, hip + DOWN)
    for side in SIDES:
        elbow, joint = point(world, f"{side}_elbow"), point(world, f"{side}_shoulder")
        found[f"{side}_upper_arm"] = angle(elbow, joint, joint + (hip - shoulder))
    found["hip_sag"] = (180 - angle(shoulder, hip, ankle)) * np.sign(_below(hip, shoulder, ankle))
    with np.errstate(invalid="ignore", divide="ignore"):
        found["knee_width"] = _apart(world, "knee") / _apart(world, "ankle")
        foot = np.linalg.norm(point(world, "foot_index") - point(world, "heel"), axis=-1)
        found["heel_lift"] = (point(world, "foot_index") - point(world, "heel"))[..., 1] / foot
        leg = sum(
            np.linalg.norm(point(world, f"{side}_{end}") - point(world, f"{side}_{start}"), axis=-1)
            for side in SIDES
            for start, end in (("hip", "knee"), ("knee", "ankle"))
        )
        lower = np.maximum(point(world, "left_ankle")[..., 1], point(world, "right_ankle")[..., 1])
        found["hip_height"] = (lower - hip[..., 1]) / (leg / 2)
    across = sum(point(world, f"left_{name}") - point(world, f"right_{name}") for name in ("shoulder", "hip"))
    found["facing"] = np.degrees(np.arctan2(np.abs(across[..., 2]), np.abs(across[..., 0])))
    return found


def _apart(world: np.ndarray, name: str) -> np.ndarray:
    apart: np.ndarray = np.linalg.norm(point(world, f"left_{name}") - point(world, f"right_{name}"), axis=-1)
    return apart


def _below(middle: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How many metres `middle` is below the line from `one` to `other`."""
    along = other - one
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ((middle - one) * along).sum(-1, keepdims=True) / (along**2).sum(-1, keepdims=True)
    below: np.ndarray = (middle - (one + share * along))[..., 1]
    return below


# What an exercise can speak of: every measure by its name, those of both sides without the side.
MEASURES = frozenset(map(without_side, measures(np.zeros((33, 3)))))
