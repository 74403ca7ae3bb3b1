"""How long a light call takes as visitors become more, at one worker and at two, both behind nginx.

The visitors' scripts run on the same machine. On two cores a second worker finds no third core: what it shows there is
that it costs nothing, and how far the calls are from waiting for each other.
"""

import os
import statistics
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.figures import curve, figure
from tests.conftest import free_port, started
from tests.nginx import NGINX, PATH, behind_nginx
from tests.scripted_visitor import ScriptedVisitor

VISITORS = (1, 5, 20, 40)
WORKERS = (1, 2)
SECONDS, THINK = 8, 1.0  # for how long they come, and wait between two calls


def visit(url: str, begin: threading.Barrier, taken: list[float]) -> None:
    """One visitor, who makes step after step of XOR."""
    with ScriptedVisitor(url, stays=True) as visitor:
        visitor.do("", "load")
        visitor.do("xor-stage", "clear")
        begin.wait()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            began = time.monotonic()
            visitor.do("xor-stage", "submit", {"what": "step"})
            taken.append(time.monotonic() - began)
            time.sleep(THINK)


def p95(url: str, visitors: int) -> float:
    """Milliseconds within which 95 of 100 calls of so many visitors are answered."""
    taken: list[float] = []
    begin = threading.Barrier(visitors)
    threads = [threading.Thread(target=visit, args=(url, begin, taken)) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) >= visitors
    return 1000 * statistics.quantiles(taken, n=20, method="inclusive")[-1]


@pytest.mark.skipif(NGINX is None, reason="no nginx is here")
def test_a_light_call_as_visitors_become_more(benchmark: Any, tmp_path: Path) -> None:
    def measured() -> dict[int, list[float]]:
        with ExitStack() as stack:
            ports = [free_port() for _ in range(max(WORKERS))]
            for port in ports:
                log = tmp_path / f"{port}.log"
                options = ["--profile", "shared", "--workers-folder", str(tmp_path / "workers")]
                stack.enter_context(started(log, {"GRADIO_ROOT_PATH": PATH}, port=port, options=options))
            found: dict[int, list[float]] = {}
            for count in WORKERS:
                leads_to = (ports * 2)[:2] if count == 2 else [ports[0]] * 2
                with behind_nginx(tmp_path / f"nginx{count}", leads_to) as url:
                    p95(url, 2)  # what is only made once
                    found[count] = [p95(url, visitors) for visitors in VISITORS]
            return found

    found = benchmark.pedantic(measured, rounds=1, warmup_rounds=0)
    for place in (VISITORS.index(20), -1):
        figure(
            benchmark,
            what=f"a step of XOR while {VISITORS[place]} visitors make one a second, two workers, 95th percentile",
            unit="ms",
            ours=found[2][place],
            peer="one worker",
            theirs=found[1][place],
        )
    curve(
        benchmark,
        "visitors",
        title="A light call as visitors become more",
        x="visitors, each with a call about every second",
        y="ms, 95th percentile",
        xs=VISITORS,
        series={"one worker": found[1], "two workers": found[2]},
        note=f"Workers, nginx and the visitors' scripts share {os.cpu_count()} cores.",
    )
