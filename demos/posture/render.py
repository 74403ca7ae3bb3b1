"""A film of the synthetic athlete: about seventy round cones, each met by the pixels' rays in closed form.

A round cone is the hull of two balls. The ray's way to it is one quadratic equation (I. Quilez, "Intersectors: rounded
cone"), here with a stretch along one axis, which makes ellipsoids, flat hands and a chest wider than deep. Each cone is
computed in its own rectangle of the picture only; normals and light are computed once per visible pixel.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from demos.posture.athlete import Performance, within
from demos.posture.camera import Camera
from demos.posture.landmarks import INDEX
from demos.posture.wardrobe import Colour, Look

Point = np.ndarray  # (3,) in room coordinates


@dataclass
class Shapes:
    """The round cones of one frame, in room coordinates."""

    a: list[Point] = field(default_factory=list)
    b: list[Point] = field(default_factory=list)
    radii: list[tuple[float, float]] = field(default_factory=list)
    axis: list[Point] = field(default_factory=list)  # stretched along this direction …
    stretch: list[float] = field(default_factory=list)  # … by this factor
    colour: list[Colour] = field(default_factory=list)
    shine: list[float] = field(default_factory=list)
    shadow: list[bool] = field(default_factory=list)

    def cone(
        self,
        a: Point,
        b: Point,
        ra: float,
        rb: float,
        colour: Colour,
        axis: Point | None = None,
        stretch: float = 1.0,
        shine: float = 0.0,
        shadow: bool = True,
    ) -> None:
        """Add the hull of the balls (a, ra) and (b, rb), `stretch` times as thick along `axis`."""
        if ra < rb:
            a, b, ra, rb = b, a, rb, ra
        # One ball inside the other has no cone between them: keep a sliver of the second.
        gap = float(np.linalg.norm(b - a))
        if gap <= ra - rb + 1e-4:
            rb = max(ra - gap + 1e-4, 1e-3) if gap > 1e-4 else ra
        self.a.append(a)
        self.b.append(b + 1e-4)
        self.radii.append((ra, rb))
        self.axis.append(np.array([0.0, 1.0, 0.0]) if axis is None else axis)
        self.stretch.append(stretch)
        self.colour.append(colour)
        self.shine.append(shine)
        self.shadow.append(shadow)


def body_shapes(performance: Performance, frame: int) -> Shapes:
    """The athlete's body, clothes and hair in one frame."""
    bones, look, size = performance.skeleton, performance.look, performance.proportions.stature
    points = bones.landmarks[frame]
    build = performance.proportions.build
    shapes = Shapes()
    s = size / 1.72  # the radii below are metres for this stature
    g = s * build

    def at(name: str) -> Point:
        return points[INDEX[name]]

    forward, up, right = bones.trunk[frame].T
    hips = (at("left_hip") + at("right_hip")) / 2
    neck = (at("left_shoulder") + at("right_shoulder")) / 2
    spine = neck - hips
    shirt, trousers, skin = look.shirt, look.trousers, look.skin

    # Trunk. Wider than deep: stretched less along `forward`.
    belly = max(0.0, build - 1.05) * 0.25
    shapes.cone(
        at("left_hip") + up * 0.015 * s, at("right_hip") + up * 0.015 * s, 0.082 * g, 0.082 * g, trousers, forward, 1.28
    )
    shapes.cone(
        hips - forward * 0.012 * s + up * 0.03 * s, hips + up * 0.10 * s, 0.135 * g, 0.128 * g, trousers, forward, 0.76
    )
    shapes.cone(
        hips + up * 0.09 * s + forward * belly * 0.1,
        hips + spine * 0.55,
        (0.133 + belly) * g,
        0.134 * g,
        shirt,
        forward,
        0.74,
    )
    shapes.cone(
        hips + spine * 0.50, hips + spine * 0.80 + forward * 0.008 * s, 0.136 * g, 0.150 * g, shirt, forward, 0.72
    )
    shapes.cone(
        hips + spine * 0.80, hips + spine * 0.90 - forward * 0.006 * s, 0.150 * g, 0.125 * g, shirt, forward, 0.66
    )
    shapes.cone(
        at("left_shoulder") - up * 0.02 * s,
        at("right_shoulder") - up * 0.02 * s,
        0.060 * g,
        0.060 * g,
        shirt,
        forward,
        1.0,
    )

    # Neck and shoulders' slope.
    skull, head_up = bones.head_centre[frame], bones.head[frame][:, 1]
    nape = skull - head_up * 0.07 * s - bones.head[frame][:, 0] * 0.015 * s
    collar = neck + up * 0.035 * s - forward * 0.008 * s
    shapes.cone(collar - up * 0.03 * s, nape, 0.060 * g, 0.052 * s * (0.6 + 0.4 * build), skin)
    for side in ("left", "right"):
        shoulder = at(f"{side}_shoulder")
        shapes.cone(
            collar - up * 0.02 * s, shoulder + (neck - shoulder) * 0.18 - up * 0.004 * s, 0.056 * g, 0.052 * g, shirt
        )
    _head(shapes, performance, frame, s)

    for index, side in enumerate(("left", "right")):
        _arm(shapes, performance, frame, index, side, s, g)
        _leg(shapes, performance, frame, index, side, s, g)
    return shapes


