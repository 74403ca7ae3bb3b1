"""What the page tells a stream: which exercise is done, in which language it is answered, and of which workout."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES
from demos.posture.coach.own_range import asked_of
from demos.posture.exercises import AUTO, Exercise, find_exercise
from demos.posture.teach import exercise_file
from demos.posture.workout.plan import Plan, plan_of

if TYPE_CHECKING:
    from demos.posture.form import FormHead


@dataclass(frozen=True)
class LiveSettings:
    """`exercise` is a slug or "auto", `language` one of LANGUAGES. Raises BadInput for any other.

    `definition` is a visitor's own exercise as TOML; then `exercise` is only its name. `range` is the angle in degrees
    at which the visitor's range ends, "" where that is not known. `told` is what is counted.
    `form` is what tells good repetitions of it from bad ones, the bytes of `form.write` in base64.
    `record` is "on" for a page that records a movement: then each answer holds the landmarks in the room, too.
    `plan` is that of a workout; None while there is only counting.
    """

    exercise: str = AUTO
    language: str = LANGUAGES[0]
    definition: str = ""
    form: str = ""
    range: str = ""
    record: str = ""
    told: str | Exercise = field(init=False, default=AUTO)
    plan: Plan | None = None

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise BadInput("posture.setting_unknown", name="language", choices=", ".join(LANGUAGES))
        if self.record not in ("", "on"):
            raise BadInput("posture.setting_unknown", name="record", choices="on")
        if self.definition:
            own = exercise_file.read(self.definition.encode(errors="replace"), "own")
            if self.form:
                own = replace(own, form=_read_form(self.form))
            object.__setattr__(self, "told", own)
            return
        told: str | Exercise = AUTO if self.exercise == AUTO else find_exercise(self.exercise).slug
        if self.range and told != AUTO:
            told = asked_of(find_exercise(self.exercise), _number(self.range))
        object.__setattr__(self, "told", told)


def _read_form(given: str) -> "FormHead":
    from demos.posture.form import read

    try:
        return read(b64decode(given, validate=True))[0]
    except ValueError as error:
        raise BadInput("posture.teach_form_wrong") from error


def _number(text: str) -> float | str:
    """The number that a text says; the text itself, for others to refuse, if it says none."""
    try:
        return float(text)
    except ValueError:
        return text


def read_settings(given: object) -> LiveSettings:
    """The settings in a JSON object as the page sends it. Raises BadInput for anything else."""
    names = [each.name for each in fields(LiveSettings) if each.init and each.name != "plan"]
    refused = BadInput("posture.settings_unreadable", choices=", ".join(names))
    if not isinstance(given, Mapping):
        raise refused
    texts = {name: value for name, value in given.items() if name != "plan"}
    if not all(name in names and isinstance(value, str) for name, value in texts.items()):
        raise refused
    settings = LiveSettings(**texts)
    asked = given.get("plan")
    return settings if asked is None else replace(settings, plan=_read_plan(settings.told, asked))


def _read_plan(exercise: str | Exercise, asked: Any) -> Plan:
    """The plan in {sets, target, by_time, rest}."""
    names = ("sets", "target", "by_time", "rest")
    if not isinstance(asked, Mapping) or set(asked) != set(names):
        raise BadInput("posture.plan_unreadable", choices=", ".join(names))
    return plan_of(exercise, *(asked[name] for name in names))
