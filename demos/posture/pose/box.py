"""Where in the image a body is: a box around its landmarks, and whether two boxes are of one body."""

from dataclasses import dataclass

import numpy as np

from demos.posture.pose.landmarks import Pose

HEAD = 0.12  # shares of the body's height above the nose and around the outermost landmarks


@dataclass(frozen=True)
class Box:
    """Shares of the image, from 0 to 1: x of `left` and `right`, y of `top` and `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, pose: Pose, aspect: float, margin: float = HEAD) -> "Box":
        """The part of the image that a body takes; `aspect` is the image's width over its height."""
        low, high = pose.image[:, :2].min(0), pose.image[:, :2].max(0)
        rim = margin * max((high[0] - low[0]) * aspect, high[1] - low[1]) / np.array([aspect, 1.0])
        left, top = np.clip(low - rim, 0, 1)
        right, bottom = np.clip(high + rim, 0, 1)
        return cls(float(left), float(top), float(right), float(bottom))

    @property
    def middle(self) -> tuple[float, float]:
        """x and y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def thousandths(self) -> list[int]:
        """Left, top, right and bottom as whole thousandths of the image."""
        return [round(1000 * share) for share in (self.left, self.top, self.right, self.bottom)]

    def size(self, aspect: float) -> float:
        """The longer side, in heights of the image."""
        return max((self.right - self.left) * aspect, self.bottom - self.top, 1e-3)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def pixels(self, image: np.ndarray) -> tuple[slice, slice]:
        """Its rows and columns of an image (H, W, 3)."""
        height, width = image.shape[:2]
        return (
            slice(int(self.top * height), int(np.ceil(self.bottom * height))),
            slice(int(self.left * width), int(np.ceil(self.right * width))),
        )

    def blended(self, other: "Box", share: float) -> "Box":
        """On the way from this box (0) to the `other` (1)."""
        mine, theirs = (np.array([box.left, box.top, box.right, box.bottom]) for box in (self, other))
        return Box(*(mine + share * (theirs - mine)).tolist())


def distance(a: Box, b: Box, aspect: float) -> float:
    """How unlike two boxes are, in sizes of a body: 0 for the same, about 1 for two people side by side."""
    sizes = a.size(aspect), b.size(aspect)
    (ax, ay), (bx, by) = a.middle, b.middle
    apart = float(np.hypot((ax - bx) * aspect, ay - by)) / max(sizes)
    return apart + 0.5 * abs(float(np.log(sizes[0] / sizes[1])))
