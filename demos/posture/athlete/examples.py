"""Examples to learn from: the athlete performs, a simulated landmarker errs, and each window gets its labels."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from demos.posture.athlete import variations
from demos.posture.athlete.movement import faults_of, movements, other_movements
from demos.posture.athlete.performance import Performance, perform
from demos.posture.data import COLUMNS, RATE, STEPS, sampled, windows
from demos.posture.exercises import OTHER, exercises
from demos.posture.pose.landmarks import INDEX, SIDES, Pose, fused
from demos.posture.pose.measures import point

ASPECT = 4 / 3  # of the athlete's images
STILL = 12.0  # degrees: an angle that moves less within a window is at rest …
SHARE = 0.3  # … or less than this share of its whole range, where that is small
DEEP = 0.6  # the phase from which a fault can be seen
FEWEST = 3  # samples that deep, so that a window tells of the fault
OTHERS = 4  # every so many performances one is of no exercise
SMALL = ("elbow", "shoulder", "upper_arm", "foot_pitch")  # who moves nothing but these, and pauses, stands
RESTING = ("idle",)  # of the movements that are no exercise
TRANSITION = 1.5  # seconds before the first position is taken in which it may already be held
_ARM, _LEG, _FOOT = (
    [index for index, name in enumerate(COLUMNS) if any(part in name for part in parts)]
    for parts in (
        ("elbow", "wrist", "upper_arm"),
        ("hip", "knee", "ankle", "heel", "floor", "stride"),
        ("ankle", "heel", "floor", "toe"),
    )
)
# What may not be to be seen: its columns, the landmarks none of which may then be required, and how often if so.
UNSEEN = {
    "arms": (_ARM, {"elbow", "wrist"}, 0.35),
    "legs": (_LEG, {"knee", "ankle", "heel"}, 0.35),
    "feet": (_FOOT, {"heel", "foot_index"}, 0.25),
}


class Example(NamedTuple):
    """A window and its truth. NaN where the truth cannot be told, or has no meaning.

    window (STEPS, FEATURES); label, a class; phase (STEPS,) from 0 at rest to 1 where a repetition turns; faults: of
    the label's named faults, whether each is being made.
    """

    window: np.ndarray
    label: str
    phase: np.ndarray
    faults: dict[str, bool]


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


def examples(seed: int, classes: Sequence[str]) -> list[Example]:
    """Windows with their truth from one performance by somebody new, seen from anywhere by a landmarker that errs.

    The performance is of the class whose turn it is; that of OTHER is any movement that is none of `classes`.
    """
    random = np.random.default_rng(seed)
    known = [name for name in classes if name != OTHER]
    turn, rest = divmod(seed, OTHERS)
    label = OTHER if rest == OTHERS - 1 else known[(turn * (OTHERS - 1) + rest) % len(known)]
    performance, until = _performance(label, known, random, seed)
    truth = _truth(performance, label)
    if random.random() < 0.5:
        order = variations.with_pauses(performance, random)
        performance, truth = variations.in_order(performance, order), truth[order]
    times = np.arange(len(performance)) / performance.fps
    seen = variations.misjudged(performance, random)
    poses = simulate_landmarks(seen, seed, noise=float(random.uniform(0.3, 2.2)))
    poses = variations.with_frames_missing(poses, random)
    unknown = _unseen(performance.exercise, random)
    found = []
    for end, values in windows(poses, every=float(random.uniform(0.25, 0.4))):
        if end > until:
            break
        seconds = (STEPS - 1) / RATE  # that are really seen
        rows = sampled(times, truth, end)
        chance = random.random()
        if chance < 0.15:  # somebody has just come
            first = int(random.integers(1, 12))
            values, rows = variations.held_from(values, first), variations.held_from(rows, first)
            seconds -= first / RATE
        elif chance < 0.21:  # a picture
            moment = np.full(STEPS, random.integers(STEPS))
            values, rows, seconds = values[moment], rows[moment], 0.0
        name = _named(performance, label, end, seconds, rows[:, 0])
        if name is None:
            continue
        faults = _faults(label, rows) if name == label != OTHER else {}
        found.append(Example(_made_up(values, unknown, random), name, rows[:, 0], faults))
    return found


def _performance(label: str, known: Sequence[str], random: np.random.Generator, seed: int) -> tuple[Performance, float]:
    """Somebody does `label`, and the second until which it is that: who gets ready for an exercise does none."""
    movement, until = label, np.inf
    coming = label == OTHER and random.random() < 0.25
    if coming:
        movement = str(random.choice(known))
    elif label == OTHER:
        movement = str(random.choice([*other_movements(), "fidget", "fidget", "fidget"]))
    faults = [str(fault) for fault in random.permutation(faults_of(label))[:2]] if label != OTHER else []
    faults = faults[: int(random.choice([0, 0, 0, 1, 1, 1, 2]))]
    acted = "idle" if movement == "fidget" else movement
    performance = perform(
        acted,
        reps=1 if coming else 3,
        seconds=1.0 if coming else 6.0,
        view=float(random.uniform(-180, 180)),
        faults=faults,
        faulty_reps=[rep for rep in range(3) if random.random() < 0.7],
        seed=seed,
        fps=float(np.exp(random.uniform(np.log(7), np.log(30)))),
        tempo=float(np.exp(random.uniform(np.log(0.42), np.log(2)))),
        style=variations.style(movements()[acted].get("rig", "stand"), random) if random.random() < 0.8 else None,
        walk_in=coming,
    )
    if movement == "fidget":
        performance = variations.fidgeting(performance, random)
    if coming:
        until = performance.ready_seconds - (TRANSITION if performance.on_floor else 0.3)
    return performance, until


def _truth(performance: Performance, label: str) -> np.ndarray:
    """(T, 1 + N): the phase of each frame, and whether its repetition has each of the label's N faults; NaN: none."""
    names = faults_of(label) if label != OTHER else ()
    known = performance.repetitions if label != OTHER else performance.exercise in RESTING
    phase = performance.phase if known else np.full(len(performance), np.nan)
    starts = [start for start, _, _ in performance.repetitions]
    owner = np.searchsorted(starts, np.arange(len(performance)) / performance.fps, side="right") - 1
    made = performance.rep_faults if performance.repetitions else (performance.faults,)
    rows = [[float(name in made[max(rep, 0)]) for name in names] for rep in owner]
    return np.concatenate([phase[:, None], np.array(rows).reshape(len(performance), len(names))], axis=-1)


