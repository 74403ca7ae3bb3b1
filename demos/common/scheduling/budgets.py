"""What all visitors share of this machine's time, so that light work of one stays light while others do heavy work.

Python runs one thread at a time (the GIL), and hands over every few milliseconds: a click is answered late by as many
of these as there are threads that compute. So few compute at once, and the others wait in line for their turn.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from demos.common.scheduling.cores import cores
from demos.common.scheduling.turns import Place, Turns
from demos.common.settings import Settings

T = TypeVar("T")
FILM = 20.0  # seconds that one is expected to take, before any was looked at


@dataclass(frozen=True)
class Budgets:
    """`heavy` is for what may take more than a second (a lottery, a film, a heat map), `writing` for passages, which
    are shown token by token: their turns are short. `films` are those under way, which hold memory (a landmarker) also
    while others have their turn. Trainings have turns of their own (demos/gpt/train/sessions.py).
    """

    heavy: Turns
    writing: Turns
    films: Turns

    @classmethod
    def of(cls, settings: Settings) -> "Budgets":
        """Those of one app. All cores but one are for heavy work, one at least."""
        at_once, jobs, of_one = max(1, cores() - 1), settings.heavy_jobs, settings.heavy_jobs_of_one
        return cls(
            heavy=Turns(at_once, settings.heavy_turn, jobs, of_one),
            writing=Turns(at_once, settings.writing_turn, settings.passages, settings.passages_of_one),
            films=Turns(settings.landmarkers - settings.concurrent_streams, math.inf, jobs, of_one, FILM),
        )

    def pieces(
        self, work: Iterator[T], visitor: str, wanted: Callable[[], bool] = lambda: True, *, heavy: bool = True
    ) -> Iterator[T | Place]:
        """What `work` gives, piece by piece, while it is `wanted`: in turns if it is `heavy`, before them the places.

        What is not heavy waits for nobody. Raises BadInput as `Turns.enter`.
        """
        if not heavy:
            yield from takewhile(lambda _: wanted(), work)
            return
        with self.heavy.enter(visitor, wanted) as turn:
            yield from turn.each(work)

    def film(self, work: Iterator[T], visitor: str, wanted: Callable[[], bool]) -> Iterator[T | Place]:
        """What `work` on a film gives, piece by piece, once there is room for its landmarker, each in a turn.

        Before, the places in line. Ends with the work, or when it is not `wanted`. Raises BadInput as `Turns.enter`.
        """
        with self.films.enter(visitor, wanted) as room:
            yield from room.wait()
            with self.heavy.enter(visitor, wanted) as turn:
                yield from turn.each(work)
