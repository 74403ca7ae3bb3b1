"""A Space sleeps and wakes, or is built anew: the page notices, says so, and is there again by itself."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demos.common.i18n import text
from tests.conftest import SCREENSHOTS, free_port, started


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
        app.kill()
        app.wait()
    lost = page.locator(".toast-body", has_text=text("common.gradio_reconnecting", "ko"))
    expect(lost).to_be_visible(timeout=120_000)
    page.wait_for_timeout(1500)
    page.screenshot(path=SCREENSHOTS / "asleep.png")
    with started(tmp_path / "woken", {}, port=port):
        with page.expect_navigation(timeout=120_000):
            pass
        expect(page.locator("#demo-xor canvas").first).to_be_visible(timeout=120_000)
        expect(page.locator("body.dark")).to_have_count(1)
        assert page.evaluate("localStorage.getItem('glassbox-light')") == "dark"
        context.close()
