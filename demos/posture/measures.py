"""Numbers that say how a body stands: the angles at its joints, the lean of its trunk, where the camera is.

They do not change with the size or the place of the person, and, as long as the camera is level, hardly with the
direction it looks from. `measures` takes world coordinates (…, 33, 3) in metres, y down, and gives (…) for each name.
Their depth is a guess: `picture_measures` says what the image alone shows.
"""

import numpy as np

from demos.posture.landmarks import BODY, INDEX, SIDES, angle, joint_angles, without_side

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
    forward_lean: the same with a sign, forwards positive; from the side guessed depth hardly changes it.
    left_upper_arm, right_upper_arm: the upper arm from hanging along the trunk (0) to overhead (180).
    arm_difference: between the left and the right upper_arm.
    left_thigh_lift, right_thigh_lift: the thigh from hanging (-90) over level (0) to the knee above the hip (90).
    hip_sag: how far shoulders, hips and ankles are off one line in height (a trunk that is turned or guessed aside is
    none); positive when the hips hang below it.
    knee_width: distance of the knees over distance of the ankles, no unit.
    elbow_width: distance of the elbows over distance of the shoulders, no unit.
    elbow_span: how far apart the elbows are across the image, in lengths of the trunk, no unit; what is raised towards
    the camera is not apart.
    stance: distance of the ankles over distance of the hips, no unit.
    left_ankle_height, right_ankle_height: the ankle over the hip, in lengths of the trunk, no unit.
    left_wrist_height, right_wrist_height: the wrist over the shoulder, in lengths of the trunk, no unit.
    left_elbow_height, right_elbow_height: the elbow over the shoulder, in lengths of the trunk, no unit; about -0.6
    hanging.
    knee_over_toe: how far the knee of the leg in front is past its toes, in lengths of the foot, no unit.
    left_foot_pitch, right_foot_pitch: the foot from flat (0) to standing on its toes (90).
    heel_lift: how much higher the heels are than the toes, in lengths of the foot, no unit.
    hip_height: the hips over the lower ankle, in lengths of the leg, no unit; 1 standing straight.
    stride: how far one foot is ahead of the other, in lengths of the leg, no unit.
    roll: how far one side of the trunk is above the other: 0 level, 90 for who lies on a side.
    facing: where the camera is: 0 in front or behind, 90 at the side.
    """
    world = np.asarray(world, dtype=float)
    found = joint_angles(world)
    shoulder, hip, ankle = (point(world, name) for name in ("shoulder", "hip", "ankle"))
    found["torso_lean"] = 180 - angle(shoulder, hip, hip + DOWN)
    ahead = _ahead(world)
    trunk = shoulder - hip
    found["forward_lean"] = np.degrees(np.arctan2((trunk * ahead).sum(-1), -trunk[..., 1]))
    for side in SIDES:
        elbow, joint = point(world, f"{side}_elbow"), point(world, f"{side}_shoulder")
        found[f"{side}_upper_arm"] = angle(elbow, joint, joint + (hip - shoulder))
    found["arm_difference"] = np.abs(found["left_upper_arm"] - found["right_upper_arm"])
    found["hip_sag"] = _sag(shoulder, hip, ankle)
    with np.errstate(invalid="ignore", divide="ignore"):
        found["knee_width"] = _apart(world, "knee") / _apart(world, "ankle")
        found["elbow_width"] = _apart(world, "elbow") / _apart(world, "shoulder")
        found["stance"] = _apart(world, "ankle") / _apart(world, "hip")
        length = np.linalg.norm(trunk, axis=-1)
        elbows = point(world, "left_elbow") - point(world, "right_elbow")
        found["elbow_span"] = np.abs(elbows[..., 0]) / length
        for side in SIDES:
            thigh = point(world, f"{side}_hip") - point(world, f"{side}_knee")
            found[f"{side}_thigh_lift"] = np.degrees(np.arcsin(thigh[..., 1] / np.linalg.norm(thigh, axis=-1)))
            found[f"{side}_ankle_height"] = (hip - point(world, f"{side}_ankle"))[..., 1] / length
            sole = point(world, f"{side}_foot_index") - point(world, f"{side}_heel")
            found[f"{side}_foot_pitch"] = np.degrees(np.arcsin(sole[..., 1] / np.linalg.norm(sole, axis=-1)))
            for part in ("wrist", "elbow"):
                below = point(world, f"{side}_shoulder") - point(world, f"{side}_{part}")
                found[f"{side}_{part}_height"] = below[..., 1] / length
        foot = np.linalg.norm(point(world, "foot_index") - point(world, "heel"), axis=-1)
        found["knee_over_toe"] = _knee_over_toe(world, ahead) / foot
        found["heel_lift"] = (point(world, "foot_index") - point(world, "heel"))[..., 1] / foot
        leg = sum(
            np.linalg.norm(point(world, f"{side}_{end}") - point(world, f"{side}_{start}"), axis=-1)
            for side in SIDES
            for start, end in (("hip", "knee"), ("knee", "ankle"))
        )
        leg = leg / 2
        lower = np.maximum(point(world, "left_ankle")[..., 1], point(world, "right_ankle")[..., 1])
        found["hip_height"] = (lower - hip[..., 1]) / leg
    across = point(world, "left_shoulder") - point(world, "right_shoulder")
    across = across + point(world, "left_hip") - point(world, "right_hip")
    feet = point(world, "left_ankle") - point(world, "right_ankle")
    with np.errstate(invalid="ignore", divide="ignore"):
        ahead = across[..., 0] * feet[..., 2] - across[..., 2] * feet[..., 0]  # along the way that the body looks
        found["stride"] = np.abs(ahead) / np.hypot(across[..., 0], across[..., 2]) / leg
    found["roll"] = _roll(across, trunk)
    # Of who lies on a side the chest says where the camera is, as both sides are one above the other. A camera that
    # looks down at somebody on the back sees up to 40 degrees of roll.
    chest = np.cross(across, trunk)
    on_side = found["roll"] > 50
    towards, aside = np.where(on_side, chest[..., 2], across[..., 0]), np.where(on_side, chest[..., 0], across[..., 2])
    found["facing"] = np.degrees(np.arctan2(np.abs(aside), np.abs(towards)))
    return found


def _roll(across: np.ndarray, trunk: np.ndarray) -> np.ndarray:
    """How far (…) degrees `across`, from right to left, is turned up about the `trunk`; 0 for one that is upright."""
    with np.errstate(invalid="ignore", divide="ignore"):
        along = trunk / np.linalg.norm(trunk, axis=-1, keepdims=True)
    across = across - (across * along).sum(-1, keepdims=True) * along
    up = -DOWN - (-DOWN * along).sum(-1, keepdims=True) * along
    risen = np.abs((across * up).sum(-1)) / np.maximum(np.linalg.norm(up, axis=-1), 0.5)
    level = np.sqrt(np.maximum((across**2).sum(-1) - risen**2, 0))
    turned: np.ndarray = np.degrees(np.arctan2(risen, level))
    return turned


def _ahead(world: np.ndarray) -> np.ndarray:
    """The way the body faces along the floor, (…, 3) of length 1: a quarter turn from across shoulders and hips."""
    across = sum(point(world, f"right_{name}") - point(world, f"left_{name}") for name in ("shoulder", "hip"))
    ahead = np.stack([-across[..., 2], 0 * across[..., 0], across[..., 0]], axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit: np.ndarray = ahead / np.linalg.norm(ahead, axis=-1, keepdims=True)
    return unit


def _knee_over_toe(world: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """How many metres the knee of the leg in front is `ahead` of its toes."""
    knees, toes, ankles = (
        [(point(world, f"{side}_{part}") * ahead).sum(-1) for side in SIDES] for part in ("knee", "foot_index", "ankle")
    )
    front: np.ndarray = np.where(ankles[0] > ankles[1], knees[0] - toes[0], knees[1] - toes[1])
    return front


def _apart(world: np.ndarray, name: str) -> np.ndarray:
    apart: np.ndarray = np.linalg.norm(point(world, f"left_{name}") - point(world, f"right_{name}"), axis=-1)
    return apart


def _sag(shoulder: np.ndarray, hip: np.ndarray, ankle: np.ndarray) -> np.ndarray:
    """The bend at the hip in degrees, within the upright plane through shoulder and ankle; positive below the line."""
    along = (ankle - shoulder)[..., [0, 2]]
    with np.errstate(invalid="ignore", divide="ignore"):
        along = np.nan_to_num(along / np.linalg.norm(along, axis=-1, keepdims=True))

    def flat(place: np.ndarray) -> np.ndarray:
        return np.stack([((place - shoulder)[..., [0, 2]] * along).sum(-1), (place - shoulder)[..., 1]], axis=-1)

    line, middle = flat(ankle), flat(hip)
    below = line[..., 0] * middle[..., 1] - line[..., 1] * middle[..., 0]
    bend: np.ndarray = (180 - angle(flat(shoulder), middle, line)) * np.sign(below)
    return bend


def picture_measures(image: np.ndarray) -> dict[str, np.ndarray]:
    """What the image coordinates (…, 33, 2 or 3) show without any depth, by its name.

    hands_down: how far the hands are below the ankles, in shares of the body's height in the image, no unit. About
    -0.55 standing, at most -0.2 for what is done on the feet, 0 on hands and feet.
    trunk_height: how far the hips are below the shoulders, in the same shares; about 0.35 upright, 0.25 bent
    by 60 degrees.
    """
    height = np.ptp(image[..., list(BODY), 1], axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "hands_down": (point(image, "wrist") - point(image, "ankle"))[..., 1] / height,
            "trunk_height": (point(image, "hip") - point(image, "shoulder"))[..., 1] / height,
        }


UNITLESS = frozenset(  # no degrees
    {
        "knee_width",
        "elbow_width",
        "elbow_span",
        "stance",
        "ankle_height",
        "wrist_height",
        "elbow_height",
        "knee_over_toe",
        "heel_lift",
        "hip_height",
        "stride",
        "hands_down",
        "trunk_height",
    }
)
# What an exercise can speak of: every measure by its name, those of both sides without the side.
MEASURES = frozenset(map(without_side, measures(np.zeros((33, 3))) | picture_measures(np.zeros((33, 3)))))
