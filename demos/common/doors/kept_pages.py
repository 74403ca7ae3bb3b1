"""The page and its config as Gradio made them last: it makes both anew for each visitor, and they are the same.

Each is 1.7 MB of JSON, copied in depth, looked through for addresses and written: a tenth of a second of a core, and
more on a busy machine. What Gradio puts into them of a request is by what address it was asked for, which a proxy may
tell (gradio.route_utils.get_root_url), and the name of who logged in, which nobody does here.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATHS = ("/", "/config")
ADDRESS = ("host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server")  # headers that Gradio reads
CHOOSING = {"page", "deep_link", "all_endpoints"}  # names of a query that Gradio reads; all others are the page's own
KEPT = 8  # answers; they differ by the address
MOST_BYTES = 32 * 2**20


class KeptPages:
    """Wrap `app`: of PATHS, asked for by one and the same address, the first answer is given again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[Hashable, tuple[list[tuple[bytes, bytes]], bytes]] = OrderedDict()
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (key := _key(scope)) is None:
            await self.app(scope, receive, send)
            return
        with self._lock:
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
        if found:
            await send({"type": "http.response.start", "status": 200, "headers": list(found[0])})
            await send({"type": "http.response.body", "body": found[1]})
            return
        headers: list[tuple[bytes, bytes]] | None = None  # of an answer that can be kept
        body = bytearray()

        async def pass_on(message: Message) -> None:
            nonlocal headers
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = list(message["headers"])
            elif message["type"] == "http.response.body" and headers is not None:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self._keep(key, headers, bytes(body))
            await send(message)

        await self.app(scope, receive, pass_on)

    def _keep(self, key: Hashable, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        with self._lock:
            self._kept[key] = headers, body
            while len(self._kept) > KEPT or sum(len(each) for _, each in self._kept.values()) > MOST_BYTES:
                self._kept.popitem(last=False)


def _key(scope: Scope) -> Hashable | None:
    """All that the answer depends on; None for what is not kept."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in PATHS:
        return None
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    if any(name in CHOOSING for name, _ in query):
        return None
    headers = Headers(scope=scope)
    address = tuple(tuple(headers.getlist(name)) for name in ADDRESS)
    server = tuple(scope.get("server") or ())
    return scope["path"], scope.get("scheme"), server, scope.get("root_path"), address
