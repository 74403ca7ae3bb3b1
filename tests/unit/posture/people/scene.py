"""Several athletes in one image, as landmarks, and a landmarker that sees them: it follows one, as MediaPipe does."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.people.people import People
from demos.posture.pose.box import Box
from demos.posture.pose.landmarks import Pose

FPS = 12
IMAGE = np.zeros((48, 64, 3), np.uint8)
ASPECT = 64 / 48
LEFT, RIGHT = 0.27, 0.73


@dataclass
class Actor:
    """An athlete who does `exercise`, in the image at `x` (a function of seconds), seen while `there(seconds)`."""

    poses: list[Pose]
    x: Callable[[float], float]
    size: float = 0.6
    there: Callable[[float], bool] = lambda seconds: True

    def at(self, seconds: float) -> Pose | None:
        pose = self.poses[min(round(seconds * FPS), len(self.poses) - 1)]
        if not self.there(seconds):
            return None
        image = pose.image.copy()
        image[:, 0] = self.x(seconds) + (image[:, 0] - 0.5) * self.size
        image[:, 1] = 0.6 + (image[:, 1] - 0.5) * self.size
        return replace(pose, image=image, seconds=seconds)


def actor(exercise: str, x: float | Callable[[float], float] = 0.5, **options) -> Actor:  # type: ignore[no-untyped-def]
    """An athlete as `perform` makes one; `x` is where they stand, or walk."""
    kept = {name: options.pop(name) for name in ("size", "there") if name in options}
    performance = perform(exercise, fps=FPS, **({"seed": 1, "view": "three_quarter"} | options))
    where = x if callable(x) else lambda seconds: x
    return Actor(simulate_landmarks(performance, 1), where, **kept)


@dataclass
class Scene:
    """Stands in for Landmarker and PeopleFinder. `slips`: whom the landmarker is with at a second, if not `with_`."""

    actors: list[Actor]
    with_: int = 0
    slips: Callable[[float], int | None] = lambda seconds: None
    looks: list[float] = field(default_factory=list)

    def detect(self, image: np.ndarray, seconds: float) -> Pose | None:
        slipped = self.slips(seconds)
        pose = self.actors[self.with_ if slipped is None else slipped].at(seconds)
        if pose is None:  # it finds whoever is there
            found = [(i, other.at(seconds)) for i, other in enumerate(self.actors)]
            self.with_, pose = next(((i, other) for i, other in found if other), (self.with_, None))
        return pose

    def follow(self, image: np.ndarray, seconds: float, box: Box) -> Pose | None:
        def apart(i: int) -> float:
            pose = self.actors[i].at(seconds)
            middle = Box.around(pose, ASPECT).middle if pose else (9.0, 9.0)
            return float(np.hypot(middle[0] - box.middle[0], middle[1] - box.middle[1]))

        self.with_ = min(range(len(self.actors)), key=apart)
        return self.actors[self.with_].at(seconds)

    def find(self, image: np.ndarray, seconds: float, without: Box | None = None) -> list[Pose]:
        self.looks.append(seconds)
        poses = [actor.at(seconds) for actor in self.actors]
        return [p for p in poses if p and not (without and without.holds(*Box.around(p, ASPECT).middle))]

    def close(self) -> None:
        pass


def play(scene: Scene, people: People, seconds: float, start: float = 0.0) -> list:  # type: ignore[type-arg]
    """The results of all frames."""
    return [people.update(IMAGE, start + k / FPS) for k in range(round(seconds * FPS))]


def people_in(scene: Scene, exercise: str, person=None) -> People:  # type: ignore[no-untyped-def]
    """People who look at a scene."""
    return People(exercise, person, landmarker=scene, finder=scene)  # type: ignore[arg-type]
