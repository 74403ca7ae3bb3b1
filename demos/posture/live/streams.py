"""The cameras that are looked at now: how many at most, and when one that fell silent is closed.

All of it runs in the server's event loop, one thing after the other; only a stream's own work is done in threads.
"""

import asyncio
import secrets
from dataclasses import dataclass, field

import anyio.to_thread

from demos.common.errors import BadInput
from demos.posture.live.settings import LiveSettings
from demos.posture.live.stream import LiveStream


@dataclass
class OpenStream:
    """A stream, what its page has told it, and its frames that are not answered yet: one has its `turn`."""

    stream: LiveStream
    settings: LiveSettings
    under_way: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    due: float = float("-inf")  # when the next frame may come, in seconds of the event loop's clock
    timer: asyncio.TimerHandle | None = None


@dataclass
class Streams:
    """`most` streams at once; one that is silent for `silence` seconds is closed: its page is gone, or hidden."""

    most: int
    silence: float
    _open: dict[str, OpenStream] = field(default_factory=dict)
    _closing: set[asyncio.Task[None]] = field(default_factory=set)

    def open(self, settings: LiveSettings) -> str:
        """A new stream; its name is a secret between the page and us. Raises BadInput while `most` are open."""
        if len(self._open) >= self.most:
            raise BadInput("posture.live_busy", number=self.most)
        name = secrets.token_urlsafe(16)
        self._open[name] = OpenStream(LiveStream(), settings)
        self.touch(name)
        return name

    def get(self, name: str) -> OpenStream | None:
        """The stream of that name, if it is open."""
        return self._open.get(name)

    def touch(self, name: str) -> None:
        """Something was heard of a stream: from now on its silence counts."""
        found = self._open[name]
        if found.timer is not None:
            found.timer.cancel()
        found.timer = asyncio.get_running_loop().call_later(self.silence, self.close, name)

    def close(self, name: str) -> None:
        """Close a stream, in a thread: a frame under way is finished first. One that is closed already stays so."""
        found = self._open.pop(name, None)
        if found is None:
            return
        if found.timer is not None:
            found.timer.cancel()
        closing = asyncio.get_running_loop().create_task(anyio.to_thread.run_sync(found.stream.close))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def __len__(self) -> int:
        return len(self._open)
