"""Ctrl+C and SIGTERM end the app the same way, whatever is at work, and nothing is left behind."""

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from demos.common.start_folder import PREFIX
from tests.conftest import started
from tests.scripted_visitor import ScriptedVisitor

WORK = {"a lottery": "xor-lottery-draw", "a training": "gpt-train-go", "a film": "posture-sample-squat"}


@pytest.mark.parametrize("name", ["SIGTERM", pytest.param("SIGINT", marks=pytest.mark.soak)])
def test_the_app_ends_with_code_0_while_everything_is_at_work(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    files, log = tmp_path / "files", tmp_path / "app.log"
    with started(log, {"GRADIO_TEMP_DIR": str(files)}) as (app, url), ExitStack() as pages:
        for event in WORK.values():
            visitor = pages.enter_context(ScriptedVisitor(url, stays=True))
            if event.startswith("gpt"):
                visitor.open_training("To be, or not to be, that is the question. " * 200)
            begun = visitor.begin(visitor.events(event, "click")[-1])
            for message in visitor.answer(begun):
                if message["msg"] == "process_generating" or event.startswith("gpt"):
                    break
        opened = httpx.post(f"{url}/posture_streams", json={"exercise": "auto", "language": "en"}, timeout=120)
        assert opened.status_code == 201
        assert len(list(files.glob(f"{PREFIX}*"))) == 1
        asked = time.monotonic()
        app.send_signal(getattr(signal, name))
        assert app.wait(timeout=60) == 0
        record_property("seconds", time.monotonic() - asked)
        print(f"{name}: {time.monotonic() - asked:.2f} s")
    said = log.read_text()
    assert "Traceback" not in said
    assert "Exception" not in said
    assert list(files.glob(f"{PREFIX}*")) == []
