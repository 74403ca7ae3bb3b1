"""The synthetic athlete: exercises performed with known angles, repetitions and faults.

`perform("squat", reps=5, faults=("shallow",))` returns every landmark of every frame together with the truth that a
coach has to find. The movements are keyframes in `movements.toml`; between them each joint moves with minimum jerk
(Flash & Hogan 1985), repetitions differ as a person's do, and `render` makes a video of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from demos.common.errors import BadInput
from demos.common.validate import number, whole
from demos.posture.athlete.camera import VIEWS, Camera
from demos.posture.athlete.movement import Actor, canonical, faults_of, movements, names
from demos.posture.athlete.skeleton import Posture, Proportions, Skeleton, skeleton
from demos.posture.athlete.walk_in import enter
from demos.posture.athlete.wardrobe import Appearance
from demos.posture.pose.landmarks import joint_angles
from demos.posture.pose.measures import measures

__all__ = ["Performance", "faults_of", "main_minima", "movements", "names", "perform"]


@dataclass(frozen=True)
class Performance:
    """A video's truth: T frames at `fps`."""

    exercise: str
    view: str
    faults: tuple[str, ...]
    fps: float
    world: np.ndarray  # (T, 33, 3) metres around the middle of the hips: right, down, away from the camera
    landmarks: np.ndarray  # (T, 33, 3) x, y from 0 to 1 in a 4:3 image, z in image widths (MediaPipe's convention)
    angles: dict[str, np.ndarray]  # {joint: (T,)} degrees
    phase: np.ndarray  # (T,) 0 at rest to 1 at the turning point of a repetition
    repetitions: tuple[tuple[float, float, float], ...]  # start, turning point, end in seconds
    rep_faults: tuple[tuple[str, ...], ...]  # the faults of each repetition
    hold_seconds: float  # of a held position, 0 for anything else
    ready_seconds: float  # when the athlete has taken position: 0 unless they walk in
    main: str  # the angle that counts ("knee"), by its name in `measures`
    held: str  # what is in the hands ("dumbbells", "bar" or "")
    on_floor: bool
    proportions: Proportions
    appearance: Appearance
    camera: Camera
    skeleton: Skeleton  # room coordinates

    def __len__(self) -> int:
        return len(self.phase)

    @property
    def seconds(self) -> float:
        """The video's length."""
        return len(self) / self.fps

    @cached_property
    def main_angle(self) -> np.ndarray:
        """(T,) degrees: the counting angle, mean of left and right; where the sides take turns, that of one of them.

        Of lunges the straighter knee (both bend), of high knees the more bent hip.
        """
        found = measures(self.world)
        left, right = (
            found[name if name in found else self.main] for name in (f"left_{self.main}", f"right_{self.main}")
        )
        move = movements()[self.exercise]
        if not move.get("alternates"):
            angle: np.ndarray = (left + right) / 2
        else:
            angle = np.minimum(left, right) if move.get("carry") == "trail" else np.maximum(left, right)
        return angle

    def truth(self) -> dict[str, object]:
        """What a coach should find, as JSON: counts and times, and the counting angle in each frame."""
        return {
            "exercise": self.exercise,
            "view": self.view,
            "faults": list(self.faults),
            "fps": self.fps,
            "frames": len(self),
            "repetitions": [
                {"start_s": round(a, 3), "bottom_s": round(b, 3), "end_s": round(c, 3), "faults": list(faults)}
                for (a, b, c), faults in zip(self.repetitions, self.rep_faults, strict=True)
            ],
            "hold_seconds": round(self.hold_seconds, 3),
            "ready_seconds": round(self.ready_seconds, 3),
            "main_joint": self.main,
            "main_angle_degrees": [round(float(angle), 1) for angle in self.main_angle],
        }


