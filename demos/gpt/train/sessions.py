"""Who trains: which visitor's page with which trainer, all in turns. A training ends when its page is left."""

import threading
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from demos.common.settings import Settings
from demos.common.turns import Turns
from demos.gpt.visitor import VisitorState

if TYPE_CHECKING:
    from demos.gpt.train.trainer import Trainer


def turns_of(settings: Settings) -> Turns:
    """The turns in which trainings compute."""
    return Turns(settings.trainings_at_once, settings.training_turn, settings.trainings)


class TrainerSessions:
    """The trainers of all visitors, by Gradio's session; they share the turns of this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turns = turns_of(settings)
        self._lock = threading.Lock()
        self._trainers: WeakValueDictionary[str, Trainer] = WeakValueDictionary()  # by session

    def trainer(self, visitor: VisitorState, session: str) -> "Trainer":
        """This visitor's own trainer, made on first use."""
        from demos.common.device import select_device
        from demos.gpt.train.trainer import Trainer

        with self._lock:
            if visitor.trainer is None:
                visitor.trainer = Trainer(self._settings, self._turns, str(select_device(self._settings.device)))
            self._trainers[session] = visitor.trainer
            return visitor.trainer

    def close(self, session: str) -> None:
        """End what that visitor trains; what was learned stays until the visitor's state is forgotten."""
        with self._lock:
            trainer = self._trainers.pop(session, None)
        if trainer is not None:
            trainer.stop()
