"""The synthetic athlete: exercises performed with known angles, repetitions and faults.

`perform("squat", reps=5, faults=("shallow",))` returns every landmark of every frame together with the truth that a
coach has to find. The movements are keyframes in `movements.toml`; between them each joint moves with minimum jerk
(Flash & Hogan 1985), repetitions differ as a person's do, and `render` makes a film of it.
"""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from demos.common.errors import BadInput
from demos.posture.camera import VIEWS, Camera
from demos.posture.landmarks import INDEX, joint_angles
from demos.posture.skeleton import (
    ANKLE,
    BALL_HEIGHT,
    SIGN,
    WRIST_HEIGHT,
    Posture,
    Proportions,
    Skeleton,
    foot_points,
    skeleton,
)
from demos.posture.wardrobe import Look

SIDED = ("knee_out", "toe_out", "flex", "abd", "twist", "elbow", "thumb", "step", "heel", "lift")

Pose = dict[str, float]
Channels = dict[str, np.ndarray]


@cache
def movements() -> dict[str, dict[str, Any]]:
    """The table of movements, by name."""
    return tomllib.loads(Path(__file__).with_name("movements.toml").read_text())


def names() -> tuple[str, ...]:
    """Everything the athlete can do: the five exercises first, then what is none of them."""
    return tuple(name for name in movements() if name not in ("stand", "floor"))


def faults_of(exercise: str) -> tuple[str, ...]:
    """The named faults that `exercise` can be performed with."""
    return tuple(movements()[exercise].get("faults", {}))


@dataclass(frozen=True)
class Performance:
    """A film's truth: T frames at `fps`."""

    exercise: str
    view: str
    faults: tuple[str, ...]
    fps: float
    world: np.ndarray  # (T, 33, 3) metres around the middle of the hips: right, down, away from the camera
    landmarks: np.ndarray  # (T, 33, 3) x, y from 0 to 1 in a 4:3 picture, z in picture widths (MediaPipe's convention)
    angles: dict[str, np.ndarray]  # {joint: (T,)} degrees
    phase: np.ndarray  # (T,) 0 at rest to 1 at the turning point of a repetition
    repetitions: tuple[tuple[float, float, float], ...]  # start, turning point, end in seconds
    rep_faults: tuple[tuple[str, ...], ...]  # the faults of each repetition
    hold_seconds: float  # of a held position, 0 for anything else
    ready_seconds: float  # when the athlete has taken position: 0 unless they walk in
    main: str  # the joint that counts ("knee")
    held: str  # what is in the hands ("dumbbells" or "")
    on_floor: bool
    proportions: Proportions
    look: Look
    camera: Camera
    skeleton: Skeleton  # room coordinates

    def __len__(self) -> int:
        return len(self.phase)

    @property
    def seconds(self) -> float:
        """The film's length."""
        return len(self) / self.fps

    @property
    def main_angle(self) -> np.ndarray:
        """(T,) degrees: the counting joint, mean of left and right; where the sides take turns, the straighter one."""
        both = self.angles[f"left_{self.main}"], self.angles[f"right_{self.main}"]
        return np.maximum(*both) if movements()[self.exercise].get("alternates") else (both[0] + both[1]) / 2

    def truth(self) -> dict[str, object]:
        """What a coach should find, as JSON: counts and times, and the counting joint's angle in each frame."""
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