def _arm(shapes: Shapes, p: Performance, frame: int, index: int, side: str, s: float, g: float) -> None:
    points, look = p.skeleton.landmarks[frame], p.look
    shoulder, elbow, wrist = (points[INDEX[f"{side}_{j}"]] for j in ("shoulder", "elbow", "wrist"))
    along, thumb, palm = p.skeleton.hand[frame, index].T
    shapes.cone(shoulder, elbow, 0.052 * g, 0.040 * g, look.skin)
    sleeve = shoulder + (elbow - shoulder) * look.sleeves
    shapes.cone(shoulder, sleeve, 0.063 * g, (0.063 - 0.010 * look.sleeves) * g, look.shirt)
    bulge = elbow + (wrist - elbow) * 0.25
    shapes.cone(elbow, bulge, 0.040 * g, 0.042 * g, look.skin)
    shapes.cone(bulge, wrist, 0.042 * g, 0.027 * g, look.skin)
    knuckles = wrist + along * 0.075 * s
    shapes.cone(wrist + along * 0.02 * s, knuckles, 0.033 * s, 0.040 * s, look.skin, palm, 0.50)
    planted = np.abs(palm[1]) > 0.9 and p.on_floor
    curl = palm * (0.0 if planted else (0.055 if p.held else 0.022)) * s
    tips = knuckles + along * (0.035 if p.held else 0.065) * s + curl
    shapes.cone(knuckles, tips, 0.036 * s, 0.022 * s, look.skin, palm, 0.48, shadow=False)
    base = wrist + along * 0.025 * s + thumb * 0.022 * s
    shapes.cone(
        base, base + along * 0.045 * s + thumb * 0.020 * s + curl * 0.7, 0.017 * s, 0.012 * s, look.skin, shadow=False
    )
    if p.held == "dumbbells":
        grip = knuckles + along * 0.01 * s + palm * 0.028 * s
        iron = (0.16, 0.17, 0.19)
        shapes.cone(grip - thumb * 0.10, grip + thumb * 0.10, 0.013, 0.013, (0.62, 0.63, 0.65), shine=0.4)
        for way in (-1, 1):
            centre = grip + thumb * 0.085 * way
            shapes.cone(centre - thumb * 0.012, centre + thumb * 0.012, 0.044, 0.044, iron, thumb, 0.62, shine=0.25)


