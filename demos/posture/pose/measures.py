"""Numbers that say how a body stands: the angles at its joints, the lean of its trunk, where the camera is.

They do not change with the size or the place of the person, and, as long as the camera is level, hardly with the
direction it looks from. `measures` takes world coordinates (…, 33, 3) in metres, y down, and gives (…) for each name.
Their depth is a guess: `picture_measures` says what the image alone shows.
"""

import numpy as np

from demos.posture.pose.landmarks import BODY, INDEX, SIDES, joint_angles, without_side

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
    with np.errstate(invalid="ignore", divide="ignore"):
        lines, lengths = _lines(world)
        found = joint_angles(world) | _lifts(lines, lengths)
        across = lines["shoulders"] + lines["hips"]  # from right to left
        ahead = _ahead(across)
        trunk, arms = lines["trunk"], [f"{side}_upper_arm" for side in SIDES]
        found["torso_lean"] = _between(trunk, -DOWN)
        found["forward_lean"] = np.degrees(np.arctan2(_dot(trunk, ahead), -trunk[..., 1]))
        found |= {arm: 180 - _between(lines[arm], trunk) for arm in arms}
        found["arm_difference"] = np.abs(found[arms[0]] - found[arms[1]])
        found["hip_sag"] = _sag(-trunk, lines["body"])
        found["knee_width"] = lengths["knees"] / lengths["ankles"]
        found["elbow_width"] = lengths["elbows"] / lengths["shoulders"]
        found["stance"] = lengths["ankles"] / lengths["hips"]
        found["elbow_span"] = np.abs(lines["elbows"][..., 0]) / lengths["trunk"]
        leg = sum(lengths[f"{side}_{bone}"] for side in SIDES for bone in ("thigh", "shin")) / 2
        past = [_dot(lines[f"{side}_knee_from_toe"], ahead) for side in SIDES]
        left_in_front = _dot(lines["ankles"], ahead) > 0
        found["knee_over_toe"] = np.where(left_in_front, *past) / lengths["sole"]
        found["heel_lift"] = lines["sole"][..., 1] / lengths["sole"]
        hip = np.minimum(lines["left_ankle_to_hip"][..., 1], lines["right_ankle_to_hip"][..., 1])
        found["hip_height"] = -hip / leg
        found["stride"] = np.abs(_dot(lines["ankles"], ahead)) / leg
        found["roll"] = _roll(across, trunk / lengths["trunk"][..., None])
        found["facing"] = _facing(across, trunk, found["roll"])
    return found


# The lines of a body from which everything is measured, each from one point to another; a point without a side is the
# middle between left and right.
_MIDDLES = ("shoulder", "hip", "ankle", "heel", "foot_index")
_LINES = {
    "trunk": ("hip", "shoulder"),
    "body": ("shoulder", "ankle"),
    "sole": ("heel", "foot_index"),
    **{f"{part}s": (f"right_{part}", f"left_{part}") for part in ("shoulder", "elbow", "hip", "knee", "ankle")},
    **{
        f"{side}_{name}": (f"{side}_{start}", f"{side}_{end}")
        for side in SIDES
        for name, start, end in (
            ("upper_arm", "shoulder", "elbow"),
            ("wrist_to_shoulder", "wrist", "shoulder"),
            ("elbow_to_shoulder", "elbow", "shoulder"),
            ("thigh", "hip", "knee"),
            ("shin", "knee", "ankle"),
            ("sole", "heel", "foot_index"),
            ("knee_from_toe", "foot_index", "knee"),
        )
    },
    **{f"{side}_ankle_to_hip": (f"{side}_ankle", "hip") for side in SIDES},
}
_POINTS = INDEX | {name: len(INDEX) + number for number, name in enumerate(_MIDDLES)}
_STARTS, _ENDS = (np.array([_POINTS[line[end]] for line in _LINES.values()]) for end in (0, 1))
_LEFT, _RIGHT = (np.array([INDEX[f"{side}_{name}"] for name in _MIDDLES]) for side in SIDES)


