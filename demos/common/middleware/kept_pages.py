"""The page and its config as Gradio made them last: it makes both anew for each visitor, and they are the same.

Each is 1.7 MB of JSON, copied in depth, looked through for addresses and written: a tenth of a second of a core, and
more on a busy machine. What Gradio puts into them of a request is by what address it was asked for, which a proxy may
tell (gradio.route_utils.get_root_url), and the name of who logged in, which nobody does here.
"""

from collections import OrderedDict
from collections.abc import Hashable
from hashlib import sha256
from secrets import token_bytes
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
    """Wrap `app`: of PATHS, asked for by one and the same address, the first answer is given again.

    What is given again has an entity tag (RFC 9110, 8.8.3), and who has it already is told so (304). It is weak, since
    other layers add to the page, and no other start's: then they may add something else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._start = token_bytes(16)
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
            headers, body = found
            tag = next(value for name, value in headers if name == b"etag")
            if tag.decode() in _tags(Headers(scope=scope)):
                headers, body, status = [(b"etag", tag)], b"", 304
            else:
                headers, status = list(headers), 200
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        kept: list[tuple[bytes, bytes]] | None = None  # headers of an answer that can be kept
        whole = bytearray()

        async def pass_on(message: Message) -> None:
            nonlocal kept
            if message["type"] == "http.response.start" and message["status"] == 200:
                kept = list(message["headers"])
            elif message["type"] == "http.response.body" and kept is not None:
                whole.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self._keep(key, kept, bytes(whole))
            await send(message)

        await self.app(scope, receive, pass_on)

    def _keep(self, key: Hashable, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        tag = f'W/"{sha256(self._start + body).hexdigest()[:32]}"'
        with self._lock:
            self._kept[key] = [*headers, (b"etag", tag.encode())], body
            while len(self._kept) > KEPT or sum(len(each) for _, each in self._kept.values()) > MOST_BYTES:
                self._kept.popitem(last=False)


def _tags(headers: Headers) -> set[str]:
    """Those of what the browser has already (If-None-Match; RFC 9110, 13.1.2)."""
    return {tag.strip() for given in headers.getlist("if-none-match") for tag in given.split(",")}


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
