"""The page is laid out without the app that Gradio would make at each step, and serves by the one of its launch."""

import gradio as gr
import gradio.blocks
import httpx
import pytest
from gradio.routes import App

from demos.common.ui.blocks import Blocks
from tests.conftest import free_port


def test_no_app_is_made_before_the_page_is_launched(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(App, "create_app", staticmethod(lambda *given, **named: made.append(given)))
    with Blocks() as page:
        gr.Button("Go")
    page.queue(max_size=5)
    assert made == []
    assert gradio.blocks.App is App  # the pages of others have theirs


def test_the_app_of_the_launch_serves_all() -> None:
    with Blocks() as page:
        gr.Button("Go").click(lambda: None, api_name="go")
    page.queue().launch(prevent_thread_lock=True, quiet=True, server_port=free_port(), _frontend=False)
    try:
        assert page.server_app is page.app
        told = httpx.get(f"{page.local_url}gradio_api/info", timeout=60).raise_for_status().json()
        assert list(told["named_endpoints"]) == ["/go"]
    finally:
        page.close()
