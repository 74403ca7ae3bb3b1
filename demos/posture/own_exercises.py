"""The exercises that one visitor has taught or loaded. Nobody else sees them, and they go when the page goes."""

from dataclasses import dataclass, field, replace

from demos.common.errors import BadInput
from demos.posture.exercises import Exercise

MOST = 12  # exercises of one visitor
PREFIX = "own-"  # no exercise of ours is called so
LONGEST = 40  # characters of a name


@dataclass
class OwnExercises:
    """`known` holds them by the slug that the choice of exercise sends."""

    known: dict[str, Exercise] = field(default_factory=dict)

    def add(self, exercise: Exercise) -> Exercise:
        """Keep `exercise` under a slug of its own, in the place of one with the same name. Raises BadInput at MOST."""
        same = next((slug for slug, each in self.known.items() if each.name == exercise.name), None)
        if same is None and len(self.known) >= MOST:
            raise BadInput("posture.teach_too_many", most=MOST)
        free = (f"{PREFIX}{number}" for number in range(1, MOST + 1) if f"{PREFIX}{number}" not in self.known)
        kept = replace(exercise, slug=same or next(free))
        self.known[kept.slug] = kept
        return kept

    def choices(self, language: str) -> list[tuple[str, str]]:
        """(name, slug) of each."""
        return [(exercise.name[language], slug) for slug, exercise in self.known.items()]

    def named(self, choice: str) -> str | Exercise:
        """What a choice of exercise means: one of these, or the slug itself."""
        return self.known.get(choice, choice)


def checked_name(name: str) -> dict[str, str]:
    """The name that a visitor gives, in both languages. Raises BadInput for none and for one that is too long."""
    name = " ".join(name.split())
    if not name:
        raise BadInput("posture.teach_no_name")
    if len(name) > LONGEST:
        raise BadInput("posture.teach_long_name", most=LONGEST)
    return {"en": name, "ko": name}
