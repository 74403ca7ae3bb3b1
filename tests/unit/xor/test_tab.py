"""What the XOR tab's handlers promise to each other when a visitor is quicker than they are."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from demos.xor import tab
from demos.xor.lessons import tab as tab_lessons
from demos.xor.lessons.lessons import lessons
from demos.xor.live import tab as tab_runs
from demos.xor.settings import tab as tab_controls
from demos.xor.settings.setup import OPENING, Setup


def values(setup: Setup = OPENING) -> list:
    """What the controls hold when they show a setup."""
    return [update["value"] for update in tab_controls.updates(setup)]


def test_a_dragged_slider_counts_once_and_lets_the_run_go_on() -> None:
    visitor = tab_runs.VisitorState()

    async def drag() -> list:
        return await asyncio.gather(*(tab_runs.settle(visitor) for _ in range(5)))

    with ThreadPoolExecutor(1) as pool:  # this thread may have a loop already
        *passed, last = pool.submit(asyncio.run, drag()).result()
    assert last == 5
    assert all(one == tab.gr.skip() for one in passed)
    assert visitor.turn == 0  # nobody was told to stop: the page would ask for the old run to go on, and win


def test_the_run_asked_for_last_is_the_one_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run of an app imports torch, which takes seconds; a second choice may be ready before it."""
    visitor, make = tab_runs.VisitorState(), tab_runs.new_run
    later: list[str] = []

    def slow(*given: object) -> object:
        monkeypatch.setattr(tab_runs, "new_run", make)
        stream: Iterator[str] = tab_runs.begin("en", visitor, *values(Setup(learners=("mlp",))))
        later.append(next(stream))
        stream.close()  # type: ignore[attr-defined]
        return make(*given)

    monkeypatch.setattr(tab_runs, "new_run", slow)
    assert list(tab_runs.begin("en", visitor, *values())) == []
    assert [one["kind"] for one in json.loads(later[0])["learners"]] == ["mlp"]
    assert visitor.run.kinds == ("mlp",)


def test_a_lesson_opened_before_the_page_was_ready_stays_open() -> None:
    lesson = tab_lessons._wanted(lessons()[1].setup)
    assert tab_lessons._arrive("en", lesson, "") == (tab.gr.skip(), tab.gr.skip())
    assert tab_lessons._arrive("en", None, "")[0][1] is None
    assert tab_lessons._arrive("en", None, "?lesson=2")[0][1] == lesson[1]


def test_the_opening_picture_does_not_undo_a_choice_made_before_it() -> None:
    visitor = tab_runs.VisitorState()
    assert tab._restore("en", visitor, (0.0, None)) == [tab.gr.skip()] * len(tab_controls.NAMES)
    stream = tab._show("en", visitor, (0.0, None), *values(Setup(learners=("mlp", "forward-forward"))))
    assert [one["kind"] for one in json.loads(next(stream))["learners"]] == ["mlp", "forward-forward"]
