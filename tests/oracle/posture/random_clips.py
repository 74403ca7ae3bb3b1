"""Clips of the athlete as a camera on a shelf might have filmed them: what was done is known, what was seen errs.

Each clip is landmarks, no images. The frame rate, the direction, the tempo, the faults, what is missing and where the
video begins are left to chance. Errors are as large as on the worst of ten videos of real people, on which joints in
sight trembled by 1 to 9 mm in the image and 2 to 10 mm in depth and hidden ones by 1 to 30 mm (standard deviations of
what a cubic over 0.6 s leaves over), at visibilities down to 0.02; besides, depth is wrong as a whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from demos.posture.athlete.movement import faults_of, other_movements
from demos.posture.athlete.performance import Performance, perform
from demos.posture.exercises import exercises
from demos.posture.pose.landmarks import INDEX, SIDES, Pose, fused
from demos.posture.pose.measures import point

ASPECT = 4 / 3  # of the athlete's images
TRUNK = 0.5  # metres: errors in the image are given as if of a trunk that long
# Standard deviations in metres (right, down, away) of what the landmarker says of a still joint, near and far side.
NEAR, FAR = (0.008, 0.008, 0.025), (0.020, 0.020, 0.045)
TILT, FLATTENED = 7.0, (0.7, 1.1)  # degrees, standard deviation; the least and the largest share of the true depth
LASTS = 0.12  # seconds that an error lasts: the landmarker smooths over time
JUMPS = 0.01  # share of frames in which a hidden limb is seen somewhere else
BACK = 0.2  # the phase below which somebody is seen to have come back from a repetition
NOT_COUNTED = ("shallow", "partial")  # faults of the athlete that make an attempt of a repetition
Views = dict[str, tuple[tuple[int, int], ...]]
# Degrees from which an exercise can be seen, as its camera sentence asks: 0 the front, 90 the right side.
VIEWS: Views = {
    "squat": ((-110, 110),),
    "push_up": ((-110, 110),),
    "bicep_curl": ((-110, 110),),
    "lunge": ((-110, -40), (40, 110)),
    "plank": ((-110, -25), (25, 110)),
}
SIDE, OBLIQUE = ((-110, -75), (75, 110)), ((-110, -40), (40, 110))
TOLD_VIEWS: Views = {  # of those that came later
    "overhead_press": ((-70, 70),),
    "lateral_raise": ((-50, 50),),
    "deadlift": OBLIQUE,
    "jumping_jack": ((-45, 45),),
    "calf_raise": SIDE,
    "high_knees": ((-30, 30),),
    "wall_sit": OBLIQUE,
    "sit_up": SIDE,
    "glute_bridge": SIDE,
    "mountain_climber": ((-55, -30), (30, 55)),
    "pull_up": ((-60, 60),),
    "side_plank": ((-25, 25),),
}


@dataclass(frozen=True)
class Clip:
    """Frames (seconds, pose or nobody), and the truth: the exercise ("" for another movement) and what it counts."""

    movement: str
    exercise: str
    repetitions: int
    hold: float
    frames: tuple[tuple[float, Pose | None], ...]
    words: str  # how it was made, for a failing test


def exercise_clip(seed: int, views: Views = VIEWS) -> Clip:
    """A set of an exercise of `views`: one to six repetitions, or a position held."""
    random = np.random.default_rng([seed, 1])
    known = [slug for slug in exercises() if slug in views]
    slug = known[seed % len(known)]
    low, high = views[slug][int(random.integers(len(views[slug])))]
    reps = int(random.integers(1, 7))
    faults = faults_of(slug) if random.random() < 0.5 else ()
    fault = str(random.choice(faults)) if faults else ""
    faulty = {rep for rep in range(reps) if random.random() < 0.4}
    performance = perform(
        slug,
        reps=reps,
        seconds=float(random.uniform(4, 10)),
        view=float(random.uniform(low, high)),
        faults=[fault] if fault else (),
        faulty_reps=faulty,
        tempo=float(np.exp(random.uniform(np.log(0.5), np.log(2)))),
        seed=seed,
        fps=float(np.exp(random.uniform(np.log(6), np.log(60)))),
    )
    begin = 0.0
    if performance.repetitions and random.random() < 0.2:  # somebody presses the button late
        start, _, end = performance.repetitions[0]
        begin = start + float(random.uniform(-0.1, 0.25)) * (end - start)
    frames, words = filmed(performance, random, begin)
    counted = sum(not set(faults) & set(NOT_COUNTED) for faults in performance.rep_faults)
    words = f"{slug} seed {seed}: {reps} reps, {performance.view}°, {fault or 'no fault'} {sorted(faulty)}, {words}"
    return Clip(slug, slug, counted, performance.hold_seconds, frames, words)


def other_clip(seed: int) -> Clip:
    """Something that is no exercise: nothing is to be counted, whatever one is told."""
    random = np.random.default_rng([seed, 2])
    others = other_movements()
    movement = others[seed % len(others)]
    performance = perform(
        movement,
        reps=4,
        seconds=8.0,
        view=float(random.uniform(-180, 180)),
        tempo=float(np.exp(random.uniform(np.log(0.6), np.log(1.7)))),
        seed=seed,
        fps=float(np.exp(random.uniform(np.log(6), np.log(60)))),
    )
    frames, words = filmed(performance, random, 0.0)
    return Clip(movement, "", 0, 0.0, frames, f"{movement} seed {seed}: {performance.view}°, {words}")


def filmed(
    performance: Performance, random: np.random.Generator, begin: float
) -> tuple[tuple[tuple[float, Pose | None], ...], str]:
    """The frames from second `begin` on, and in words what befell them."""
    noise = float(random.uniform(0.6, 1.4))
    missing = float(random.choice([0.0, 0.0, 0.1, 0.3]))
    gaps = [float(random.uniform(0, performance.seconds))] if random.random() < 0.25 else []
    gap = float(random.uniform(0.3, 1.2))
    if any(abs(bottom - middle) < gap / 2 + 0.15 for middle in gaps for _, bottom, _ in performance.repetitions):
        gaps = []  # nobody can count what was not seen to be deep
    poses = [pose for pose in observed(performance, random, noise) if pose.seconds >= begin]
    kept = [pose for pose in poses if random.random() >= missing]
    if not are_seen(performance, without(kept, gaps, gap)):
        # nor what was not seen to return, nor a beginning of which more than the first third is missing
        gaps = []
        if not are_seen(performance, kept) and are_seen(performance, poses):
            kept, missing = poses, 0.0
    frames = tuple((pose.seconds, pose if without([pose], gaps, gap) else None) for pose in kept)
    lost_words = f"nobody at {gaps[0]:.1f} s for {gap:.1f} s" if gaps else "no gap"
    words = f"{performance.fps:.0f} fps, noise {noise:.1f}, {missing:.0%} missing, {lost_words}, from {begin:.2f} s"
    return frames, words


def without(poses: list[Pose], gaps: list[float], gap: float) -> list[Pose]:
    """The poses outside of the moments, `gap` seconds long, in which nobody is seen."""
    return [pose for pose in poses if not any(abs(pose.seconds - middle) < gap / 2 for middle in gaps)]


def are_seen(performance: Performance, poses: list[Pose]) -> bool:
    """Whether each repetition is seen within its first third, and to come back before the next one turns."""
    if not performance.repetitions:
        return True
    start, _, end = performance.repetitions[0]
    if not poses or poses[0].seconds > start + (end - start) / 3:
        return False
    back = [pose.seconds for pose in poses if performance.phase[round(pose.seconds * performance.fps)] < BACK]
    turns = [turn for _, turn, _ in performance.repetitions]
    later = [*turns[1:], performance.seconds]
    return all(any(turn < now < then for now in back) for turn, then in zip(turns, later, strict=True))


def observed(performance: Performance, random: np.random.Generator, noise: float) -> Iterator[Pose]:
    """The poses that a landmarker finds, its errors `noise` times those of the films."""
    frames, fps = len(performance), performance.fps
    hidden = _hidden(performance)  # (T, 33)
    near, far = np.array(NEAR), np.array(FAR)
    keep = float(np.exp(-1 / (LASTS * fps)))
    drift = random.normal(size=(frames, 33, 3))
    for frame in range(1, frames):
        drift[frame] = keep * drift[frame - 1] + np.sqrt(1 - keep**2) * drift[frame]
    error = noise * drift * (near + (far - near) * hidden[..., None])
    jumps = (random.random((frames, 33)) < JUMPS * noise) & (hidden > 0.5)
    error += jumps[..., None] * random.normal(0, 0.12, (frames, 33, 3))
    tilt = np.radians(random.normal(0, TILT))
    guessed = performance.world.copy()  # a level camera's guess at a body: flattened, and leaning as a whole
    guessed[..., 2] = random.uniform(*FLATTENED) * guessed[..., 2] + np.tan(tilt) * guessed[..., 1]
    shoulders, hips = (
        performance.landmarks[:, [INDEX[f"{side}_{part}"] for side in SIDES], :2].mean(1)
        for part in ("shoulder", "hip")
    )
    across = np.median(np.linalg.norm((shoulders - hips) * (ASPECT, 1), axis=-1))
    image = performance.landmarks.copy()
    image[..., :2] += error[..., :2] * max(float(across), 0.1) / TRUNK / (ASPECT, 1.0)
    world = fused(image, guessed + error, ASPECT)
    visibility = np.clip(0.97 - 0.6 * hidden + random.normal(0, 0.04, hidden.shape), 0, 1)
    for frame in range(frames):
        yield Pose(frame / fps, *(values[frame].astype(np.float32) for values in (image, world, visibility)))


def _hidden(performance: Performance) -> np.ndarray:
    """(T, 33) from 0 to 1: how much a landmark is hidden, being on the far side of a body seen from the side."""
    hidden = np.zeros(performance.world.shape[:2])
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        across = point(performance.world, f"{side}_hip") - point(performance.world, f"{other}_hip")
        far = np.clip(across[:, 2] / (np.linalg.norm(across, axis=-1) + 1e-6), 0, 1) ** 3
        for name, index in INDEX.items():
            if name.startswith(side):
                hidden[:, index] = far
    return hidden
