"""What is answered where Gradio's routes fail, or refuse what was sent: a sentence, and nothing of the host.

FastAPI answers a body of the wrong shape with all of it and what each field should be (422), and an exception with
“Internal Server Error” (500), also where only a name that was sent has no meaning (misnamed.py). Of a failure the log
holds where it was, and nothing that was sent.
"""

import logging
from collections.abc import MutableMapping
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.common.failure_log import told
from demos.common.i18n import LANGUAGES, text
from demos.common.middleware.misnamed import status_of

API = "gradio_api/"  # our own endpoints say what is wrong themselves
SENTENCES = {400: "common.unfit", 403: "common.not_here", 422: "common.unfit", 500: "common.our_fault"}
NAMED_NOTHING = {404: "common.not_here"}  # what an answer of 404 says itself is passed on

log = logging.getLogger("glassbox")


class Failures:
    """Wrap `app`: a failure of Gradio's is answered as {"detail": a sentence in every language}."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ours = API not in scope["path"]
        begun = failed = 0

        async def pass_on(message: Message) -> None:
            nonlocal begun, failed
            if message["type"] == "http.response.start":
                begun, failed = 1, 0 if ours else _failure(message)
            if not failed:
                await send(message)

        try:
            await self.app(scope, receive, pass_on)
        except Exception as error:
            if begun:  # too late for another answer
                raise
            failed = status_of(error)
            if failed == 500:
                log.error("A request failed:\n%s", told(error))
        if failed:
            sentences = "\n".join(text((SENTENCES | NAMED_NOTHING)[failed], language) for language in LANGUAGES)
            await JSONResponse({"detail": sentences}, failed)(scope, receive, send)


def _failure(start: MutableMapping[str, Any]) -> int:
    """The status of a failure that has a sentence of ours, else 0."""
    status: int = start["status"]
    return status if status in SENTENCES else 0
