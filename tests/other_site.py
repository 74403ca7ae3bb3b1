"""A page of another site that shows the app in a frame, as a Space's page on huggingface.co does."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# As on a Space: the camera is handed on, the clipboard is not.
FRAME = """<!doctype html><meta charset="utf-8"><title>Another site</title><link rel="icon" href="data:,">
<style>body { margin: 0 } iframe { border: 0; width: 100%; height: 100vh }</style>
<iframe src="APP" allow="camera; microphone" sandbox="allow-same-origin allow-scripts allow-downloads allow-forms
allow-modals allow-popups allow-popups-to-escape-sandbox"></iframe>"""


@contextmanager
def framing(url: str) -> Iterator[str]:
    """The address of that page. It is on localhost and the app on 127.0.0.1: to a browser these are two sites."""
    page = FRAME.replace("APP", url).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
