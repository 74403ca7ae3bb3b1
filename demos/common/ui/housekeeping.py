"""What the server does by itself while it runs: it sweeps the files that nobody needs any more."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio.to_thread
from starlette.applications import Starlette

from demos.common.start_folder import sweep

SWEEP_EVERY = 60.0  # seconds


@asynccontextmanager
async def housekeeping(app: Starlette) -> AsyncIterator[None]:
    """The server's life (Starlette's `lifespan`): what lies among the uploads when it begins are examples, and stay."""
    uploads = Path(os.environ["GRADIO_TEMP_DIR"])
    examples = frozenset(file for file in uploads.rglob("*") if file.is_file())

    async def sweeping() -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY)
            await anyio.to_thread.run_sync(sweep, uploads, examples)

    task = asyncio.create_task(sweeping())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
