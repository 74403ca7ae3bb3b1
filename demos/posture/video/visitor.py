"""What one visitor's view of a video remembers: which analysis is under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class VisitorState:
    """One analysis at a time: whoever begins another, or ends it, has the one before stop at its next frame."""

    def __init__(self) -> None:
        self._latest: object | None = None

    @property
    def busy(self) -> bool:
        """Whether an analysis is under way that nobody has ended."""
        return self._latest is not None

    @contextmanager
    def analysis(self) -> Iterator[Callable[[], bool]]:
        """Begin one. What it gives says whether this is still the one that is wanted."""
        mine = self._latest = object()
        try:
            yield lambda: self._latest is mine
        finally:
            if self._latest is mine:
                self._latest = None

    def end(self) -> None:
        """End the one under way, if there is one."""
        self._latest = None
