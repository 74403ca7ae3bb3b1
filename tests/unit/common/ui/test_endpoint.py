"""A plain function becomes an endpoint: its documentation, its values, its files, its refusals."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio.utils import get_upload_folder
from starlette.testclient import TestClient

from demos.common.errors import BadInput
from demos.common.ui import Blocks, serve


class Endpoints:
    """Some to try."""

    def repeat(self, text: str, times: int = 2, file: Path | None = None, language: str = "en") -> dict[str, Any]:
        """Say it again.

        Args:
            text: What to say.
            times: How often.
            file: What else to read.
            language: en or ko.
        """
        if times > 9:
            raise BadInput("common.not_whole", name="times", low=1, high=9, value=times)
        return {"said": text * times, "read": file.read_text() if file else None}

    def count(self, up_to: int, language: str = "en") -> Iterator[dict[str, int]]:
        """Count."""
        yield from ({"number": number} for number in range(1, up_to + 1))


@pytest.fixture(scope="module")
def blocks() -> Blocks:
    with Blocks() as blocks:
        serve(Endpoints(), concurrency_limit=1)
    return blocks


@pytest.fixture(scope="module")
def call(blocks: Blocks) -> Any:
    app = gr.routes.App.create_app(blocks)
    blocks.has_launched = True  # as when it is served: only then does Gradio look where a file lies
    client = TestClient(app, raise_server_exceptions=False)

    def called(name: str, *values: Any) -> Any:
        told = client.post(f"/gradio_api/run/{name}", json={"data": list(values), "session_hash": "here"}).json()
        return told["data"][0] if "data" in told else told["error"]

    return called


def test_it_is_documented_by_what_it_is(blocks: Blocks) -> None:
    told = blocks.get_api_info()["named_endpoints"]
    assert set(told) == {"/repeat", "/count"}
    assert told["/repeat"]["description"] == "Say it again."
    kinds = {each["parameter_name"]: each["type"] for each in told["/repeat"]["parameters"]}
    assert list(kinds) == ["text", "times", "file", "language"]
    assert kinds["times"] == {"type": "integer"}
    assert kinds["file"]["oneOf"][1]["properties"]["meta"]["properties"]["_type"] == {"const": "gradio.FileData"}


def test_a_list_may_end_early(call: Any) -> None:
    assert call("repeat", "la") == {"said": "lala", "read": None}
    assert call("repeat", "la", 3) == {"said": "lalala", "read": None}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([5], "text must be a text, not 5."),
        (["la", "3"], "times must be a whole number, not 3."),
        (["la", 99], "times must be a whole number from 1 to 9, not 99."),
        (["la", 99, None, "ko"], "times은(는) 1부터 9까지의 정수여야 합니다. 받은 값: 99"),
        (["la", 2, None, 5], "language must be a text, not 5."),
    ],
)
def test_a_refusal_is_one_sentence(call: Any, values: list[Any], said: str) -> None:
    assert call("repeat", *values) == said


def test_a_file_is_one_that_was_sent(call: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    kind = {"_type": "gradio.FileData"}
    for claimed in ({"path": str(secret)}, str(secret), {"path": str(secret), "meta": {"_type": "mine"}}):
        assert "must be a file that was sent" in call("repeat", "la", 1, claimed)
    assert "secret" not in str(call("repeat", "la", 1, {"path": str(secret), "meta": kind})).replace("secret.txt", "")
    sent = Path(get_upload_folder()) / "test-endpoint" / "sent.txt"
    sent.parent.mkdir(parents=True, exist_ok=True)
    sent.write_text("hello")
    assert call("repeat", "la", 1, {"path": str(sent), "meta": kind})["read"] == "hello"


def test_no_file_is_fetched_from_an_address(call: Any) -> None:
    """Not even one of this machine, where others listen who ask nobody's name."""
    for address in ("http://127.0.0.1:9/secret", "https://example.com/cat.jpg"):
        claimed = {"path": address, "url": address, "meta": {"_type": "gradio.FileData"}}
        assert "fetches no file from an address" in call("repeat", "la", 1, claimed)
