"""What Gradio's routes refuse, or fail at, is answered by a sentence; what our own say is passed on."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.common.doors.failures import Failures
from demos.common.i18n import LANGUAGES, text


async def answer(request: Request) -> Response:
    status = int(request.path_params["status"])
    if not status:
        raise KeyError("/home/somebody/secret")
    return JSONResponse({"detail": "/home/somebody/secret"}, status)


async def breaks_off(request: Request) -> Response:
    async def parts():  # type: ignore[no-untyped-def]
        yield b"one"
        raise KeyError("two")

    return StreamingResponse(parts())


ROUTES = [Route(f"{place}/{{status}}", answer, methods=["GET", "POST"]) for place in ("/gradio_api/x", "/posture/live")]
CLIENT = TestClient(
    Starlette(routes=[*ROUTES, Route("/gradio_api/stream", breaks_off)], middleware=[Middleware(Failures)])
)


@pytest.mark.parametrize(
    ("path", "status", "key"),
    [
        ("/gradio_api/x/400", 400, "common.unfit"),
        ("/gradio_api/x/422", 422, "common.unfit"),
        ("/gradio_api/x/403", 403, "common.not_here"),
        ("/gradio_api/x/500", 500, "common.our_fault"),
        ("/gradio_api/x/0", 500, "common.our_fault"),
        ("/posture/live/0", 500, "common.our_fault"),
    ],
)
def test_a_failure_is_a_sentence_in_every_language(path: str, status: int, key: str) -> None:
    said = CLIENT.post(path)
    assert said.status_code == status
    assert said.json() == {"detail": "\n".join(text(key, language) for language in LANGUAGES)}


def test_what_is_no_failure_or_our_own_answer_passes() -> None:
    for path, status in (("/gradio_api/x/200", 200), ("/gradio_api/x/404", 404), ("/posture/live/422", 422)):
        said = CLIENT.get(path)
        assert said.status_code == status
        assert said.json() == {"detail": "/home/somebody/secret"}


def test_a_stream_that_breaks_off_is_not_answered_twice() -> None:
    with pytest.raises(KeyError, match="two"):
        CLIENT.get("/gradio_api/stream")
