"""What one visitor is teaching: a recording, what was read from it, and what they have set of it since."""

from dataclasses import dataclass, field, replace

from demos.common.errors import BadInput
from demos.common.latest import Latest
from demos.common.validate import number
from demos.posture.exercises import Exercise
from demos.posture.teach.propose import REPETITIONS, Proposal
from demos.posture.teach.recording import Recording

WIDEST = 360.0  # degrees


@dataclass
class Teaching:
    """`chosen` is the number of the proposal that `exercise` comes from. `requests` are those for a recording."""

    requests: Latest = field(default_factory=Latest)
    recording: Recording | None = None
    proposals: tuple[Proposal, ...] = ()
    chosen: int = 0
    exercise: Exercise | None = None
    asked: int = REPETITIONS

    def show(self, recording: Recording, proposals: tuple[Proposal, ...], asked: int) -> None:
        """Begin with what was read from a recording."""
        self.recording, self.proposals, self.asked = recording, proposals, asked
        self.choose(0)

    def choose(self, index: int) -> None:
        """Go on with another proposal. Raises BadInput if there is none of that number."""
        if not 0 <= index < len(self.proposals):
            raise BadInput("posture.teach_nothing")
        name = self.exercise.name if self.exercise and self.chosen != index else None
        self.chosen, self.exercise = index, self.proposals[index].exercise
        if name:
            self.exercise = replace(self.exercise, name=name, plural=name)

    def set(self, full: object, range_: object) -> None:
        """Ask for other angles, in degrees. Raises BadInput for what is no number or out of range."""
        if self.exercise is None:
            raise BadInput("posture.teach_nothing")
        full, way = number("full", full, -WIDEST, WIDEST), number("range", range_, 1, WIDEST)
        signal = replace(self.exercise.signal, full=round(full), range=round(way))
        self.exercise = replace(self.exercise, signal=signal)

    def ask(self, trait: object, asked: bool) -> None:
        """Ask for one of the proposal's traits, by the name of its limit, or not. Raises BadInput for any other."""
        offered = self.proposals[self.chosen].exercise.defining if self.proposals else ()
        if self.exercise is None or trait not in [limit.name for limit in offered]:
            raise BadInput("posture.teach_nothing")
        kept = {limit.name for limit in self.exercise.defining} - {trait} | ({trait} if asked else set())
        defining = tuple(limit for limit in offered if limit.name in kept)
        self.exercise = replace(self.exercise, defining=defining)

    def call(self, name: dict[str, str]) -> None:
        """Give the exercise its name, in both languages."""
        if self.exercise is None:
            raise BadInput("posture.teach_nothing")
        self.exercise = replace(self.exercise, name=name, plural=name)
