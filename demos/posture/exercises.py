"""The exercises the coach knows: one TOML file each in `exercises/`. A new exercise is a new file.

The file holds all that is said of an exercise: its names and sentences in both languages, what the coach looks at, how
the synthetic athlete does it (`movement`) and what the sample clip shows (`sample`). The page, the API, the command
line and the tests read the same files. What "auto" can name is another matter: only what the carried network learned.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import safe_open

from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES
from demos.common.models import weights
from demos.posture.pose.landmarks import INDEX, JOINTS, SIDES, without_side
from demos.posture.pose.measures import MEASURES

if TYPE_CHECKING:
    from demos.posture.form import FormHead

FOLDER = Path(__file__).parent / "exercises"
NETWORK = "posture/exercise.safetensors"  # the carried network; its file says what it tells apart
AUTO = "auto"  # find out the exercise from what is done
OTHER = "other"  # the network's word for what is none
VIEWS = ("front", "three_quarter", "side")  # of the camera
BEST_VIEWS = ("side", "three_quarter", "front")  # the best first, of an exercise that says nothing else
KINDS = ("repetitions", "hold")
COMBINED = ("mean", "straighter", "more_bent")
DIRECTIONS = ("down", "up")
# What can be counted by: angles that have a name on the page.
COUNTABLE = frozenset(map(without_side, JOINTS)) | {"upper_arm", "torso_lean", "hip_sag", "foot_pitch"}


@dataclass(frozen=True)
class Signal:
    """The angle that a repetition moves and moves back: `measure` in degrees, of both `sides` (see COMBINED).

    The effort takes it in `direction` ("down" or "up"): it must reach `full`, and come at least `range` from where it
    began. A repetition takes `shortest` seconds at least. `asked` is what is asked of somebody in place of `full`
    (`coach/own_range.py`); no file says it.
    """

    measure: str
    sides: str = "mean"
    direction: str = "down"
    full: float = 0.0
    range: float = 0.0
    shortest: float = 0.35
    asked: float | None = None

    @property
    def goal(self) -> float:
        """The angle to reach: what is asked of this body, or of everybody."""
        return self.full if self.asked is None else self.asked

    def falling(self, angle: float) -> float:
        """`angle` so that the effort makes it fall, which is how repetitions are counted; twice is `angle` again."""
        return -angle if self.direction == "up" else angle


@dataclass(frozen=True)
class Limit:
    """A measure, of both `sides` (see COMBINED), that should stay between `min` and `max`; what to say if it does not.

    With a `range` it should besides not move by more than that within a repetition, wherever a tilted camera sees it.
    `when`: "always", or "effort" for the deep half of a repetition; a defining one is judged there, or at "rest" on top
    before it. `views`: the camera directions that can judge it.
    `unless`: a limit that excuses it while it holds: what the image shows, where the measure needs a guess at depth.
    """

    measure: str
    en: str = ""
    ko: str = ""
    min: float = float("-inf")
    max: float = float("inf")
    range: float = float("inf")
    sides: str = "mean"
    name: str = ""
    when: str = "always"
    views: tuple[str, ...] = VIEWS
    unless: "Limit | None" = None

    def broken_by(self, value: float, slack: float = 0.0) -> bool:
        """Whether `value` is outside, by more than `slack`; NaN is not."""
        return value < self.min - slack or value > self.max + slack

    def sentence(self, language: str) -> str:
        """What to say when it is broken."""
        return {"en": self.en, "ko": self.ko}[language]


@dataclass(frozen=True)
class Still:
    """What must not move while a position is held: a measure, by more than `range` of its unit within `seconds`."""

    measure: str
    range: float
    seconds: float


@dataclass(frozen=True)
class Exercise:
    """`kind` "repetitions" is counted, "hold" is timed. Sentences are {"en": …, "ko": …}.

    Outside the limits of `position` the person is not doing the exercise at all; those of `deep` must hold for a
    repetition to be deep enough; what breaks those of `defining` through most of its depth is another exercise, and
    their sentences say which; breaking those of `cues` is a fault that the coach names. `still` is what must not move
    while a position is held. `by_rules` says that these rules alone tell the exercise from any other movement, as the
    tests measured. `camera` says where the camera should stand, `views` from where it can be coached, the
    best first. `movement` is the athlete's
    (`athlete/movement.py`), `sample` says how the sample clip is performed; both may be missing. `order` is the place
    among the exercises; `recognise` whether a network should learn to tell it. `form`: of a visitor's own, what tells
    good repetitions from bad ones (`form.py`); no file of ours says it.
    """

    slug: str
    kind: str
    name: dict[str, str]
    plural: dict[str, str]
    camera: dict[str, str]
    required: tuple[str, ...]
    signal: Signal
    position: tuple[Limit, ...] = ()
    deep: tuple[Limit, ...] = ()
    defining: tuple[Limit, ...] = ()
    cues: tuple[Limit, ...] = ()
    still: Still | None = None
    by_rules: bool = False
    shallow: dict[str, str] = field(default_factory=dict)
    views: tuple[str, ...] = BEST_VIEWS
    order: int = 1000
    recognise: bool = True
    movement: Mapping[str, Any] | None = None
    sample: Mapping[str, Any] | None = None
    form: "FormHead | None" = None


def read_exercise(file: Path) -> Exercise:
    """The exercise in a TOML file; its slug is the file's name. Raises ValueError, in words, for a wrong one."""
    return parse_exercise(tomllib.loads(file.read_text(encoding="utf-8")), file.stem, str(file))


