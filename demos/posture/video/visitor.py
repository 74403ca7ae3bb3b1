"""What one visitor's view of a video remembers: which analysis is under way, and what the last one found."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from demos.common.scheduling.latest import Latest
from demos.posture.own_exercises import OwnExercises

if TYPE_CHECKING:
    from demos.posture.video.run import Watched


@dataclass(frozen=True)
class Turn:
    """One analysis: its `number` among a visitor's `requests`. What is shown of it carries the number, as the answer of
    one that is over may come to the page after the next one's.
    """

    requests: Latest
    number: int

    def wanted(self) -> bool:
        """Whether it is still the one to be shown."""
        return self.requests.number == self.number


@dataclass
class VisitorState:
    """One analysis at a time: whoever begins another, or ends it, has the one before stop at its next frame.

    `under_way` is the number of the analysis begun last that is not over, among the `requests` to begin or end one;
    `enough` that of the one of which the visitor wants to see no more than it has found.
    `own` are the exercises that the visitor has taught, `ranges` where their range ends in some of ours, as the page
    says: the angle in degrees by the exercise's slug.
    `watched` is the video that is shown, with its poses, once it was analysed; `exercise` what the visitor has chosen
    since then. `drawings` are the requests to begin or end an annotated video, `annotated` the last one's file.
    """

    requests: Latest = field(default_factory=Latest)
    under_way: int | None = None
    enough: int | None = None
    own: OwnExercises = field(default_factory=OwnExercises)
    ranges: dict[str, float] = field(default_factory=dict)
    watched: "Watched | None" = None
    exercise: str | None = None
    drawings: Latest = field(default_factory=Latest)
    annotated: Path | None = None

    @property
    def busy(self) -> bool:
        """Whether an analysis is under way that nobody has ended."""
        return self.under_way == self.requests.number

    @property
    def stopped(self) -> bool:
        """Whether of the one under way nothing more is wanted than what it has found."""
        return self.busy and self.enough == self.under_way

    @contextmanager
    def analysis(self) -> Iterator[Turn]:
        """Begin one."""
        ours = self.under_way = self.requests.request()
        self.exercise = None
        try:
            yield Turn(self.requests, ours)
        finally:
            if self.under_way == ours:
                self.under_way = None

    def end(self) -> None:
        """End the one under way, if there is one."""
        self.requests.request()

    def stop(self) -> None:
        """Let the one under way come to its end with what it has found."""
        self.enough = self.under_way

    def show(self, watched: "Watched | None") -> None:
        """This is shown from now on, None: a video that is not analysed yet. What was drawn of the one before goes."""
        self.watched = watched
        self.drawings.request()
        self.discard_annotated()

    def discard_annotated(self) -> None:
        """Remove the annotated video."""
        file, self.annotated = self.annotated, None
        if file is not None:
            file.unlink(missing_ok=True)

    def leave(self) -> None:
        """The page was closed: nothing goes on, and nothing of the visit is kept."""
        self.end()
        self.show(None)
