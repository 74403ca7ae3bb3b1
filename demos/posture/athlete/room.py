"""The room around the synthetic athlete: a wall, a floor of boards, a mat, and the athlete's shadow on them."""

import cv2
import numpy as np

from demos.posture.athlete.camera import Camera
from demos.posture.athlete.figure import Shapes
from demos.posture.athlete.performance import Performance


class Room:
    """A wall, a floor of boards, a mat: drawn once; then only the athlete's shadow moves over it."""

    def __init__(self, performance: Performance, camera: Camera, width: int, height: int, light: np.ndarray) -> None:
        self.width, self.height = width, height
        fine = 2 if width <= 700 else 1  # edges of boards and mat need it in small images
        image = self._draw(performance, camera, width * fine, height * fine)
        self.image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        # The floor on a coarse grid, for the shadow.
        self.coarse = (max(width // 4, 8), max(height // 4, 8))
        rays, eye = self._rays(camera, *self.coarse)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = -eye[1] / rays[..., 1]
        floor = np.where((t > 0)[..., None], eye + rays * t[..., None], np.inf).astype(np.float32)
        self.floor_x, self.floor_z = np.ascontiguousarray(floor[..., 0]), np.ascontiguousarray(floor[..., 2])

    @staticmethod
    def _rays(camera: Camera, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
        focal = camera.focal * height
        x = (np.arange(width) + 0.5 - width / 2) / focal
        y = (np.arange(height) + 0.5 - height / 2) / focal
        seen = np.stack([*np.meshgrid(x, y), np.ones((height, width))], -1)
        return seen @ camera.axes, camera.position

    def _draw(self, performance: Performance, camera: Camera, width: int, height: int) -> np.ndarray:
        appearance = performance.appearance
        rays, eye = self._rays(camera, width, height)
        points = performance.skeleton.landmarks
        middle = points.reshape(-1, 3).mean(0)
        # The wall stands behind the athlete, turned a little from the camera by the clip's own light direction.
        away = np.array([camera.axes[2][0], 0.0, camera.axes[2][2]])
        away /= np.linalg.norm(away)
        turn = np.radians(9 * np.sign(appearance.light[0]))
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
        wall = np.array(appearance.wall) ** 2.2
        glow = 0.80 + 0.16 * np.exp(-((side - np.sign(appearance.light[0]) * 1.2) ** 2 + (at[..., 1] - 1.9) ** 2) / 5.0)
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
        floor = np.array(appearance.floor) ** 2.2 * (shade + grain)[..., None] * np.where(seam, 0.80, 1.0)[..., None]
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
        mat = np.array(appearance.mat) ** 2.2
        floor = np.where((edge < 0.02)[..., None], floor * (0.80 + 9.0 * np.clip(edge, 0, 0.02))[..., None], floor)
        floor = np.where((edge < 0)[..., None], mat * np.where(edge < -0.018, 0.92, 1.06)[..., None], floor)
        colour = np.where(on_floor[..., None], floor, colour)
        u = (np.arange(width) / width - 0.5)[None, :, None]
        v = (np.arange(height) / height - 0.5)[:, None, None]
        colour = colour * (1 - 0.22 * (u * u + v * v)) * appearance.brightness
        return (np.clip(colour, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)

    def shaded(self, shapes: Shapes, light: np.ndarray) -> np.ndarray:
        """The room with the shadow of `shapes`: each cone's silhouette along the light, softer the higher it is."""
        keep = np.flatnonzero(shapes.shadow)
        a, b = np.array(shapes.a)[keep], np.array(shapes.b)[keep]
        radius = np.array(shapes.radii)[keep].mean(1)
        lit = light / max(light[1], 0.3)
        dark = np.ones(self.floor_x.shape, np.float32)
        for straight, strength in ((0.0, 0.55), (1.0, 0.42)):  # under the body, and away from the lamp
            p = (a - lit * a[:, 1:2] * straight)[:, [0, 2]]
            way = (b - lit * b[:, 1:2] * straight)[:, [0, 2]] - p
            length = np.maximum((way * way).sum(-1), 1e-6)
            height = np.maximum((a[:, 1] + b[:, 1]) / 2 - radius, 0)
            soft = 0.035 + (0.16 if straight else 0.30) * height
            weight = strength / (1 + (1.2 if straight else 5.0) * height)
            spread = (radius + 2.2 * soft)[:, None]
            low, high = np.minimum(p, p + way) - spread, np.maximum(p, p + way) + spread
            for i in np.flatnonzero(weight > 0.02):
                box = self._where(low[i], high[i])
                if box is None:
                    continue
                dx, dz = self.floor_x[box] - p[i, 0], self.floor_z[box] - p[i, 1]
                place = np.clip((dx * way[i, 0] + dz * way[i, 1]) / length[i], 0, 1)
                gap = np.hypot(dx - place * way[i, 0], dz - place * way[i, 1])
                light_left = 1 - weight[i] / (1 + np.exp((gap - radius[i]) / (0.45 * soft[i])))
                dark[box] = np.minimum(dark[box], light_left) * 0.6 + dark[box] * light_left * 0.4
        shade = cv2.resize(cv2.GaussianBlur(dark, (5, 5), 1.0), (self.width, self.height))
        return (self.image * shade[..., None]).astype(np.uint8)

    def _where(self, low: np.ndarray, high: np.ndarray) -> tuple[slice, slice] | None:
        """The rectangle of the coarse grid that holds the floor between two corners (x, z)."""
        x, z = self.floor_x, self.floor_z
        inside = (x > low[0]) & (x < high[0]) & (z > low[1]) & (z < high[1])
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        if not len(rows):
            return None
        return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
