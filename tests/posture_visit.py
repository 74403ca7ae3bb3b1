"""A visit of the athlete in front of a camera: walks in, raises a hand, does sets with pauses between them.

The parts are the athlete's own; only the raised hand is made here. What was done when is the truth.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from demos.posture.athlete.camera import Camera
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.movement import Actor
from demos.posture.athlete.performance import Performance, perform
from demos.posture.athlete.rigs import minimum_jerk
from demos.posture.athlete.skeleton import Posture, Proportions, skeleton
from demos.posture.athlete.walk_in import enter
from demos.posture.pose.landmarks import Pose, joint_angles

RAISED = {  # flex, abd, twist, elbow of the arm
    "straight": (150.0, 20.0, 0.0, 165.0),
    "sideways": (10.0, 155.0, 0.0, 150.0),
    "bent": (120.0, 20.0, 0.0, 120.0),
}


@dataclass
class Visit:
    """Parts one after the other, and when each began and ended, in seconds: `parts` is [(name, begin, end)]."""

    exercise: str = "squat"
    fps: float = 15.0
    seed: int = 0
    parts: list[tuple[str, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = np.random.default_rng([self.seed, 9])
        self.body = Proportions.random(chance)
        self._chance = chance
        self._postures: list[Posture] = []

    def walk_in(self) -> "Visit":
        idle = self._actor("idle").hold(1.0).posture
        way, _ = enter(idle, self.body, self.fps, self._chance, "stand")
        return self._add("walk", Posture.join([way, idle]))

    def stand(self, seconds: float) -> "Visit":
        return self._add("stand", self._actor("idle").hold(seconds).posture)

    def raise_hand(self, seconds: float = 1.5, side: int = 0, how: str = "straight", both: bool = False) -> "Visit":
        """One hand (0 the left) goes up, stays for `seconds`, and comes down again; or both."""
        quiet = self._actor("idle").hold(seconds + 1.4).posture
        arms = quiet.arms.copy()
        time = np.arange(len(quiet)) / self.fps
        way = minimum_jerk(np.minimum(time / 0.7, (time[-1] - time) / 0.7))[:, None]
        for each in (0, 1) if both else (side,):
            arms[:, each] += way * (np.array(RAISED[how]) - arms[:, each])
        return self._add("hand", replace(quiet, arms=arms))

    def do(self, reps: int = 3, seconds: float | None = None, exercise: str = "", tempo: float = 1.0) -> "Visit":
        """Repetitions, or a position held for `seconds`; who is on their feet and has to gets down first."""
        actor = self._actor(exercise or self.exercise)
        acted = actor.act(reps=reps, seconds=seconds, tempo=tempo)
        posture = acted.posture
        if (
            actor.rig in ("floor", "back", "bar")
            and self._postures
            and self._postures[-1].pelvis[-1, 1] > 0.75 * self.body.leg
        ):
            way, _ = enter(posture, self.body, self.fps, self._chance, actor.rig)
            still = np.flatnonzero(np.abs(np.diff(way.pelvis[:, 0])) < 0.02 / self.fps)[0]
            self._add("get_down", way[slice(int(still), None)])
        return self._add(f"set:{len(acted.repetitions)}", posture)

    def go(self, seconds: float) -> "Visit":
        """Nobody is there."""
        quiet = self._actor("idle").hold(seconds).posture
        return self._add("nobody", replace(quiet, pelvis=quiet.pelvis + 50.0, ball=quiet.ball + 50.0))

    def performance(self, view: float = 0.0, margin: float = 0.12, camera: Camera | None = None) -> Performance:
        """The visit as a camera sees it, which stands so that all that happens at the place is inside the image."""
        posture = Posture.join(self._postures)
        bones = skeleton(posture, self.body)
        base = perform(self.exercise, reps=1, seed=self.seed, fps=self.fps, proportions=self.body)
        if camera is None:
            away = [
                slice(round(begin * self.fps), round(end * self.fps))
                for name, begin, end in self.parts
                if name in ("walk", "nobody")
            ]
            there = np.ones(len(posture), bool)
            for part in away:
                there[part] = False
            camera = Camera(azimuth=view, height=1.0, fov=42).fitted(bones.landmarks[there], margin)
        return replace(
            base,
            fps=self.fps,
            world=camera.world(bones.landmarks),
            landmarks=camera.landmarks(bones.landmarks),
            angles=joint_angles(bones.landmarks),
            phase=np.zeros(len(posture)),
            repetitions=(),
            rep_faults=(),
            ready_seconds=0.0,
            camera=camera,
            skeleton=bones,
            on_floor=False,
        )

    def begin_of(self, name: str, nth: int = 0) -> float:
        """When the nth part of that name began, in seconds."""
        return [begin for part, begin, _ in self.parts if part.startswith(name)][nth]

    def _actor(self, movement: str) -> Actor:
        return Actor(movement, self.body, self.fps, self._chance, self._chance)

    def _add(self, name: str, posture: Posture) -> "Visit":
        if self._postures and name != "nobody" and self.parts[-1][0] not in ("nobody", "walk"):
            steps = minimum_jerk(np.arange(1, round(0.6 * self.fps) + 1) / round(0.6 * self.fps))
            before = self._postures[-1]
            self._append("between", Posture.between(before[slice(-1, None)], posture[slice(0, 1)], steps))
        self._append(name, posture)
        return self

    def _append(self, name: str, posture: Posture) -> None:
        begin = sum(map(len, self._postures)) / self.fps
        self._postures.append(posture)
        self.parts.append((name, begin, begin + len(posture) / self.fps))


def seen(performance: Performance, noise: float = 1.0) -> list[tuple[float, Pose | None]]:
    """The frames of a landmarker: a point outside of the image is guessed, and of a body outside nothing is found."""
    frames: list[tuple[float, Pose | None]] = []
    for pose in simulate_landmarks(performance, seed=1, noise=noise):
        inside = ((pose.image[:, :2] > 0) & (pose.image[:, :2] < 1)).all(1)
        visibility = np.where(inside, pose.visibility, 0.1 * pose.visibility)
        found = bool(inside[[11, 12, 23, 24]].any())
        frames.append((pose.seconds, replace(pose, visibility=visibility) if found else None))
    return frames
