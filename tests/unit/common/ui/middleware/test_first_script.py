"""The script that runs before Gradio stands first in the page, and nothing else is touched."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.common.ui.middleware.first_script import FirstScript

PAGE = "<html><head><title>한글</title></head><body><head></body></html>"


async def page(request):
    return HTMLResponse(PAGE)


async def streamed(request):
    return StreamingResponse((part for part in (PAGE[:9], PAGE[9:])), media_type="text/html")


async def data(request):
    return JSONResponse({"page": PAGE})


def client() -> TestClient:
    routes = [Route("/", page), Route("/streamed", streamed), Route("/data", data)]
    return TestClient(
        Starlette(
            routes=routes,
            middleware=[Middleware(FirstScript, script="first()", modules=["page_files/a.js", "page_files/b.js"])],
        )
    )


def test_the_script_comes_first_and_once() -> None:
    links = '<link rel="modulepreload" href="page_files/a.js"><link rel="modulepreload" href="page_files/b.js">'
    expected = PAGE.replace("<head>", f"<head><script>first()</script>{links}", 1)
    for path in ("/", "/streamed"):
        response = client().get(path)
        assert response.text == expected
        assert int(response.headers["content-length"]) == len(expected.encode())


def test_what_is_no_page_passes_untouched() -> None:
    assert client().get("/data").json() == {"page": PAGE}
