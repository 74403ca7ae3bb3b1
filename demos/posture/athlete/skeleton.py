"""The synthetic athlete's bones: body proportions, and from a posture to 33 landmarks.

Room coordinates, in metres: x the way the athlete faces, y up with the floor at 0, z to the athlete's right.
Every function works on a whole video at once: T frames, side 0 left and side 1 right.
"""

from dataclasses import dataclass, fields

import numpy as np

from demos.posture.pose.landmarks import INDEX

SIGN = np.array([-1.0, 1.0])  # z of the left and of the right side


@dataclass(frozen=True)
class Proportions:
    """Lengths in metres. The defaults are Drillis and Contini's shares of stature (Winter 2009, table 4.1).

    `build` is the girth of limbs and trunk: 1 average, 0.85 slim, 1.25 heavy.
    """

    stature: float = 1.72
    thigh: float = 0.245
    shank: float = 0.246
    trunk: float = 0.288
    upper_arm: float = 0.176
    forearm: float = 0.150
    shoulders: float = 0.200
    hips: float = 0.112
    head: float = 0.130
    foot: float = 0.152
    build: float = 1.0

    def metres(self, part: str) -> float:
        """The length of one part in metres (its share of stature times stature)."""
        return float(getattr(self, part)) * self.stature

    @property
    def leg(self) -> float:
        """Hip to floor, standing, in metres."""
        return self.metres("thigh") + self.metres("shank") + ANKLE_HEIGHT * self.stature

    @classmethod
    def random(cls, random: np.random.Generator) -> "Proportions":
        """Somebody: stature 1.52-1.96 m, each part a few percent longer or shorter than the average."""
        average = cls()
        parts = {
            part.name: getattr(average, part.name) * float(np.clip(random.normal(1, 0.035), 0.92, 1.08))
            for part in fields(cls)
            if part.name not in ("stature", "build")
        }
        return cls(
            stature=float(np.clip(random.normal(1.72, 0.09), 1.52, 1.96)),
            build=float(np.clip(random.lognormal(0.0, 0.11), 0.82, 1.32)),
            **parts,
        )


# The foot seen from its ball, in shares of stature: (forwards, up).
ANKLE_HEIGHT = 0.043
ANKLE = (-0.072, ANKLE_HEIGHT - 0.002)
HEEL = (-0.098, 0.014)
TOE = (0.030, 0.010)
BALL_HEIGHT = 0.002
WRIST_HEIGHT = 0.024  # of a planted wrist or elbow, in shares of stature

# The face from the middle of the head, in head heights: (forwards, up, sideways; + on the person's right).
FACE = {
    "nose": (0.500, -0.130, 0.0),
    "left_eye_inner": (0.345, 0.045, -0.085),
    "left_eye": (0.330, 0.045, -0.150),
    "left_eye_outer": (0.285, 0.045, -0.210),
    "left_ear": (-0.010, -0.030, -0.345),
    "mouth_left": (0.330, -0.290, -0.110),
}
FACE |= {
    (name.replace("left", "right")): (forwards, up, -side)
    for name, (forwards, up, side) in list(FACE.items())
    if "left" in name
}
# The hand from its wrist, in shares of stature: (along the hand, towards the thumb, out of the palm).
HAND = {"pinky": (0.048, -0.017, 0.0), "index": (0.055, 0.014, 0.0), "thumb": (0.026, 0.026, 0.006)}


@dataclass(frozen=True)
class Posture:
    """What the athlete does in T frames: the input of `skeleton`."""

    pelvis: np.ndarray  # (T, 3) middle of the hips
    torso: np.ndarray  # (T,) lean of the trunk, degrees forwards from upright
    heading: np.ndarray  # (T,) degrees to the athlete's left
    ball: np.ndarray  # (T, 2, 3) balls of the feet
    heel: np.ndarray  # (T, 2) heel up, degrees
    toe_out: np.ndarray  # (T, 2) degrees
    knees: np.ndarray  # (T, 2, 3) where the knees point
    arms: np.ndarray  # (T, 2, 4) flex, abd, twist, elbow in degrees
    thumb: np.ndarray  # (T, 2) 0 thumb forwards, 1 outwards
    planted: np.ndarray  # (T, 2) 0 the arm follows its angles, 1 the wrist stays at `wrist`
    wrist: np.ndarray  # (T, 2, 3) where a planted wrist is
    elbows: np.ndarray  # (T, 2, 3) where a planted arm's elbow points
    gaze: np.ndarray  # (T,) the face's pitch, degrees down from level
    roll: np.ndarray  # (T,) the whole body turned about its length: 90 lies on its right side, degrees

    def __len__(self) -> int:
        return len(self.torso)

    def __getitem__(self, frames: slice) -> "Posture":
        return Posture(*(getattr(self, field.name)[frames] for field in fields(self)))

    @staticmethod
    def join(parts: "list[Posture]") -> "Posture":
        """One after the other."""
        return Posture(*(np.concatenate([getattr(p, field.name) for p in parts]) for field in fields(Posture)))

    @staticmethod
    def between(a: "Posture", b: "Posture", weight: np.ndarray) -> "Posture":
        """From the only frame of `a` to the only frame of `b`, `weight` (T,) of the way."""
        mixed = []
        for field in fields(Posture):
            start, end = getattr(a, field.name)[:1], getattr(b, field.name)[:1]
            w = weight.reshape(-1, *[1] * (start.ndim - 1))
            mixed.append(start + (end - start) * w)
        return Posture(*mixed)