def parse_exercise(entry: dict[str, Any], slug: str, file: str) -> Exercise:
    """The exercise that the table of a `file` describes. Raises ValueError, in words, for a wrong one."""
    entry = dict(entry)
    try:
        exercise = Exercise(
            slug=slug,
            signal=Signal(**entry.pop("signal", {})),
            position=_limits(entry.pop("position", ())),
            deep=_limits(entry.pop("deep", ())),
            defining=_limits(entry.pop("defining", ())),
            cues=_limits(entry.pop("cues", ())),
            still=Still(**entry.pop("still")) if "still" in entry else None,
            required=tuple(entry.pop("required", ())),
            views=tuple(entry.pop("views", BEST_VIEWS)),
            **entry,
        )
    except TypeError as error:  # names what is missing or unknown
        raise ValueError(f"{file}: {error}") from error
    _check(exercise, file)
    return exercise


def _limits(entries: Sequence[dict[str, Any]]) -> tuple[Limit, ...]:
    limits = []
    for entry in entries:
        excuse = Limit(**entry["unless"]) if "unless" in entry else None
        limits.append(Limit(**{**entry, "views": tuple(entry.get("views", VIEWS)), "unless": excuse}))
    return tuple(limits)


def _check(exercise: Exercise, file: str) -> None:
    """Raise ValueError for a word of the file that nothing knows."""
    limits = [*exercise.position, *exercise.deep, *exercise.defining, *exercise.cues]
    limits += [limit.unless for limit in limits if limit.unless]
    parts = {without_side(name) for name in INDEX if name.startswith(SIDES)}
    for word, known in (
        (exercise.kind, KINDS),
        (exercise.signal.measure, COUNTABLE),
        (exercise.signal.sides, COMBINED),
        (exercise.signal.direction, DIRECTIONS),
        *((view, VIEWS) for view in exercise.views),
        *((part, parts) for part in exercise.required),
        *((limit.measure, MEASURES) for limit in limits),
        *((still.measure, MEASURES) for still in (exercise.still,) if still),
        *((limit.sides, COMBINED) for limit in limits),
        *((cue.when, ("always", "effort")) for cue in exercise.cues),
        *((limit.when, ("always", "rest")) for limit in exercise.defining),
        *((view, VIEWS) for cue in exercise.cues for view in cue.views),
    ):
        if word not in known:
            raise ValueError(f"{file}: “{word}” is unknown here; known are {', '.join(sorted(known))}.")
    for part, of_what in (("required", "part of the body"), ("views", "view")):
        if not getattr(exercise, part):
            raise ValueError(f"{file}: “{part}” must name at least one {of_what}.")
    sentences = {part: getattr(exercise, part) for part in ("name", "plural", "camera")}
    if exercise.kind == "repetitions":
        sentences["shallow"] = exercise.shallow
    for part, words in sentences.items():
        if set(words) != set(LANGUAGES):
            raise ValueError(f"{file}: “{part}” must be said in {' and '.join(LANGUAGES)}, and in nothing else.")


@cache
def exercises() -> dict[str, Exercise]:
    """All exercises by slug, in their order."""
    found = [read_exercise(file) for file in FOLDER.glob("*.toml")]
    return {exercise.slug: exercise for exercise in sorted(found, key=lambda each: (each.order, each.slug))}


def find_exercise(slug: str) -> Exercise:
    """The exercise named `slug`. Raises BadInput for one we do not have."""
    if slug not in exercises():
        raise BadInput("posture.exercise_unknown", exercise=slug, choices=", ".join([AUTO, *exercises()]))
    return exercises()[slug]


def learned_classes(name: str = NETWORK) -> tuple[str, ...]:
    """What a network of `weights/` tells apart, as its file says. Raises WeightsError if that is missing or altered."""
    with safe_open(weights.path(name), "numpy") as file:
        return tuple(file.metadata()["classes"].split(","))


def learned_faults(name: str = NETWORK) -> tuple[str, ...]:
    """The faults that it names, as "squat:knees_in". Raises WeightsError if the file is missing or altered."""
    with safe_open(weights.path(name), "numpy") as file:
        return tuple(filter(None, file.metadata().get("faults", "").split(",")))


def recognisable() -> list[str]:
    """The exercises that "auto" can name. None if the network cannot be read; whoever needs it is told so."""
    try:
        learned = learned_classes()
    except weights.WeightsError:
        return []
    return [slug for slug in exercises() if slug in learned]


def listed(slugs: Sequence[str], language: str, conjunction: str = "and") -> str:
    """The exercises in a sentence: "squats, push-ups and lunges"."""
    words = [exercises()[slug].plural[language] for slug in slugs]
    if language == "en" and len(words) > 1:
        return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
    return ", ".join(words)
