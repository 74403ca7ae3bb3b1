"""Messages are sent to sessions that have asked for something: who names another one is told that nothing is here.

Gradio begins to answer such a request, and fails in the middle of it.
"""

import re

import gradio as gr
from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from demos.common.i18n import LANGUAGES, text

MESSAGES = re.compile(r"/queue/data$")


class KnownQueues:
    """Wrap `app`: a request for the messages of a session that Gradio has none for is answered with 404."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not MESSAGES.search(scope["path"]):
            await self.app(scope, receive, send)
            return
        session = QueryParams(scope.get("query_string", b"")).get("session_hash")
        blocks: gr.Blocks = scope["app"].get_blocks()
        if session is None or session in blocks._queue.pending_messages_per_session:
            await self.app(scope, receive, send)
            return
        sentences = "\n".join(text("common.not_here", language) for language in LANGUAGES)
        await JSONResponse({"detail": sentences}, 404)(scope, receive, send)
