"""A small Hugging Face hub of one repository, owner/name, for tests."""

import gzip
import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Hub(http.server.BaseHTTPRequestHandler):
    """A hub with the files of one folder, under /owner/name/resolve/main/.

    Small files lie elsewhere if it `redirects`, and are compressed for those who allow it if it `gzips`.
    """

    folder: Path
    digest = ""
    gzips = False
    redirects = False

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        file = self.folder / self.path.rsplit("/", 1)[1]
        named, elsewhere = "/owner/name/resolve/main/", "/api/resolve-cache/models/owner/name/"
        if not file.is_file() or not self.path.startswith((named, elsewhere)):
            self.send_error(404)
            return
        if self.redirects and file.suffix != ".safetensors" and self.path.startswith(named):
            said = f"Temporary Redirect. Redirecting to {elsewhere}{file.name}".encode()
            self.send_response(307)
            self.send_header("Location", elsewhere + file.name)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if body:
                self.wfile.write(said)
            return
        content = file.read_bytes()
        begin = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-")) if "Range" in self.headers else 0
        if begin and begin >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        if self.gzips and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content) - begin))
        if file.suffix == ".safetensors":
            self.send_header("X-Linked-Etag", f'"{self.digest or hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Linked-Size", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content[begin:])

    def log_message(self, *arguments: object) -> None: ...


@contextmanager
def serve(folder: Path) -> Iterator[tuple[str, type[Hub]]]:
    """The address of a hub with the files of `folder`, and its handler, whose settings may be changed."""
    handler = type("Served", (Hub,), {"folder": folder})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()
