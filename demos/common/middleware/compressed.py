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
from starlette.types import ASGIApp, Receive, Scope, Send

from demos.common.html_pages import change_pages

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

        async def compressed(page: bytes, headers: MutableHeaders) -> bytes:
            headers.add_vary_header("Accept-Encoding")
            if not page:  # of a HEAD
                return page
            headers["content-encoding"] = best
            return await run_sync(self._compressed, best, page)

        await change_pages(self.app, scope, receive, send, compressed)

    def _compressed(self, name: str, page: bytes) -> bytes:
        key = name.encode() + sha256(page).digest()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = CODINGS[name](page)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
