"""Whoever vanishes holds nothing: pages, programs that were killed, and those that never come for their answer."""

import gc
import signal
import subprocess
import sys
import time
import uuid
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from starlette.middleware import Middleware

from demos.common.start_folder import SCRAP, sweep
from demos.common.ui.middleware.full_disk import FullDisk
from demos.common.ui.middleware.presence import Presence, sessions
from demos.common.ui.middleware.valid_requests import ValidRequests
from demos.common.ui.server import housekeeping
from demos.common.visits import Visits
from tests.full_disk import ROOM, no_room
from tests.scripted_visitor import ScriptedVisitor

SILENCE = 1.0
LONG = 60.0  # seconds in which a busy machine has noticed


class Heavy:
    """What a visitor's state holds: as large as can be."""


@dataclass
class Small:
    """The smallest app in which something is held: what is alive of it now."""

    visits: Visits = field(default_factory=lambda: Visits(silence=SILENCE))
    alive: "weakref.WeakSet[Heavy]" = field(default_factory=weakref.WeakSet)
    running: set[str] = field(default_factory=set)
    closed: list[str] = field(default_factory=list)
    page: Any = None

    def hold(self, request: gr.Request) -> Heavy:
        made = Heavy()
        self.alive.add(made)
        session = request.session_hash or ""
        self.visits.at_end(session, lambda: self.closed.append(session))
        return made

    def go_on(self, request: gr.Request) -> Iterator[str]:
        session = request.session_hash or ""
        self.running.add(session)
        try:
            for number in range(10**9):
                time.sleep(0.05)
                yield str(number)
        finally:
            self.running.discard(session)

    @property
    def held(self) -> int:
        gc.collect()
        return len(self.alive)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Small, str]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("files")))
        patch.setattr(housekeeping, "LOOK_EVERY", 0.2)
        app = Small()
        with gr.Blocks(analytics_enabled=False) as page:
            state, shown = gr.State(None), gr.Textbox()
            gr.Button(elem_id="hold").click(app.hold, None, state, api_name="hold")
            gr.Button(elem_id="go-on").click(app.go_on, None, shown, api_name="go_on", concurrency_limit=None)
        app.page = page
        page.launch(
            server_name="127.0.0.1",
            prevent_thread_lock=True,
            quiet=True,
            app_kwargs={
                "lifespan": housekeeping.housekeeping(app.visits),
                "middleware": [
                    Middleware(ValidRequests),
                    Middleware(Presence, visits=app.visits),
                    Middleware(FullDisk),
                ],
            },
        )
        housekeeping.keep_lines(page)
        housekeeping.notice_lost_lines(page, app.visits.silence)
        yield app, str(page.local_url).rstrip("/")
        page.close(verbose=False)


def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def until_nothing_is_left(app: Small) -> None:
    until(lambda: not app.running, "an event goes on that nobody waits for")
    until(lambda: not app.held, "a state is kept of somebody who left")
    until(lambda: not sessions(app.page.app), "Gradio keeps something for somebody who left")


def test_a_page_that_is_closed_gives_back_at_once_and_is_forgotten_then(small: tuple[Small, str]) -> None:
    app, url = small
    page = ScriptedVisitor(url, stays=True)
    page.do("hold", "click")
    time.sleep(4 * SILENCE)  # longer than a program may be silent
    assert app.held == 1
    assert page.session not in app.closed
    page.close()
    until(lambda: page.session in app.closed, "what it held was not given back")
    until_nothing_is_left(app)


def test_a_program_that_never_comes_for_its_answer_is_forgotten(small: tuple[Small, str]) -> None:
    app, url = small
    program = ScriptedVisitor(url)
    for name in ("hold", "go-on"):
        program.begin(program.events(name, "click")[0])
    over = app.closed.__contains__  # on a busy machine its first event may be forgotten before the second begins
    until(lambda: app.held or over(program.session), "nothing was held")
    until(lambda: program.session in app.running or over(program.session), "the event did not begin")
    program.close()
    until_nothing_is_left(app)
    assert over(program.session)


def test_a_caller_without_a_session_is_forgotten_too(small: tuple[Small, str]) -> None:
    app, url = small
    for name in ("hold", "go_on"):
        asked = httpx.post(f"{url}/gradio_api/call/{name}", json={"data": []}, timeout=LONG).json()["event_id"]
        until(lambda asked=asked: asked in app.closed or asked in app.running, "the event did not begin")
    until_nothing_is_left(app)


@pytest.mark.parametrize("library", ["gradio_client", "httpx"])
def test_a_process_that_is_killed_is_forgotten(small: tuple[Small, str], library: str) -> None:
    app, url = small
    if library == "gradio_client":
        code = (
            f"from tests.api_client import connect; client = connect({url!r})\n"
            "client.submit(api_name='/hold').result(); print('held', flush=True)\n"
            "for _ in client.submit(api_name='/go_on'): pass"
        )
    else:
        code = (
            "from tests.scripted_visitor import ScriptedVisitor\n"
            f"visitor = ScriptedVisitor({url!r}); visitor.do('hold', 'click'); print('held', flush=True)\n"
            "visitor.do('go-on', 'click')"
        )
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        until(lambda: app.running, "the event did not begin")
        time.sleep(3 * SILENCE)
        assert app.running, "it waits for its answer"
        process.send_signal(signal.SIGKILL)
    until_nothing_is_left(app)


def test_a_text_that_looks_like_a_session_is_none(small: tuple[Small, str]) -> None:
    app, url = small
    stranger = uuid.uuid4().hex
    httpx.post(f"{url}/gradio_api/call/hold", json={"data": [f'"session_hash": "{stranger}"']}, timeout=LONG)
    assert stranger not in app.visits._visits
    until_nothing_is_left(app)


def test_an_upload_without_room_is_a_sentence_and_its_half_is_swept(small: tuple[Small, str]) -> None:
    app, url = small
    uploads = Path(app.page.GRADIO_CACHE)
    before = set(uploads.iterdir())
    with no_room():
        answer = httpx.post(f"{url}/gradio_api/upload", files={"files": ("large.png", bytes(200 * ROOM))}, timeout=LONG)
    assert answer.status_code == 507
    assert "no room left" in answer.text
    sweep(uploads, now=time.time() + 2 * SCRAP)
    assert set(uploads.iterdir()) == before


def test_a_connection_outlasts_the_thoughts_of_a_visitor(small: tuple[Small, str]) -> None:
    app, url = small
    with httpx.Client(timeout=LONG) as client:
        client.get(f"{url}/config").raise_for_status()
        lines = app.page.server.server_state.connections
        assert {line.timeout_keep_alive for line in lines} == {housekeeping.IDLE}
