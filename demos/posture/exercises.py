"""The exercises the coach knows: one TOML file each in `exercises/`. A new exercise is a new file."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from demos.common.errors import BadInput

FOLDER = Path(__file__).parent / "exercises"
AUTO = "auto"  # find out the exercise from what is done
VIEWS = ("front", "three_quarter", "side")


@dataclass(frozen=True)
class Signal:
    """The angle that goes down and up: `joint` in degrees, of both `sides` (mean, straighter, more_bent).

    A repetition must reach `full` and fall by at least `range` from where it began.
    """

    joint: str
    sides: str = "mean"
    full: float = 0.0
    range: float = 0.0


@dataclass(frozen=True)
class Limit:
    """A measure that should stay between `min` and `max`, and what to say when it does not.

    `when`: "always", or "effort" for the deep half of a repetition. `views`: the camera directions that can judge it.
    """

    measure: str
    en: str
    ko: str
    min: float = float("-inf")
    max: float = float("inf")
    name: str = ""
    when: str = "always"
    views: tuple[str, ...] = VIEWS

    def broken_by(self, value: float) -> bool:
        """Whether `value` is outside; NaN is not."""
        return value < self.min or value > self.max

    def sentence(self, language: str) -> str:
        """What to say when it is broken."""
        return {"en": self.en, "ko": self.ko}[language]


@dataclass(frozen=True)
class Exercise:
    """`kind` "repetitions" is counted, "hold" is timed. Sentences are {"en": …, "ko": …}.

    Outside the limits of `position` the person is not doing the exercise at all; those of `deep` must hold for a
    repetition to be deep enough; breaking those of `cues` is a fault that the coach names.
    """

    slug: str
    kind: str
    name: dict[str, str]
    camera: dict[str, str]
    required: tuple[str, ...]
    signal: Signal
    position: tuple[Limit, ...] = ()
    deep: tuple[Limit, ...] = ()
    cues: tuple[Limit, ...] = ()
    shallow: dict[str, str] = field(default_factory=dict)


def load(file: Path) -> Exercise:
    """The exercise in a TOML file; its slug is the file's name."""
    entry = tomllib.loads(file.read_text(encoding="utf-8"))
    return Exercise(
        slug=file.stem,
        signal=Signal(**entry.pop("signal")),
        position=tuple(Limit(**limit) for limit in entry.pop("position", ())),
        deep=tuple(Limit(**limit) for limit in entry.pop("deep", ())),
        cues=tuple(Limit(**{**cue, "views": tuple(cue.get("views", VIEWS))}) for cue in entry.pop("cues", ())),
        required=tuple(entry.pop("required")),
        **entry,
    )


@cache
def exercises() -> dict[str, Exercise]:
    """All exercises by slug."""
    return {file.stem: load(file) for file in sorted(FOLDER.glob("*.toml"))}


def pick(slug: str) -> Exercise:
    """The exercise named `slug`. Raises BadInput for one we do not have."""
    if slug not in exercises():
        raise BadInput("posture.exercise_unknown", exercise=slug, choices=", ".join([AUTO, *exercises()]))
    return exercises()[slug]
