"""How many trainings run at once, of all visitors together."""

import threading


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