def _lines(world: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Every line of _LINES as (…, 3) metres, and its length (…). All at once, as a camera gives one pose at a time."""
    middles = (world[..., _LEFT, :] + world[..., _RIGHT, :]) / 2
    points = np.concatenate([world, middles], axis=-2)
    lines = points[..., _ENDS, :] - points[..., _STARTS, :]  # (…, L, 3)
    lengths = np.sqrt(_dot(lines, lines))  # (…, L)
    numbered = list(enumerate(_LINES))
    return {name: lines[..., i, :] for i, name in numbered}, {name: lengths[..., i] for i, name in numbered}


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product: np.ndarray = np.vecdot(a, b)
    return product


def _between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The angle between two directions, in degrees."""
    cosine = _dot(a, b) / np.sqrt(_dot(a, a) * _dot(b, b))
    degrees: np.ndarray = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return degrees


def _lifts(lines: dict[str, np.ndarray], lengths: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """How high the parts of each side are, and how steep its thigh and its foot."""
    found = {}
    for side in SIDES:
        for name, line, sign in (("thigh_lift", "thigh", -1), ("foot_pitch", "sole", 1)):
            steep = lines[f"{side}_{line}"][..., 1] / lengths[f"{side}_{line}"]
            found[f"{side}_{name}"] = np.degrees(np.arcsin(sign * steep))
        for name, line in (
            ("ankle_height", "ankle_to_hip"),
            ("wrist_height", "wrist_to_shoulder"),
            ("elbow_height", "elbow_to_shoulder"),
        ):
            found[f"{side}_{name}"] = lines[f"{side}_{line}"][..., 1] / lengths["trunk"]
    return found


def _ahead(across: np.ndarray) -> np.ndarray:
    """The way the body faces along the floor, (…, 3) of length 1: a quarter turn from `across`, from right to left."""
    x, z = across[..., 0], across[..., 2]
    length = np.hypot(x, z)
    ahead: np.ndarray = np.stack([z / length, 0 * x, -x / length], axis=-1)
    return ahead


def _roll(across: np.ndarray, trunk: np.ndarray) -> np.ndarray:
    """How far (…) degrees `across` is turned up about the `trunk` (of length 1); 0 for one that is upright."""
    across = across - _dot(across, trunk)[..., None] * trunk
    up = -DOWN - _dot(trunk, -DOWN)[..., None] * trunk
    risen = np.abs(_dot(across, up)) / np.maximum(np.sqrt(_dot(up, up)), 0.5)
    level = np.sqrt(np.maximum(_dot(across, across) - risen**2, 0))
    turned: np.ndarray = np.degrees(np.arctan2(risen, level))
    return turned


def _facing(across: np.ndarray, trunk: np.ndarray, roll: np.ndarray) -> np.ndarray:
    """Where the camera is, in degrees.

    Of who lies on a side the chest says it, as both sides are one above the other. A camera that looks down at somebody
    on the back sees up to 40 degrees of roll.
    """
    on_side = roll > 50
    chest_x = across[..., 1] * trunk[..., 2] - across[..., 2] * trunk[..., 1]
    chest_z = across[..., 0] * trunk[..., 1] - across[..., 1] * trunk[..., 0]
    towards, aside = np.where(on_side, chest_z, across[..., 0]), np.where(on_side, chest_x, across[..., 2])
    degrees: np.ndarray = np.degrees(np.arctan2(np.abs(aside), np.abs(towards)))
    return degrees


def _sag(hip: np.ndarray, ankle: np.ndarray) -> np.ndarray:
    """The bend at the hip in degrees within the upright plane through shoulder and ankle; positive below their line.

    Both are seen from the shoulder.
    """
    along = np.hypot(ankle[..., 0], ankle[..., 2])
    ahead = np.nan_to_num((hip[..., 0] * ankle[..., 0] + hip[..., 2] * ankle[..., 2]) / along)  # (…) of the hip
    below = along * hip[..., 1] - ankle[..., 1] * ahead
    onwards = ahead * (along - ahead) + hip[..., 1] * (ankle[..., 1] - hip[..., 1])
    bend: np.ndarray = np.degrees(np.arctan2(below, onwards))
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
