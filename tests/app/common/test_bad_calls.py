"""What the served app is sent that it cannot use, by anybody, over HTTP: each is answered by a sentence of ours.

No answer tells a path of the host, a name of code or a traceback, and the app goes on answering.
"""

import json
import re
from pathlib import Path
from typing import Any

import gradio
import httpx
import pytest

from demos.common.i18n import LANGUAGES, PLACEHOLDER, strings, text

HOST = re.compile(r"Traceback|site-packages|\.py\b|<class|errors\.pydantic|NoneType|object at 0x")
HUGE = "가" * 200_000
FILE = {"path": "/etc/passwd", "orig_name": "a?b#c", "meta": {"_type": "gradio.FileData"}}
STRANGE: list[Any] = [{"a": 1}, [[1, [2]]], 1e308, FILE]
WORDS: list[Any] = [HUGE, "\ud83d", "../../etc/passwd", "x?y#z%00", -1e308, True]  # some are text enough to be read


class App:
    """The app as a stranger's program sees it."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=120)
        config = self.http.get("/config").json()
        self.events = [event for event in config["dependencies"] if event["backend_fn"]]
        self.sessions = 0

    def call(self, event: int, data: list[Any], session: str = "") -> dict[str, Any]:
        """The event's last message: its `success`, and its `output`."""
        return self.calls([(event, data)], session)[0]

    def calls(self, asked: list[tuple[int, list[Any]]], session: str = "") -> list[dict[str, Any]]:
        """The last message of each event, in the order in which they were asked. All are of one session."""
        self.sessions += 1
        session = session or f"bad{self.sessions}"
        numbers: list[str] = []
        for event, data in asked:
            body = json.dumps({"fn_index": event, "data": data, "session_hash": session})
            joined = self.http.post(
                "/gradio_api/queue/join", content=body, headers={"content-type": "application/json"}
            )
            numbers.append(joined.raise_for_status().json()["event_id"])
        found = {}
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as answer:
            for line in answer.iter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed":
                    found[message["event_id"]] = message
                if len(found) == len(numbers):
                    break
        return [found[number] for number in numbers]


@pytest.fixture(scope="module")
def app(app_url: str) -> App:
    return App(app_url)


def ours(sentence: str) -> bool:
    """Whether it is one of strings.toml, its placeholders filled."""
    return any(
        re.fullmatch(".*".join(map(re.escape, PLACEHOLDER.split(entry[language]))), sentence, re.DOTALL)
        for entry in strings().values()
        for language in LANGUAGES
    )


def test_no_event_takes_another_number_of_values_than_it_asks_for(app: App) -> None:
    """Also those that no button leads to: each has a number, and can be called. Endpoints have defaults."""
    asked = [event for event in app.events if event["inputs"] and event["api_visibility"] != "public"]
    assert len(asked) > 200
    numbers = [event["id"] for event in asked]
    for begin in range(0, len(numbers), 20):  # fewer than a queue may hold
        said = app.calls([(number, []) for number in numbers[begin : begin + 20]])
        assert [answer["output"]["error"] for answer in said] == [text("common.unfit")] * len(said)


def test_the_sentence_is_in_the_language_of_the_visit_and_an_unknown_language_is_english(app: App) -> None:
    asks = next(event for event in app.events if len(event["inputs"]) == 1 and len(event["outputs"]) == 2)
    fails = next(event for event in app.events if len(event["inputs"]) > 2)
    for language, expected in [
        ("ko", "ko"),
        ("ko-KR", "ko"),
        ("fr", "en"),
        (["ko"], "en"),
        ({"a": 1}, "en"),
        (HUGE, "en"),
    ]:
        session = f"speaks{app.sessions}"
        assert app.call(asks["id"], [language], session)["success"]
        assert app.call(fails["id"], [], session)["output"]["error"] == text("common.unfit", expected)


@pytest.mark.parametrize("values", [STRANGE, pytest.param(WORDS, marks=pytest.mark.soak)], ids=["strange", "words"])
def test_named_endpoints_answer_every_kind_of_value(app: App, values: list[Any]) -> None:
    """All fields of one kind of value at a time: so that nothing long is begun by chance."""
    for event in [event for event in app.events if event["api_visibility"] == "public"]:
        asked = [[value] * len(event["inputs"]) for value in values]
        for data, answer in zip(asked, app.calls([(event["id"], data) for data in asked]), strict=True):
            if answer["success"]:
                continue  # a value that will do
            sentence = answer["output"]["error"]
            assert ours(sentence), (event["api_name"], str(data)[:200], sentence[:400])
            assert not HOST.search(sentence)


