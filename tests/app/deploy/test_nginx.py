"""docs/deploy/nginx.conf in front of two servers that say which of them it is."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.nginx import NGINX, behind_nginx

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx is here")
COOKIE = "glassbox_visitor"
LONG = 60


class Named(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told = f"{self.server.server_address[1]} {self.path} {self.headers['X-Forwarded-Proto']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def workers() -> Iterator[list[ThreadingHTTPServer]]:
    made = [ThreadingHTTPServer(("127.0.0.1", 0), Named) for _ in range(2)]
    for each in made:
        threading.Thread(target=each.serve_forever, daemon=True).start()
    yield made
    for each in made:
        each.shutdown()
        each.server_close()


@pytest.fixture
def url(workers: list[ThreadingHTTPServer], tmp_path: Path) -> Iterator[str]:
    with behind_nginx(tmp_path / "nginx", [each.server_port for each in workers]) as url:
        yield url


def asked(visitor: httpx.Client, url: str, path: str = "/") -> tuple[int, str, str]:
    """Which worker answers, which path it saw, and by which scheme it takes itself to be called."""
    worker, seen, scheme = visitor.get(f"{url}{path}").raise_for_status().text.split()
    return int(worker), seen, scheme


def test_each_visitor_stays_at_one_worker_and_both_have_some(url: str) -> None:
    at = []
    for _ in range(30):
        with httpx.Client(timeout=LONG) as visitor:
            first = asked(visitor, url)[0]
            assert {asked(visitor, url)[0] for _ in range(3)} == {first}
        at.append(first)
    assert min(Counter(at).values(), default=0) >= 4
    assert len(set(at)) == 2


def test_the_worker_sees_the_path_below_its_own(url: str) -> None:
    with httpx.Client(timeout=LONG) as visitor:
        assert asked(visitor, url, "/gradio_api/info?a=b%20c")[1:] == ("/gradio_api/info?a=b%20c", "http")
        moved = visitor.get(url)
        assert moved.status_code == 301
        assert moved.headers["location"].endswith("/glassbox/")


def test_the_cookie_is_a_random_number_that_no_visitor_chooses(url: str) -> None:
    told = httpx.get(f"{url}/", timeout=LONG).headers["set-cookie"]
    number = re.fullmatch(rf"{COOKIE}=([0-9a-f]{{32}}); Path=/glassbox/; HttpOnly; SameSite=Lax", told)
    assert number
    kept = httpx.get(f"{url}/", headers={"Cookie": f"{COOKIE}={number[1]}"}, timeout=LONG).headers["set-cookie"]
    assert f"{COOKIE}={number[1]};" in kept
    for chosen in ("a", "0" * 33, "0" * 31 + "%0d%0aX-Mine: 1", ""):
        given = httpx.get(f"{url}/", headers={"Cookie": f"{COOKIE}={chosen}"}, timeout=LONG).headers
        assert re.match(rf"{COOKIE}=[0-9a-f]{{32}};", given["set-cookie"])
        assert chosen not in given["set-cookie"] or len(chosen) < 2
        assert "x-mine" not in given


def test_over_https_a_frame_of_another_site_keeps_it(url: str) -> None:
    answer = httpx.get(f"{url}/", headers={"X-Forwarded-Proto": "https"}, timeout=LONG)
    assert answer.headers["set-cookie"].endswith("; SameSite=None; Secure; Partitioned")
    assert answer.text.split()[2] == "https"


def test_a_worker_that_is_gone_costs_nobody_else_anything(url: str, workers: list[ThreadingHTTPServer]) -> None:
    visitors = [httpx.Client(timeout=LONG) for _ in range(20)]
    before = [asked(visitor, url)[0] for visitor in visitors]
    gone, stays = (each.server_port for each in workers)
    workers[0].shutdown()
    workers[0].server_close()
    after = [asked(visitor, url)[0] for visitor in visitors]
    assert [worker for worker, was in zip(after, before, strict=True) if was == stays] == [stays] * before.count(stays)
    assert set(after) == {stays}
    assert gone in before
    for visitor in visitors:
        visitor.close()
