"""What the soak says of its visitors is so."""

import json
from pathlib import Path

import numpy as np
import pytest

from demos.common.errors import BadInput
from tests.scripted_visitor import Refused
from tests.soak.figures import Figures, Held, Took, is_busy


@pytest.mark.parametrize(
    ("sentence", "busy"),
    [
        (str(BadInput("common.busy", number=30)), True),
        (str(BadInput("common.busy_with_yours", number=2)), True),
        (str(BadInput("posture.live_busy", number=4)), True),
        (str(BadInput("common.gradio_busy")), True),
        ("Queue is full! Please try again.", True),
        (str(BadInput("common.disk_full")), False),
        (str(BadInput("posture.analysis_failed")), False),
        ("Error", False),
        ("", False),
    ],
)
def test_busy_is_told_from_an_error(sentence: str, busy: bool) -> None:
    assert is_busy(sentence) == busy


def test_the_p95_is_the_one_of_numpy_and_of_one_kind_and_phase() -> None:
    seconds = np.random.default_rng(0).exponential(size=200)
    figures = Figures(took=[Took("alone", "page", "light", float(each)) for each in seconds])
    figures.took += [Took("alone", "film", "heavy", 40.0), Took("warming up", "page", "light", 9.0)]
    assert figures.p95("light") == pytest.approx(np.quantile(seconds, 0.95))
    assert figures.p95("heavy") == 40
    assert figures.p95("first token") == 0


def test_what_fails_is_counted_and_not_timed() -> None:
    figures = Figures()

    def fail(sentence: str) -> None:
        with figures.noted("page"), figures.measure("page", "light"):
            raise Refused(sentence)

    fail(str(BadInput("common.busy", number=3)))
    fail("something nobody foresaw")
    assert (figures.busy, figures.errors) == (1, ["page: Refused: something nobody foresaw"])
    assert figures.took == []


def test_the_table_and_the_file_hold_everything(tmp_path: Path) -> None:
    figures = Figures(took=[Took("alone", "page", "light", 0.25)], errors=["page: wrong"])
    figures.held = [Held(60.0 * at, at * 10**8, 20 + at, 30, 4) for at in range(10)]
    table = figures.table()
    assert "0.25 s" in table
    assert "page: wrong" in table
    assert "900 MB" in table
    assert figures.between("threads", 60, 180) == 22
    figures.write(tmp_path / "build" / "soak.json")
    told = json.loads((tmp_path / "build" / "soak.json").read_text())
    assert told["took"] == [{"phase": "alone", "name": "page", "kind": "light", "seconds": 0.25}]
    assert len(told["held"]) == 10
