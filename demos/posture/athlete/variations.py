"""How people and landmarkers differ from the athlete: pauses, fidgeting arms, lost frames, a depth that is guessed."""

from dataclasses import replace

import numpy as np

from demos.posture.athlete.performance import Performance
from demos.posture.athlete.rigs import minimum_jerk
from demos.posture.pose.landmarks import INDEX, SIDES, Pose

PAUSE = 4.0  # seconds at most
TILT, FLATTENED = 8.0, (0.6, 1.15)  # degrees, standard deviation; the least and the largest share of the true depth
MISSING = (0.0, 0.0, 0.1, 0.3)  # shares of the frames in which nobody is seen
STYLE = {  # standard deviations of people's own ways, in the units of movements.toml
    "torso": 6.0,
    "shin": 4.0,
    "knee": 6.0,
    "flex": 9.0,
    "abd": 6.0,
    "elbow": 7.0,
    "twist": 9.0,
    "gaze": 10.0,
    "stance": 0.15,
    "toe_out": 6.0,
    "knee_out": 3.0,
    "hips": 4.0,
    "hand_width": 0.1,
}
LYING = ("torso", "shin", "stance")  # what the floor or the bar decides
HAND = ("wrist", "pinky", "index", "thumb")


def style(rig: str, random: np.random.Generator) -> dict[str, float]:
    """Somebody's own way of moving in a rig of movement.RIGS."""
    chosen = {channel: float(random.normal(0, amount)) for channel, amount in STYLE.items()}
    return {name: amount for name, amount in chosen.items() if rig in ("stand", "floor") or name not in LYING}


def with_pauses(performance: Performance, random: np.random.Generator) -> list[int]:
    """The performance's frames with a rest of up to four seconds in the effort of each repetition, as people take."""
    order: list[int] = []
    waiting = True
    for frame, phase in enumerate(performance.phase):
        order.append(frame)
        if phase < 0.5:
            waiting = True
        elif waiting and phase > 0.9:
            order += [frame] * round(random.uniform(0, PAUSE) * performance.fps)
            waiting = False
    return order


def in_order(performance: Performance, order: list[int]) -> Performance:
    """The performance with these of its frames. The times of its repetitions stay what they were."""
    return replace(
        performance,
        world=performance.world[order],
        landmarks=performance.landmarks[order],
        phase=performance.phase[order],
        angles={joint: angles[order] for joint, angles in performance.angles.items()},
    )


def misjudged(performance: Performance, random: np.random.Generator) -> Performance:
    """As a network guesses a body's depth from one image: flattened, and leaning as a whole."""
    world = performance.world.copy()
    tilt = np.tan(np.radians(np.clip(random.normal(0, TILT), -2.5 * TILT, 2.5 * TILT)))
    world[..., 2] = random.uniform(*FLATTENED) * world[..., 2] + tilt * world[..., 1]
    return replace(performance, world=world)


def with_frames_missing(poses: list[Pose], random: np.random.Generator) -> list[Pose]:
    """Some of the poses, or all."""
    share = float(random.choice(MISSING))
    return [pose for pose in poses if random.random() >= share]


def held_from(rows: np.ndarray, first: int) -> np.ndarray:
    """Rows (T, K) of somebody who is seen from row `first` on: before it is taken to have been the same."""
    held = rows.copy()
    held[:first] = rows[first]
    return held


def fidgeting(performance: Performance, random: np.random.Generator) -> Performance:
    """The same with arms that go wherever arms may be, and stay there for a while: who stands does all sorts of things.

    One in three keeps them there.
    """
    room = performance.skeleton.landmarks.copy()
    seconds = performance.seconds
    stops = 1 if random.random() < 0.33 else int(random.integers(2, 6))
    both = random.random() < 0.4  # arms do the same
    shared = _directions(stops, random)
    times = np.sort(random.uniform(0, seconds, stops))
    ways = random.uniform(0.3, 1.2, stops)  # seconds from one place to the next
    frames = np.arange(len(room)) / performance.fps
    for side in SIDES:
        aims = shared if both else _directions(stops, random)
        across = -1.0 if side == "left" else 1.0
        shoulder, elbow, wrist = (INDEX[f"{side}_{part}"] for part in ("shoulder", "elbow", "wrist"))
        bones = [np.linalg.norm(room[0, end] - room[0, start]) for start, end in ((shoulder, elbow), (elbow, wrist))]
        path = np.repeat(aims[:1], len(frames), axis=0)  # (T, 2, 3) of upper arm and forearm
        for stop in range(1, stops):
            way = minimum_jerk((frames - times[stop]) / ways[stop])[:, None, None]
            path = path + (aims[stop] - aims[stop - 1]) * way
        path = path / np.linalg.norm(path, axis=-1, keepdims=True) * (1, 1, across)
        before = room[:, wrist].copy()
        room[:, elbow] = room[:, shoulder] + bones[0] * path[:, 0]
        room[:, wrist] = room[:, elbow] + bones[1] * path[:, 1]
        for part in HAND[1:]:
            room[:, INDEX[f"{side}_{part}"]] += room[:, wrist] - before
    camera = performance.camera
    return replace(performance, world=camera.world(room), landmarks=camera.landmarks(room))


def _directions(stops: int, random: np.random.Generator) -> np.ndarray:
    """(stops, 2, 3) where a right upper arm and forearm point: forwards, up, outwards; mostly down and forwards."""
    upper = random.normal((0.1, -1.0, 0.3), 0.7, (stops, 3))
    fore = random.normal((0.5, -0.3, 0.0), 0.8, (stops, 3))
    aims = np.stack([upper, fore], axis=1)
    directions: np.ndarray = aims / np.linalg.norm(aims, axis=-1, keepdims=True)
    return directions
