"""The athlete's body as about eighty round cones: the hull of two balls each, some stretched along one axis."""

from dataclasses import dataclass, field

import numpy as np

from demos.posture.athlete.performance import Performance
from demos.posture.athlete.wardrobe import Colour, blend
from demos.posture.pose.landmarks import INDEX

Point = np.ndarray  # (3,) in room coordinates, metres
UP = np.array([0.0, 1.0, 0.0])


@dataclass
class Shapes:
    """The round cones of one frame, in room coordinates."""

    a: list[Point] = field(default_factory=list)
    b: list[Point] = field(default_factory=list)
    radii: list[tuple[float, float]] = field(default_factory=list)
    axis: list[Point] = field(default_factory=list)  # stretched along this direction …
    stretch: list[float] = field(default_factory=list)  # … by this factor
    colour: list[Colour] = field(default_factory=list)
    shadow: list[bool] = field(default_factory=list)
    hem: list[tuple[Point, Point]] = field(default_factory=list)  # a point and a direction: cut off beyond (0: whole)

    def cone(
        self,
        a: Point,
        b: Point,
        ra: float,
        rb: float,
        colour: Colour,
        axis: Point = UP,
        stretch: float = 1.0,
        shadow: bool = True,
        hem: tuple[Point, Point] | None = None,
    ) -> None:
        """Add the hull of the balls (a, ra) and (b, rb), `stretch` times as thick along the unit vector `axis`.

        `hem`, a point and a direction, cuts off what lies beyond, as cloth ends.
        """
        if ra < rb:
            a, b, ra, rb = b, a, rb, ra
        # One ball inside the other has no cone between them: the smaller shrinks until it just looks out.
        gap = float(np.linalg.norm(b - a))
        if gap <= ra - rb + 1e-4:
            rb = max(ra - gap + 1e-4, 1e-3) if gap > 1e-4 else ra
        self.a.append(a)
        self.b.append(b + 1e-4)
        self.radii.append((ra, rb))
        self.axis.append(axis)
        self.stretch.append(stretch)
        self.colour.append(colour)
        self.shadow.append(shadow)
        self.hem.append(hem or (a, 0 * a))


@dataclass(frozen=True)
class Scale:
    """Metres from the numbers below, which are metres on an average person of 1.72 m."""

    bone: float  # grows with stature
    flesh: float  # grows with stature and build


def body_shapes(performance: Performance, frame: int) -> Shapes:
    """The athlete's body, clothes and hair in one frame."""
    size = performance.proportions.stature / 1.72
    scale = Scale(size, size * performance.proportions.build)
    shapes = Shapes()
    _trunk(shapes, performance, frame, scale)
    _head(shapes, performance, frame)
    if performance.held == "bar":
        left, right = (_joints(performance, frame, side, "index")[0] for side in (0, 1))
        beyond = (right - left) * 0.6
        shapes.cone(left - beyond, right + beyond, 0.016, 0.016, (0.17, 0.18, 0.20))
    for side in (0, 1):
        _arm(shapes, performance, frame, side, scale)
        _leg(shapes, performance, frame, side, scale)
    return shapes


def _joints(p: Performance, frame: int, side: int, *names: str) -> tuple[Point, ...]:
    prefix = ("left_", "right_")[side]
    return tuple(p.skeleton.landmarks[frame, INDEX[prefix + name]] for name in names)


