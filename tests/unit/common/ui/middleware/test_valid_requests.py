"""Half characters are replaced in JSON that is sent to the app, in whatever parts it comes; nothing else is touched."""

import json
from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.common.ui.middleware.valid_requests import LONGEST_QUERY, ValidRequests

SENT = json.dumps({"data": ["ab\ud83d", "한글 😀"]}).encode()


async def read(request: Request) -> Response:
    return JSONResponse(await request.json())


async def raw(request: Request) -> Response:
    return Response(await request.body())


def client() -> TestClient:
    routes = [Route("/json", read, methods=["POST"]), Route("/raw", raw, methods=["POST", "GET"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(ValidRequests)]))


def in_parts() -> Iterator[bytes]:
    for at in range(len(SENT)):
        yield SENT[at : at + 1]


def test_what_arrives_is_valid_text_and_can_be_sent_back() -> None:
    for content in (SENT, in_parts()):
        answer = client().post("/json", content=content, headers={"content-type": "application/json; charset=utf-8"})
        assert answer.json() == {"data": ["ab\ufffd", "한글 😀"]}


def test_what_is_no_json_passes_untouched() -> None:
    assert client().post("/raw", content=SENT, headers={"content-type": "text/plain"}).content == SENT
    assert client().get("/raw").content == b""


def test_an_address_that_is_too_long_is_answered_by_a_sentence() -> None:
    answer = client().get("/raw?xor=" + "a" * LONGEST_QUERY)
    assert answer.status_code == 414
    assert "This address is too long" in answer.text
    assert "주소가 너무 깁니다" in answer.text
    assert client().get("/raw?xor=" + "a" * (LONGEST_QUERY - 10)).status_code == 200