def perform(
    exercise: str,
    *,
    reps: int = 5,
    view: str | float = "side",
    faults: Iterable[str] = (),
    faulty_reps: Collection[int] | None = None,
    seed: int = 0,
    fps: float = 30,
    seconds: float | None = None,
    tempo: float | None = None,
    depth: float | None = None,
    walk_in: bool = False,
    style: Mapping[str, float] | None = None,
    proportions: Proportions | None = None,
    appearance: Appearance | None = None,
    camera: Camera | None = None,
) -> Performance:
    """Perform `exercise` (one of `names()`); the same arguments give the same video.

    view        "front", "side" (left or right by seed), "left", "right", "three_quarter", "back", or degrees: 0 is the
                front, 90 the athlete's right side
    faults      names of `faults_of(exercise)`; `faulty_reps` says in which repetitions (counted from 0), default all
    seconds     how long a position is held, or the length of something without repetitions
    tempo       1 is the table's speed, 2 twice as fast; depth: 1 is the table's depth. Default: a little by chance
    walk_in    walk in and take position first
    style       somebody's own way of doing it: {channel of movements.toml: what is added to it in the effort}
    proportions, appearance, camera: default by chance from `seed`

    Raises BadInput for an unknown exercise, view or fault, and for numbers out of range.
    """
    table = movements()
    asked, exercise = exercise, canonical(exercise)
    if exercise not in names():
        raise BadInput("posture.athlete_unknown_exercise", name=asked, known=", ".join(names()))
    faults = tuple(faults)
    for fault in faults:
        if fault not in faults_of(exercise):
            known = ", ".join(faults_of(exercise)) or "–"
            raise BadInput("posture.athlete_unknown_fault", exercise=exercise, name=fault, known=known)
    reps, seed = whole("reps", reps, 1, 200), whole("seed", seed, 0, 2**63 - 1)
    fps = number("fps", fps, 5, 120)
    for name, value, low, high in (
        ("tempo", tempo, 0.25, 4),
        ("depth", depth, 0.1, 1.2),
        ("seconds", seconds, 0.5, 600),
    ):
        if value is not None:
            number(name, value, low, high)

    # One stream of chance for each matter, so that a fault changes the fault alone.
    body_chance, appearance_chance, camera_chance, pace, sway, approach = (
        np.random.default_rng([seed, matter]) for matter in range(6)
    )
    body = proportions or Proportions.random(body_chance)
    appearance = appearance or Appearance.random(appearance_chance)
    azimuth = _azimuth(view, camera_chance)
    # getting ready for something is its walk-in, and its first position held
    goal = table[exercise].get("then")
    actor = Actor(goal or exercise, body, fps, pace, sway, style)
    acted = actor.hold(seconds or 1.5) if goal else actor.act(faults, faulty_reps, reps, seconds, tempo, depth)
    posture, ready, arrived = acted.posture, 0, 0
    if walk_in or goal:
        way, arrived = enter(posture, body, fps, approach, actor.rig)
        posture, ready = Posture.join([way, posture]), len(way)
    bones = skeleton(posture, body)

    if camera is None:
        margin = float(camera_chance.uniform(0.07, 0.11))
        camera = Camera(
            azimuth=azimuth,
            height=float(camera_chance.uniform(0.75, 1.35)),
            roll=float(camera_chance.normal(0, 0.7)),
            fov=float(camera_chance.uniform(32, 46)),
        ).fitted(bones.landmarks[arrived:], margin)
    start = ready / fps
    counted = table[exercise].get("counts", True)
    held = bool(table[exercise].get("hold")) and counted
    return Performance(
        exercise=exercise,
        view=str(view),
        faults=faults,
        fps=fps,
        world=camera.world(bones.landmarks),
        landmarks=camera.landmarks(bones.landmarks),
        angles=joint_angles(bones.landmarks),
        phase=np.concatenate([np.zeros(ready), acted.phase]),
        repetitions=tuple((start + a, start + b, start + c) for a, b, c in acted.repetitions) if counted else (),
        rep_faults=acted.faults if counted else (),
        hold_seconds=(len(posture) - ready) / fps if held else 0.0,
        ready_seconds=start,
        main=table[exercise]["main"],
        held=table[exercise].get("held", ""),
        on_floor=actor.on_floor,
        proportions=body,
        appearance=appearance,
        camera=camera,
        skeleton=bones,
    )


def _azimuth(view: str | float, random: np.random.Generator) -> float:
    """The camera's direction for a view, a few degrees off as cameras are."""
    side = float(random.choice([-1.0, 1.0]))
    jitter = float(np.clip(random.normal(0, 4), -8, 8))
    if isinstance(view, str):
        if view in VIEWS:
            return VIEWS[view] * (side if view in ("side", "three_quarter") else 1.0) + jitter
        try:
            degrees = float(view)
        except ValueError:
            raise BadInput("posture.athlete_unknown_view", name=view, known=", ".join(VIEWS)) from None
    else:
        degrees = float(view)
    if not -360 <= degrees <= 360:
        raise BadInput("posture.athlete_unknown_view", name=view, known=", ".join(VIEWS))
    return degrees


def main_minima(performance: Performance) -> list[int]:
    """Frames at which the counting angle has gone furthest, one per repetition: the truth's own count."""
    ready = round(performance.ready_seconds * performance.fps)
    angle = performance.main_angle[ready:]
    if movements()[performance.exercise].get("up"):
        angle = -angle
    low, high = angle.min(), angle.max()
    below = angle < (low + high) / 2
    starts = np.flatnonzero(np.diff(below.astype(int), prepend=0) == 1)
    ends = np.flatnonzero(np.diff(below.astype(int), append=0) == -1)
    return [int(ready + a + np.argmin(angle[a : b + 1])) for a, b in zip(starts, ends, strict=True)]
