"""What several workers of one machine hold together: each says it in a shared folder, and sees the others.

A worker is a process of app.py; a proxy in front leads each visitor to one of them (docs/deploy/workers.md). What they
compute they compute by themselves, each on cores of its own; how many trainings there may be is counted over all.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

TABLE = ".lock"  # who holds it may read and change what all of them say
SAYS, LIVES = ".json", ".alive"  # of a worker: what it holds, and the lock that it has for as long as it runs


@dataclass(frozen=True)
class Held:
    """How many there are of something, and how many bytes they hold."""

    number: int = 0
    memory: int = 0

    def __add__(self, other: "Held") -> "Held":
        return Held(self.number + other.number, self.memory + other.memory)


class Workers:
    """One worker among those of `folder`; None where it is the only one."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder, self.name = folder, uuid.uuid4().hex
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._alive = FileLock(folder / f"{self.name}{LIVES}")  # let go of by the system, however the process ends
            self._alive.acquire()

    @contextmanager
    def others(self) -> Iterator[Held]:
        """What all other workers hold. Inside nobody else comes in: decide, and `tell`."""
        if self.folder is None:
            yield Held()
            return
        with FileLock(self.folder / TABLE):
            says = (self._said(file) for file in self.folder.glob(f"*{SAYS}") if file.stem != self.name)
            yield sum(says, Held())

    def tell(self, held: Held) -> None:
        """Have the others know what this one holds."""
        if self.folder is not None:
            unfinished = self.folder / f"{self.name}.unfinished"
            unfinished.write_text(json.dumps(asdict(held)), encoding="utf-8")
            unfinished.replace(self.folder / f"{self.name}{SAYS}")

    def _said(self, file: Path) -> Held:
        """What another worker holds: nothing if it runs no more, and then what it left is removed."""
        alive = FileLock(file.with_suffix(LIVES), timeout=0)
        with suppress(Timeout), alive:
            file.unlink()
            Path(alive.lock_file).unlink(missing_ok=True)
            return Held()
        return Held(**json.loads(file.read_text(encoding="utf-8")))