def minimum_jerk(u: np.ndarray) -> np.ndarray:
    """From 0 to 1 as a hand moves: 10u³ - 15u⁴ + 6u⁵ (Flash & Hogan 1985), u clipped to [0, 1]."""
    u = np.clip(u, 0.0, 1.0)
    return u**3 * (10 - 15 * u + 6 * u * u)


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
    entrance: bool = False,
    proportions: Proportions | None = None,
    look: Look | None = None,
    camera: Camera | None = None,
) -> Performance:
    """Perform `exercise` (one of `names()`); the same arguments give the same film.

    view        "front", "side" (left or right by seed), "left", "right", "three_quarter", "back", or degrees: 0 is the
                front, 90 the athlete's right side
    faults      names of `faults_of(exercise)`; `faulty_reps` says in which repetitions (counted from 0), default all
    seconds     how long a position is held, or the length of something without repetitions
    tempo       1 is the table's speed, 2 twice as fast; depth: 1 is the table's depth. Default: a little by chance
    entrance    walk in and take position first
    proportions, look, camera: default by chance from `seed`

    Raises BadInput for an unknown exercise, view or fault, and for numbers out of range.
    """
    table = movements()
    if exercise not in names():
        raise BadInput("posture.athlete_unknown_exercise", name=exercise, known=", ".join(names()))
    faults = tuple(faults)
    for fault in faults:
        if fault not in faults_of(exercise):
            known = ", ".join(faults_of(exercise)) or "–"
            raise BadInput("posture.athlete_unknown_fault", exercise=exercise, name=fault, known=known)
    within("reps", reps, 1, 200)
    within("fps", fps, 5, 120)
    within("tempo", tempo, 0.25, 4)
    within("depth", depth, 0.1, 1.2)
    within("seconds", seconds, 0.5, 600)
    within("seed", seed, 0, 2**63 - 1)

    # One stream of chance for each matter, so that a fault changes the fault alone.
    body_chance, look_chance, camera_chance, pace, sway, approach = (
        np.random.default_rng([seed, matter]) for matter in range(6)
    )
    body = proportions or Proportions.random(body_chance)
    look = look or Look.random(look_chance)
    azimuth = _azimuth(view, camera_chance)
    film = _Film(exercise, table[exercise], body, fps, pace, sway)
    entrance = entrance or "then" in table[exercise]

    if "then" in table[exercise]:  # getting ready and no more
        after = _Film(table[exercise]["then"], table[table[exercise]["then"]], body, fps, pace, sway)
        posture = after.act((), None, 1, None, 1.0, 1.0, still=seconds or 1.5)
    else:
        posture = film.act(faults, faulty_reps, reps, seconds, tempo, depth)
    ready = arrived = 0
    action = film.log
    if entrance:
        floor = (after if "then" in table[exercise] else film).on_floor
        way, arrived = _entrance(posture, body, fps, approach, floor)
        ready = len(way)
        posture = Posture.join([way, posture])
    bones = skeleton(posture, body)
    phase = np.concatenate(
        [np.zeros(ready), action.phase if action.phase is not None else np.zeros(len(posture) - ready)]
    )

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
        phase=phase,
        repetitions=tuple((start + a, start + b, start + c) for a, b, c in action.repetitions) if counted else (),
        rep_faults=tuple(action.faults) if counted else (),
        hold_seconds=(len(posture) - ready) / fps if held else 0.0,
        ready_seconds=start,
        main=table[exercise]["main"],
        held=table[exercise].get("held", ""),
        on_floor=film.on_floor or "then" in table[exercise],
        proportions=body,
        look=look,
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


def within(name: str, value: float | None, low: float, high: float) -> None:
    """Raise BadInput unless `value` is None or from `low` to `high`; NaN is refused as well."""
    if value is not None and not low <= value <= high:
        raise BadInput("posture.athlete_range", name=name, value=value, low=low, high=high)


@dataclass
class _Log:
    """What happened while the athlete acted."""

    phase: np.ndarray | None
    repetitions: list[tuple[float, float, float]]
    faults: list[tuple[str, ...]]


