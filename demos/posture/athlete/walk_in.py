"""How the athlete takes position: walks in, stands, gets down to the floor."""

from dataclasses import replace

import numpy as np

from demos.posture.athlete.movement import Actor
from demos.posture.athlete.rigs import minimum_jerk, standing, walking
from demos.posture.athlete.skeleton import Posture, Proportions


def enter(
    posture: Posture, body: Proportions, fps: float, random: np.random.Generator, rig: str
) -> tuple[Posture, int]:
    """Walk in from behind, stand, and take the first position of `posture`, which is one of `rig` (movement.RIGS).

    Also returned: the frame from which on the athlete is at the place.
    """
    goal = posture[slice(0, 1)]
    actor = Actor("idle", body, fps, random, random)
    tall = Actor("push_up", body, fps, random, random).hold(0.1).posture[slice(0, 1)]  # on straight arms
    floor = rig == "floor"
    place = float(tall.wrist[0, :, 0].mean() - 0.42 * body.leg) if floor else 0.0
    away = float(random.uniform(1.9, 2.4))
    seconds = away / float(random.uniform(0.7, 0.85))
    before = round(1.2 * fps)  # the video begins in the middle of the walk
    time = np.arange(-before, round((seconds + 1.4) * fps)) / fps
    u = np.minimum(time / seconds, 1)
    path = -away * (1 - (3 * u - u**3) / 2)  # walking already, then coming to a stop
    walk = standing(walking(time - time[0], path, actor.stand, body, 0.5, 0.14), body)[slice(before, None)]
    walk = _moved(walk, place)
    quiet = actor.hold(float(random.uniform(0.8, 1.6))).posture
    quiet = _moved(quiet, place)
    parts = [walk, _bridge(walk, quiet, 0.6, fps, stepping=True, lift=0.03 * body.leg), quiet]
    if floor:
        crouch = replace(
            quiet[slice(-1, None)],
            pelvis=np.array([[place - 0.16 * body.leg, 0.62 * body.leg, 0.0]]),
            torso=np.array([104.0]),
            gaze=np.array([70.0]),
            heel=np.full((1, 2), 18.0),
            planted=np.ones((1, 2)),
            wrist=tall.wrist,
            elbows=tall.elbows,
        )
        # the hands reach for where they will be planted, then the feet step back
        reaching = replace(quiet[slice(-1, None)], wrist=tall.wrist, elbows=tall.elbows)
        parts.append(_bridge(reaching, crouch, 1.2, fps))
        parts.append(_bridge(crouch, tall, 1.5, fps, stepping=True, lift=0.07 * body.leg))
        parts.append(_bridge(tall, goal, 0.9, fps))
    else:
        # lying down takes longer than taking a stance
        seconds = {"back": 2.2, "side": 2.2, "bar": 1.0}.get(rig, 0.7)
        parts.append(_bridge(quiet, goal, seconds, fps, stepping=True, lift=0.03 * body.leg))
    return Posture.join(parts), len(walk)


def _moved(posture: Posture, x: float) -> Posture:
    way = np.array([x, 0.0, 0.0])
    return replace(posture, pelvis=posture.pelvis + way, ball=posture.ball + way)


def _bridge(
    before: Posture, after: Posture, seconds: float, fps: float, stepping: bool = False, lift: float = 0.0
) -> Posture:
    """From the last frame of `before` to the first of `after`; `stepping` moves one foot after the other."""
    u = np.arange(1, round(seconds * fps) + 1) / round(seconds * fps)
    a, b = before[slice(-1, None)], after[slice(0, 1)]
    middle = Posture.between(a, b, minimum_jerk(u))
    if stepping:
        for side, (begin, end) in enumerate(((0.0, 0.55), (0.45, 1.0))):
            way = minimum_jerk((u - begin) / (end - begin))
            middle.ball[:, side] = a.ball[0, side] + (b.ball[0, side] - a.ball[0, side]) * way[:, None]
            middle.ball[:, side, 1] += lift * np.sin(np.pi * way)
            middle.knees[:, side] = a.knees[0, side] + (b.knees[0, side] - a.knees[0, side]) * way[:, None]
            middle.heel[:, side] = a.heel[0, side] + (b.heel[0, side] - a.heel[0, side]) * way
    return middle
