"""What makes a movement that was shown this one and no other, besides its angle: the hips go down, feet stay in line.

A trait is a measure that tells movements apart. Where somebody was far from how one stands, each repetition must be;
where not, none may go there. The coach judges it while a repetition is deep (`coach/demands.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from demos.posture.coach.advice import view_of
from demos.posture.coach.demands import AROUND
from demos.posture.exercises import BEST_VIEWS, Limit, Signal
from demos.posture.pose.measures import UNITLESS
from demos.posture.teach.held import sentence
from demos.posture.teach.recording import Recording

AS_SHOWN, AS_STANDING = "as_shown", "as_standing"  # how a trait must be

HALF = 0.5  # share of the way from standing to what was shown that must at least be gone
SEEN = 0.8  # share of the deep frames in which a trait must be seen to be asked for


@dataclass(frozen=True)
class Trait:
    """A `measure` of the "arms" or the "legs", as it is of who stands, and its unit's `apart` from which it is not so.

    It leaves what it is standing upwards, or downwards where `apart` is negative.
    """

    measure: str
    limbs: str
    standing: float
    apart: float
    views: tuple[str, ...] = BEST_VIEWS


# How bodies stand, and by how much the athletes of `tests/oracle/posture/teach` differ in the same exercise.
TRAITS = (
    Trait("hip_height", "legs", 0.97, -0.13),
    Trait("stride", "legs", 0.08, 0.36),
    Trait("stance", "legs", 1.3, 1.1, views=("front", "three_quarter")),
    Trait("knee", "legs", 172.0, -38.0),
    Trait("hip", "legs", 172.0, -45.0),
    Trait("elbow", "arms", 155.0, -48.0),
    Trait("upper_arm", "arms", 14.0, 42.0),
    Trait("arm_difference", "arms", 8.0, 45.0),
    Trait("elbow_span", "arms", 0.75, 0.55, views=("front",)),
)
ARMS = frozenset({"elbow", "shoulder", "upper_arm", "wrist"})  # what is counted by these, arms do


def defining(recording: Recording, signal: Signal, spans: Sequence[tuple[float, float]]) -> tuple[Limit, ...]:
    """What all repetitions of the recording had in common while they were deep, each from one second to another."""
    angles = recording.curve(signal.measure, signal.sides)
    sign = -1.0 if signal.direction == "up" else 1.0
    deep = sign * angles <= signal.falling(signal.full) + AROUND
    turns = [deep & (recording.seconds >= start) & (recording.seconds <= end) for start, end in spans]
    return tuple(_kept(recording, signal, turns))


def _kept(recording: Recording, signal: Signal, turns: Sequence[np.ndarray]) -> Iterator[Limit]:
    """The limit of each trait; `turns` are the deep frames (T,) of each repetition."""
    moving = "arms" if signal.measure in ARMS else "legs"
    view = view_of(float(np.median(recording.values["facing"][np.any(turns, axis=0)])))
    for trait in TRAITS:
        if trait.measure == signal.measure or view not in trait.views:
            continue
        if trait.limbs == "arms" != moving:  # who squats may hold the arms otherwise next time
            continue
        curve = recording.curve(trait.measure)
        if any(np.isfinite(curve[turn]).mean() < SEEN for turn in turns):
            continue
        upwards, apart = trait.apart > 0, abs(trait.apart)
        sign = 1.0 if upwards else -1.0
        away = [sign * (float(np.nanmedian(curve[turn])) - trait.standing) for turn in turns]
        if min(away) >= apart:
            yield _limit(trait, AS_SHOWN, trait.standing + sign * HALF * min(away), least=upwards)
        elif trait.limbs == moving:
            yield _limit(trait, AS_STANDING, trait.standing + sign * (max(*away, 0.0) + apart), least=not upwards)


def _limit(trait: Trait, kind: str, bound: float, *, least: bool) -> Limit:
    words = sentence(f"teach_not_{trait.measure}_{kind}")
    bound = round(bound, 2 if trait.measure in UNITLESS else 0)
    limit = Limit(trait.measure, words["en"], words["ko"], name=f"{trait.measure}_{kind}")
    return replace(limit, min=bound) if least else replace(limit, max=bound)