def _trunk(shapes: Shapes, p: Performance, frame: int, scale: Scale) -> None:
    style, s, g = p.appearance, scale.bone, scale.flesh
    forward, up, _ = p.skeleton.trunk[frame].T
    (left_hip, left_shoulder), (right_hip, right_shoulder) = (
        _joints(p, frame, side, "hip", "shoulder") for side in (0, 1)
    )
    hips, neck = (left_hip + right_hip) / 2, (left_shoulder + right_shoulder) / 2
    spine = neck - hips
    belly = max(0.0, p.proportions.build - 1.0) * 0.06

    def level(share: float, ahead: float = 0.0) -> Point:  # a point of the spine, in shares of its length
        at: Point = hips + spine * share + forward * ahead * s
        return at

    # Seen from the front the trunk is wider than deep, so its cones are stretched less than 1 along `forward`.
    drop = up * 0.010 * s
    shapes.cone(left_hip - drop, right_hip - drop, 0.073 * g, 0.073 * g, style.trousers, forward, 1.34)
    shapes.cone(level(0.05, -0.006), level(0.16), 0.128 * g, 0.132 * g, style.trousers, forward, 0.78)
    wide = (0.168 + belly) * g
    shapes.cone(level(0.0, belly), level(0.48), wide, 0.134 * g, style.shirt, forward, 0.72, hem=(level(0.02), -up))
    shapes.cone(level(0.40), level(0.78, 0.008), 0.136 * g, 0.164 * g, style.shirt, forward, 0.68)
    shapes.cone(level(0.78, 0.008), level(0.90, -0.006), 0.164 * g, 0.128 * g, style.shirt, forward, 0.66)
    # Shoulders, and their slope up to the neck.
    inward = (right_shoulder - left_shoulder) * 0.04
    lower = up * 0.012 * s
    shapes.cone(left_shoulder + inward - lower, right_shoulder - inward - lower, 0.062 * g, 0.062 * g, style.shirt)
    head_forward, head_up, _ = p.skeleton.head[frame].T
    nape = p.skeleton.head_centre[frame] - head_up * 0.07 * s - head_forward * 0.02 * s
    collar = neck + up * 0.035 * s - forward * 0.010 * s
    thick = 0.5 + 0.5 * p.proportions.build
    shapes.cone(collar - up * 0.03 * s, nape, 0.056 * s * thick, 0.049 * s * thick, style.skin)
    for shoulder in (left_shoulder, right_shoulder):
        shapes.cone(collar - up * 0.022 * s, shoulder + (neck - shoulder) * 0.12, 0.052 * g, 0.054 * g, style.shirt)


def _arm(shapes: Shapes, p: Performance, frame: int, side: int, scale: Scale) -> None:
    style, s, g = p.appearance, scale.bone, scale.flesh
    shoulder, elbow, wrist = _joints(p, frame, side, "shoulder", "elbow", "wrist")
    along, thumb, palm = p.skeleton.hand[frame, side].T
    shapes.cone(shoulder, elbow, 0.051 * g, 0.038 * g, style.skin)
    upper = elbow - shoulder
    end = (shoulder + upper * style.sleeves, upper)
    shapes.cone(shoulder, elbow, 0.062 * g, 0.056 * g, style.shirt, hem=end)
    bulge = elbow + (wrist - elbow) * 0.25
    shapes.cone(elbow, bulge, 0.039 * g, 0.042 * g, style.skin)
    shapes.cone(bulge, wrist, 0.042 * g, 0.026 * g, style.skin)
    # A palm, four fingers as one, a thumb.
    flat = p.on_floor and abs(palm[1]) > 0.9
    curl = palm * (0.0 if flat else 0.055 if p.held else 0.022) * s
    knuckles = wrist + along * 0.075 * s
    tips = knuckles + along * (0.035 if p.held else 0.065) * s + curl
    shapes.cone(wrist + along * 0.02 * s, knuckles, 0.033 * s, 0.040 * s, style.skin, palm, 0.50)
    shapes.cone(knuckles, tips, 0.036 * s, 0.022 * s, style.skin, palm, 0.48, shadow=False)
    base = wrist + along * 0.025 * s + thumb * 0.022 * s
    shapes.cone(base, base + (along * 0.045 + thumb * 0.020) * s + curl * 0.7, 0.017 * s, 0.012 * s, style.skin)
    if p.held == "dumbbells":
        grip = knuckles + (along * 0.01 + palm * 0.028) * s
        shapes.cone(grip - thumb * 0.10, grip + thumb * 0.10, 0.013, 0.013, (0.62, 0.63, 0.65))
        for way in (-1, 1):
            centre = grip + thumb * 0.085 * way
            shapes.cone(centre - thumb * 0.012, centre + thumb * 0.012, 0.044, 0.044, (0.17, 0.18, 0.20), thumb, 0.62)


