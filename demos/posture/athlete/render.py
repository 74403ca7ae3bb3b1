"""A video of the synthetic athlete: about eighty round cones, each met by the pixels' rays in closed form.

A round cone is the hull of two balls. The ray's way to it is one quadratic equation (I. Quilez, "Intersectors: rounded
cone"), here with a stretch along one axis, which makes ellipsoids, flat hands and a chest wider than deep. Each cone is
computed in its own rectangle of the image only; normals and light are computed once per visible pixel.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from demos.common.validate import whole
from demos.posture.athlete.figure import Shapes, body_shapes
from demos.posture.athlete.performance import Performance
from demos.posture.athlete.room import Room


class Renderer:
    """Draws frames of one performance. The room is drawn once."""

    def __init__(self, performance: Performance, width: int = 640, height: int = 480, samples: int = 1) -> None:
        """`samples` pixels in each direction are computed for one shown."""
        whole("width", width, 64, 1920)
        whole("height", height, 64, 1920)
        whole("samples", samples, 1, 3)
        self.performance, self.size, self.samples = performance, (width, height), samples
        self.camera = performance.camera
        self.width, self.height = width * samples, height * samples
        self.focal = self.camera.focal * self.height
        self.x = ((np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.focal)[None, :]
        self.y = ((np.arange(self.height, dtype=np.float32) + 0.5 - self.height / 2) / self.focal)[:, None]
        self.square = self.x**2 + self.y**2 + 1
        light = np.array(performance.appearance.light)
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
        image = self.room.shaded(shapes, self.room_light)
        self._paint(image, depth, owner, cones, shapes)
        if self.samples > 1:
            image = cv2.resize(image, self.size, interpolation=cv2.INTER_AREA)
        return image

    def mask(self, index: int) -> np.ndarray:
        """(H, W) bool: where the athlete is."""
        depth, _, _ = self.trace(body_shapes(self.performance, index))
        small = cv2.resize(np.isfinite(depth).astype(np.uint8), self.size, interpolation=cv2.INTER_AREA)
        mask: np.ndarray = small > 0
        return mask

    def trace(self, shapes: Shapes) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Nearest depth (H, W) in metres (inf: none), whose cone it is (-1: none), and the cones in camera axes."""
        a = self.camera.to_camera(np.array(shapes.a)).astype(np.float32)
        b = self.camera.to_camera(np.array(shapes.b)).astype(np.float32)
        n = (np.array(shapes.axis) @ self.camera.axes.T).astype(np.float32)
        radii = np.array(shapes.radii, np.float32)
        hem = (np.array([direction for _, direction in shapes.hem]) @ self.camera.axes.T).astype(np.float32)
        hem_at = (self.camera.to_camera(np.array([point for point, _ in shapes.hem])) * hem).sum(-1)
        k = (1 / np.array(shapes.stretch, np.float32)) - 1  # the map that makes the cone round: v + k n (n·v)
        depth = np.full((self.height, self.width), np.inf, np.float32)
        owner = np.full((self.height, self.width), -1, np.int16)
        reach = radii * np.maximum(np.array(shapes.stretch), 1)[:, None]
        for i in range(len(a)):
            box = self._box(a[i], b[i], reach[i])
            if box is None:
                continue
            rows, columns = box
            z = self._meet(a[i], b[i], radii[i], n[i], k[i], rows, columns)
            if hem[i].any():  # keep what lies before the plane
                ray = (self.x[:, columns] * hem[i, 0] + hem[i, 2]) + self.y[rows] * hem[i, 1]
                z = np.where(ray * z < hem_at[i], z, np.float32(np.inf))
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
        radii: np.ndarray,
        n: np.ndarray,
        k: float,
        rows: slice,
        columns: slice,
    ) -> np.ndarray:
        """Depth at which the rays (x, y, 1) from the camera meet a round cone; inf where they miss."""
        x, y = self.x[:, columns], self.y[rows]
        ra, rb = radii

        def onto(v: np.ndarray) -> np.ndarray:  # v·ray, for all rays
            products: np.ndarray = (x * v[0] + v[2]) + y * v[1]
            return products

        rd_rd = self.square[rows, columns]
        if k:
            a, b = a + n * (k * (a @ n)), b + n * (k * (b @ n))
            rd_rd = rd_rd + (k * (2 + k)) * onto(n) ** 2

            def straighten(v: np.ndarray) -> np.ndarray:  # (M v)·ray = v·(M ray), as M is symmetric
                stretched: np.ndarray = v + n * (k * (v @ n))
                return stretched
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
        self, image: np.ndarray, depth: np.ndarray, owner: np.ndarray, cones: dict[str, np.ndarray], shapes: Shapes
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

        style = self.performance.appearance
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
        colour = np.clip((albedo * light + gloss * 0.035) * style.brightness, 0, 1) ** (1 / 2.2) * 255

        # Soft outline: the image's edge pixels are mixed with the room by a blurred mask.
        canvas = np.zeros((*seen.shape, 4), np.float32)
        canvas[v, u, :3] = colour.T
        canvas[v, u, 3] = 1
        if self.samples == 1:
            canvas = cv2.GaussianBlur(canvas, (3, 3), 0.62)
        alpha = np.minimum(canvas[..., 3:], 1)
        behind = image[window].astype(np.float32)
        body = canvas[..., :3] / np.maximum(canvas[..., 3:], 1e-3)
        sharp = np.clip((alpha - 0.5) * 1.35 + 0.5, 0, 1) if self.samples == 1 else alpha
        image[window] = (behind + (body - behind) * sharp + 0.5).astype(np.uint8)

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
        out: np.ndarray = at + ns * (ks * (at * ns).sum(0)) - straight_a[who].T
        place = np.clip(((bas * out).sum(0) + offset[who]) / d2[who], 0, 1)
        out -= bas * place
        out += ns * (ks * (out * ns).sum(0))
        out /= np.sqrt((out * out).sum(0))
        return out


def render(performance: Performance, width: int = 640, height: int = 480, samples: int = 1) -> Iterator[np.ndarray]:
    """The video, frame by frame: (height, width, 3) uint8 RGB.

    `samples` 2 computes four pixels for each one shown: finer outlines, a quarter of the speed.
    Raises BadInput for an image size out of range.
    """
    renderer = Renderer(performance, width, height, samples)
    for index in range(len(performance)):
        yield renderer.frame(index)