def _faults(label: str, rows: np.ndarray) -> dict[str, bool]:
    """Which faults a window makes, of its truth (STEPS, 1 + N): those that can be told."""
    phase, made = rows[:, 0], rows[:, 1:] > 0.5
    deep = np.isnan(phase) | (phase >= DEEP)  # a position that is held is always deep
    turned = np.isnan(phase[0]) or (phase.max() >= 0.95 and int(phase.argmax()) <= STEPS - 2)
    if not turned or deep.sum() < FEWEST:
        return {}
    found = {}
    for name, samples in zip(faults_of(label), made[deep].T, strict=True):
        if samples.sum() >= FEWEST or not samples.any():
            found[name] = bool(samples.any())
    return found


def _unseen(movement: str, random: np.random.Generator) -> list[int]:
    """The columns of what the camera does not see. A squat may hold a bar, whose plates hide the arms."""
    exercise = exercises().get(movement)
    told, unknown = movements()[movement].get("hidden", {}), set[int]()
    for part, (columns, needed, share) in UNSEEN.items():
        usual = share if exercise is None or not needed & set(exercise.required) else 0.0
        if random.random() < told.get(part, usual) and (part == "feet" or not unknown):
            unknown |= set(columns)  # arms or legs, and the feet besides
    return sorted(unknown)


def _named(performance: Performance, label: str, end: float, seconds: float, phase: np.ndarray) -> str | None:
    """What the `seconds` before `end` show: at rest between repetitions it is what the movement's `at_rest` says.

    None where it cannot be told.
    """
    if label == OTHER or exercises()[label].kind == "hold":
        return label
    inside = slice(max(0, round((end - seconds) * performance.fps)), round(end * performance.fps) + 1)
    angle = performance.main_angle
    still = min(STILL, SHARE * float(np.ptp(angle)))
    moved = float(np.ptp(angle[inside])) if seconds else 0.0
    at_rest = float(phase.max()) < 0.1
    stands = exercises()[label].signal.measure in SMALL and not performance.on_floor
    if moved > 2.5 * still or (moved < still and not at_rest and not stands and float(phase.min()) > 0.5):
        return label
    if moved < still and at_rest:
        return str(movements()[label].get("at_rest", OTHER))
    return OTHER if moved < still and stands else None


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
