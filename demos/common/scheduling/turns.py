"""Those who need much computing take turns: a few at a time, a few seconds each, whoever waits longest first.

Round robin with a time slice (Tanenbaum and Bos, "Modern Operating Systems", section 2.4.3), as a scheduler deals with
processes; here it is visitors, and they hand their turn on by themselves, between two pieces of their work.

    turns = Turns(at_once=1, seconds=5.0)
    with turns.enter("a visitor") as turn:
        for found in turn.each(work):       # whatever iterates: a training, a lottery, the frames of a film
            if isinstance(found, Place):
                ...                         # waiting: 3rd in line, about 40 s
            else:
                ...                         # the next piece of the work

Who holds a turn keeps it while nobody else waits. Whoever waits must go on asking; who falls silent is passed over, and
keeps its place: so a page that is gone holds up nobody.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Condition
from types import TracebackType
from typing import Self, TypeVar

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.numbers import ordinal
from demos.common.scheduling.workers import Held, Workers

T = TypeVar("T")
SILENCE = 5.0  # seconds without asking after which somebody in line is passed over
FORGOTTEN = 60.0  # and after which nobody counts on them any more
ASK_EVERY = 0.5  # seconds between two looks of who waits: so often it is told its place, and sees that it is to end
REMEMBERED = 0.2  # the share of the last turn in the mean length of turns


@dataclass(frozen=True)
class Place:
    """A place in line: `number` 1 is next. `seconds` is about how long it takes until the turn comes."""

    number: int
    seconds: float

    def said(self, language: str) -> str:
        """ "3rd in line, about 40 s"."""
        place = ordinal(self.number) if language[:2] == "en" else str(self.number)
        return text("common.in_line", language, place=place, seconds=max(1, round(self.seconds)))


class Turns:
    """`at_once` hold a turn, of about `seconds`; the others wait in line. Several threads may use it.

    `most` is how many there may be in all, waiting or not; `most_of_one` how many of one visitor's. With infinite
    `seconds` nobody hands a turn on before the end, which is `expected` after so many seconds. `memory` is how many
    bytes all may hold together, also those who wait or rest. `most` and `memory` are those of all `workers` together.
    """

    def __init__(
        self,
        at_once: int,
        seconds: float,
        most: int = 1000,
        most_of_one: int = 1000,
        expected: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        memory: float = math.inf,
        workers: Workers | None = None,
    ) -> None:
        self.at_once, self.seconds, self.most, self.most_of_one, self.clock = at_once, seconds, most, most_of_one, clock
        self.memory, self.workers = memory, workers or Workers()
        self.changed = Condition()  # guards all that follows, and what a Turn remembers
        self.line: list[Turn] = []  # whoever waits longest first
        self.holding: list[Turn] = []
        self.resting: list[Turn] = []  # those who have let others go on, and may ask again
        self.mean = seconds / 2 if expected is None else expected  # of the turns that were taken, in seconds

    def enter(self, visitor: str = "", wanted: Callable[[], bool] = lambda: True, holds: int = 0) -> "Turn":
        """Stand in line. `wanted` says whether the work is still wanted: who is not, counts for nothing and ends.

        `holds` is how many bytes the work holds until its end. Raises BadInput if there are too many in all, if they
        would hold too much, or if there are too many of this visitor (never of the visitor "").
        """
        turn = Turn(self, visitor, wanted, holds)
        with self.changed:
            self.line = [each for each in self.line if turn.asked - each.asked < FORGOTTEN]
            present = [each for each in (*self.holding, *self.line) if each.wanted()]
            if visitor and sum(each.visitor == visitor for each in present) >= self.most_of_one:
                raise BadInput("common.busy_with_yours", number=self.most_of_one)
            with self.workers.others() as others:
                all_held = others + self._held()
                if all_held.number >= self.most or all_held.memory + holds > self.memory:
                    raise BadInput("common.busy", number=all_held.number)
                self.line.append(turn)
                self.workers.tell(self._held())
        return turn

    def _held(self) -> Held:
        present = [each for each in (*self.holding, *self.line) if each.wanted()]
        resting = [each for each in self.resting if each.wanted()]
        return Held(len(present), sum(each.holds for each in (*present, *resting)))

    @property
    def count(self) -> int:
        """How many there are, waiting or not."""
        with self.changed:
            return len(self.line) + len(self.holding)


class Turn:
    """One who takes turns. Use it as a context manager: at its end the turn goes to the next in line."""

    def __init__(self, turns: Turns, visitor: str, wanted: Callable[[], bool], holds: int) -> None:
        self.turns, self.visitor, self.wanted, self.holds = turns, visitor, wanted, holds
        self.asked = turns.clock()  # when this one was last heard of
        self.began = 0.0  # when it took its turn

    def take(self, timeout: float = 0.0) -> bool:
        """Whether it is this one's turn now; waits for it at most `timeout` seconds."""
        turns = self.turns
        with turns.changed:
            until = turns.clock() + timeout
            while not self._take():
                left = until - turns.clock()
                if left <= 0 or not self.wanted():
                    return False
                turns.changed.wait(min(left, ASK_EVERY))
            return True

    def _take(self) -> bool:
        turns = self.turns
        self.asked = turns.clock()
        if self in turns.holding:
            return True
        if self in turns.resting:
            turns.resting.remove(self)
        if self not in turns.line:
            turns.line.append(self)
        free = turns.at_once - len(turns.holding)
        if self not in self._asking()[: max(0, free)]:
            return False
        turns.line.remove(self)
        turns.holding.append(self)
        self.began = turns.clock()
        return True

    def _asking(self) -> "list[Turn]":
        """Those in line who are still there, and wanted."""
        now = self.turns.clock()
        return [each for each in self.turns.line if now - each.asked < SILENCE and each.wanted()]

    @property
    def is_over(self) -> bool:
        """Whether this one has held its turn for its time, and somebody waits for it."""
        turns = self.turns
        with turns.changed:
            held = turns.clock() - self.began if self in turns.holding else 0.0
            return held >= turns.seconds and bool(self._asking())

    @property
    def others(self) -> int:
        """How many others take turns with this one."""
        return max(0, self.turns.count - 1)

    @property
    def place(self) -> Place:
        """The place in line; number 0 of whoever holds a turn."""
        turns = self.turns
        with turns.changed:
            waiting = self._asking()
            number = 0 if self in turns.holding else waiting.index(self) + 1 if self in waiting else len(waiting) + 1
            return Place(number, turns.mean * number / turns.at_once)

    def let_others(self) -> None:
        """Hand the turn on, or leave the line. Who asks again stands at its end."""
        turns = self.turns
        with turns.changed:
            if self not in turns.resting:
                turns.resting.append(self)
            if self in turns.holding:
                turns.holding.remove(self)
                lasted = turns.clock() - self.began
                turns.mean += REMEMBERED * (lasted - turns.mean)
            elif self in turns.line:
                turns.line.remove(self)
            turns.changed.notify_all()

    def leave(self) -> None:
        """The end: nothing is held any more."""
        turns = self.turns
        with turns.changed:
            self.let_others()
            turns.resting.remove(self)
            turns.workers.tell(turns._held())

    def wait(self) -> Iterator[Place]:
        """The places in line until it is this one's turn, every ASK_EVERY seconds; nothing if it is already.

        A turn that is over is handed on before. Ends as well when the work is no longer wanted: ask `take`.
        """
        if self.is_over:
            self.let_others()
        while self.wanted() and not self.take(ASK_EVERY):
            yield self.place

    def each(self, work: Iterator[T]) -> "Iterator[T | Place]":
        """What `work` gives, piece by piece, each computed in a turn; before, the places in line.

        Ends with the work, or when it is no longer wanted.
        """
        while self.wanted():
            yield from self.wait()
            if not self.wanted():
                return
            try:
                piece = next(work)
            except StopIteration:
                return
            yield piece

    def do(self, work: Callable[[], T]) -> T | None:
        """What `work` gives, done in one go in a turn that is waited for; None if it is no longer wanted."""
        for _ in self.wait():
            pass
        return work() if self.wanted() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
