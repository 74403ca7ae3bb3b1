"""The athlete's movements in time: the table's keyframes, a person's rhythm, faults in some repetitions.

Between two poses each channel moves with minimum jerk (Flash & Hogan 1985).
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from demos.posture.athlete.rigs import (
    SIDED,
    Channels,
    Pose,
    face_down,
    hanging,
    hips_over_feet,
    minimum_jerk,
    on_back,
    on_side,
    standing,
    walking,
)
from demos.posture.athlete.skeleton import Posture, Proportions
from demos.posture.exercises import exercises

LEAD_IN, LEAD_OUT = 0.7, 0.4  # seconds of rest before the first and after the last repetition
RIGS = {"stand": standing, "floor": face_down, "back": on_back, "side": on_side, "bar": hanging}
RESTS = tuple(RIGS)  # entries of the table that are where movements begin, and no movements
AT_REST = 0.4  # of their own way of doing an effort people have this share at rest
STRAIGHTEST = 178.0  # degrees at a knee or an elbow
TREMOR = {  # drift of somebody who is not a machine: degrees, and metres for the sway of the hips
    "torso": 0.7,
    "shin": 0.35,
    "knee": 0.3,
    "flex": 0.9,
    "abd": 0.8,
    "elbow": 0.7,
    "gaze": 1.6,
    "hips": 0.8,
    "roll": 1.2,
    "sway": 0.008,
}


@cache
def movements() -> dict[str, dict[str, Any]]:
    """Every movement by name: the exercises' own, in their order, then those of movements.toml."""
    table = tomllib.loads(Path(__file__).with_name("movements.toml").read_text(encoding="utf-8"))
    own = {
        slug: {
            "main": exercise.signal.measure,
            "up": exercise.signal.direction == "up",
            "hold": exercise.kind == "hold",
            **exercise.movement,
        }
        for slug, exercise in exercises().items()
        if exercise.movement is not None
    }
    return own | {name: entry for name, entry in table.items() if name not in own}


def names() -> tuple[str, ...]:
    """Everything the athlete can do: the exercises first, then what is none of them."""
    return tuple(name for name in movements() if name not in RESTS)


def other_movements() -> tuple[str, ...]:
    """What the athlete can do that is no exercise."""
    return tuple(name for name in names() if name not in exercises())


def canonical(name: str) -> str:
    """The table's name for what a visitor may write as "Push-up" or "bicep curl"."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def faults_of(exercise: str) -> tuple[str, ...]:
    """The named faults that `exercise` can be performed with."""
    return tuple(movements()[exercise].get("faults", {}))


@dataclass(frozen=True)
class Motion:
    """What the athlete did in T frames, and when (in seconds) which repetition started, turned and ended."""

    posture: Posture
    phase: np.ndarray  # (T,) 0 at rest to 1 at the turning point
    repetitions: tuple[tuple[float, float, float], ...] = ()
    faults: tuple[tuple[str, ...], ...] = ()  # of each repetition


@dataclass(frozen=True)
class _Repetition:
    """One repetition's poses, and how long its parts take in seconds."""

    faults: tuple[str, ...]
    rest: Pose
    effort: Pose
    middle: Pose
    down: float
    hold: float
    up: float
    pause: float

    @property
    def seconds(self) -> float:
        return self.down + self.hold + self.up + self.pause


