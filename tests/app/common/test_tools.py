"""The endpoints as tools, tried by the client of the Model Context Protocol itself."""

import asyncio
import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from app import main
from demos.common.ui import tools
from demos.posture.video import clips
from tests.clip_fixtures import photo
from tests.conftest import ROOT, serving
from tests.unit.test_api_docs import ENDPOINTS


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app that serves assistants."""
    folder = tmp_path_factory.mktemp("mcp")
    with serving(folder / "app.log", {"GRADIO_TEMP_DIR": str(folder / "files")}, ROOT, "--mcp") as url:
        yield url


def asked(url: str, ask: Callable[[ClientSession], Any]) -> Any:
    """What `ask` gets from the tools."""

    async def session() -> Any:
        async with (
            streamable_http_client(f"{url}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await ask(session)

    return asyncio.run(session())


def call(url: str, name: str, **arguments: Any) -> Any:
    """What a tool answers: JSON, or a sentence if it refuses."""
    answer = asked(url, lambda session: session.call_tool(name, arguments))
    said = answer.content[0].text
    return said if answer.isError else json.loads(said)


def as_address(file: Path, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def test_every_endpoint_is_a_tool_that_says_what_it_does_and_nothing_else_is(url: str) -> None:
    found = {tool.name: tool for tool in asked(url, lambda session: session.list_tools()).tools}
    assert set(found) == set(ENDPOINTS)
    for tool in found.values():
        assert " Answers with JSON: " in tool.description
        for name, told in tool.inputSchema["properties"].items():
            assert told.get("description"), (tool.name, name)
    schema = found["clip_search"].inputSchema
    assert set(schema["required"]) == {"images", "query"}
    assert schema["properties"]["images"]["items"]["type"] == "string"
    assert "data address" in schema["properties"]["images"]["items"]["description"]


def test_each_tab_answers(url: str, tmp_path: Path) -> None:
    assert call(url, "xor_train", model="mlp", steps=300)["accuracy"] == 1
    assert call(url, "xor_lottery", hidden="2", activation="tanh", seeds=2, steps=20)["step"] == 20
    assert call(url, "gpt_generate", prompt="ROMEO:", tokens=20)["tokens"] == 20
    image = as_address(photo(tmp_path / "one.png"), "image/png")
    matched = call(url, "clip_match", images=[image], labels=["a dog", "a cat"])
    assert {each["label"] for each in matched["images"][0]["labels"]} == {"a dog", "a cat"}
    assert "thumbnail" not in matched["images"][0]
    film = call(url, "posture_render", exercise="bicep_curl", reps=1, fps=5, width=64, height=64)
    assert httpx.get(film["video"], timeout=120).content[4:8] == b"ftyp"
    counted = call(url, "posture_analyze", video=as_address(clips.clip("plank"), "video/mp4"), exercise="plank")
    assert counted["exercise"] == "plank"


def test_a_file_may_be_uploaded_before(url: str, tmp_path: Path) -> None:
    sent = {"files": ("one.png", photo(tmp_path / "one.png").read_bytes())}
    (path,) = httpx.post(f"{url}/gradio_api/upload", files=sent, timeout=120).json()
    assert call(url, "clip_search", images=[path], query="a dog")["looked_at"] == 1


def test_nothing_is_fetched_and_no_path_is_read(url: str, tmp_path: Path) -> None:
    secret = photo(tmp_path / "secret.png")
    kind = {"_type": "gradio.FileData"}
    for claimed in ("http://127.0.0.1:9/", "https://example.com/cat.jpg", str(secret), f"file://{secret}", "cat.jpg"):
        assert "other addresses are not fetched" in call(url, "clip_search", images=[claimed], query="a dog")
    for claimed in ({"path": str(secret), "meta": kind}, {"path": "http://127.0.0.1:9/", "meta": kind}):
        assert "not of type 'string'" in call(url, "clip_search", images=[claimed], query="a dog")
    assert "base64" in call(url, "clip_search", images=["data:image/png;base64,%%"], query="a dog")


def test_a_refusal_is_a_sentence_in_the_language_asked_for(url: str) -> None:
    assert call(url, "gpt_generate", tokens=-1) == "tokens must be a whole number from 0 to 10,000, not -1."
    assert "정수" in call(url, "gpt_generate", tokens=-1, language="ko")


def test_a_call_has_an_end(url: str) -> None:
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    too_long = b" " * (tools.MOST_BYTES + 1)
    assert httpx.post(f"{url}/gradio_api/mcp/", content=too_long, headers=headers, timeout=120).status_code == 413


def test_without_the_package_it_is_said(monkeypatch: pytest.MonkeyPatch, refusal: Callable[..., str]) -> None:
    from demos.common import cli

    monkeypatch.setattr("app.find_spec", lambda name: None)
    application = cli.new("Glassbox")
    application.command()(main)
    assert refusal(application, "--mcp") == "--mcp needs the package mcp: pip install -c constraints.txt mcp"
