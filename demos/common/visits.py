"""Who is here, by session, and what ends when they leave: nothing is held for somebody who is gone.

A visit is a page that is open, or a program that asks. It is over for a page when its last heartbeat ends (Gradio's
`/heartbeat/{session}`, a connection that a page holds open), and for whoever has none when no request of theirs was
open for SILENCE seconds: a program that was killed, or that asked for something and never came for the answer.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SILENCE = 60.0  # seconds without an open request after which a visit is over


@dataclass
class Visit:
    """What is known of one session. `ends` are called when it is over, each once, in the order in which they came."""

    heard: float  # when it was heard of last, in seconds of the clock
    name: str = field(default_factory=lambda: uuid.uuid4().hex)  # another one after it was forgotten, or elsewhere
    requests: int = 0  # that are open now
    pages: int = 0  # heartbeats among them
    ends: dict[Callable[[], object], None] = field(default_factory=dict)


@dataclass
class Visits:
    """All visits of one app. Every method may be called from any thread."""

    silence: float = SILENCE
    clock: Callable[[], float] = time.monotonic
    _visits: dict[str, Visit] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def at_end(self, session: str | None, end: Callable[[], object]) -> None:
        """Have `end` called when the visit of this session is over: it gives back what is held for it.

        What is equal to one that is known already (a bound method of the same object is) changes nothing. Without a
        session there is no visit.
        """
        if session:
            with self._lock:
                self._visit(session).ends[end] = None

    @contextmanager
    def request(self, session: str, page: bool = False) -> Iterator[str]:
        """A request of this session is open; `page`: its heartbeat, whose end is the end of the visit if it is the
        last one. Gives the visit's name."""
        with self._lock:
            visit = self._visit(session)
            visit.requests += 1
            visit.pages += page
        try:
            yield visit.name
        finally:
            with self._lock:
                visit.requests -= 1
                visit.pages -= page
                visit.heard = self.clock()

    def count(self) -> int:
        """How many are here: pages that are open, and programs that were heard of lately."""
        with self._lock:
            return len(self._visits)

    def has_page(self, session: str) -> bool:
        """Whether a page of this session is open."""
        with self._lock:
            return session in self._visits and self._visits[session].pages > 0

    def give_back(self, session: str) -> None:
        """What was held for this session is held no longer. It may be heard of again: a line may break for a moment."""
        with self._lock:
            visit = self._visits.get(session)
            ends = list(visit.ends) if visit else []
            if visit:
                visit.ends.clear()
        for end in ends:
            end()

    def over(self, others: Iterable[str] = ()) -> list[str]:
        """The sessions that have been silent for too long: whoever asks is to `forget` them.

        `others` are sessions that somebody else knows of. One that was not heard of so far is heard of now.
        """
        with self._lock:
            for session in others:
                self._visit(session)
            now = self.clock()
            return [
                name for name, visit in self._visits.items() if not visit.requests and now - visit.heard > self.silence
            ]

    def forget(self, session: str) -> None:
        """The visit is over: whatever is held for it is given back, and nothing is known of it any more."""
        self.give_back(session)
        with self._lock:
            if session in self._visits and not self._visits[session].requests:
                del self._visits[session]

    def _visit(self, session: str) -> Visit:
        return self._visits.setdefault(session, Visit(self.clock()))
