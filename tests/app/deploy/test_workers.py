"""Two workers behind nginx, as docs/deploy says: every tab, and one that is killed in the middle."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from demos.common.i18n import text
from tests.api_client import connect
from tests.conftest import free_port, started
from tests.nginx import NGINX, PATH, behind_nginx
from tests.offline_visit import FRAMES, visit

pytestmark = [pytest.mark.soak, pytest.mark.skipif(NGINX is None, reason="no nginx is here")]
LONG = 120_000  # milliseconds
FIRST = "#demo-xor canvas"


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[dict[str, Popen[bytes]]]:
    """The processes of two workers, by their own addresses."""
    options = ["--profile", "shared", "--workers-folder", str(tmp_path / "workers")]
    with ExitStack() as stack:
        made = {}
        for number in range(2):
            log, port = tmp_path / f"{number}.log", free_port()
            app, url = stack.enter_context(started(log, {"GRADIO_ROOT_PATH": PATH}, port=port, options=options))
            made[url] = app
        yield made


@pytest.fixture
def url(workers: dict[str, Any], tmp_path: Path) -> Iterator[str]:
    with behind_nginx(tmp_path / "nginx", [int(each.rsplit(":")[-1]) for each in workers]) as url:
        yield url


def visitors(worker: str) -> int:
    return int(httpx.get(f"{worker}/health", timeout=60).raise_for_status().json()["visitors"])


@pytest.mark.timeout(600)
def test_every_tab_does_its_main_job_below_the_path(url: str, tmp_path: Path) -> None:
    told = visit(url, tmp_path)
    assert told["xor"] == 1
    assert told["gpt"] == 20
    assert [each["label"] for each in told["clip"]] == ["a lion", "a bus"]
    assert told["posture"] == 20
    assert told["camera"] > FRAMES / 2
    written = list(connect(url).submit(prompt="ROMEO:", tokens=60, api_name="/gpt_generate"))
    assert len(written) > 3  # as it is written, not at its end


@pytest.mark.timeout(600)
def test_a_worker_that_is_killed_costs_its_own_visitors_a_sentence_and_nobody_else_anything(
    url: str, workers: dict[str, Popen[bytes]], launch: Callable
) -> None:
    at: dict[str, Page] = {}
    with ExitStack() as stack:
        while len(at) < 2:  # each comes to one of them by chance
            context = launch(None).new_context(locale="ko-KR")
            stack.callback(context.close)
            before = {worker: visitors(worker) for worker in workers}
            page: Page = context.new_page()
            page.goto(f"{url}/")
            expect(page.locator(FIRST).first).to_be_visible(timeout=LONG)
            page.evaluate("window.stayed = true")
            came = [worker for worker in workers if visitors(worker) > before[worker]]
            at.setdefault(came[0], page)
        (killed, lost), (alive, stays) = at.items()
        workers[killed].kill()
        workers[killed].wait()
        lost.locator("#demo-gpt-button").click()  # the next thing that its visitor does
        said = lost.locator("#same-visit, .toast-body")
        again = text("common.opens_again", "ko"), text("common.gradio_reconnecting", "ko")
        expect(said.get_by_text(re.compile("|".join(map(re.escape, again)))).first).to_be_visible(timeout=LONG)
        lost.wait_for_function("!window.stayed", timeout=LONG)  # it opens again by itself, at the same tab
        expect(lost.locator(".gpt-passage").first).to_be_visible(timeout=LONG)
        assert visitors(alive) >= 2
        stays.locator("#demo-gpt-button").click()
        expect(stays.locator(".gpt-passage").first).to_be_visible(timeout=LONG)
        assert stays.evaluate("window.stayed")
        expect(stays.locator(".toast-body")).to_have_count(0)
        expect(stays.locator("#same-visit [role=alert]")).to_be_hidden()