def _leg(shapes: Shapes, p: Performance, frame: int, side: int, scale: Scale) -> None:
    style, s, g = p.appearance, scale.bone, scale.flesh
    hip, knee, ankle, heel, toe = _joints(p, frame, side, "hip", "knee", "ankle", "heel", "foot_index")
    ball = p.skeleton.ball[frame, side]
    # The calf bulges behind the line from knee to ankle: away from where the foot points.
    shank = (ankle - knee) / np.linalg.norm(ankle - knee)
    front = toe - heel - shank * float((toe - heel) @ shank)
    front = front / max(float(np.linalg.norm(front)), 1e-6)
    calf = knee + (ankle - knee) * 0.30 - front * 0.016 * g
    top = hip + (knee - hip) * 0.05 - p.skeleton.trunk[frame][:, 2] * (0.012 * s * (-1, 1)[side])
    shapes.cone(top, knee, 0.081 * g, 0.054 * g, style.skin)
    shapes.cone(knee, calf, 0.054 * g, 0.056 * g, style.skin)
    shapes.cone(calf, ankle, 0.056 * g, 0.034 * g, style.skin)
    # Trousers are the same cones a little wider, as far down as they reach.
    loose = 0.008 * s
    if style.legs <= 1:
        end = (hip + (knee - hip) * style.legs, knee - hip)
        shapes.cone(top, knee, 0.081 * g + loose, 0.066 * g + loose, style.trousers, hem=end)
    else:
        end = (calf + (ankle - calf) * (style.legs - 1), shank)
        shapes.cone(top, knee, 0.081 * g + loose, 0.054 * g + loose, style.trousers)
        shapes.cone(knee, calf, 0.054 * g + loose, 0.056 * g + loose * 0.7, style.trousers, hem=end)
        shapes.cone(calf, ankle, 0.056 * g + loose * 0.7, 0.036 * g + loose * 0.9, style.trousers, hem=end)
    # Shoes: the sole rises with the heel, the toes stay on the floor.
    foot = (ball - heel) / np.linalg.norm(ball - heel)
    sole = np.cross(np.cross(foot, ankle - heel), foot)
    sole = sole / max(float(np.linalg.norm(sole)), 1e-6)
    rubber = blend(style.shoes, (1.0, 1.0, 1.0), 0.55)
    shapes.cone(ankle - sole * 0.010 * s, ankle + (foot * 0.01 - sole * 0.024) * s, 0.041 * s, 0.043 * s, style.shoes)
    shapes.cone(
        heel + (sole * 0.022 + foot * 0.02) * s,
        ball + sole * 0.036 * s,
        0.040 * s,
        0.042 * s,
        style.shoes,
        sole,
        0.92,
    )
    shapes.cone(ankle + (foot * 0.02 - sole * 0.02) * s, ball + sole * 0.034 * s, 0.040 * s, 0.036 * s, style.shoes)
    tip = toe + (toe - ball) * 0.1 + UP * 0.006 * s
    shapes.cone(ball + UP * 0.030 * s, tip + UP * 0.004 * s, 0.042 * s, 0.033 * s, style.shoes, UP, 0.78)
    shapes.cone(
        heel + (foot * 0.018 - sole * 0.008) * s, ball + sole * 0.005 * s, 0.042 * s, 0.045 * s, rubber, sole, 0.36
    )


