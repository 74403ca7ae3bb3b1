"""A small Hugging Face hub of one repository, owner/name, for tests."""

import gzip
import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMIT = "0123456789abcdef" * 2 + "01234567"


class Hub(http.server.BaseHTTPRequestHandler):
    """A hub with the files of one folder, under /owner/name/resolve/main/ (or its commit).

    Small files lie elsewhere if it `redirects`, are compressed for those who allow it if it `gzips`, and come without
    their size if it is `sizeless`. It is `gated` for all but those who send its `token`. Large files lie on the host
    `large_files_at` if one is named. A content `breaks` off after so many bytes, and is an error
    if the hub is `broken`. `asked` notes the method, the path and the token of each request.
    """

    folder: Path
    digest = ""
    gzips = False
    redirects = False
    sizeless = False
    gated = False
    token = ""
    large_files_at = ""
    breaks: int | None = None
    broken = False
    asked: list[tuple[str, str, str]]

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        file = self.folder / self.path.rsplit("/", 1)[1]
        named = ("/owner/name/resolve/main/", f"/owner/name/resolve/{COMMIT}/")
        elsewhere = "/api/resolve-cache/models/owner/name/"
        sent = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.asked.append((self.command, self.path, sent))
        if self.gated and not self.path.startswith(elsewhere) and (not self.token or sent != self.token):
            self.send_response(403 if sent else 401)
            self.send_header("X-Error-Code", "GatedRepo")
            self.send_header("X-Error-Message", "Access to model owner/name is restricted.")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if not file.is_file() or not self.path.startswith((*named, elsewhere)):
            self.send_error(404)
            return
        if self.large_files_at and file.suffix == ".safetensors" and self.path.startswith(named):
            self.send_response(302)
            self.send_header("Location", f"{self.large_files_at}{elsewhere}{file.name}")
            self._describe(file.read_bytes(), large=True)
            self.send_header("Content-Length", "0")
            self.end_headers()
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
        if body and self.broken:
            self.send_error(500)
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
        if not self.sizeless:
            self.send_header("Content-Length", str(len(content) - begin))
        self._describe(content, large=file.suffix == ".safetensors")
        self.end_headers()
        if body:
            self.wfile.write(content[begin:][: self.breaks])

    def _describe(self, content: bytes, *, large: bool) -> None:
        """What the hub says of a file: the commit, and what it holds (git's sha1, or the sha256 of a large file)."""
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha1(b"blob %d" % len(content) + bytes(1) + content).hexdigest()}"')
        if large:
            self.send_header("X-Linked-Etag", f'"{self.digest or hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Linked-Size", str(len(content)))

    def log_message(self, *arguments: object) -> None: ...


@contextmanager
def serve(folder: Path) -> Iterator[tuple[str, type[Hub]]]:
    """The address of a hub with the files of `folder`, and its handler, whose settings may be changed."""
    handler = type("Served", (Hub,), {"folder": folder, "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()
