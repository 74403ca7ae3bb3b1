"""Examples to learn from: the athlete performs, a simulated landmarker errs, and each window gets its label."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from demos.posture.athlete.movement import faults_of, movements, names
from demos.posture.athlete.performance import Performance, perform
from demos.posture.data import PER_SIDE, RATE, STEPS, windows
from demos.posture.exercises import OTHER, exercises
from demos.posture.landmarks import INDEX, SIDES, Pose, fused
from demos.posture.measures import point

ASPECT = 4 / 3  # of the athlete's images
STILL = 12.0  # degrees: an angle that moves less within a window is at rest …
SHARE = 0.3  # … or less than this share of its whole range, where that is small
_ARMS = [side * PER_SIDE + column for side in (0, 1) for column in (0, 1, 4, 5, 8)] + [2 * PER_SIDE + 2]
_LEGS = [side * PER_SIDE + column for side in (0, 1) for column in (2, 3, 6, 7, 9, 10)] + [2 * PER_SIDE + 1]


def simulate_landmarks(performance: Performance, seed: int, noise: float = 1.0) -> list[Pose]:
    """The performance as a landmarker sees it: trembling, worse in depth, worst where the body hides a limb.

    As the real one's, x and y come from the image and depth from a guess at the room (`landmarks.fused`).

    Errors wander (an AR(1) process of about 0.15 s), since a landmarker smooths over time. `noise` scales them.
    """
    random = np.random.default_rng(seed)
    frames = len(performance.world)
    keep = np.exp(-1 / (0.15 * performance.fps))
    hidden = _hidden_side(performance.world)  # (T, 33) 0 in plain sight to 1 hidden
    scale = noise * np.array([0.012, 0.012, 0.03]) * (1 + 2.0 * hidden[..., None])
    error = np.zeros((frames, 33, 3))
    drift = random.normal(size=(33, 3))
    for frame in range(frames):
        drift = keep * drift + np.sqrt(1 - keep**2) * random.normal(size=(33, 3))
        error[frame] = drift * scale[frame]
    world = performance.world + error
    trunk = np.linalg.norm(
        performance.landmarks[:, 11:13, :2].mean(1) - performance.landmarks[:, 23:25, :2].mean(1), axis=-1
    )
    image = performance.landmarks.copy()
    image[..., :2] += error[..., :2] * np.maximum(trunk, 0.1)[:, None, None] / 0.5 / (ASPECT, 1.0)
    world = fused(image, world, ASPECT)
    visibility = np.clip(0.97 - 0.75 * hidden + random.normal(0, 0.03, hidden.shape), 0, 1)
    return [
        Pose(
            frame / performance.fps,
            image[frame].astype(np.float32),
            world[frame].astype(np.float32),
            visibility[frame].astype(np.float32),
        )
        for frame in range(frames)
    ]


def _hidden_side(world: np.ndarray) -> np.ndarray:
    """(T, 33) from 0 to 1: how much each landmark is hidden, being on the far side of a body seen from the side."""
    hidden = np.zeros(world.shape[:2])
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        depth = point(world, f"{side}_hip") - point(world, f"{other}_hip")
        far = np.clip(depth[:, 2] / (np.linalg.norm(depth, axis=-1) + 1e-6), 0, 1) ** 3
        for name, index in INDEX.items():
            if name.startswith(side):
                hidden[:, index] = far
    return hidden


def examples(seed: int, classes: Sequence[str]) -> list[tuple[np.ndarray, str]]:
    """Windows with their class from one performance by somebody new, seen from anywhere by a landmarker that errs.

    The performance is of the class whose turn it is; that of OTHER is any movement that is none of `classes`.
    """
    random = np.random.default_rng(seed)
    label = classes[seed % len(classes)]
    others = [name for name in names() if name not in classes]
    movement = str(random.choice(others)) if label == OTHER else label
    faults = [fault for fault in faults_of(movement) if random.random() < 0.2]
    performance = perform(
        movement,
        reps=3,
        seconds=6.0,
        view=float(random.uniform(-180, 180)),
        faults=faults[:1],
        seed=seed,
        fps=float(random.uniform(9, 30)),
        tempo=float(np.exp(random.uniform(np.log(0.45), np.log(1.7)))),
    )
    if random.random() < 0.5:
        performance = paused(performance, random)
    poses = simulate_landmarks(performance, seed, noise=float(random.uniform(0.3, 2.2)))
    # Cameras often leave out the legs; a squat may hold a bar, whose plates hide the arms, a bell, or nothing.
    hidden = movements()[movement].get("hidden", {})
    unknown = _LEGS if "legs" in hidden and random.random() < hidden["legs"] else []
    if random.random() < hidden.get("arms", 0.0):
        unknown = _ARMS
    found = []
    for end, values in windows(poses, every=float(random.uniform(0.25, 0.4))):
        name = _named(performance, label, end)
        if name is not None:
            found.append((_made_up(values, unknown, random), name))
    return found


def paused(performance: Performance, random: np.random.Generator) -> Performance:
    """The performance with a rest of up to four seconds in the effort of each repetition, as people take."""
    order: list[int] = []
    waiting = True
    for frame, phase in enumerate(performance.phase):
        order.append(frame)
        if phase < 0.5:
            waiting = True
        elif waiting and phase > 0.9:
            order += [frame] * round(random.uniform(0, 4) * performance.fps)
            waiting = False
    return replace(
        performance,
        world=performance.world[order],
        landmarks=performance.landmarks[order],
        phase=performance.phase[order],
        angles={joint: angles[order] for joint, angles in performance.angles.items()},
    )


def _named(performance: Performance, label: str, end: float) -> str | None:
    """What the two seconds before `end` show: at rest between repetitions it is what the movement's `at_rest` says.

    None where it cannot be told.
    """
    if label == OTHER or exercises()[label].kind == "hold":
        return label
    inside = slice(max(0, round((end - STEPS / RATE) * performance.fps)), round(end * performance.fps) + 1)
    angle = performance.main_angle
    moved, still = float(np.ptp(angle[inside])), min(STILL, SHARE * float(np.ptp(angle)))
    at_rest = float(performance.phase[inside].max()) < 0.1
    if moved > 2.5 * still or (moved < still and not at_rest):
        return label
    if moved < still:
        return str(movements()[label].get("at_rest", OTHER))
    return None


def _made_up(values: np.ndarray, columns: list[int], random: np.random.Generator) -> np.ndarray:
    """The window with `columns` as if of other limbs: somewhere else, and wandering."""
    if not columns:
        return values
    values = values.copy()
    elsewhere = random.uniform(-1, 1, len(columns))
    wander = np.cumsum(random.normal(0, random.choice([0.02, 0.1, 0.25]), (STEPS, len(columns))), axis=0)
    wander -= 0.7 * wander.mean(0)
    share = random.uniform(0.3, 1.0)  # at 1 nothing of the athlete's own limbs is left
    values[:, columns] = (1 - share) * values[:, columns] + share * (elsewhere + wander)
    clipped: np.ndarray = np.clip(values, -2, 2)
    return clipped
