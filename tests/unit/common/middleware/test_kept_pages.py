"""What is kept of the page and its config is what would be made anew, and is made anew for another address."""

import json

import gradio as gr
import pytest
from gradio.routes import App
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.common.middleware import kept_pages
from demos.common.middleware.kept_pages import KEPT, KeptPages

ASKED: list[tuple[str, dict[str, str]]] = [
    ("/", {}),
    ("/", {"host": "127.0.0.1:7860"}),
    ("/", {"x-forwarded-host": "space.example", "x-forwarded-proto": "https"}),
    ("/", {"x-forwarded-host": "space.example"}),
    ("/", {"x-gradio-server": "http://server.example"}),
    ("/?xor=abc&hide=tabs", {}),
    ("/config", {}),
    ("/config", {"x-forwarded-host": "space.example", "x-forwarded-proto": "https"}),
    ("/config?page=", {}),
    ("/config?deep_link=abc", {}),
]


@pytest.fixture(scope="module")
def gradios() -> tuple[TestClient, TestClient]:
    """A page of Gradio's, as it is and behind KeptPages."""
    with gr.Blocks() as page:
        gr.Image(Image.new("RGB", (4, 4)))  # a file, whose address stands in the config
        gr.Button().click(lambda: None, api_name="named")
    page.theme = gr.themes.Default()  # which launch() sets
    page.config = page.get_config_file()
    app = App.create_app(page)
    return TestClient(app), TestClient(KeptPages(app))


@pytest.mark.parametrize("round", [1, 2, 3])
def test_each_answer_is_gradios(gradios: tuple[TestClient, TestClient], round: int) -> None:
    plain, kept = gradios
    for path, headers in ASKED:
        theirs, ours = plain.get(path, headers=headers), kept.get(path, headers=headers)
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content), (path, headers)
        told = {name: value for name, value in ours.headers.items() if name != "etag"}
        assert told == dict(theirs.headers)


def test_the_address_stands_in_the_config(gradios: tuple[TestClient, TestClient]) -> None:
    def root(**headers: str) -> str:
        return json.loads(gradios[1].get("/config", headers=headers).content)["root"]

    told = {"x-forwarded-host": "a.example"}
    assert [root(), root(**told), root()] == ["http://testserver", "http://a.example", "http://testserver"]


@pytest.fixture
def counted() -> tuple[TestClient, list[str]]:
    asked: list[str] = []

    async def answer(request: Request) -> PlainTextResponse:
        asked.append(request.url.path)
        return PlainTextResponse(f"{len(asked)}", 500 if "fails" in request.headers else 200)

    routes = [Route(path, answer, methods=["GET", "POST"]) for path in ("/", "/config", "/other")]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(KeptPages)])), asked


def test_it_is_made_once_for_an_address(counted: tuple[TestClient, list[str]]) -> None:
    client, asked = counted
    assert [client.get(path).text for path in ("/", "/?xor=1", "/", "/config", "/config")] == list("11122")
    assert asked == ["/", "/config"]


def test_who_has_the_page_already_is_told_so_and_nobody_else(counted: tuple[TestClient, list[str]]) -> None:
    client, asked = counted
    first = client.get("/")
    tag = client.get("/").headers["etag"]
    assert tag.startswith('W/"')
    for sent in (tag, f'"other", {tag}'):
        again = client.get("/", headers={"if-none-match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for sent in ('"other"', tag[2:]):
        again = client.get("/", headers={"if-none-match": sent})
        assert (again.status_code, again.text) == (200, first.text)
    client.get("/config")
    assert client.get("/config", headers={"if-none-match": tag}).status_code == 200
    another = TestClient(KeptPages(client.app))  # the next start of the app
    another.get("/")
    assert another.get("/").headers["etag"] != tag
    assert asked == ["/", "/config"]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/", {}),
        ("HEAD", "/", {}),
        ("GET", "/other", {}),
        ("GET", "/?page=x", {}),
        ("GET", "/?deep_link=", {}),
        ("GET", "/", {"fails": "1"}),
    ],
)
def test_what_else_is_asked_is_asked_each_time(
    counted: tuple[TestClient, list[str]], method: str, path: str, headers: dict[str, str]
) -> None:
    client, asked = counted
    for _ in range(2):
        client.request(method, path, headers=headers)
    assert len(asked) == 2


def test_no_more_is_kept_than_is_said(counted: tuple[TestClient, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    client, asked = counted
    for number in range(KEPT + 1):
        client.get("/", headers={"host": f"10.0.0.{number}"})
    client.get("/", headers={"host": "10.0.0.1"})
    assert len(asked) == KEPT + 1
    client.get("/", headers={"host": "10.0.0.0"})
    assert len(asked) == KEPT + 2
    monkeypatch.setattr(kept_pages, "MOST_BYTES", 0)
    for _ in range(2):
        client.get("/", headers={"host": "10.0.1.0"})
    assert len(asked) == KEPT + 4
