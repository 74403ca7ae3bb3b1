"""What one visitor is teaching: a recording, what was read from it, and what they have set of it since."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from demos.common.errors import BadInput
from demos.common.scheduling.latest import Latest
from demos.common.validate import number
from demos.posture.exercises import Exercise
from demos.posture.teach.performed import Performed, performed
from demos.posture.teach.propose import REPETITIONS, Proposal
from demos.posture.teach.recording import Recording

if TYPE_CHECKING:
    from demos.posture.teach.learn_form import Learning

WIDEST = 360.0  # degrees
MOST = 10  # further recordings


@dataclass
class Taken:
    """A further recording of the exercise, done well or badly, and the repetitions that are found in it."""

    good: bool
    recording: Recording
    repetitions: tuple[Performed, ...] = ()


@dataclass
class Teaching:
    """`chosen` is the number of the proposal that `exercise` comes from. `requests` are those for a recording.

    `taken` are further recordings of it, good or bad; `learned` what was learned from them, None once anything of the
    exercise or of them has changed since. The first recording is a good one.
    """

    requests: Latest = field(default_factory=Latest)
    recording: Recording | None = None
    proposals: tuple[Proposal, ...] = ()
    chosen: int = 0
    exercise: Exercise | None = None
    asked: int = REPETITIONS
    taken: list[Taken] = field(default_factory=list)
    learned: "Learning | None" = None

    def show(self, recording: Recording, proposals: tuple[Proposal, ...], asked: int) -> None:
        """Begin with what was read from a recording."""
        self.recording, self.proposals, self.asked = recording, proposals, asked
        self.choose(0)

    def take(self, recording: Recording, good: bool) -> None:
        """Keep a further recording. Raises BadInput as `check_room` does, and if no repetition is found in it."""
        self.check_room()
        assert self.exercise is not None
        found = performed(self.exercise, recording)
        if not found:
            raise BadInput("posture.teach_form_none")
        self.taken.append(Taken(good, recording, found))
        self._forget()

    def check_room(self) -> None:
        """Raise BadInput if no further recording can be kept."""
        if self.exercise is None:
            raise BadInput("posture.teach_nothing")
        if self.exercise.kind != "repetitions":
            raise BadInput("posture.teach_form_hold")
        if len(self.taken) >= MOST:
            raise BadInput("posture.teach_form_many", most=MOST)

    def drop(self, index: int) -> None:
        """Let go of a further recording."""
        if not 0 <= index < len(self.taken):
            raise BadInput("posture.teach_nothing")
        del self.taken[index]
        self._forget()

    def recordings(self) -> list[tuple[bool, tuple[Performed, ...]]]:
        """All that can be learned from: good or bad, and the repetitions. Raises BadInput if there is no exercise."""
        if self.exercise is None or self.recording is None:
            raise BadInput("posture.teach_nothing")
        return [
            (True, performed(self.exercise, self.recording)),
            *((each.good, each.repetitions) for each in self.taken),
        ]

    def learn_from(self, learned: "Learning") -> None:
        """The exercise says good from bad from now on."""
        assert self.exercise is not None
        self.learned = learned
        self.exercise = replace(self.exercise, form=learned.head)

    def _changed(self) -> None:
        """Another exercise finds other repetitions."""
        assert self.exercise is not None
        for each in self.taken:
            each.repetitions = performed(self.exercise, each.recording)
        self._forget()

    def _forget(self) -> None:
        self.learned = None
        if self.exercise is not None:
            self.exercise = replace(self.exercise, form=None)

    def choose(self, index: int) -> None:
        """Go on with another proposal. Raises BadInput if there is none of that number."""
        if not 0 <= index < len(self.proposals):
            raise BadInput("posture.teach_nothing")
        name = self.exercise.name if self.exercise and self.chosen != index else None
        self.chosen, self.exercise = index, self.proposals[index].exercise
        if name:
            self.exercise = replace(self.exercise, name=name, plural=name)
        self._changed()

    def set(self, full: object, range_: object) -> None:
        """Ask for other angles, in degrees. Raises BadInput for what is no number or out of range."""
        if self.exercise is None:
            raise BadInput("posture.teach_nothing")
        full, way = number("full", full, -WIDEST, WIDEST), number("range", range_, 1, WIDEST)
        signal = replace(self.exercise.signal, full=round(full), range=round(way))
        self.exercise = replace(self.exercise, signal=signal)
        self._changed()

    def ask(self, trait: object, asked: bool) -> None:
        """Ask for one of the proposal's traits, by the name of its limit, or not. Raises BadInput for any other."""
        offered = self.proposals[self.chosen].exercise.defining if self.proposals else ()
        if self.exercise is None or trait not in [limit.name for limit in offered]:
            raise BadInput("posture.teach_nothing")
        kept = {limit.name for limit in self.exercise.defining} - {trait} | ({trait} if asked else set())
        defining = tuple(limit for limit in offered if limit.name in kept)
        self.exercise = replace(self.exercise, defining=defining)
        self._changed()

    def call(self, name: dict[str, str]) -> None:
        """Give the exercise its name, in both languages."""
        if self.exercise is None:
            raise BadInput("posture.teach_nothing")
        self.exercise = replace(self.exercise, name=name, plural=name)
