"""Who is refused before the app is asked, who is let in, and what the browser is told."""

import gzip
from collections.abc import AsyncIterator

import brotli
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.common.middleware import middleware
from demos.common.middleware.compressed import coding
from demos.common.middleware.headers import HEADERS

PAGE = "<!doctype html><head></head>" + "glass box " * 1000


async def page(request: Request) -> Response:
    return HTMLResponse(PAGE)


async def answer(request: Request) -> Response:
    return PlainTextResponse("done " * 1000)


async def events(request: Request) -> Response:
    async def stream() -> AsyncIterator[str]:
        for number in range(3):
            yield f"data: {number}\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream")


def client(served_on: str = "127.0.0.1", names: tuple[str, ...] = ()) -> TestClient:
    anything = ["GET", "POST", "PUT", "DELETE"]
    routes = [
        Route("/", page, methods=["GET"]),
        Route("/gradio_api/queue/data", events),
        Route("/{path:path}", answer, methods=anything),
    ]
    return TestClient(
        Starlette(routes=routes, middleware=middleware(served_on, names)), base_url="http://127.0.0.1:7860"
    )


@pytest.mark.parametrize(
    ("served_on", "host", "status"),
    [
        ("127.0.0.1", "127.0.0.1:7860", 200),
        ("127.0.0.1", "localhost", 200),
        ("127.0.0.1", "LOCALHOST:7860", 200),
        ("127.0.0.1", "[::1]:7860", 200),
        ("::1", "[::1]:7860", 200),
        ("[::1]", "[::1]", 200),
        ("localhost", "127.0.0.1:7860", 200),
        ("127.0.0.1", "192.168.0.2:80", 200),  # a forwarded port: numbers lead nowhere else
        ("127.0.0.1", "school.example", 200),  # the name of the proxy before it
        ("127.0.0.1", "evil.example:7860", 421),
        ("127.0.0.1", "127.0.0.1.evil.example", 421),
        ("127.0.0.1", "localhost.evil.example", 421),
        ("127.0.0.1", "[::1", 421),
        ("127.0.0.1", "", 421),
        ("::1", "evil.example", 421),
        ("localhost", "evil.example", 421),
        ("0.0.0.0", "class.example", 200),  # served to a network, whose names nobody knows
        ("192.168.0.2", "class.example", 200),
    ],
)
def test_on_loopback_only_names_of_this_machine_are_answered(served_on: str, host: str, status: int) -> None:
    said = client(served_on, ("school.example",)).get("/", headers={"host": host})
    assert said.status_code == status
    if status == 421:
        assert "--allowed-host" in said.text
        assert "프록시" in said.text
        assert PAGE not in said.text


FORM = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/gradio_api/upload", {}, 200),  # a program
        ("POST", "/gradio_api/upload", {"sec-fetch-site": "same-origin", "origin": "https://my.space"}, 200),
        ("POST", "/gradio_api/upload", {"origin": "http://127.0.0.1:7860"}, 200),
        ("POST", "/gradio_api/upload", {"origin": "https://my.space", "x-forwarded-host": "my.space"}, 200),
        ("POST", "/gradio_api/upload", {"origin": "http://school.example"}, 200),
        ("POST", "/gradio_api/upload", {"origin": "https://evil.example", "content-type": FORM}, 403),
        ("POST", "/gradio_api/upload", {"sec-fetch-site": "cross-site"}, 403),
        ("POST", "/gradio_api/upload", {"sec-fetch-site": "same-site"}, 403),  # another port of this machine
        ("POST", "/gradio_api/upload", {"origin": "null"}, 403),
        ("POST", "/gradio_api/upload", {"origin": "http://[::1"}, 403),
        ("POST", "/gradio_api/queue/join", {"sec-fetch-site": "cross-site"}, 403),
        ("PUT", "/camera/1", {"sec-fetch-site": "cross-site"}, 403),
        ("DELETE", "/camera/1", {"sec-fetch-site": "cross-site"}, 403),
        ("GET", "/gradio_api/heartbeat/x", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ("GET", "/gradio_api/file=x", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200),
        ("GET", "/", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 200),
    ],
)
def test_what_another_site_makes_a_browser_ask_is_refused(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    said = client(names=("school.example",)).request(method, path, headers=headers)
    assert said.status_code == status
    if status == 403:
        assert "another site" in said.text
        assert "다른 사이트" in said.text


CLOSED = """
monitoring monitoring/summary monitoring/key some/where/monitoring
gradio_api/deep_link gradio_api/process_recording gradio_api/proxy=https://x.hf.space/ gradio_api/profiling/traces
gradio_api/dev/reload gradio_api/vibe-code gradio_api/undo-vibe-edit/
"""


@pytest.mark.parametrize("path", CLOSED.split())
def test_routes_that_nobody_needs_are_closed(path: str) -> None:
    said = client().post(f"/{path}")
    assert said.status_code == 404
    assert "one page" in said.text


def test_every_answer_says_what_the_page_may_do_and_a_frame_may_show_it() -> None:
    for said in (client().get("/"), client().post("/x"), client().get("/monitoring")):
        assert HEADERS.items() <= said.headers.items()
    names = {name.lower() for name in client().get("/").headers}
    assert "x-frame-options" not in names
    assert "frame-ancestors" not in HEADERS["content-security-policy"]
    assert "camera=(self)" in HEADERS["permissions-policy"]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
        ("gzip;q=0", None),
        ("*", None),
    ],
)
def test_the_best_coding_that_a_browser_reads(accepted: str, expected: str | None) -> None:
    assert coding(accepted) == expected


def test_the_page_comes_compressed_and_whole() -> None:
    with client() as asking:
        for accepted, opened in (("br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)):
            with asking.stream("GET", "/", headers={"accept-encoding": accepted}) as said:
                raw = b"".join(said.iter_raw())
            assert opened(raw).decode() == PAGE
            assert said.headers["content-length"] == str(len(raw))
            assert said.headers.get("content-encoding", "identity") == accepted
        assert "Accept-Encoding" in asking.get("/").headers["vary"]
        assert asking.head("/").status_code == 200


def test_what_is_no_page_is_sent_as_it_comes_event_by_event() -> None:
    assert "content-encoding" not in client().post("/x").headers
    said = client().get("/gradio_api/queue/data")
    assert "content-encoding" not in said.headers
    assert said.text == "data: 0\n\ndata: 1\n\ndata: 2\n\n"
