"""Who trains, all in turns. A training ends with its visit."""

import threading
from typing import TYPE_CHECKING

from demos.common.scheduling.turns import Turns
from demos.common.scheduling.workers import Workers
from demos.common.settings import Settings
from demos.common.visits import Visits
from demos.gpt.visitor import VisitorState

if TYPE_CHECKING:
    from demos.gpt.train.trainer import Trainer


def turns_of(settings: Settings) -> Turns:
    """The turns in which trainings compute."""
    return Turns(
        settings.trainings_at_once,
        settings.training_turn,
        settings.trainings,
        memory=settings.trainings_memory,
        workers=Workers(settings.workers_folder),
    )


class Trainers:
    """Makes the trainers of all visitors; they share the turns of this machine, and stop when their visit is over."""

    def __init__(self, settings: Settings, visits: Visits) -> None:
        self._settings, self._visits = settings, visits
        self._turns = turns_of(settings)
        self._lock = threading.Lock()

    def trainer(self, visitor: VisitorState, session: str | None) -> "Trainer":
        """This visitor's own trainer, made on first use."""
        from demos.common.device import select_device
        from demos.gpt.train.trainer import Trainer

        with self._lock:
            if visitor.trainer is None:
                visitor.trainer = Trainer(self._settings, self._turns, str(select_device(self._settings.device)))
            self._visits.at_end(session, visitor.trainer.stop)
            return visitor.trainer

    @property
    def trainings(self) -> int:
        """How many train, waiting for their turn or not."""
        return self._turns.count