def _leg(shapes: Shapes, p: Performance, frame: int, index: int, side: str, s: float, g: float) -> None:
    points, look = p.skeleton.landmarks[frame], p.look
    hip, knee, ankle, heel, toe = (points[INDEX[f"{side}_{j}"]] for j in ("hip", "knee", "ankle", "heel", "foot_index"))
    ball = p.skeleton.ball[frame, index]
    forward = p.skeleton.trunk[frame][:, 0]
    # The calf lies behind the line from knee to ankle: away from where the knee points.
    shank = (ankle - knee) / np.linalg.norm(ankle - knee)
    front = toe - heel - shank * float((toe - heel) @ shank)
    front = front / max(float(np.linalg.norm(front)), 1e-6)
    calf = knee + (ankle - knee) * 0.30 - front * 0.016 * g

    def cloth(colour_from: float, length: float) -> float:
        return float(np.clip((length - colour_from), 0, 1))

    shapes.cone(hip - forward * 0.004 * s, knee, 0.086 * g, 0.054 * g, look.skin)
    shapes.cone(knee, calf, 0.054 * g, 0.056 * g, look.skin)
    shapes.cone(calf, ankle, 0.055 * g, 0.034 * g, look.skin)
    upper, lower = cloth(0.0, look.legs), cloth(1.0, look.legs)
    loose = 0.009 * s
    end = hip + (knee - hip) * upper
    shapes.cone(hip - forward * 0.004 * s, end, 0.086 * g + loose, (0.086 - 0.032 * upper) * g + loose, look.trousers)
    if lower > 0:
        shapes.cone(knee, calf, 0.054 * g + loose, 0.056 * g + loose * 0.6, look.trousers)
        hem = calf + (ankle - calf) * lower
        shapes.cone(calf, hem, 0.056 * g + loose * 0.6, (0.056 - 0.020 * lower) * g + loose * 0.6, look.trousers)
    # Shoes: the sole rises with the heel, the toes stay on the floor.
    foot = ball - heel
    foot = foot / np.linalg.norm(foot)
    sole = np.cross(np.cross(foot, ankle - heel), foot)
    sole = sole / max(float(np.linalg.norm(sole)), 1e-6)
    lift = sole * 0.016 * s
    shoe, rubber = look.shoes, tuple(0.25 + 0.7 * c for c in look.shoes)
    shapes.cone(ankle - sole * 0.010 * s, ankle - sole * 0.035 * s + foot * 0.01 * s, 0.041 * s, 0.043 * s, shoe)
    shapes.cone(heel + lift + foot * 0.020 * s, ball + sole * 0.030 * s, 0.040 * s, 0.042 * s, shoe, sole, 0.95)
    shapes.cone(ankle - sole * 0.02 * s + foot * 0.02 * s, ball + sole * 0.034 * s, 0.040 * s, 0.036 * s, shoe)
    tip = toe + np.array([0.0, 0.006 * s, 0.0])
    shapes.cone(
        ball + np.array([0.0, 0.026 * s, 0.0]),
        tip + (toe - ball) * 0.1,
        0.042 * s,
        0.033 * s,
        shoe,
        np.array([0.0, 1.0, 0.0]),
        0.78,
    )
    shapes.cone(
        heel + foot * 0.018 * s - sole * 0.008 * s, ball + sole * 0.006 * s, 0.041 * s, 0.044 * s, rubber, sole, 0.30
    )


def _head(shapes: Shapes, p: Performance, frame: int, s: float) -> None:
    look = p.look
    forward, up, right = p.skeleton.head[frame].T
    centre = p.skeleton.head_centre[frame]
    h = p.proportions.metres("head")
    points = p.skeleton.landmarks[frame]
    hair, skin = look.hair, look.skin
    dark = tuple(0.55 * c for c in skin)

    def near(x: float, y: float, z: float) -> Point:
        return centre + (forward * x + up * y + right * z) * h

    shapes.cone(near(-0.03, 0.10, 0), near(0.09, -0.24, 0), 0.395 * h, 0.27 * h, skin, right, 0.84)  # skull to jaw
    shapes.cone(near(0.17, -0.26, 0), near(0.20, -0.34, 0), 0.20 * h, 0.16 * h, skin, right, 0.95)  # chin
    shapes.cone(near(0.38, -0.02, 0), near(0.43, -0.14, 0), 0.050 * h, 0.072 * h, skin, shadow=False)  # nose
    lips = (min(1.0, skin[0] * 0.86), skin[1] * 0.60, skin[2] * 0.58)
    shapes.cone(
        near(0.315, -0.285, -0.085), near(0.315, -0.285, 0.085), 0.030 * h, 0.030 * h, lips, forward, 1.6, shadow=False
    )
    for side in (-1, 1):
        name = "left" if side < 0 else "right"
        eye = points[INDEX[f"{name}_eye"]] - forward * 0.052 * h
        shapes.cone(
            eye - right * 0.024 * h, eye + right * 0.024 * h, 0.046 * h, 0.046 * h, (0.93, 0.92, 0.90), shadow=False
        )
        shapes.cone(
            eye + forward * 0.022 * h, eye + forward * 0.023 * h, 0.034 * h, 0.034 * h, (0.16, 0.11, 0.08), shadow=False
        )
        brow = eye + up * 0.105 * h + forward * 0.020 * h
        shapes.cone(
            brow - right * 0.055 * h,
            brow + right * 0.055 * h - forward * 0.006 * h,
            0.020 * h,
            0.018 * h,
            hair,
            shadow=False,
        )
        ear = points[INDEX[f"{name}_ear"]]
        shapes.cone(ear + up * 0.07 * h, ear - up * 0.06 * h, 0.075 * h, 0.055 * h, skin, right, 0.45, shadow=False)
        shapes.cone(
            ear + up * 0.03 * h + right * side * 0.02 * h,
            ear + right * side * 0.02 * h,
            0.035 * h,
            0.03 * h,
            dark,
            right,
            0.4,
            shadow=False,
        )

    if look.haircut == "shaved":
        stubble = tuple(0.55 * a + 0.45 * b for a, b in zip(skin, hair, strict=True))
        shapes.cone(near(-0.06, 0.15, 0), near(-0.09, 0.02, 0), 0.385 * h, 0.38 * h, stubble, right, 0.86)
        return
    shapes.cone(near(-0.05, 0.19, 0), near(-0.10, 0.02, 0), 0.405 * h, 0.40 * h, hair, right, 0.88)
    shapes.cone(near(0.16, 0.36, -0.10), near(0.12, 0.38, 0.12), 0.16 * h, 0.17 * h, hair)  # the hairline in front
    if look.haircut == "bun":
        shapes.cone(near(-0.42, 0.40, 0), near(-0.43, 0.38, 0), 0.17 * h, 0.17 * h, hair)
    elif look.haircut == "ponytail":
        root = near(-0.44, 0.22, 0)
        hang = np.array([0.0, -1.0, 0.0]) * 0.55 - forward * 0.25
        shapes.cone(root, root + hang * 0.8 * h, 0.10 * h, 0.11 * h, hair)
        shapes.cone(root + hang * 0.8 * h, root + hang * 1.5 * h, 0.11 * h, 0.04 * h, hair)
    elif look.haircut == "bob":
        for side in (-1, 1):
            shapes.cone(near(-0.10, 0.10, side * 0.27), near(-0.10, -0.36, side * 0.27), 0.15 * h, 0.12 * h, hair)
        shapes.cone(near(-0.26, 0.0, -0.12), near(-0.24, -0.34, 0.12), 0.26 * h, 0.20 * h, hair)


