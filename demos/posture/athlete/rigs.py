"""From movement channels to postures: standing on both feet, face down on the floor, on one side, walking.

Channels are what `movements.toml` speaks of, one number a frame: (T,), or (T, 2) for what each side has of its own.
"""

import numpy as np

from demos.posture.athlete.skeleton import (
    ANKLE,
    BALL_HEIGHT,
    SIGN,
    WRIST_HEIGHT,
    Posture,
    Proportions,
    foot_points,
    rotation,
)

SIDED = ("knee_out", "toe_out", "flex", "abd", "twist", "elbow", "thumb", "step", "heel", "lift")

BAR_HEIGHT = 1.33  # of the bar to hang from, in shares of stature

Pose = dict[str, float]
Channels = dict[str, np.ndarray]


def minimum_jerk(u: np.ndarray) -> np.ndarray:
    """From 0 to 1 as a hand moves: 10u³ - 15u⁴ + 6u⁵ (Flash & Hogan 1985), u clipped to [0, 1]."""
    u = np.clip(u, 0.0, 1.0)
    way: np.ndarray = u**3 * (10 - 15 * u + 6 * u * u)
    return way


def feet(c: Channels, body: Proportions) -> np.ndarray:
    """Where the balls of the feet are (T, 2, 3), ankles under the hips in a quiet stance."""
    size = body.stature
    ahead = -ANKLE[0] * size * np.cos(np.radians(c["toe_out"])) + c["step"] * body.leg
    aside = c["stance"][:, None] * body.metres("hips") / 2 + -ANKLE[0] * size * np.sin(np.radians(c["toe_out"]))
    return np.stack([ahead, BALL_HEIGHT * size + c["lift"] * body.leg, aside * SIGN], -1)


def hips_over_feet(c: Channels, body: Proportions, lead: int | None = None) -> np.ndarray:
    """Middle of the hips (T, 2), forwards and up: the leaning shin and the bent knee carry them over the feet.

    Over both ankles, or over the `lead` foot's. The distance from hip to ankle is exact, also with feet apart.
    """
    ankle = foot_points(feet(c, body), c["heel"], c["toe_out"], rotation("y", 0 * c["torso"]), body)["ankle"]
    shin, knee = np.radians(c["shin"]), np.radians(c["knee"])
    thigh, shank = body.metres("thigh"), body.metres("shank")
    thigh_lean = shin - (np.pi - knee)
    way = np.stack(
        [shank * np.sin(shin) + thigh * np.sin(thigh_lean), shank * np.cos(shin) + thigh * np.cos(thigh_lean)], -1
    )
    sides = (0, 1) if lead is None else (lead,)
    apart = np.mean([np.abs(np.abs(ankle[:, s, 2]) - body.metres("hips") / 2) for s in sides], 0)
    length = np.linalg.norm(way, axis=-1)
    way *= (np.sqrt(np.maximum(length**2 - apart**2, 1e-4)) / length)[:, None]
    hips: np.ndarray = ankle[:, sides, :2].mean(1) + way
    return hips


def standing(c: Channels, body: Proportions) -> Posture:
    """On the feet: the hips from shin and knee, or where hip_x and hip_y say; the arms by their angles."""
    frames = len(c["torso"])
    hips = np.stack([c["hip_x"], c["hip_y"]], -1) if "hip_x" in c else hips_over_feet(c, body)
    ball = feet(c, body)
    ball[..., 1] += c["rise"][:, None] * body.leg
    hips[:, 1] += c["rise"] * body.leg
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
        roll=np.zeros(frames),
    )


def face_down(c: Channels, body: Proportions) -> Posture:
    """Face down on toes and hands (or forearms): legs, trunk and arms close a chain over the floor."""
    frames = len(c["torso"])
    ones = np.ones(frames)
    size = body.stature
    ground = WRIST_HEIGHT * size
    aside = np.stack([ones * 0.55 * body.metres("hips")] * 2, -1) * SIGN
    behind = np.stack([np.zeros((frames, 2)), np.full((frames, 2), BALL_HEIGHT * size), aside], -1)
    heel = np.full((frames, 2), 72.0)
    ankle = foot_points(behind, heel, np.zeros((frames, 2)), rotation("y", np.zeros(frames)), body)["ankle"][:, 0, :2]
    # a foot that leaves its place bears nothing
    ball = behind + np.stack([c["step"], c["lift"], 0 * c["lift"]], -1) * body.leg

    forearms = c.get("forearms", 0 * ones) > 0.5
    elbow = np.radians(c["elbow"].mean(-1) if c["elbow"].ndim == 2 else c["elbow"])
    upper, fore = body.metres("upper_arm"), body.metres("forearm")
    spread = (c["hand_width"] - 1) * body.metres("shoulders") / 2
    bent = np.sqrt(upper**2 + fore**2 - 2 * upper * fore * np.cos(elbow))
    reach = np.where(forearms, upper, np.sqrt(np.maximum(bent**2 - spread**2, 1e-4)))
    thigh, shank, trunk = body.metres("thigh"), body.metres("shank"), body.metres("trunk")
    leg = np.sqrt(thigh**2 + shank**2 - 2 * thigh * shank * np.cos(np.radians(c["knee"])))

    # The support (hand or elbow) is where the straight body puts the shoulder right above it, arms long.
    tall = upper if forearms.all() else np.sqrt((upper + fore) ** 2 * 0.985 - spread.mean() ** 2)
    x = ankle[0, 0] + np.sqrt((leg[0] + trunk) ** 2 - (ground + tall - ankle[0, 1]) ** 2) + c["hand_ahead"].mean()
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
    hips = ankle + leg[:, None] * np.stack([np.cos(slope), np.sin(slope)], -1)

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
        knees=np.broadcast_to([1.0, -0.3, 0.0], (frames, 2, 3)).copy(),
        arms=np.stack([np.broadcast_to(v, (2, frames)).T for v in (60 * ones, 10 * ones, 0 * ones, 150 * ones)], -1),
        thumb=np.zeros((frames, 2)),
        planted=np.ones((frames, 2)),
        wrist=np.concatenate([hand, width[..., None]], -1),
        elbows=elbows,
        gaze=c["gaze"],
        roll=np.zeros(frames),
    )


