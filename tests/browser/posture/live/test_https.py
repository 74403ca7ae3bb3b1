"""A class in one room: served over HTTPS to other machines, whose browsers give it their cameras."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demos.common.launch import addresses
from tests.browser.posture.live.test_camera import show_camera
from tests.conftest import PATIENCE, certificate, free_port, started


@pytest.mark.soak
def test_a_camera_of_another_machine_is_given_over_https(launch: Callable, camera: Path, tmp_path: Path) -> None:
    port = free_port()
    others = addresses("0.0.0.0", port, "https")[1:]
    if not others:
        pytest.skip("no network, in which other machines could be")
    certfile, keyfile = certificate(tmp_path)
    options = ["--host", "0.0.0.0", "--ssl-certfile", str(certfile), "--ssl-keyfile", str(keyfile)]
    context = launch(camera).new_context(permissions=["camera"], ignore_https_errors=True)
    page: Page = context.new_page()
    page.set_default_timeout(PATIENCE)
    log = tmp_path / "app.log"
    with started(log, {}, port=port, options=options, scheme="https"):
        page.goto(others[0])
        assert page.evaluate("isSecureContext")
        page.locator("#demo-posture-button").click()
        show_camera(page)
        page.locator("#posture-live [data-part=start]").click()
        expect(page.locator("#posture-live [data-part=live]")).to_have_attribute("data-state", "on")
        expect(page.locator("#posture-live [data-part=speed]")).to_contain_text("images a second")
    assert f"for others: {others[0]}" in log.read_text()
    context.close()
