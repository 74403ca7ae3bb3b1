"""Several rendered athletes in one image: each drawn by a renderer of their own and set into one room."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from demos.posture.athlete.performance import perform
from demos.posture.athlete.render import Renderer

WIDTH, HEIGHT, FPS = 640, 480, 10


@dataclass(frozen=True)
class Cast:
    """An athlete, `aside` pixels from the middle at a second, `size` times as large, feet at the row `base`."""

    renderer: Renderer
    aside: Callable[[float], float]
    size: float
    base: int

    def draw(self, canvas: np.ndarray, frame: int) -> None:
        """Into an image (HEIGHT, WIDTH, 3)."""
        index = min(frame, len(self.renderer.performance) - 1)
        width, height = round(WIDTH * self.size), round(HEIGHT * self.size)
        image = cv2.resize(self.renderer.frame(index), (width, height), interpolation=cv2.INTER_AREA)
        mask = cv2.resize(self.renderer.mask(index).astype(np.uint8), (width, height)).astype(bool)
        left, top = round(WIDTH / 2 + self.aside(frame / FPS) - width / 2), self.base - height
        rows = slice(max(0, top), min(HEIGHT, top + height))
        columns = slice(max(0, left), min(WIDTH, left + width))
        if columns.start < columns.stop:
            part = (slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left))
            canvas[rows, columns] = np.where(mask[part][..., None], image[part], canvas[rows, columns])


def cast(exercise: str, aside: float | Callable[[float], float], size: float, base: int, **options) -> Cast:  # type: ignore[no-untyped-def]
    """An athlete as `perform` makes one."""
    renderer = Renderer(perform(exercise, fps=FPS, **options), WIDTH, HEIGHT)
    return Cast(renderer, aside if callable(aside) else lambda seconds: aside, size, base)


def frames(*people: Cast, seconds: float) -> Iterator[np.ndarray]:
    """(HEIGHT, WIDTH, 3) uint8 RGB, the last of `people` in front, in the room of the first."""
    room = people[0].renderer.room.image
    for frame in range(round(seconds * FPS)):
        canvas = room.copy()
        for one in people:
            one.draw(canvas, frame)
        yield canvas
