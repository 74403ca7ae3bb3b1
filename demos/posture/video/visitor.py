"""What one visitor's view of a video remembers: which analysis is under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from demos.common.latest import Latest
from demos.posture.own_exercises import OwnExercises


@dataclass
class VisitorState:
    """One analysis at a time: whoever begins another, or ends it, has the one before stop at its next frame.

    `under_way` is the number of the analysis begun last that is not over, among the `requests` to begin or end one.
    `own` are the exercises that the visitor has taught.
    """

    requests: Latest = field(default_factory=Latest)
    under_way: int | None = None
    own: OwnExercises = field(default_factory=OwnExercises)

    @property
    def busy(self) -> bool:
        """Whether an analysis is under way that nobody has ended."""
        return self.under_way == self.requests.number

    @contextmanager
    def analysis(self) -> Iterator[Callable[[], bool]]:
        """Begin one. What it gives says whether this is still the one that is wanted."""
        ours = self.under_way = self.requests.request()
        try:
            yield lambda: self.requests.number == ours
        finally:
            if self.under_way == ours:
                self.under_way = None

    def end(self) -> None:
        """End the one under way, if there is one."""
        self.requests.request()