@dataclass(frozen=True)
class Skeleton:
    """Where everything is: the 33 landmarks, and the frames that an image of head, trunk and feet needs."""

    landmarks: np.ndarray  # (T, 33, 3) in room coordinates
    trunk: np.ndarray  # (T, 3, 3) columns: forwards, up, right of the trunk
    head: np.ndarray  # (T, 3, 3) columns: forwards, up, right of the head
    head_centre: np.ndarray  # (T, 3)
    ball: np.ndarray  # (T, 2, 3)
    hand: np.ndarray  # (T, 2, 3, 3) columns: along, towards the thumb, out of the palm


def rotation(axis: str, degrees: np.ndarray) -> np.ndarray:
    """Matrices (…, 3, 3) that turn around `axis` by `degrees` (…)."""
    angle = np.radians(np.asarray(degrees, dtype=float))
    c, s, o, i = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    rows = {
        "x": ((i, o, o), (o, c, -s), (o, s, c)),
        "y": ((c, o, s), (o, i, o), (-s, o, c)),
        "z": ((c, -s, o), (s, c, o), (o, o, i)),
    }[axis]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def unit(v: np.ndarray) -> np.ndarray:
    """`v` (…, 3) with length one."""
    direction: np.ndarray = v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)
    return direction


def two_bones(
    root: np.ndarray, target: np.ndarray, upper: float, lower: float, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The middle joint and the end (…, 3) of two bones from `root` towards `target`; the middle points to `pole`.

    The law of cosines. A target out of reach is approached with a straight limb.
    """
    way = target - root
    distance = np.linalg.norm(way, axis=-1, keepdims=True)
    along = way / np.maximum(distance, 1e-9)
    reach = np.clip(distance, abs(upper - lower) + 1e-3, (upper + lower) * (1 - 1e-6))
    forwards = (upper**2 - lower**2 + reach**2) / (2 * reach)
    aside = np.sqrt(np.maximum(upper**2 - forwards**2, 0.0))
    bend = unit(pole - (pole * along).sum(-1, keepdims=True) * along)
    return root + along * forwards + bend * aside, root + along * reach


def above(
    lowest: float, root: np.ndarray, target: np.ndarray, upper: float, lower: float, pole: np.ndarray, aside: np.ndarray
) -> np.ndarray:
    """`pole` (…, 3), turned towards `aside` as far as the middle joint needs to stay above `lowest`."""
    pole, aside = np.broadcast_arrays(unit(pole), aside)
    low, high = np.zeros((*pole.shape[:-1], 1)), np.ones((*pole.shape[:-1], 1))
    sunk = two_bones(root, target, upper, lower, pole)[0][..., 1:2] < lowest
    if not sunk.any():
        return pole
    for _ in range(10):
        middle = (low + high) / 2
        deep = two_bones(root, target, upper, lower, pole * (1 - middle) + aside * middle)[0][..., 1:2] < lowest
        low, high = np.where(deep, middle, low), np.where(deep, high, middle)
    return np.where(sunk, pole * (1 - high) + aside * high, pole)


def foot_points(
    ball: np.ndarray, heel: np.ndarray, toe_out: np.ndarray, heading: np.ndarray, body: Proportions
) -> dict[str, np.ndarray]:
    """Ankle, heel and toe (T, 2, 3) of feet that stand or turn on their balls (T, 2, 3); angles as in `Posture`.

    `heading` (T, 3, 3) turns both feet: about the vertical when they stand, else as they lie.
    """
    flat = heading[:, None] @ rotation("y", -SIGN * toe_out)
    raised = flat @ rotation("z", -heel)

    def point(offset: tuple[float, float], turn: np.ndarray) -> np.ndarray:
        return ball + (turn @ (np.array([*offset, 0.0]) * body.stature)[:, None])[..., 0]

    return {"ankle": point(ANKLE, raised), "heel": point(HEEL, raised), "foot_index": point(TOE, flat)}


def skeleton(posture: Posture, body: Proportions) -> Skeleton:
    """Forward kinematics for trunk, head and free arms; two-bone inverse kinematics for legs and planted hands."""
    frames = len(posture)
    points = np.zeros((frames, 33, 3))

    def put(name: str, both: np.ndarray) -> None:
        for side, prefix in enumerate(("left_", "right_")):
            points[:, INDEX[prefix + name]] = both[:, side]

    heading = rotation("y", posture.heading)
    rolled = rotation("y", posture.roll)
    on_side = np.clip(np.abs(posture.roll) / 45, 0, 1)  # from standing on the feet to lying on their edges
    trunk = heading @ rotation("z", -posture.torso) @ rolled
    up, right = trunk[..., 1], trunk[..., 2]
    half = right[:, None] * SIGN[:, None] / 2
    hips = posture.pelvis[:, None] + half * body.metres("hips")
    neck = posture.pelvis + up * body.metres("trunk")
    shoulders = neck[:, None] + half * body.metres("shoulders")
    put("hip", hips)
    put("shoulder", shoulders)

    edge = heading @ rotation("z", -posture.torso * on_side) @ rotation("y", 90 * np.sign(posture.roll) * on_side)
    feet = foot_points(posture.ball, posture.heel, posture.toe_out, edge, body)
    aside = heading[:, None, :, 2] * SIGN[:, None]  # away from the body's middle
    leg = (hips, feet["ankle"], body.metres("thigh"), body.metres("shank"))
    knee, ankle = two_bones(*leg, above(0.035 * body.stature, *leg, posture.knees, aside))
    lost = ankle - feet["ankle"]  # zero unless the floor is out of reach: then the foot hangs from the leg
    put("knee", knee)
    put("ankle", ankle)
    put("heel", feet["heel"] + lost)
    put("foot_index", feet["foot_index"] + lost)

    # Arms: the angles first, in a frame that stays upright (a raised arm is level whatever the trunk does).
    flex, abd, twist, bend = np.moveaxis(posture.arms, -1, 0)
    turn = heading[:, None] @ rotation("z", flex) @ rotation("x", -SIGN * abd) @ rotation("y", SIGN * twist)
    fore = turn @ rotation("z", 180 - bend)
    upper_arm, forearm = body.metres("upper_arm"), body.metres("forearm")
    elbow = shoulders - turn[..., 1] * upper_arm
    wrist = elbow - fore[..., 1] * forearm
    # then the floor, as far as the hands are planted on it
    w = posture.planted[..., None]
    pole = unit((elbow - (shoulders + wrist) / 2) * (1 - w) + posture.elbows * w * 0.1 + 1e-6 * heading[:, None, :, 0])
    target = wrist * (1 - w) + posture.wrist * w
    arm = (shoulders, target, upper_arm, forearm)
    solved = two_bones(
        *arm, above((WRIST_HEIGHT - 0.001) * body.stature, *arm, pole, aside + np.array([0.0, 0.2, 0.0]))
    )
    elbow, wrist = np.where(w > 0, solved[0], elbow), np.where(w > 0, solved[1], wrist)
    put("elbow", elbow)
    put("wrist", wrist)
    hand = _hands(posture, heading, fore, unit(wrist - elbow), on_side[:, None, None])
    for name, offset in HAND.items():
        put(name, wrist + (hand @ (np.array(offset) * body.stature)[:, None])[..., 0])

    head = heading @ rotation("z", -posture.gaze) @ rolled
    lean = unit(trunk[..., 1] + head[..., 1])  # the neck goes half-way between trunk and face
    height = body.metres("head")
    centre = neck + lean * 0.76 * height + head[..., 1] * 0.14 * height + head[..., 0] * 0.08 * height
    for name, offset in FACE.items():
        points[:, INDEX[name]] = centre + (head @ (np.array(offset) * height)[:, None])[..., 0]
    return Skeleton(points, trunk, head, centre, posture.ball + lost, hand)


def _hands(
    posture: Posture, heading: np.ndarray, fore: np.ndarray, along: np.ndarray, on_side: np.ndarray
) -> np.ndarray:
    """The hands' frames (T, 2, 3, 3): a free hand goes on from its forearm, a planted one lies flat, fingers ahead.

    So does that of a body that lies `on_side` (T, 1, 1), 0 to 1, but on its edge.
    """
    w = posture.planted[..., None]
    outward = fore[..., 2] * SIGN[:, None]
    angle = np.radians(90 * posture.thumb)[..., None]
    thumb = fore[..., 0] * np.cos(angle) + outward * np.sin(angle)
    ahead = heading[:, None, :, 0] * (1 - on_side) + unit(along * (1, 0, 1)) * on_side
    inward = -heading[:, None, :, 2] * SIGN[:, None] * (1 - on_side) + np.array([0.0, 1.0, 0.0]) * on_side
    direction = unit(along * (1 - w) + ahead * w)
    thumb = thumb * (1 - w) + inward * w
    thumb = unit(thumb - (thumb * direction).sum(-1, keepdims=True) * direction)
    palm = np.cross(direction, thumb) * SIGN[:, None]
    return np.stack([direction, thumb, palm], -1)