class _Film:
    """One movement, performed by one body."""

    def __init__(
        self,
        exercise: str,
        move: dict[str, Any],
        body: Proportions,
        fps: float,
        pace: np.random.Generator,
        sway: np.random.Generator,
    ) -> None:
        self.move, self.body, self.fps, self.pace, self.sway = move, body, fps, pace, sway
        self.on_floor = move.get("rig") == "floor"
        self.stand: Pose = movements()["stand"]["rest"] | (movements()["floor"]["rest"] if self.on_floor else {})
        self.log = _Log(None, [], [])

    def act(
        self,
        faults: tuple[str, ...],
        faulty_reps: Collection[int] | None,
        reps: int,
        seconds: float | None,
        tempo: float | None,
        depth: float | None,
        still: float | None = None,
    ) -> Posture:
        """Do it. `still` seconds of the position before the first repetition, and nothing else, where given."""
        move, pace = self.move, self.pace
        speed = tempo if tempo is not None else float(np.clip(pace.lognormal(0, 0.14), 0.7, 1.45))
        deep = depth if depth is not None else float(np.clip(pace.normal(0.98, 0.03), 0.9, 1.03))
        beat = {part: value / speed for part, value in move["seconds"].items()}
        if still is not None or move.get("hold"):
            length = still or seconds or move["seconds"]["hold"]
            time = self._times(length)
            rest, _, _ = self._poses(faults, 1.0)
            channels = self._segment(time, 0 * time, rest, rest, rest, {}, lead=0, settle=0 * time)
            self.log.phase = np.zeros(len(time))
            return self._posture(self._shaken(channels, time))
        if "gait" in move:
            length = seconds or reps * 2 * move["gait"]["step_seconds"] / speed
            time = self._times(length)
            self.log.phase = np.zeros(len(time))
            step = move["gait"]["step_seconds"] / speed
            return self._posture(_gait(time, 0 * time, self.stand, self.body, step, move["gait"]["lift"]))

        plans = []
        for rep in range(reps):
            mine = faults if faulty_reps is None or rep in faulty_reps else ()
            tired = 1 + 0.12 * (rep / max(reps - 1, 1)) ** 2  # the last repetitions are slower
            timing = {part: value * tired * float(pace.lognormal(0, 0.07)) for part, value in beat.items()}
            plans.append((mine, self._poses(mine, deep * float(pace.normal(1, 0.025))), timing))

        # Time runs over rest, (down, hold, up, rest) × reps; each frame belongs to one repetition.
        lead_in, lead_out = 0.7, 0.4
        clock = lead_in
        edges = []
        for _, _, timing in plans:
            edges.append(clock)
            clock += sum(timing.values())
        time = self._times(clock + lead_out)
        pieces: list[Channels] = []
        phases = []
        first = int(pace.integers(2))
        for rep, (mine, (rest, effort, middle), timing) in enumerate(plans):
            begin = 0.0 if rep == 0 else edges[rep]
            end = edges[rep + 1] if rep + 1 < reps else np.inf
            t = time[(time >= begin) & (time < end)] - edges[rep]
            down, hold, up = timing["down"], timing["hold"], timing["up"]
            u = np.clip(np.minimum(t / down, (down + hold + up - t) / up), 0, 1)  # 0 → 1 → 0, straight
            settle = minimum_jerk((t - down - hold - up) / max(timing["rest"], 1e-6))
            following = plans[rep + 1][1][0] if rep + 1 < reps else rest
            lead = (first + rep) % 2
            pieces.append(
                self._segment(
                    t, u, rest, following, effort, middle, lead=lead, settle=np.minimum(settle, rep + 1 < reps)
                )
            )
            phases.append(minimum_jerk(u))
            turn = edges[rep] + down + hold / 2
            self.log.repetitions.append((edges[rep], turn, edges[rep] + down + hold + up))
            self.log.faults.append(mine)
        self.log.phase = np.concatenate(phases)
        channels = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
        return self._posture(self._shaken(channels, time))

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
                    pose[channel] = pose.get(channel, 0.0) + amount
        for channel in set(rest) | set(effort):
            plain = channel.removeprefix("lead_").removeprefix("trail_")
            start = rest.setdefault(channel, rest.get(plain, 0.0))
            effort[channel] = start + (effort.get(channel, start) - start) * depth
        return rest, effort, middle

    def _segment(
        self,
        t: np.ndarray,
        u: np.ndarray,
        rest: Pose,
        following: Pose,
        effort: Pose,
        middle: Pose,
        *,
        lead: int,
        settle: np.ndarray,
    ) -> Channels:
        """All channels of one repetition: (n,), and (n, 2) those that each side has. `lead` is the side in front."""
        window = self.move.get("window", {})

        def value(channel: str) -> np.ndarray:
            a, b = window.get(channel, (0.0, 1.0))
            way = minimum_jerk((u - a) / (b - a))
            plain = channel.removeprefix("lead_").removeprefix("trail_")
            start = rest.get(channel, rest.get(plain, 0.0))
            later = following.get(channel, following.get(plain, 0.0))
            start = start + (later - start) * settle
            return start + (effort.get(channel, start) - start) * way + middle.get(channel, 0.0) * np.sin(np.pi * way)

        known = set(rest) | set(effort) | set(middle)
        channels: Channels = {}
        for channel in {c.removeprefix("lead_").removeprefix("trail_") for c in known}:
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
            start, goal = (
                self._hips(channels | {"step": 0 * step, "heel": 0 * step, "lift": 0 * step}),
                self._hips(final, lead),
            )
            # first forwards, then down: the standing leg bears the body until the other foot has landed
            way = np.stack([minimum_jerk(u / 0.95), minimum_jerk((u - 0.16) / 0.84)], -1)
            hips = start + (goal - start) * way
            channels |= {"hip_x": hips[:, 0], "hip_y": hips[:, 1]}
        return channels

    def _shaken(self, channels: Channels, time: np.ndarray) -> Channels:
        """With the small slow movements of somebody who is not a machine."""
        amounts = {
            "torso": 0.7,
            "shin": 0.35,
            "knee": 0.3,
            "flex": 0.9,
            "abd": 0.8,
            "elbow": 0.7,
            "gaze": 1.6,
            "hips": 0.8,
        }
        if self.on_floor:
            amounts |= {"elbow": 0.5}
        for channel, amount in (*amounts.items(), ("sway", 0.008)):
            if channel in channels:
                channels[channel] = channels[channel] + amount * _wander(time, self.sway, channels[channel].shape)
        return channels

    def _ball(self, c: Channels) -> np.ndarray:
        """Where the balls of the feet are (T, 2, 3), ankles under the hips in a quiet stance."""
        size = self.body.stature
        ahead = -ANKLE[0] * size * np.cos(np.radians(c["toe_out"])) + c["step"] * self.body.leg
        aside = c["stance"][:, None] * self.body.metres("hips") / 2 + -ANKLE[0] * size * np.sin(
            np.radians(c["toe_out"])
        )
        return np.stack([ahead, BALL_HEIGHT * size + c["lift"] * self.body.leg, aside * SIGN], -1)

    def _hips(self, c: Channels, lead: int | None = None) -> np.ndarray:
        """Middle of the hips (T, 2), forwards and up: the leaning shin and the bent knee carry them over the feet.

        Over both ankles, or over the `lead` foot's. The distance from hip to ankle is exact, also with feet apart.
        """
        still = Posture(*[np.zeros(0)] * 13)
        feet = replace(still, ball=self._ball(c), heading=0 * c["torso"], toe_out=c["toe_out"], heel=c["heel"])
        ankle = foot_points(feet, self.body)["ankle"]
        shin, knee = np.radians(c["shin"]), np.radians(c["knee"])
        thigh, shank = self.body.metres("thigh"), self.body.metres("shank")
        thigh_lean = shin - (np.pi - knee)
        way = np.stack(
            [shank * np.sin(shin) + thigh * np.sin(thigh_lean), shank * np.cos(shin) + thigh * np.cos(thigh_lean)], -1
        )
        sides = (0, 1) if lead is None else (lead,)
        apart = np.mean([np.abs(np.abs(ankle[:, s, 2]) - self.body.metres("hips") / 2) for s in sides], 0)
        length = np.linalg.norm(way, axis=-1)
        way *= (np.sqrt(np.maximum(length**2 - apart**2, 1e-4)) / length)[:, None]
        return ankle[:, sides, :2].mean(1) + way

    def _posture(self, c: Channels) -> Posture:
        return _on_floor(c, self.body) if self.on_floor else self._standing(c)

    def _standing(self, c: Channels) -> Posture:
        frames = len(c["torso"])
        hips = np.stack([c["hip_x"], c["hip_y"]], -1) if "hip_x" in c else self._hips(c)
        ball = self._ball(c)
        ball[..., 1] += c["rise"][:, None] * self.body.leg
        hips[:, 1] += c["rise"] * self.body.leg
        out = np.radians(c["knee_out"] + 0.4 * c["toe_out"])
        knees = np.stack([np.cos(out), 0 * out, np.sin(out) * SIGN], -1)
        zeros = np.zeros((frames, 2, 3))
        return Posture(
            pelvis=np.stack([hips[:, 0], hips[:, 1], c["sway"]], -1),
            torso=c["torso"],
            heading=np.zeros(frames),
            ball=ball,
            heel=c["heel"],
            toe_out=c["toe_out"],
            knees=knees,
            arms=np.stack([c["flex"], c["abd"], c["twist"], c["elbow"]], -1),
            thumb=c["thumb"],
            planted=np.zeros((frames, 2)),
            wrist=zeros,
            elbows=zeros,
            gaze=c["gaze"],
        )


