"""The door: what a page or a program sends as JSON is made valid text before any handler sees it.

One small ASGI layer (ASGI specification, HTTP) stands before every field, tab and endpoint. Files are sent otherwise,
and are read by what knows their kind.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.common.valid_text import valid_json


class ValidRequests:
    """Wrap `app`: half characters in JSON that is sent to it become U+FFFD."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent_as = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
        if not sent_as.startswith("application/json"):
            await self.app(scope, receive, send)
            return
        done = False

        async def whole() -> Message:
            """The body in one message, since an escape may be cut between two; then whatever follows it."""
            nonlocal done
            if done:
                return await receive()
            done = True
            body = bytearray()
            while (message := await receive())["type"] == "http.request":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    return {"type": "http.request", "body": valid_json(bytes(body))}
            return message  # the visitor left in the middle of it

        await self.app(scope, whole, send)
