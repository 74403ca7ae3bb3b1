"""Where visitors train: what one visitor has laid out, and who is training for whom. No torch before it is needed."""

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from demos.common.settings import Settings
from demos.gpt.visitor import VisitorState

if TYPE_CHECKING:
    from demos.gpt.models.checkpoint import Checkpoint
    from demos.gpt.train.trainer import Studio


@dataclass
class Bench:
    """What one visitor has laid out to train with.

    `text` is the whole text where its field shows only the beginning (`long`). `prompt` begins the samples on show.
    `loaded` is a model brought in a file, to be trained on, `loaded_name` where that file lay.
    `turn` is raised by whoever wants the pictures; an older stream of them ends. `parcel` is a file that is being
    handed over in parts, `parcel_name` its name. `sizing` counts the questions what a shape costs.
    `limits` are the launcher's.
    """

    text: str = ""
    long: bool = False
    prompt: str = ""
    loaded: "Checkpoint | None" = None
    loaded_name: str = ""
    turn: int = 0
    sizing: int = 0
    parcel: bytes = b""
    parcel_name: str = ""
    limits: Settings = field(default_factory=Settings)


class Seats:
    """The trainings of all visitors: how many run at once, and whose ends when a page is left."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seats = threading.Semaphore(settings.trainings_at_once)
        self._lock = threading.Lock()
        self._taken: WeakValueDictionary[str, Studio] = WeakValueDictionary()  # by session

    def studio(self, visitor: VisitorState, session: str) -> "Studio":
        """This visitor's own studio, furnished on first use."""
        from demos.common.device import pick
        from demos.gpt.train.trainer import Studio

        with self._lock:
            if visitor.studio is None:
                visitor.studio = Studio(self._settings, self._seats, str(pick(self._settings.device)))
            self._taken[session] = visitor.studio
            return visitor.studio

    def leave(self, session: str) -> None:
        """End what that visitor trains; what was learned stays until the visitor is forgotten."""
        with self._lock:
            studio = self._taken.pop(session, None)
        if studio is not None:
            studio.stop()
