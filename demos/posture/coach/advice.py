"""Advice: which limits of good form are broken, in a repetition as a whole and right now."""

import math
from collections import deque

from demos.common.i18n import text
from demos.posture.coach.demands import HALF_WAY_BACK, UNFINISHED
from demos.posture.coach.repetitions import Rejection
from demos.posture.coach.visibility import combine, spread
from demos.posture.exercises import Exercise, Limit
from demos.posture.pose.measures import UNITLESS

LASTS = 2.0  # seconds that an advice stays, so that it can be read
FRAMES = 5  # with a broken limit before it is said
NEARLY_DEGREES, NEARLY_SHARE = 10.0, 0.05  # by which an attempt may miss what was asked and be said to be near it
MOST = 600  # frames of one repetition within which a measure's movement is looked at
SHARE = 0.3  # of a repetition's frames from which on it has broken a limit


class FormCheck:
    """Watches the limits `cues` from frame to frame."""

    def __init__(self, cues: tuple[Limit, ...]) -> None:
        self.cues = cues
        self._advice: tuple[str, float] | None = None
        self._broken_at: dict[str, float] = {}
        self.restart()

    def restart(self) -> None:
        """Nothing is known but what is being said: somebody else may stand there."""
        self._moving: dict[str, deque[float]] = {}  # the last values of the cues with a range, since the rest before
        self.begin_effort()

    def begin_effort(self) -> None:
        """The deep part of a repetition begins."""
        self._frames = 0
        self._broken: dict[str, int] = {}
        self._moved: set[str] = set()

    def update(
        self, seconds: float, values: dict[str, float], weights: dict[str, float], effort: bool, resting: bool = False
    ) -> None:
        """Look at the measures of the next frame.

        effort: whether it belongs to the deep part of a repetition. resting: whether the next one has not begun.
        """
        view = view_of(values["facing"])
        self._frames += effort
        for cue in self.cues:
            if view not in cue.views:
                continue
            value = combine(values, cue.measure, weights, cue.sides)
            if (cue.when == "always" or effort) and cue.broken_by(value):
                self._broken[cue.name] = self._broken.get(cue.name, 0) + 1
                self._broken_at[cue.name] = seconds
                if self._broken[cue.name] >= FRAMES and not self._contradicted(cue, seconds):
                    self.say(cue.name, seconds)
            if cue.range < math.inf:
                moving = self._moving.setdefault(cue.name, deque(maxlen=MOST))
                if resting:
                    moving.clear()
                if not math.isnan(value):
                    moving.append(value)
                if moving and spread(moving) > cue.range:
                    self._moved.add(cue.name)
                    self.say(cue.name, seconds)

    def _opposites(self, cue: Limit) -> list[Limit]:
        """The cues that ask for less of what this one asks more of."""
        return [other for other in self.cues if other.measure == cue.measure and other.name != cue.name]

    def _contradicted(self, cue: Limit, seconds: float) -> bool:
        """Whether the opposite was broken a moment ago: then the measure wavers, and neither is said."""
        return any(seconds - self._broken_at.get(other.name, -LASTS) < LASTS for other in self._opposites(cue))

    def say(self, cue: str, seconds: float) -> None:
        """Make this the advice from now on."""
        self._advice = (cue, seconds)

    def broken(self) -> tuple[str, ...]:
        """The cues that a good part of the repetition's frames broke, and of two opposite ones at most one."""
        most = {cue.name: self._broken.get(cue.name, 0) for cue in self.cues}
        opposite = {cue.name: max((most[other.name] for other in self._opposites(cue)), default=0) for cue in self.cues}
        frames = max(1, self._frames)
        return tuple(
            name
            for name, count in most.items()
            if count > max(SHARE * frames, 2 * opposite[name]) or name in self._moved
        )

    def advice(self, seconds: float) -> str | None:
        """The name of what to say now."""
        if self._advice and seconds - self._advice[1] > LASTS:
            self._advice = None
        return self._advice[0] if self._advice else None


def view_of(facing: float) -> str:
    """The camera's direction by its name in exercises.VIEWS, from the measure `facing` in degrees."""
    return "front" if facing < 30 else "three_quarter" if facing < 62 else "side"


def sentence(exercise: Exercise, cue: str | None, language: str) -> str:
    """What a reading's `cue` says in `language`; "" for None, "nobody" and "unseen:…", which are the page's to say."""
    if cue == "shallow":
        return exercise.shallow[language]
    if cue in (HALF_WAY_BACK, UNFINISHED):
        return text(f"posture.{cue}", language)
    if cue and cue.startswith("position:"):
        return exercise.position[int(cue.partition(":")[2])].sentence(language)
    limits = (*exercise.cues, *exercise.defining)
    return next((limit.sentence(language) for limit in limits if limit.name == cue), "")


def rejection_words(rejection: Rejection, language: str) -> str:
    """Why an attempt does not count, in numbers: "nearly: knee reached 112°, asked 105°"."""
    degrees = rejection.measure not in UNITLESS
    off = abs(rejection.reached - rejection.asked)
    key = "nearly" if off <= (NEARLY_DEGREES if degrees else NEARLY_SHARE) else "rejected"
    key = "turned_back" if rejection.cue in (HALF_WAY_BACK, UNFINISHED) else key
    scale, unit = (1.0, "°") if degrees else (100.0, "%")
    numbers = rejection.reached * scale, rejection.asked * scale
    decimals = int(round(numbers[0]) == round(numbers[1]))  # 105.4 of 105 is not 105 of 105
    reached, asked = (f"{number:.{decimals}f}{unit}" for number in numbers)
    measure = text(f"posture.measure_{rejection.measure}", language)
    return text(f"posture.{key}", language, measure=measure[0].lower() + measure[1:], reached=reached, asked=asked)
