"""JSON that is sent becomes valid text before any handler sees it; an address that is too long, a sentence.

One small ASGI layer (ASGI specification, HTTP) stands before every field, tab and endpoint. Files are sent otherwise,
and are read by what knows their kind.
"""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.common.i18n import LANGUAGES, text
from demos.common.valid_text import valid_json

LONGEST_QUERY = 60_000  # bytes of an address; from 65,536 on the pages below answer with HTTP 500


class ValidRequests:
    """Wrap `app`: half characters in JSON that is sent to it become U+FFFD; longer queries than LONGEST_QUERY are
    answered here, in all languages (414, RFC 9110)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if len(scope.get("query_string", b"")) > LONGEST_QUERY and scope["type"] == "http":
            sentences = "\n".join(text("common.address_too_long", language) for language in LANGUAGES)
            await PlainTextResponse(sentences, status_code=414)(scope, receive, send)
            return
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
