"""A small reverse proxy: what it gets below /prefix it asks of another address, without the prefix, as nginx does."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

NOT_PASSED_ON = {"connection", "transfer-encoding", "keep-alive"}  # of one hop only (RFC 9110, 7.6.1)


@contextmanager
def proxied(url: str, prefix: str) -> Iterator[str]:
    """The address at which the app of `url` is found below `prefix` ("/some/where")."""

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            if not self.path.startswith(f"{prefix}/"):
                self.send_response(204 if self.path == "/favicon.ico" else 404)  # every browser asks for that one
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            upstream = http.client.HTTPConnection(urlsplit(url).netloc)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON}
            upstream.request(self.command, self.path.removeprefix(prefix), body, headers)
            answer = upstream.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in NOT_PASSED_ON:
                    self.send_header(name, value)
            self.end_headers()
            try:
                while part := answer.read1(65536):
                    self.wfile.write(part)
            except (OSError, http.client.HTTPException):  # one of the two has gone
                self.close_connection = True
            finally:
                upstream.close()

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = pass_on

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
    finally:
        server.shutdown()
        server.server_close()