REQUESTS: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/?page=nowhere", {}, 404),
    ("GET", "/?page=a&page=%00", {}, 404),
    ("GET", "/monitoring", {}, 404),
    ("GET", "/gradio_api/deep_link?session_hash=x", {}, 404),
    ("GET", "/gradio_api/file=/etc/passwd", {}, 403),
    ("GET", "/gradio_api/file=/srv/../etc/passwd", {}, 403),
    ("GET", "/gradio_api/file=http://example.com/x", {}, 403),
    ("POST", "/gradio_api/process_recording", {"files": {"files": b"x"}}, 404),
    ("POST", "/gradio_api/queue/join", {"content": b"{nope"}, 422),
    ("POST", "/gradio_api/queue/join", {"json": {"x": 1}}, 422),
    ("POST", "/gradio_api/queue/join", {"json": []}, 422),
    ("POST", "/gradio_api/queue/join", {"json": {"data": "x"}}, 422),
    ("POST", "/gradio_api/queue/join", {"json": {"data": [], "fn_index": 10**9, "session_hash": "x"}}, 404),
    ("POST", "/gradio_api/upload", {"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400),
    ("POST", "/gradio_api/upload", {"headers": {"origin": "https://evil.example"}, "files": {"files": b"x"}}, 403),
    ("POST", "/gradio_api/cancel", {"json": {}}, 422),
    ("POST", "/gradio_api/component_server", {"json": {"x": 1}}, 400),
    ("POST", "/gradio_api/call/nowhere", {"json": {"data": []}}, 404),
    ("POST", "/gradio_api/call/v2/nowhere", {"json": {}}, 404),
    ("POST", "/gradio_api/call/v2/xor_train", {"json": {"nope": 1}}, 400),
    ("POST", "/gradio_api/run/nowhere", {"json": {"data": []}}, 404),
    ("POST", "/gradio_api/api/nowhere", {"json": {"data": []}}, 404),
    ("POST", "/gradio_api/run/xor_train", {"json": {"data": [], "fn_index": 10**9}}, 404),
    (
        "POST",
        "/gradio_api/component_server",
        {"json": {"session_hash": "x", "component_id": 10**9, "fn_name": "x", "data": []}},
        404,
    ),
    ("GET", "/", {"headers": {"host": "evil.example"}}, 421),
    ("GET", "/?xor=" + "a" * 60_001, {}, 414),
]


@pytest.mark.parametrize(("method", "path", "sent", "status"), REQUESTS, ids=lambda value: str(value)[:40])
def test_what_is_no_call_at_all_is_answered_in_both_languages(
    app: App, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    answer = app.http.request(method, path, **sent)
    said = answer.json()["detail"] if answer.headers["content-type"].startswith("application/json") else answer.text
    assert answer.status_code == status
    assert [ours(line) for line in said.splitlines()] == [True, True], said[:300]
    assert not HOST.search(said)


def test_names_of_files_are_names_only(app: App) -> None:
    for name in ("a?b#c.png", "../../x.png", "/etc/passwd", "x\x00.png", "한글 ?#%.png", "n" * 1000 + ".png", "."):
        answer = app.http.post("/gradio_api/upload", files={"files": (name, b"x")})
        assert answer.status_code in (200, 400), name
        for path in answer.json() if answer.status_code == 200 else []:
            assert Path(path).name == Path(path).name.strip("/")
            assert ".." not in Path(path).parts
            assert Path(path).read_bytes() == b"x"
            assert Path(path).stat().st_size == 1


def test_after_all_that_the_app_answers(app: App) -> None:
    assert app.http.get("/").status_code == 200
    assert gradio.__version__ in app.http.get("/config").text


@pytest.mark.parametrize("path", ["/gradio_api/queue/data", "/queue/data"])
def test_messages_of_a_session_that_nobody_began_are_refused_in_a_sentence(app: App, path: str) -> None:
    said = app.http.get(path, params={"session_hash": "nobody"})
    assert said.status_code == 404
    if path.startswith("/gradio_api"):
        assert said.json() == {"detail": "\n".join(text("common.not_here", language) for language in LANGUAGES)}
