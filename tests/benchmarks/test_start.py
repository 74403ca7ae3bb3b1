"""From the start of the app to its first page, beside an interpreter that imports gradio, in turn."""

import os
import socket
import statistics
import subprocess
import sys
import time
from typing import Any

from tests.benchmarks.figures import figure
from tests.conftest import ROOT, free_port

ROUNDS = 5
MOST = 1.15
ENVIRONMENT = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}  # as everywhere, the second start finds bytecode
READY = "import gradio; print('imported', flush=True)"


def first_page() -> float:
    """Seconds from starting the app to the first line of its page."""
    port, began = free_port(), time.perf_counter()
    command = [sys.executable, "app.py", "--port", str(port), "--offline"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, **quiet) as app:
        try:
            while not answers(port):
                assert app.poll() is None
                time.sleep(0.01)
            return time.perf_counter() - began
        finally:
            app.terminate()


def answers(port: int) -> bool:
    """Whether the page comes from that port. No library of HTTP: importing one is not to be measured."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            return line.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def import_gradio() -> float:
    """Seconds from starting an interpreter until it has imported gradio."""
    began = time.perf_counter()
    command = [sys.executable, "-c", READY]
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as python:
        assert python.stdout is not None
        assert python.stdout.readline() == "imported\n"
        return time.perf_counter() - began


def test_the_first_page_comes_as_soon_as_gradio_is_imported(benchmark: Any) -> None:
    taken: list[tuple[float, float]] = []
    benchmark.pedantic(lambda: taken.append((first_page(), import_gradio())), rounds=ROUNDS, warmup_rounds=1)
    ours, theirs = (statistics.median(each) for each in zip(*taken[1:], strict=True))
    ratio = figure(
        benchmark,
        what="from the start of the app to its first page",
        unit="s",
        ours=ours,
        peer="an interpreter that imports gradio",
        theirs=theirs,
        at_most=MOST,
        headline="From the start to the first page",
    )
    assert ratio <= MOST