class Renderer:
    """Draws frames of one performance. The room is drawn once."""

    def __init__(self, performance: Performance, width: int = 640, height: int = 480, samples: int = 1) -> None:
        """`samples` pixels in each direction are computed for one shown."""
        within("width", width, 64, 1920)
        within("height", height, 64, 1920)
        within("samples", samples, 1, 3)
        self.performance, self.size, self.samples = performance, (width, height), samples
        self.camera = performance.camera
        self.width, self.height = width * samples, height * samples
        self.focal = self.camera.focal * self.height
        self.x = ((np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.focal)[None, :]
        self.y = ((np.arange(self.height, dtype=np.float32) + 0.5 - self.height / 2) / self.focal)[:, None]
        self.square = self.x**2 + self.y**2 + 1
        light = np.array(performance.look.light)
        axes = self.camera.axes
        self.light = np.array([light[0], -light[1], light[2]], np.float32)  # camera: right, down, depth
        self.light /= np.linalg.norm(self.light)
        self.room_light = self.light @ axes
        self.sky = (axes @ np.array([0.0, 1.0, 0.0])).astype(np.float32)
        self.room = Room(performance, self.camera, self.width, self.height, self.room_light)

    def frame(self, index: int) -> np.ndarray:
        """(H, W, 3) uint8 RGB."""
        shapes = body_shapes(self.performance, index)
        depth, owner, cones = self.trace(shapes)
        picture = self.room.shaded(shapes, self.room_light)
        self._paint(picture, depth, owner, cones, shapes)
        if self.samples > 1:
            picture = cv2.resize(picture, self.size, interpolation=cv2.INTER_AREA)
        return picture

    def mask(self, index: int) -> np.ndarray:
        """(H, W) bool: where the athlete is."""
        depth, _, _ = self.trace(body_shapes(self.performance, index))
        small = cv2.resize(np.isfinite(depth).astype(np.uint8), self.size, interpolation=cv2.INTER_AREA)
        return small > 0

    def trace(self, shapes: Shapes) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Nearest depth (H, W) in metres (inf: none), whose cone it is (-1: none), and the cones in camera axes."""
        a = self.camera.see(np.array(shapes.a)).astype(np.float32)
        b = self.camera.see(np.array(shapes.b)).astype(np.float32)
        n = (np.array(shapes.axis) @ self.camera.axes.T).astype(np.float32)
        radii = np.array(shapes.radii, np.float32)
        k = (1 / np.array(shapes.stretch, np.float32)) - 1  # the map that makes the cone round: v + k n (n·v)
        depth = np.full((self.height, self.width), np.inf, np.float32)
        owner = np.full((self.height, self.width), -1, np.int16)
        reach = radii * np.maximum(np.array(shapes.stretch), 1)[:, None]
        for i in range(len(a)):
            box = self._box(a[i], b[i], reach[i])
            if box is None:
                continue
            rows, columns = box
            z = self._meet(a[i], b[i], *radii[i], n[i], k[i], rows, columns)
            near = depth[rows, columns]
            closer = z < near
            near[closer] = z[closer]
            owner[rows, columns][closer] = i
        return depth, owner, {"a": a, "b": b, "n": n, "k": k, "radii": radii}

    def _box(self, a: np.ndarray, b: np.ndarray, reach: np.ndarray) -> tuple[slice, slice] | None:
        ends = []
        for centre, radius in ((a, reach[0]), (b, reach[1])):
            if centre[2] - radius < 0.1:
                return None  # behind or inside the camera
            # the outline of a ball is a little wider than its radius (perspective)
            size = (
                radius / np.sqrt(centre[2] ** 2 - radius**2) * (1 + (centre[0] ** 2 + centre[1] ** 2) / centre[2] ** 2)
            )
            ends.append((centre[0] / centre[2], centre[1] / centre[2], size))
        (ax, ay, ar), (bx, by, br) = ends
        left, right = min(ax - ar, bx - br), max(ax + ar, bx + br)
        top, bottom = min(ay - ar, by - br), max(ay + ar, by + br)
        f, w, h = self.focal, self.width, self.height
        columns = slice(max(0, int(left * f + w / 2) - 1), min(w, int(right * f + w / 2) + 2))
        rows = slice(max(0, int(top * f + h / 2) - 1), min(h, int(bottom * f + h / 2) + 2))
        if columns.start >= columns.stop or rows.start >= rows.stop:
            return None
        return rows, columns

    def _meet(
        self,
        a: np.ndarray,
        b: np.ndarray,
        ra: float,
        rb: float,
        n: np.ndarray,
        k: float,
        rows: slice,
        columns: slice,
    ) -> np.ndarray:
        """Depth at which the rays (x, y, 1) from the camera meet a round cone; inf where they miss."""
        x, y = self.x[:, columns], self.y[rows]

        def onto(v: np.ndarray) -> np.ndarray:  # v·ray, for all rays
            return (x * v[0] + v[2]) + y * v[1]

        rd_rd = self.square[rows, columns]
        if k:
            a, b = a + n * (k * (a @ n)), b + n * (k * (b @ n))
            rd_rd = rd_rd + (k * (2 + k)) * onto(n) ** 2

            def straighten(v: np.ndarray) -> np.ndarray:  # (M v)·ray = v·(M ray), as M is symmetric
                return v + n * (k * (v @ n))
        else:

            def straighten(v: np.ndarray) -> np.ndarray:
                return v

        ba = b - a
        rr = ra - rb
        ba_ba, ba_oa, oa_oa, ob_ob = float(ba @ ba), -float(ba @ a), float(a @ a), float(b @ b)
        d2 = ba_ba - rr * rr
        ba_rd, rd_oa = onto(straighten(ba)), -onto(straighten(a))
        k2 = d2 * rd_rd - ba_rd * ba_rd
        k1 = d2 * rd_oa + (rr * ra - ba_oa) * ba_rd
        k0 = d2 * oa_oa - ba_oa * ba_oa + 2 * ba_oa * rr * ra - ba_ba * ra * ra
        with np.errstate(invalid="ignore"):
            z = (-np.sqrt(k1 * k1 - k0 * k2) - k1) / k2
            place = (ba_oa - ra * rr) + z * ba_rd
            on_cone = (place > 0) & (place < d2)
            near = (-rd_oa - np.sqrt(rd_oa * rd_oa - rd_rd * (oa_oa - ra * ra))) / rd_rd
            rd_ob = rd_oa - ba_rd
            far = (-rd_ob - np.sqrt(rd_ob * rd_ob - rd_rd * (ob_ob - rb * rb))) / rd_rd
        ends = np.fmin(near, far)
        return np.where(on_cone, z, np.where(np.isnan(ends), np.float32(np.inf), ends))

    def _paint(
        self, picture: np.ndarray, depth: np.ndarray, owner: np.ndarray, cones: dict[str, np.ndarray], shapes: Shapes
    ) -> None:
        """Light on the visible pixels: a lamp, the sky above and what the floor gives back."""
        seen = owner >= 0
        if not seen.any():
            return
        rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
        pad = 2
        top, bottom = max(rows[0] - pad, 0), min(rows[-1] + pad + 1, self.height)
        left, right = max(columns[0] - pad, 0), min(columns[-1] + pad + 1, self.width)
        window = (slice(top, bottom), slice(left, right))
        seen, own, z = seen[window], owner[window], depth[window]
        v, u = np.nonzero(seen)
        who = own[v, u]
        zs = z[v, u]
        at = np.empty((3, len(zs)), np.float32)  # where the rays ended
        at[0], at[1], at[2] = self.x[0, left + u] * zs, self.y[top + v, 0] * zs, zs

        normal = self._normals(at, who, cones)
        # Neighbouring shapes grow together: their normals are blurred a little, inside the outline.
        sheet = np.zeros((*seen.shape, 4), np.float32)
        sheet[v, u, :3] = normal.T
        sheet[v, u, 3] = 1
        soft = max(3, int(0.006 * self.height) | 1)
        sheet = cv2.blur(sheet, (soft, soft))
        normal = 0.35 * normal + 0.65 * (sheet[v, u, :3] / sheet[v, u, 3:]).T
        normal /= np.sqrt((normal * normal).sum(0))

        look = self.performance.look
        albedo = (np.array(shapes.colour, np.float32) ** 2.2)[who].T
        key = np.clip(self.light @ normal * 0.78 + 0.22, 0, None)
        above = self.sky @ normal * 0.5 + 0.5
        ambient = np.array([[0.44], [0.46], [0.50]], np.float32) * above + np.array(
            [[0.26], [0.23], [0.20]], np.float32
        ) * (1 - above)
        # Depth steps darken what lies behind an edge, as the body shades itself there.
        filled = np.where(seen, z, np.float32(1e3))
        wide = max(5, int(0.03 * self.height) | 1)
        low = cv2.erode(filled, np.ones((3, 3), np.uint8), iterations=max(1, wide // 6))
        crease = np.clip((filled - cv2.blur(low, (wide, wide)))[v, u] / 0.16, 0, 1)
        light = (ambient + key * np.array([[0.80], [0.77], [0.71]], np.float32)) * (1 - 0.30 * crease)
        eye = -at / np.sqrt((at * at).sum(0))
        half = self.light[:, None] + eye
        half /= np.sqrt((half * half).sum(0))
        gloss = np.clip((half * normal).sum(0), 0, 1) ** 24
        shine = np.array(shapes.shine, np.float32)[who] + 0.035
        colour = np.clip((albedo * light + gloss * shine) * look.brightness, 0, 1) ** (1 / 2.2) * 255

        # Soft outline: the picture's edge pixels are mixed with the room by a blurred mask.
        canvas = np.zeros((*seen.shape, 4), np.float32)
        canvas[v, u, :3] = colour.T
        canvas[v, u, 3] = 1
        if self.samples == 1:
            canvas = cv2.GaussianBlur(canvas, (3, 3), 0.62)
        alpha = np.minimum(canvas[..., 3:], 1)
        behind = picture[window].astype(np.float32)
        ink = canvas[..., :3] / np.maximum(canvas[..., 3:], 1e-3)
        sharp = np.clip((alpha - 0.5) * 1.35 + 0.5, 0, 1) if self.samples == 1 else alpha
        picture[window] = (behind + (ink - behind) * sharp + 0.5).astype(np.uint8)

    @staticmethod
    def _normals(at: np.ndarray, who: np.ndarray, cones: dict[str, np.ndarray]) -> np.ndarray:
        """Unit normals (3, N) at the points `at` (3, N) of the cones `who` (N,)."""
        a, n, k = cones["a"], cones["n"], cones["k"][:, None]
        straight_a = a + n * (k * (a * n).sum(-1, keepdims=True))
        ba = cones["b"] - a
        ba = ba + n * (k * (ba * n).sum(-1, keepdims=True))
        rr = cones["radii"][:, 0] - cones["radii"][:, 1]
        d2 = (ba * ba).sum(-1) - rr * rr
        offset = -rr * cones["radii"][:, 0]
        ns, ks, bas = n[who].T, cones["k"][who], ba[who].T
        out = at + ns * (ks * (at * ns).sum(0)) - straight_a[who].T
        place = np.clip(((bas * out).sum(0) + offset[who]) / d2[who], 0, 1)
        out -= bas * place
        out += ns * (ks * (out * ns).sum(0))
        out /= np.sqrt((out * out).sum(0))
        return out


class Room:
    """A wall, a floor of boards, a mat: drawn once; then only the athlete's shadow moves over it."""

    def __init__(self, performance: Performance, camera: Camera, width: int, height: int, light: np.ndarray) -> None:
        look = performance.look
        self.width, self.height = width, height
        fine = 2 if width <= 1300 else 1
        picture = self._draw(performance, camera, look, width * fine, height * fine)
        self.picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        # The floor on a coarse grid, for the shadow.
        self.coarse = (max(width // 4, 8), max(height // 4, 8))
        rays, eye = self._rays(camera, *self.coarse)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = -eye[1] / rays[..., 1]
        self.floor = np.where((t > 0)[..., None], eye + rays * t[..., None], np.nan)[..., [0, 2]].astype(np.float32)

    @staticmethod
    def _rays(camera: Camera, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
        focal = camera.focal * height
        x = (np.arange(width) + 0.5 - width / 2) / focal
        y = (np.arange(height) + 0.5 - height / 2) / focal
        seen = np.stack([*np.meshgrid(x, y), np.ones((height, width))], -1)
        return seen @ camera.axes, camera.position

    def _draw(self, performance: Performance, camera: Camera, look: Look, width: int, height: int) -> np.ndarray:
        rays, eye = self._rays(camera, width, height)
        points = performance.skeleton.landmarks
        middle = points.reshape(-1, 3).mean(0)
        # The wall stands behind the athlete, turned a little from the camera by the clip's own light direction.
        away = np.array([camera.axes[2][0], 0.0, camera.axes[2][2]])
        away /= np.linalg.norm(away)
        turn = np.radians(9 * np.sign(look.light[0]))
        away = np.array(
            [away[0] * np.cos(turn) - away[2] * np.sin(turn), 0.0, away[0] * np.sin(turn) + away[2] * np.cos(turn)]
        )
        reach = float(((points - middle) @ away).max())
        distance = float((middle - eye) @ away) + max(reach, 0.4) + 1.0
        along = np.cross(away, (0.0, 1.0, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            to_floor = np.where(rays[..., 1] < -1e-6, -eye[1] / rays[..., 1], np.inf)
            to_wall = np.where(rays @ away > 1e-6, distance / (rays @ away), np.inf)
        on_floor = to_floor < to_wall
        t = np.minimum(np.minimum(to_floor, to_wall), 60.0)
        at = eye + rays * t[..., None]

        # Wall: a calm plane, lighter towards the lamp, a skirting board at its foot.
        side = (at - middle) @ along
        wall = np.array(look.wall) ** 2.2
        glow = 0.80 + 0.16 * np.exp(-((side - np.sign(look.light[0]) * 1.2) ** 2 + (at[..., 1] - 1.9) ** 2) / 5.0)
        glow -= 0.10 * np.exp(-at[..., 1] / 0.25)
        colour = wall * glow[..., None]
        board = at[..., 1] < 0.11
        colour = np.where(board[..., None], np.clip(wall * 1.05 + 0.03, 0, 1) * 0.86, colour)
        colour = np.where((np.abs(at[..., 1] - 0.113) < 0.006)[..., None], wall * 0.55, colour)
        # Floor: boards along the wall, each a shade of its own.
        deep, wide = (at - middle) @ away, side
        plank = np.floor(deep / 0.14)
        shade = 0.97 + 0.05 * np.sin(plank * 12.9898 + np.floor((wide + plank * 0.71) / 1.3) * 78.233)
        grain = 0.012 * np.sin(wide * 9 + 6 * np.sin(plank * 3.1) + 14 * deep)
        seam = np.minimum(deep / 0.14 - plank, 1 - (deep / 0.14 - plank)) < 0.018
        floor = np.array(look.floor) ** 2.2 * (shade + grain)[..., None] * np.where(seam, 0.80, 1.0)[..., None]
        near_wall = np.clip((distance - (at - eye) @ away) / 0.9, 0, 1)
        floor *= (0.74 + 0.20 * np.sqrt(near_wall))[..., None]
        # Mat under the athlete, along the way they face.
        feet = points[round(performance.ready_seconds * performance.fps) :, :, :]
        low, high = feet[..., 0].min() - 0.22, feet[..., 0].max() + 0.22
        if not performance.on_floor:
            low, high = feet[:, 27:, 0].min() - 0.30, feet[:, 27:, 0].max() + 0.30
        half = 0.36 if performance.on_floor else 0.46
        dx = np.abs(at[..., 0] - (low + high) / 2) - (high - low) / 2 + 0.05
        dz = np.abs(at[..., 2]) - half + 0.05
        edge = np.hypot(np.maximum(dx, 0), np.maximum(dz, 0)) + np.minimum(np.maximum(dx, dz), 0) - 0.05
        mat = np.array(look.mat) ** 2.2
        floor = np.where((edge < 0.02)[..., None], floor * (0.80 + 9.0 * np.clip(edge, 0, 0.02))[..., None], floor)
        floor = np.where((edge < 0)[..., None], mat * np.where(edge < -0.018, 0.92, 1.06)[..., None], floor)
        colour = np.where(on_floor[..., None], floor, colour)
        u = (np.arange(width) / width - 0.5)[None, :, None]
        v = (np.arange(height) / height - 0.5)[:, None, None]
        colour = colour * (1 - 0.22 * (u * u + v * v)) * look.brightness
        return (np.clip(colour, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)

    def shaded(self, shapes: Shapes, light: np.ndarray) -> np.ndarray:
        """The room with the shadow of `shapes`: each cone's silhouette along the light, softer the higher it is."""
        keep = np.flatnonzero(shapes.shadow)
        a, b = np.array(shapes.a)[keep], np.array(shapes.b)[keep]
        radius = np.array(shapes.radii)[keep].mean(1)
        lit = light / max(light[1], 0.3)
        dark = np.ones(self.floor.shape[:2], np.float32)
        for straight, strength in ((0.0, 0.55), (1.0, 0.42)):  # under the body, and away from the lamp
            p = (a - lit * a[:, 1:2] * straight)[:, [0, 2]]
            q = (b - lit * b[:, 1:2] * straight)[:, [0, 2]]
            height = np.maximum((a[:, 1] + b[:, 1]) / 2 - radius, 0)
            soft = 0.035 + (0.16 if straight else 0.30) * height
            weight = strength / (1 + (1.2 if straight else 5.0) * height)
            spread = radius + 2.2 * soft
            for i in range(len(keep)):
                low, high = np.minimum(p[i], q[i]) - spread[i], np.maximum(p[i], q[i]) + spread[i]
                box = self._where(low, high)
                if box is None or weight[i] < 0.02:
                    continue
                spot = self.floor[box]
                way = q[i] - p[i]
                place = np.clip((spot - p[i]) @ way / max(way @ way, 1e-6), 0, 1)
                gap = np.hypot(*(np.moveaxis(spot - p[i] - place[..., None] * way, -1, 0)))
                cover = weight[i] / (1 + np.exp((gap - radius[i]) / (0.45 * soft[i])))
                dark[box] = np.minimum(dark[box], 1 - cover) * 0.6 + dark[box] * (1 - cover) * 0.4
        shade = np.where(np.isnan(dark), 1, dark)
        shade = cv2.resize(cv2.GaussianBlur(shade.astype(np.float32), (5, 5), 1.0), (self.width, self.height))
        return (self.picture * shade[..., None]).astype(np.uint8)

    def _where(self, low: np.ndarray, high: np.ndarray) -> tuple[slice, slice] | None:
        """The rectangle of the coarse grid that holds the floor between two corners."""
        with np.errstate(invalid="ignore"):
            inside = ((self.floor > low) & (self.floor < high)).all(-1)
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        if not len(rows):
            return None
        return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def render(performance: Performance, width: int = 640, height: int = 480, samples: int = 1) -> Iterator[np.ndarray]:
    """The film, frame by frame: (height, width, 3) uint8 RGB.

    `samples` 2 computes four pixels for each one shown: finer outlines, a quarter of the speed.
    Raises BadInput for a picture size out of range.
    """
    renderer = Renderer(performance, width, height, samples)
    for index in range(len(performance)):
        yield renderer.frame(index)
