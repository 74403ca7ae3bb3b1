"""HTML pages changed on their way out of an ASGI app (ASGI specification): each is held back until it is whole."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


async def change_pages(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    change: Callable[[bytes, MutableHeaders], Awaitable[bytes]],
) -> None:
    """Answer as `app` does, but send of each HTML page what `change` makes of it.

    `change` may set headers. It is given no page that is encoded already; of a HEAD the page is empty.
    """
    start: Message = {}  # held back until the length of the changed page is known
    page = bytearray()

    async def pass_on(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
                start = message
                return
        if not start:
            await send(message)
            return
        page.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        headers = MutableHeaders(raw=start["headers"])
        body = await change(bytes(page), headers)
        if body:  # none for HEAD: its length is that of the page
            headers["content-length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    await app(scope, receive, pass_on)
