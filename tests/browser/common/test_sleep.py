"""A Space sleeps and wakes, or is built anew: the page notices, says so, and is there again by itself."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demos.common.i18n import text
from tests.conftest import SCREENSHOTS, free_port, started

KEPT = """async () => {
  const { read } = await import(new URL("page_files/gpt/train/page/kept.js", document.baseURI).href);
  return (await read())?.name ?? "";
}"""


def train(page: Page) -> None:
    """Begin a training that has not ended when the app does, and wait until a checkpoint of it is kept."""
    page.get_by_role("tab", name=text("gpt.title", "ko")).click()
    page.locator("#gpt-view label").nth(2).click()
    page.locator("#gpt-train-steps input").fill("500000")
    page.locator("#gpt-train-go").click()
    for _ in range(240):
        if page.evaluate(KEPT):
            return
        page.wait_for_timeout(500)
    raise AssertionError("no checkpoint is kept while it trains")


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_page_outlives_the_app_that_served_it_and_keeps_what_lies_in_the_browser(
    launch: Callable, tmp_path: Path
) -> None:
    port = free_port()
    context = launch(None).new_context(locale="ko-KR")
    page: Page = context.new_page()
    page.set_default_timeout(120_000)
    with started(tmp_path / "first", {}, port=port) as (app, url):
        page.goto(url)
        expect(page.locator("#demo-xor canvas").first).to_be_visible(timeout=120_000)
        page.get_by_role("button", name=text("common.light_switch", "ko")).click()
        train(page)
        app.kill()
        app.wait()
    lost = page.locator(".toast-body", has_text=text("common.gradio_reconnecting", "ko"))
    expect(lost).to_be_visible(timeout=120_000)
    page.wait_for_timeout(1500)
    page.screenshot(path=SCREENSHOTS / "asleep.png")
    with started(tmp_path / "woken", {}, port=port):
        with page.expect_navigation(timeout=120_000):
            pass
        expect(page.locator("body.dark")).to_have_count(1, timeout=120_000)
        assert page.evaluate("localStorage.getItem('glassbox-light')") == "dark"
        page.locator("#gpt-view label").nth(2).click()
        page.locator(".kept .again").click()
        expect(page.locator("#gpt-train-uploaded")).to_contain_text(text("gpt.train_on", "ko"), timeout=120_000)
        page.screenshot(path=SCREENSHOTS / "awake.png")
        context.close()
