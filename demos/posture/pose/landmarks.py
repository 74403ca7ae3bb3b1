"""The 33 points that the landmarker finds on a body, the lines between them, and the angles at the joints.

Numbering and names are BlazePose's (Bazarevsky et al. 2020, arXiv:2006.10204, and MediaPipe's documentation).
Left and right are the person's own. Image coordinates x, y run from 0 to 1 (left to right, top to bottom);
world coordinates are metres around the middle of the hips, x to the right of the image, y down, z away from the
camera.
"""

from dataclasses import dataclass, replace

import numpy as np

NAMES: tuple[str, ...] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
INDEX: dict[str, int] = {name: index for index, name in enumerate(NAMES)}
SIDES: tuple[str, str] = ("left", "right")

_LIMB = (  # one side; the other is its mirror image
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("wrist", "index"),
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("heel", "foot_index"),
    ("ankle", "foot_index"),
)
EDGES: tuple[tuple[int, int], ...] = (
    *((INDEX[f"{side}_{a}"], INDEX[f"{side}_{b}"]) for side in SIDES for a, b in _LIMB),
    (INDEX["left_shoulder"], INDEX["right_shoulder"]),
    (INDEX["left_hip"], INDEX["right_hip"]),
)

BODY: tuple[int, ...] = tuple(sorted({index for edge in EDGES for index in edge}))  # what is drawn: not the face


def without_side(name: str) -> str:
    """ "knee" of "left_knee"; a name without a side stays."""
    return name.removeprefix("left_").removeprefix("right_")


# A joint's angle is measured at its middle point, between the lines to the other two. 180° is a straight limb.
_JOINT = {
    "elbow": ("shoulder", "elbow", "wrist"),
    "shoulder": ("elbow", "shoulder", "hip"),
    "hip": ("shoulder", "hip", "knee"),
    "knee": ("hip", "knee", "ankle"),
    "ankle": ("knee", "ankle", "foot_index"),
}
JOINTS: dict[str, tuple[str, str, str]] = {
    f"{side}_{joint}": tuple(f"{side}_{point}" for point in points)  # type: ignore[misc]
    for joint, points in _JOINT.items()
    for side in SIDES
}

_OF_JOINTS = np.array([[INDEX[name] for name in names] for names in JOINTS.values()]).T  # (3, J) all joints' points

# MIRROR[i] is the point that point i becomes when the image is flipped.
MIRROR: np.ndarray = np.array(
    [
        INDEX.get(
            name.replace("left", "#").replace("right", "left").replace("#", "right"),
            index,
        )
        for index, name in enumerate(NAMES)
    ]
)


# Shares of the image beyond its edge from which a landmark is a guess, however sure the network is: hands 0.16 above it
# follow the forearms below; knees and ankles of who is filmed from the hips up lie 0.5 to 1.4 below.
OUT = 0.25


def in_sight(image: np.ndarray, visibility: np.ndarray) -> np.ndarray:
    """The visibility (33,) of landmarks at `image` (33, 2 or 3), 0 of those that are far outside the image."""
    beyond = np.abs(image[:, :2] - 0.5).max(axis=-1) > 0.5 + OUT
    seen: np.ndarray = np.where(beyond, np.float32(0), visibility)
    return seen


@dataclass(frozen=True)
class Pose:
    """A body at one moment.

    image: (33, 3) x and y from 0 to 1 of the image (beyond that when out of view), z in the same scale as x.
    world: (33, 3) metres around the middle of the hips; x right in the image, y down, z away from the camera; made by
    `fused`.
    visibility: (33,) from 0 to 1, how surely a point is in the image and not hidden.
    seconds: when, counted from the start of the stream.
    turns: quarter turns, counter-clockwise, that make the image upright (a phone may have lain on its side). `image` is
    of the image as it is shown, `world` of the upright one.
    """

    seconds: float
    image: np.ndarray
    world: np.ndarray
    visibility: np.ndarray
    turns: int = 0

    @property
    def upright_image(self) -> np.ndarray:
        """(33, 2) x and y from 0 to 1 of the image made upright."""
        x, y = self.image[:, 0], self.image[:, 1]
        return np.stack([(x, y), (y, 1 - x), (1 - x, 1 - y), (1 - y, x)][self.turns % 4], axis=-1)

    def turned(self, turns: int) -> "Pose":
        """The same body in an image that `turns` quarter turns, counter-clockwise, make upright."""
        x, y, z = (self.world[:, axis] for axis in range(3))
        world = np.stack([(x, y, z), (y, -x, z), (-x, -y, z), (-y, x, z)][(turns - self.turns) % 4], axis=-1)
        return replace(self, world=world, turns=turns % 4)


def fused(image: np.ndarray, world: np.ndarray, aspect: float) -> np.ndarray:
    """World coordinates (…, 33, 3) in metres whose x and y are those of the image, and whose depth is the network's.

    BlazePose sees where a joint is in the image far better than it knows where it is in the room: on the synthetic
    athlete this halves the error of the angles. `image` is (…, 33, 2 or 3) from 0 to 1, `aspect` the image's width
    over its height. The scale is that which fits the network's own x and y best (least squares over the body).
    """
    flat = image[..., :2] * (aspect, 1.0)
    flat = flat - (flat[..., [INDEX["left_hip"]], :] + flat[..., [INDEX["right_hip"]], :]) / 2
    body = list(BODY)
    seen, known = flat[..., body, :], world[..., body, :2]
    seen, known = seen - seen.mean(-2, keepdims=True), known - known.mean(-2, keepdims=True)
    scale = (seen * known).sum((-1, -2), keepdims=True) / np.maximum((seen**2).sum((-1, -2), keepdims=True), 1e-9)
    return np.concatenate([flat * scale, world[..., 2:]], axis=-1)


def angle(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The angle at `b` between the lines to `a` and `c`, in degrees from 0 to 180.

    Points are (…, 2) or (…, 3) in any unit that is the same along each axis (metres or pixels; not coordinates from
    0 to 1 of an image that is not square). NaN where two of the points coincide.
    """
    u = np.asarray(a, dtype=float) - b
    v = np.asarray(c, dtype=float) - b
    lengths = np.linalg.norm(u, axis=-1) * np.linalg.norm(v, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (u * v).sum(-1) / lengths
    degrees: np.ndarray = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return degrees


def joint_angles(points: np.ndarray) -> dict[str, np.ndarray]:
    """Every angle of JOINTS in degrees, {joint: (…)}, from `points` (…, 33, 2 or 3) in an even unit (see `angle`)."""
    points = np.asarray(points)
    angles = angle(*(points[..., index, :] for index in _OF_JOINTS))
    return {joint: angles[..., number] for number, joint in enumerate(JOINTS)}