def _head(shapes: Shapes, p: Performance, frame: int) -> None:
    style = p.appearance
    forward, up, right = p.skeleton.head[frame].T
    centre = p.skeleton.head_centre[frame]
    h = p.proportions.metres("head")  # everything below is in head heights: forwards, up, to the person's right
    skin, hair = style.skin, style.hair
    axes = {"forward": forward, "up": up, "right": right}

    def part(
        a: tuple[float, float, float],
        b: tuple[float, float, float],
        ra: float,
        rb: float,
        colour: Colour,
        axis: str = "up",
        stretch: float = 1.0,
        shadow: bool = False,
    ) -> None:
        start, end = (centre + (forward * x + up * y + right * z) * h for x, y, z in (a, b))
        shapes.cone(start, end, ra * h, rb * h, colour, axes[axis], stretch, shadow)

    part((-0.03, 0.10, 0), (0.09, -0.24, 0), 0.395, 0.275, skin, "right", 0.85, shadow=True)  # skull to jaw
    part((0.14, -0.29, 0), (0.185, -0.365, 0), 0.19, 0.135, skin, "right", 1.1)  # chin
    part((0.345, 0.03, 0), (0.425, -0.135, 0), 0.045, 0.066, skin, "right", 0.92)  # nose
    part((0.40, -0.16, -0.05), (0.40, -0.16, 0.05), 0.040, 0.040, skin)
    lips = blend(skin, (0.66, 0.28, 0.26), 0.42)
    for z in (-0.10, 0.10):
        part((0.362, -0.282, 0), (0.334, -0.278, z), 0.024, 0.014, lips)
    lid, brow = blend(skin, (0.25, 0.15, 0.10), 0.16), blend(hair, skin, 0.15)
    for z in (-1, 1):
        part((0.285, 0.040, z * 0.150), (0.289, 0.040, z * 0.130), 0.053, 0.053, (0.90, 0.89, 0.87))  # eye
        part((0.310, 0.036, z * 0.140), (0.311, 0.036, z * 0.140), 0.037, 0.037, (0.17, 0.12, 0.09))
        part((0.282, 0.078, z * 0.168), (0.288, 0.082, z * 0.112), 0.056, 0.054, lid)
        part((0.335, 0.155, z * 0.085), (0.295, 0.160, z * 0.200), 0.020, 0.014, brow)
        part((-0.02, 0.05, z * 0.335), (-0.01, -0.09, z * 0.325), 0.078, 0.052, skin, "right", 0.42)  # ear
        part((0.0, 0.02, z * 0.358), (0.0, -0.02, z * 0.356), 0.034, 0.030, blend(skin, (0, 0, 0), 0.35), "right", 0.3)

    if style.haircut == "shaved":
        part((-0.055, 0.145, 0), (-0.10, 0.02, 0), 0.388, 0.38, blend(skin, hair, 0.45), "right", 0.86)
        return
    part((-0.085, 0.175, 0), (-0.13, 0.0, 0), 0.412, 0.395, hair, "right", 0.88)
    part((0.05, 0.36, -0.12), (0.07, 0.37, 0.10), 0.175, 0.165, hair)  # above the forehead
    if style.haircut == "bun":
        part((-0.42, 0.42, 0), (-0.43, 0.40, 0), 0.165, 0.165, hair)
    elif style.haircut == "ponytail":
        # hangs by its weight, whatever the head does
        root = centre + (up * 0.22 - forward * 0.46) * h
        floor = np.array([-np.inf, 0.11 * h, -np.inf])
        middle = np.maximum(root - (UP * 0.44 + forward * 0.16) * h, floor)
        shapes.cone(root, middle, 0.10 * h, 0.11 * h, hair)
        end = np.maximum(middle - (UP * 0.42 - forward * 0.03) * h, floor)
        shapes.cone(middle, end, 0.11 * h, 0.04 * h, hair)
    elif style.haircut == "bob":
        for z in (-0.27, 0.27):
            part((-0.10, 0.10, z), (-0.10, -0.34, z), 0.14, 0.11, hair)
        part((-0.27, 0.0, -0.10), (-0.24, -0.32, 0.10), 0.25, 0.20, hair)
