"""What the server does by itself while it runs: it lets go of who left, sweeps the files that nobody needs, and gives
freed memory back."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import anyio.to_thread
import gradio as gr
from gradio.routes import App

from demos.common.freed_memory import return_freed
from demos.common.start_folder import sweep
from demos.common.ui.middleware import presence
from demos.common.visits import Visits

SWEEP_EVERY = 60.0  # seconds
LOOK_EVERY = 5.0  # seconds, for who fell silent
IDLE = 75  # seconds of a connection without a request; nginx's own limit


def housekeeping(visits: Visits) -> Callable[[App], AbstractAsyncContextManager[None]]:
    """The server's life (Starlette's `lifespan`). What lies among the uploads when it begins are examples, and stay."""

    @asynccontextmanager
    async def life(app: App) -> AsyncIterator[None]:
        uploads = Path(os.environ["GRADIO_TEMP_DIR"])
        examples = frozenset(file for file in uploads.rglob("*") if file.is_file())

        async def let_go() -> None:
            for session in visits.over(presence.sessions(app)):
                await presence.forget(app, session)
                await anyio.to_thread.run_sync(visits.forget, session)

        async def swept() -> None:
            await anyio.to_thread.run_sync(sweep, uploads, examples)
            await anyio.to_thread.run_sync(return_freed)

        tasks = [
            asyncio.create_task(_again(let_go, min(LOOK_EVERY, visits.silence / 4))),
            asyncio.create_task(_again(swept, SWEEP_EVERY)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    return life


async def _again(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await work()


def keep_lines(page: gr.Blocks) -> None:
    """Have a launched page keep idle connections longer than proxies do, and longer than a visitor thinks.

    uvicorn closes them after five seconds. Who sends a request at that moment finds the connection reset; a proxy says
    502 then, as most of them keep their own for a minute.
    """
    if page.server is not None:
        page.server.config.timeout_keep_alive = IDLE  # each connection reads it when it is made


def notice_lost_lines(page: gr.Blocks, seconds: float) -> None:
    """Have connections to a launched page end after so many seconds in which the other side takes nothing.

    A process that is killed closes its own; a machine that is switched off, or out of reach, never does, and neither
    does one that reads no more. Each connection inherits it from the socket that listens (Linux, tcp(7)).
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None and page.server is not None:
        for server in page.server.servers:
            for listening in server.sockets:
                listening.setsockopt(socket.IPPROTO_TCP, option, int(1000 * seconds))