class Actor:
    """One body that performs one movement of the table."""

    def __init__(
        self,
        exercise: str,
        body: Proportions,
        fps: float,
        pace: np.random.Generator,
        sway: np.random.Generator,
        style: Mapping[str, float] | None = None,
    ) -> None:
        """`pace` and `sway` are the chances of the rhythm and of the small drifts; for `style` see `perform`."""
        self.move = movements()[exercise]
        self.body, self.fps, self.pace, self.sway = body, fps, pace, sway
        self.style = style or {}
        self.rig = self.move.get("rig", "stand")
        self.on_floor = self.rig in ("floor", "back", "side")
        self.stand: Pose = movements()["stand"]["rest"] | movements()[self.rig]["rest"]

    def act(
        self,
        faults: tuple[str, ...] = (),
        faulty_reps: Collection[int] | None = None,
        reps: int = 1,
        seconds: float | None = None,
        tempo: float | None = None,
        depth: float | None = None,
    ) -> Motion:
        """Hold a position, walk in place, or repeat, whatever the movement is (see `performance.perform`)."""
        speed = tempo if tempo is not None else float(np.clip(self.pace.lognormal(0, 0.14), 0.7, 1.45))
        deep = depth if depth is not None else float(np.clip(self.pace.normal(0.98, 0.03), 0.9, 1.03))
        if self.move.get("hold"):
            return self.hold(seconds or self.move["seconds"]["hold"], faults)
        if "gait" in self.move:
            step = self.move["gait"]["step_seconds"] / speed
            time = self._times(seconds or reps * 2 * step)
            channels = walking(time, 0 * time, self.stand, self.body, step, self.move["gait"]["lift"])
            return Motion(standing(channels, self.body), np.zeros(len(time)))
        plans = []
        for rep in range(reps):
            mine = faults if faulty_reps is None or rep in faulty_reps else ()
            tired = 1 + 0.12 * (rep / max(reps - 1, 1)) ** 2  # the last repetitions are slower
            down, hold, up, pause = (
                self.move["seconds"][part] / speed * tired * float(self.pace.lognormal(0, 0.07))
                for part in ("down", "hold", "up", "rest")
            )
            poses = self._poses(mine, deep * float(self.pace.normal(1, 0.025)))
            plans.append(_Repetition(mine, *poses, down, hold, up, pause))
        return self._repeat(plans, first=int(self.pace.integers(2)))

    def hold(self, seconds: float, faults: tuple[str, ...] = ()) -> Motion:
        """Stay in the first position."""
        time = self._times(seconds)
        rest, _, _ = self._poses(faults, 1.0)
        plan = _Repetition(faults, rest, rest, {}, 1, 0, 1, 0)
        channels = self._channels(0 * time, 0 * time, plan, rest, lead=0)
        return Motion(self._posture(self._shaken(channels, time)), np.zeros(len(time)))

    def _repeat(self, plans: list[_Repetition], first: int) -> Motion:
        """Rest, then (down, hold, up, pause) for each plan. Each frame belongs to one repetition."""
        starts = LEAD_IN + np.cumsum([0.0, *(plan.seconds for plan in plans)])
        time = self._times(float(starts[-1]) + LEAD_OUT)
        owner = np.clip(np.searchsorted(starts, time, side="right") - 1, 0, len(plans) - 1)
        pieces, phases, repetitions = [], [], []
        for rep, plan in enumerate(plans):
            start = float(starts[rep])
            t = time[owner == rep] - start
            work = plan.down + plan.hold + plan.up
            u = np.clip(np.minimum(t / plan.down, (work - t) / plan.up), 0, 1)  # 0 → 1 → 0, straight
            last = rep + 1 == len(plans)
            # the next repetition may rest in another pose: get there in the pause
            settle = 0 * t if last else minimum_jerk((t - work) / max(plan.pause, 1e-6))
            following = plan.rest if last else plans[rep + 1].rest
            pieces.append(self._channels(u, settle, plan, following, lead=(first + rep) % 2))
            phases.append(minimum_jerk(u))
            repetitions.append((start, start + plan.down + plan.hold / 2, start + work))
        channels = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
        posture = self._posture(self._shaken(channels, time))
        return Motion(posture, np.concatenate(phases), tuple(repetitions), tuple(plan.faults for plan in plans))

    def _times(self, length: float) -> np.ndarray:
        return np.arange(max(2, round(length * self.fps))) / self.fps

    def _poses(self, faults: tuple[str, ...], depth: float) -> tuple[Pose, Pose, Pose]:
        """The rest, effort and middle poses of one repetition, faults added and depth applied."""
        rest, effort = self.stand | self.move["rest"], self.stand | self.move["effort"]
        middle: Pose = dict(self.move.get("middle", {}))
        for fault in faults:
            change = self.move["faults"][fault]
            depth *= change.get("depth", 1.0)
            for pose, part in ((rest, "rest"), (effort, "effort"), (middle, "middle")):
                for channel, amount in change.get(part, {}).items():
                    pose[channel] = pose.get(channel, pose.get(_without_role(channel), 0.0)) + amount
        for pose, share in ((rest, 1.0 if self.move.get("hold") else AT_REST), (effort, 1.0)):
            for channel in [channel for channel in pose if _without_role(channel) in self.style]:
                changed = pose[channel] + share * self.style[_without_role(channel)]
                pose[channel] = min(changed, STRAIGHTEST) if channel.endswith(("knee", "elbow")) else changed
        for channel in set(rest) | set(effort):
            start = rest.setdefault(channel, rest.get(_without_role(channel), 0.0))
            effort[channel] = start + (effort.get(channel, start) - start) * depth
        return rest, effort, middle

    def _channels(
        self, u: np.ndarray, settle: np.ndarray, plan: _Repetition, following: Pose, *, lead: int
    ) -> Channels:
        """All channels of one repetition of n frames: (n,), or (n, 2) those that each side has.

        u (n,) is the way to the effort pose, `settle` (n,) the way to the `following` rest pose, both 0 to 1;
        `lead` is the side in front.
        """
        rest, effort, middle = plan.rest, plan.effort, plan.middle
        window = self.move.get("window", {})

        def value(channel: str) -> np.ndarray:
            begin, end = window.get(channel, (0.0, 1.0))
            way = minimum_jerk((u - begin) / (end - begin))
            plain = _without_role(channel)
            now, later = (pose.get(channel, pose.get(plain, 0.0)) for pose in (rest, following))
            start = now + (later - now) * settle
            bump = middle.get(channel, 0.0) * np.sin(np.pi * way)
            values: np.ndarray = start + (effort.get(channel, start) - start) * way + bump
            return values

        known = set(rest) | set(effort) | set(middle)
        channels: Channels = {}
        for channel in {_without_role(c) for c in known}:
            if channel not in SIDED:
                channels[channel] = value(channel)
                continue
            sides = []
            for side in (0, 1):
                role = f"{'lead' if side == lead else 'trail'}_{channel}"
                sides.append(value(role if role in known else channel))
            channels[channel] = np.stack(sides, -1)
        if self.move.get("carry") == "lead":
            # The hips travel straight to where the leading leg will carry them.
            target = {name: np.full_like(u, effort[f"lead_{name}"]) for name in ("shin", "knee")}
            step = np.zeros((len(u), 2))
            step[:, lead] = effort["lead_step"]
            final = channels | target | {"step": step, "lift": 0 * step, "heel": 0 * step}
            start = hips_over_feet(channels | {"step": 0 * step, "heel": 0 * step, "lift": 0 * step}, self.body)
            goal = hips_over_feet(final, self.body, lead)
            # first forwards, then down: the standing leg bears the body until the other foot has landed
            way = np.stack([minimum_jerk(u / 0.95), minimum_jerk((u - 0.16) / 0.84)], -1)
            hips = start + (goal - start) * way
            channels |= {"hip_x": hips[:, 0], "hip_y": hips[:, 1]}
        elif self.move.get("carry") == "trail":
            # The hips stay over the leg that stands.
            hips = hips_over_feet(channels, self.body, 1 - lead)
            channels |= {"hip_x": hips[:, 0], "hip_y": hips[:, 1]}
        return channels

    def _shaken(self, channels: Channels, time: np.ndarray) -> Channels:
        """With the small slow movements of somebody who is not a machine."""
        for channel, amount in TREMOR.items():
            if channel in channels:
                channels[channel] = channels[channel] + amount * _wander(time, self.sway, channels[channel].shape)
        return channels

    def _posture(self, channels: Channels) -> Posture:
        return RIGS[self.rig](channels, self.body)


def _without_role(channel: str) -> str:
    """ "lead_knee" is the knee of the leg in front."""
    return channel.removeprefix("lead_").removeprefix("trail_")


def _wander(time: np.ndarray, random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Slow drift of about unit size (T,) or (T, 2): five sines of 0.1 to 1.1 Hz."""
    sides = 1 if len(shape) == 1 else shape[1]
    rates = random.uniform(0.1, 1.1, (sides, 5))
    phases = random.uniform(0, 2 * np.pi, (sides, 5))
    sines = np.sin(2 * np.pi * rates * time[:, None, None] + phases) / np.sqrt(rates * 10)
    drift: np.ndarray = sines.sum(-1).reshape(shape)
    return drift
