"""The page that is served again is the one that would be made, whatever was done in between."""

import httpx
import pytest
from gradio_client import Client

from tests.api_client import connect

MADE_ANEW = "all_endpoints="  # a query that Gradio reads, and that asks for nothing else


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return connect(app_url)


@pytest.mark.parametrize("headers", [{}, {"x-forwarded-host": "space.example", "x-forwarded-proto": "https"}])
def test_what_is_kept_is_what_is_made(app_url: str, client: Client, headers: dict[str, str]) -> None:
    with httpx.Client(base_url=app_url, timeout=120, headers=headers) as http:
        first = {path: http.get(path).raise_for_status().content for path in ("/", "/config")}
        client.predict(steps=2, api_name="/xor_train")
        for path, content in first.items():
            assert http.get(path).content == content
            assert http.get(f"{path}?xor=abc").content == content
            assert http.get(f"{path}?{MADE_ANEW}").content == content
        assert first["/"] != first["/config"]
        assert (b"https://space.example" in first["/config"]) == bool(headers)