def on_side(c: Channels, body: Proportions) -> Posture:
    """On the right forearm and the edges of the feet, the chest ahead: legs and trunk are one line over the floor.

    `roll` turns the body about its length: 90 has one shoulder right above the other, less turns the chest down.
    """
    frames = len(c["torso"])
    size, ones = body.stature, np.ones(len(c["torso"]))
    heading, sag, roll = -90 * ones, np.radians(c["hips"]), np.radians(c["roll"])
    thigh, shank, trunk = body.metres("thigh"), body.metres("shank"), body.metres("trunk")
    leg = np.sqrt(thigh**2 + shank**2 - 2 * thigh * shank * np.cos(np.radians(c["knee"])))
    ground, ankles = WRIST_HEIGHT * size, 0.058 * size  # over the floor: of the wrist, and of the middle of both ankles
    # The elbow stands under the lower shoulder: that says how high the shoulders are, and the bend where the hips are.
    high = ground + 0.985 * body.metres("upper_arm") + 0.48 * body.metres("shoulders") * np.sin(roll) - ankles
    whole = np.sqrt(leg**2 + trunk**2 + 2 * leg * trunk * np.cos(sag))
    slope = np.arcsin(high / whole) - np.arctan2(trunk * np.sin(sag), leg + trunk * np.cos(sag))
    hips = leg[:, None] * np.stack([np.sin(slope), np.cos(slope)], -1) + [ankles, 0.0]  # up, and along
    torso = 90 - np.degrees(slope + sag)
    length = rotation("y", heading) @ rotation("z", -torso)
    frame, edge = length @ rotation("y", c["roll"]), length @ rotation("y", 90 * ones)
    stacked = edge[:, None, :, 2] * SIGN[:, None] * 0.026 * size  # the left ankle lies on the right one
    pelvis = np.stack([c["sway"] * 0.3, hips[:, 0], hips[:, 1]], -1)
    shoulder = pelvis + frame[..., 1] * trunk + frame[..., 2] * body.metres("shoulders") / 2  # the lower one
    wrist = shoulder[:1] * (1.0, 0.0, 1.0) + np.array([body.metres("forearm"), ground, 0.0])
    return Posture(
        pelvis=pelvis,
        torso=torso,
        heading=heading,
        ball=stacked + np.array([0.0, ankles, 0.0]) - (edge @ (np.array([*ANKLE, 0.0]) * size))[:, None],
        heel=np.zeros((frames, 2)),
        toe_out=np.zeros((frames, 2)),
        knees=np.broadcast_to([1.0, 0.0, 0.0], (frames, 2, 3)).copy(),
        arms=np.stack([c["flex"], c["abd"], c["twist"], c["elbow"]], -1),
        thumb=c["thumb"],
        planted=np.broadcast_to([0.0, 1.0], (frames, 2)).copy(),
        wrist=np.broadcast_to(wrist[:, None], (frames, 2, 3)).copy(),
        elbows=np.broadcast_to([-0.5, -1.0, 0.0], (frames, 2, 3)).copy(),
        gaze=torso + c["gaze"],
        roll=c["roll"],
    )


