"""The state of one visitor: their present run, and how they look at it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demos.common.scheduling.latest import Latest
from demos.xor.data import Points
from demos.xor.settings.setup import OPENING

if TYPE_CHECKING:
    from demos.xor.live.run import Run


@dataclass
class VisitorState:
    """One visitor's run, the `number`-th of theirs, and how they look at it.

    Who trains it stops when there is a later request of `training`: to train, to step, to pause. Of the runs that were
    asked for in `new_runs`, one is made only if none was asked for later.
    """

    run: "Run | None" = None
    number: int = 0
    training: Latest = field(default_factory=Latest)
    new_runs: Latest = field(default_factory=Latest)
    own: Points | None = None
    inside: str = ""  # what a link asks "Look inside" to show
    hide: bool = False  # a link asks for the stage alone
    discretise: bool = False  # and for the nets' classes alone
    speed: float = OPENING.speed
    stop: bool = OPENING.stop
