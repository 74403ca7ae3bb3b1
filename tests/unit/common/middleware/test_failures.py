"""What Gradio's routes refuse, or fail at, is answered by a sentence; what our own say is passed on."""

from types import SimpleNamespace

import pytest
from gradio.route_utils import get_fn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.common.i18n import LANGUAGES, text
from demos.common.middleware.failures import Failures
from demos.common.middleware.misnamed import status_of


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


def test_the_log_is_told_where_it_failed_but_nothing_that_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    CLIENT.post("/gradio_api/x/0?sent=secret")
    assert "KeyError" in caplog.text
    assert "test_failures.py" in caplog.text
    assert "/home/somebody/secret" not in caplog.text.replace('raise KeyError("/home/somebody/secret")', "")
    assert "sent=secret" not in caplog.text


def test_a_name_that_means_nothing_is_the_askers_and_the_same_error_elsewhere_is_ours() -> None:
    with pytest.raises(KeyError) as asked:
        get_fn(SimpleNamespace(fns={}), None, SimpleNamespace(session_hash=None, fn_index=7))  # type: ignore[arg-type]
    assert status_of(asked.value) == 404
    with pytest.raises(KeyError) as ours:
        {}["x"]
    assert status_of(ours.value) == 500
    assert status_of(KeyError("never raised")) == 500


def test_a_stream_that_breaks_off_is_not_answered_twice() -> None:
    with pytest.raises(KeyError, match="two"):
        CLIENT.get("/gradio_api/stream")
