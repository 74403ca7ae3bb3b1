"""A program that calls the app's endpoints, as patient as a busy machine asks for."""

from typing import Any

from gradio_client import Client


def connect(url: str, **options: Any) -> Client:
    """A client of the app at `url`; httpx alone would give up after five seconds."""
    return Client(url, verbose=False, httpx_kwargs={"timeout": 120}, **options)
