"""The page, compressed once.

Gradio compresses its scripts and styles, but not the page, which holds each part's template and picture: 1.7 MB, and
the same for every visitor. Starlette's GZipMiddleware would compress it anew for each, and gzip does not see that a
picture stands in it twice, further apart than the 32 KB it remembers (RFC 1951); Brotli does (RFC 7932).
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from threading import Lock

import brotli
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEPT = 8  # pages; it differs by the name that the app is called by
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda page: brotli.compress(page, quality=5),
    "gzip": lambda page: gzip.compress(page, compresslevel=6, mtime=0),
}  # the better first


def coding(accepted: str) -> str | None:
    """The best of CODINGS that an Accept-Encoding header (RFC 9110, 12.5.3) allows; None if it allows none."""
    wanted = {}
    for entry in accepted.lower().split(","):
        name, _, weight = entry.partition(";")
        wanted[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in CODINGS if wanted.get(name, False)), None)


class CompressedPage:
    """Wrap `app`: its HTML pages are sent compressed to whoever can read that. All else passes as it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        best = coding(Headers(scope=scope).get("accept-encoding", "")) if scope["type"] == "http" else None
        if best is None:
            await self.app(scope, receive, send)
            return
        start: Message = {}  # held back until the page is whole
        page = bytearray()

        async def pass_on(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
                    start = message
                    return
            if not start:
                await send(message)
                return
            page.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            body, headers = bytes(page), MutableHeaders(raw=start["headers"])
            headers.add_vary_header("Accept-Encoding")
            if body:  # none for HEAD
                body = await run_sync(self._compressed, best, body)
                headers["content-encoding"] = best
                headers["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, pass_on)

    def _compressed(self, name: str, page: bytes) -> bytes:
        key = name.encode() + sha256(page).digest()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = CODINGS[name](page)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
