"""The pinhole camera in front of the synthetic athlete."""

from dataclasses import dataclass, replace

import numpy as np

from demos.posture.pose.landmarks import INDEX

VIEWS = {"front": 0.0, "three_quarter": 42.0, "side": 90.0, "back": 180.0, "right": 90.0, "left": -90.0}


@dataclass(frozen=True)
class Camera:
    """Where the camera stands. Angles in degrees, lengths in metres, room coordinates as in `skeleton`.

    azimuth 0 sees the athlete's front, 90 the right side, -90 the left side. `fov` is the image's vertical opening.
    """

    azimuth: float = 0.0
    height: float = 1.1
    distance: float = 3.6
    target: tuple[float, float, float] = (0.0, 0.9, 0.0)
    roll: float = 0.0
    fov: float = 42.0

    @property
    def position(self) -> np.ndarray:
        """(3,) in room coordinates."""
        angle = np.radians(self.azimuth)
        x, _, z = self.target
        return np.array([x + self.distance * np.cos(angle), self.height, z + self.distance * np.sin(angle)])

    @property
    def axes(self) -> np.ndarray:
        """(3, 3) rows: the image's right, its down, and the way the camera looks."""
        forward = np.asarray(self.target) - self.position
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0.0, 1.0, 0.0))
        right /= np.linalg.norm(right)
        down = np.cross(forward, right)
        roll = np.radians(self.roll)
        return np.stack(
            [right * np.cos(roll) + down * np.sin(roll), down * np.cos(roll) - right * np.sin(roll), forward]
        )

    @property
    def focal(self) -> float:
        """Focal length in image heights."""
        return float(0.5 / np.tan(np.radians(self.fov) / 2))

    def to_camera(self, points: np.ndarray) -> np.ndarray:
        """Room points (…, 3) in the camera's axes: right, down, depth in metres."""
        seen: np.ndarray = (points - self.position) @ self.axes.T
        return seen

    def project(self, points: np.ndarray, aspect: float = 4 / 3) -> np.ndarray:
        """Room points (…, 3) as (…, 2): x, y from 0 to 1 in an image that is `aspect` times as wide as high."""
        seen = self.to_camera(points)
        scaled = self.focal * seen[..., :2] / seen[..., 2:]
        projected: np.ndarray = scaled / (aspect, 1.0) + 0.5
        return projected

    def landmarks(self, points: np.ndarray, aspect: float = 4 / 3) -> np.ndarray:
        """Landmarks (…, 33, 3) as MediaPipe gives them: x, y from 0 to 1, and z, the depth behind the hips.

        z is in image widths with the scale of x at the hips (weak perspective), as MediaPipe documents.
        """
        depth = self.to_camera(points)[..., 2]
        hips = (depth[..., INDEX["left_hip"]] + depth[..., INDEX["right_hip"]])[..., None] / 2
        z = (depth - hips) * self.focal / (hips * aspect)
        return np.concatenate([self.project(points, aspect), z[..., None]], -1)

    def world(self, points: np.ndarray) -> np.ndarray:
        """Landmarks (…, 33, 3) in metres around the middle of the hips: right, down, away from the camera."""
        seen = self.to_camera(points)
        hips = (seen[..., INDEX["left_hip"], :] + seen[..., INDEX["right_hip"], :])[..., None, :] / 2
        world: np.ndarray = seen - hips
        return world

    def fitted(self, points: np.ndarray, margin: float, aspect: float = 4 / 3) -> "Camera":
        """This camera, as near as it can stand with all of `points` (…, 3) at least `margin` inside the image."""
        points = points.reshape(-1, 3)
        middle = (points.min(0) + points.max(0)) / 2
        camera = replace(self, target=(float(middle[0]), float(middle[1]), float(middle[2])))
        near, far = 1.0, 12.0
        for _ in range(12):
            camera = replace(camera, distance=(near + far) / 2)
            depth = camera.to_camera(points)[:, 2]
            if depth.min() > 0.3 and np.abs(camera.project(points, aspect) - 0.5).max() <= 0.5 - margin:
                far = camera.distance
            else:
                near = camera.distance
        return replace(camera, distance=far)