def on_back(c: Channels, body: Proportions) -> Posture:
    """On the back, feet on the floor ahead: the trunk rises from the hips, or the hips rise from the shoulders.

    `torso` is -90 lying flat, 0 sitting upright, and less than -90 in a bridge. `step` places the feet. `flex` turns
    the arms against the room: 90 lies along the floor towards the feet.
    """
    frames = len(c["torso"])
    size = body.stature
    lean = np.radians(c["torso"])
    flat = 0.062 * size  # hips and shoulders over the floor, lying
    up = np.stack([np.sin(lean), np.cos(lean)], -1)
    bridge = (c["torso"] < -90)[:, None]
    hips = np.where(bridge, [-body.metres("trunk"), flat] - body.metres("trunk") * up, [0.0, flat])
    ball = feet(c | {"toe_out": 0 * c["toe_out"]}, body)
    zeros = np.zeros((frames, 2, 3))
    return Posture(
        pelvis=np.stack([hips[:, 0], hips[:, 1], c["sway"] * 0.5], -1),
        torso=c["torso"],
        heading=np.zeros(frames),
        ball=ball,
        heel=c["heel"],
        toe_out=np.zeros((frames, 2)),
        knees=np.stack([np.full((frames, 2), 0.25), np.ones((frames, 2)), np.radians(c["knee_out"]) * SIGN], -1),
        arms=np.stack([c["flex"], c["abd"], c["twist"], c["elbow"]], -1),
        thumb=c["thumb"],
        planted=np.zeros((frames, 2)),
        wrist=zeros,
        elbows=zeros,
        gaze=c["gaze"],
        roll=np.zeros(frames),
    )


def hanging(c: Channels, body: Proportions) -> Posture:
    """Hanging by both hands from a bar: the elbows' angle lifts the trunk, the legs hang by `shin` and `knee`."""
    frames = len(c["torso"])
    size = body.stature
    elbow = np.radians(c["elbow"].mean(-1) if c["elbow"].ndim == 2 else c["elbow"])
    upper, fore = body.metres("upper_arm"), body.metres("forearm")
    spread = (c["hand_width"] - 1) * body.metres("shoulders") / 2
    reach = np.sqrt(np.maximum(upper**2 + fore**2 - 2 * upper * fore * np.cos(elbow) - spread**2, 1e-4))
    lean = np.radians(c["torso"])
    # pulling, the trunk leans back so that the head passes the bar
    shoulder = np.stack([-body.leg * c["behind"], BAR_HEIGHT * size - reach], -1)
    hips = shoulder - body.metres("trunk") * np.stack([np.sin(lean), np.cos(lean)], -1)
    shin, bend = np.radians(c["shin"]), np.pi - np.radians(c["knee"])
    thigh, shank = body.metres("thigh"), body.metres("shank")
    # `shin` leans the thigh forwards here, and the shin is bent back from there
    way = [thigh * np.sin(shin) + shank * np.sin(shin - bend), -thigh * np.cos(shin) - shank * np.cos(shin - bend)]
    ankle = np.stack([hips[:, 0] + way[0], hips[:, 1] + way[1]], -1)
    nothing = np.zeros((frames, 2, 3))
    offset = foot_points(nothing, c["heel"], 0 * c["heel"], rotation("y", np.zeros(frames)), body)["ankle"]
    aside = np.stack([np.full(frames, 0.5 * body.metres("hips"))] * 2, -1) * SIGN
    place = np.stack([np.stack([ankle[:, 0]] * 2, -1), np.stack([ankle[:, 1]] * 2, -1), aside], -1)
    hand = np.zeros((frames, 2))
    width = (body.metres("shoulders") / 2 + spread)[:, None] * SIGN
    return Posture(
        pelvis=np.stack([hips[:, 0], hips[:, 1], c["sway"] * 0.5], -1),
        torso=c["torso"],
        heading=np.zeros(frames),
        ball=place - offset * (1, 1, 0),
        heel=c["heel"],
        toe_out=np.zeros((frames, 2)),
        knees=np.broadcast_to([1.0, 0.0, 0.0], (frames, 2, 3)).copy(),
        arms=np.stack([c["flex"], c["abd"], c["twist"], c["elbow"]], -1),
        thumb=c["thumb"],
        planted=np.ones((frames, 2)),
        wrist=np.stack([hand, np.full((frames, 2), BAR_HEIGHT * size), width], -1),
        elbows=np.stack([np.full((frames, 2), 0.25), np.full((frames, 2), -1.0), np.ones((frames, 2)) * SIGN], -1),
        gaze=c["gaze"],
        roll=np.zeros(frames),
    )


def walking(
    time: np.ndarray, path: np.ndarray, stand: Pose, body: Proportions, step_seconds: float, lift: float
) -> Channels:
    """Walking along `path` (T,) metres forwards: left and right foot swing in turn and stand still in between.

    A path that does not move is walking in place, with knees lifted higher (`lift` in leg lengths).
    """
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
    stride = np.minimum(np.abs(np.gradient(path, time)) / 0.8, 1.0)  # long steps lower the hips
    arms = (swings[:, ::-1] - swings) * (18 if in_place else 14)
    channels |= {
        "step": step / body.leg,
        "lift": raise_,
        "heel": heel,
        "flex": channels["flex"] + arms,
        "elbow": channels["elbow"] - np.clip(arms, 0, None) * 1.2 - 10,
        "hip_x": path - 0.01,
        "hip_y": body.leg * (0.982 - 0.014 * stride) - 0.008,
        "torso": channels["torso"] + 2,
    }
    channels["hip_y"] += 0.008 * body.leg * (swings.sum(-1) - 1)
    return channels