def _wander(time: np.ndarray, random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Slow drift of about unit size (T,) or (T, 2): five sines of 0.1 to 1.1 Hz."""
    sides = 1 if len(shape) == 1 else shape[1]
    rates = random.uniform(0.1, 1.1, (sides, 5))
    phases = random.uniform(0, 2 * np.pi, (sides, 5))
    sines = np.sin(2 * np.pi * rates * time[:, None, None] + phases) / np.sqrt(rates * 10)
    return sines.sum(-1).reshape(shape)


def _on_floor(c: Channels, body: Proportions) -> Posture:
    """Face down on toes and hands (or forearms): legs, trunk and arms close a chain over the floor."""
    frames = len(c["torso"])
    ones = np.ones(frames)
    size = body.stature
    ground = WRIST_HEIGHT * size
    aside = np.stack([ones * 0.55 * body.metres("hips")] * 2, -1) * SIGN
    ball = np.stack([np.zeros((frames, 2)), np.full((frames, 2), BALL_HEIGHT * size), aside], -1)
    still = Posture(*[np.zeros(0)] * 13)
    heel = np.full((frames, 2), 72.0)
    feet = replace(still, ball=ball, heading=np.zeros(frames), toe_out=np.zeros((frames, 2)), heel=heel)
    ankle = foot_points(feet, body)["ankle"][:, 0, :2]

    forearms = c.get("forearms", 0 * ones) > 0.5
    elbow = np.radians(c["elbow"].mean(-1) if c["elbow"].ndim == 2 else c["elbow"])
    upper, fore = body.metres("upper_arm"), body.metres("forearm")
    spread = (c["hand_width"] - 1) * body.metres("shoulders") / 2
    bent = np.sqrt(upper**2 + fore**2 - 2 * upper * fore * np.cos(elbow))
    reach = np.where(forearms, upper, np.sqrt(np.maximum(bent**2 - spread**2, 1e-4)))
    thigh, shank, trunk = body.metres("thigh"), body.metres("shank"), body.metres("trunk")
    leg = np.sqrt(thigh**2 + shank**2 - 2 * thigh * shank * np.cos(np.radians(174)))

    # The support (hand or elbow) is where the straight body puts the shoulder right above it, arms long.
    tall = upper if forearms.all() else np.sqrt((upper + fore) ** 2 * 0.985 - spread.mean() ** 2)
    x = ankle[0, 0] + np.sqrt((leg + trunk) ** 2 - (ground + tall - ankle[0, 1]) ** 2) + c["hand_ahead"].mean()
    support = np.stack([x * ones, ground * ones], -1)

    # The shoulder lies on two circles: around the ankle (leg and bent trunk) and around the support (arm).
    sag = np.radians(c["hips"])
    radius = np.sqrt(leg**2 + trunk**2 + 2 * leg * trunk * np.cos(sag))
    base = support - ankle
    apart = np.linalg.norm(base, axis=-1)
    along = (radius**2 - reach**2 + apart**2) / (2 * apart)
    over = np.sqrt(np.maximum(radius**2 - along**2, 0.0))
    e = base / apart[:, None]
    shoulder = ankle + e * along[:, None] + np.stack([-e[:, 1], e[:, 0]], -1) * over[:, None]
    slope = np.arctan2(*(shoulder - ankle).T[::-1]) - np.arctan2(trunk * np.sin(sag), leg + trunk * np.cos(sag))
    hips = ankle + leg * np.stack([np.cos(slope), np.sin(slope)], -1)

    hand = np.stack([support[:, None, 0] * np.ones(2), support[:, None, 1] * np.ones(2)], -1)
    hand[forearms, :, 0] += fore
    width = (body.metres("shoulders") / 2 + spread)[:, None] * SIGN
    elbows = np.where(forearms[:, None], -0.2, -0.75)[..., None] * [1.0, 0, 0]
    elbows = elbows + np.stack(
        [0 * width, np.where(forearms[:, None], -1.0, 0.2) * np.ones(2), 0.75 * SIGN * ~forearms[:, None]], -1
    )
    return Posture(
        pelvis=np.stack([hips[:, 0], hips[:, 1], c["sway"] * 0.5], -1),
        torso=90 - np.degrees(slope + sag),
        heading=np.zeros(frames),
        ball=ball,
        heel=heel,
        toe_out=np.zeros((frames, 2)),
        knees=np.broadcast_to([0.2, -1.0, 0.0], (frames, 2, 3)).copy(),
        arms=np.stack([np.broadcast_to(v, (2, frames)).T for v in (60 * ones, 10 * ones, 0 * ones, 150 * ones)], -1),
        thumb=np.zeros((frames, 2)),
        planted=np.ones((frames, 2)),
        wrist=np.concatenate([hand, width[..., None]], -1),
        elbows=elbows,
        gaze=c["gaze"],
    )


def _gait(
    time: np.ndarray, path: np.ndarray, stand: Pose, body: Proportions, step_seconds: float, lift: float
) -> Channels:
    """Walking along `path` (T,) metres forwards: left and right foot swing in turn and stand still in between."""
    frames = len(time)
    step, raise_, heel = np.tile(path[:1, None], (frames, 2)), np.zeros((frames, 2)), np.zeros((frames, 2))
    in_place = np.ptp(path) < 1e-6
    swing = step_seconds * 0.86
    swings = np.zeros((frames, 2))
    for side in (0, 1):
        for begin in np.arange(side * step_seconds + 0.15, time[-1], 2 * step_seconds):
            u = (time - begin) / swing
            goal = float(np.interp(begin + swing + step_seconds * 0.55, time, path))
            now = step[np.searchsorted(time, begin), side]
            if abs(goal - now) < 0.01 and not in_place:
                continue
            after = u > 0
            step[after, side] = now + (goal - now) * minimum_jerk(u[after])
            bump = np.sin(np.pi * np.clip(u, 0, 1)) ** 2
            raise_[:, side] += lift * (1.0 if in_place else 0.4) * bump
            heel[:, side] += (10 if in_place else 24) * bump
            swings[:, side] += bump
    channels: Channels = {
        name: np.tile(np.full(frames, value)[:, None], (1, 2)) if name in SIDED else np.full(frames, float(value))
        for name, value in stand.items()
    }
    arms = (swings[:, ::-1] - swings) * (18 if in_place else 14)
    channels |= {
        "step": step / body.leg,
        "lift": raise_,
        "heel": heel,
        "flex": channels["flex"] + arms,
        "elbow": channels["elbow"] - np.clip(arms, 0, None) * 1.2 - 10,
        "hip_x": path - 0.01,
        "hip_y": np.full(frames, body.leg * 0.982 - 0.008),
        "torso": channels["torso"] + 2,
    }
    channels["hip_y"] += 0.008 * body.leg * (swings.sum(-1) - 1)
    return channels


def _entrance(
    posture: Posture, body: Proportions, fps: float, random: np.random.Generator, floor: bool
) -> tuple[Posture, int]:
    """Walk in from behind, stand, and take the first position of `posture`. Also: the frame of arrival."""
    goal = posture[slice(0, 1)]
    film = _Film("idle", movements()["idle"], body, fps, random, random)
    place = float(goal.wrist[0, :, 0].mean() - 0.42 * body.leg) if floor else 0.0
    away = float(random.uniform(1.9, 2.4))
    seconds = away / float(random.uniform(0.8, 1.0))
    time = np.arange(round((seconds + 1.4) * fps)) / fps
    path = -away * (1 - minimum_jerk(time / seconds))
    walk = film._standing(_gait(time, path, film.stand, body, 0.5, 0.14))
    walk = _moved(walk, place)
    quiet = film.act((), None, 1, float(random.uniform(0.8, 1.6)), 1.0, 1.0)
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
            wrist=goal.wrist,
            elbows=goal.elbows,
        )
        # the hands reach for where they will be planted
        parts.append(_bridge(replace(quiet[slice(-1, None)], wrist=goal.wrist, elbows=goal.elbows), crouch, 1.2, fps))
        parts.append(_bridge(crouch, goal, 1.5, fps, stepping=True, lift=0.07 * body.leg))
        parts.append(_bridge(goal, goal, 0.3, fps))
    else:
        parts.append(_bridge(quiet, goal, 0.7, fps, stepping=True, lift=0.03 * body.leg))
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
    return middle


def main_minima(performance: Performance) -> list[int]:
    """Frames at which the counting joint is bent most, one per repetition: the truth's own count."""
    ready = round(performance.ready_seconds * performance.fps)
    angle = performance.main_angle[ready:]
    low, high = angle.min(), angle.max()
    below = angle < (low + high) / 2
    starts = np.flatnonzero(np.diff(below.astype(int), prepend=0) == 1)
    ends = np.flatnonzero(np.diff(below.astype(int), append=0) == -1)
    return [int(ready + a + np.argmin(angle[a : b + 1])) for a, b in zip(starts, ends, strict=True)]


def point(performance: Performance, name: str) -> np.ndarray:
    """One landmark's path (T, 3) in room coordinates."""
    return performance.skeleton.landmarks[:, INDEX[name]]
