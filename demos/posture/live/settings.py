"""What the page tells a stream: which exercise is done, and in which language it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES
from demos.posture.exercises import AUTO, find_exercise


@dataclass(frozen=True)
class LiveSettings:
    """`exercise` is a slug or "auto", `language` one of LANGUAGES. Raises BadInput for any other."""

    exercise: str = AUTO
    language: str = LANGUAGES[0]

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise BadInput("posture.setting_unknown", name="language", choices=", ".join(LANGUAGES))
        if self.exercise != AUTO:
            find_exercise(self.exercise)


def read_settings(given: object) -> LiveSettings:
    """The settings in a JSON object as the page sends it. Raises BadInput for anything else."""
    names = [field.name for field in fields(LiveSettings)]
    if not isinstance(given, Mapping) or not all(isinstance(value, str) for value in given.values()):
        raise BadInput("posture.settings_unreadable", choices=", ".join(names))
    for name in given:
        if name not in names:
            raise BadInput("posture.settings_unreadable", choices=", ".join(names))
    return LiveSettings(**given)
