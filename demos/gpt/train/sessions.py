"""Who trains: which visitor's page with which trainer, and how many at once. A training ends when its page is left."""

import threading
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from demos.common.settings import Settings
from demos.gpt.visitor import VisitorState

if TYPE_CHECKING:
    from demos.gpt.train.trainer import Trainer


class TrainingSlots:
    """`count` slots; who trains holds one, and everybody else waits for it."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)

    def acquire(self, timeout: float = 0.0) -> bool:
        """Take a slot, waiting for one at most `timeout` seconds; whether one was free."""
        return self._free.acquire(timeout=timeout) if timeout else self._free.acquire(blocking=False)

    def release(self) -> None:
        """Give a slot back, once for each that was taken."""
        self._free.release()


class TrainerSessions:
    """The trainers of all visitors, by Gradio's session; they share the slots of this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._slots = TrainingSlots(settings.trainings_at_once)
        self._lock = threading.Lock()
        self._trainers: WeakValueDictionary[str, Trainer] = WeakValueDictionary()  # by session

    def trainer(self, visitor: VisitorState, session: str) -> "Trainer":
        """This visitor's own trainer, made on first use."""
        from demos.common.device import select_device
        from demos.gpt.train.trainer import Trainer

        with self._lock:
            if visitor.trainer is None:
                visitor.trainer = Trainer(self._settings, self._slots, str(select_device(self._settings.device)))
            self._trainers[session] = visitor.trainer
            return visitor.trainer

    def close(self, session: str) -> None:
        """End what that visitor trains; what was learned stays until the visitor's state is forgotten."""
        with self._lock:
            trainer = self._trainers.pop(session, None)
        if trainer is not None:
            trainer.stop()
