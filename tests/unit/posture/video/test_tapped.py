"""A tap on somebody else in a video that was analysed: it is looked at once more, about them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from demos.common.errors import BadInput
from demos.common.settings import Settings
from demos.posture.people.people import Spot
from demos.posture.video import run
from demos.posture.video.analyse import Analysis
from demos.posture.video.results import Results
from demos.posture.video.run import Watched
from demos.posture.video.tab import Handlers
from demos.posture.video.video_file import VideoInfo
from demos.posture.video.visitor import VisitorState

TAP = {"seconds": 1.5, "x": 0.7, "y": 0.5}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What is to be analysed."""
    asked: list[tuple[Any, ...]] = []

    def analyse(*given: Any) -> Iterator[None]:
        asked.append(given)
        yield from ()

    monkeypatch.setattr(run, "analyse", analyse)
    return asked


def visitor() -> VisitorState:
    state = VisitorState()
    state.show(Watched(Path("mine.mov"), Path("copy.mp4"), Analysis(VideoInfo(640, 480, 30, 12.0), Results())))
    return state


def tap(state: VisitorState, tapped: dict[str, Any]) -> list[Any]:
    event = gr.EventData(target=None, _data=tapped)
    return list(Handlers(Settings()).follow("en", state, "squat", event))


def test_the_visitors_own_file_is_looked_at_for_who_was_tapped(asked: list[tuple[Any, ...]]) -> None:
    tap(visitor(), TAP)
    [(video, exercise, _, person, *_)] = asked
    assert (video, exercise, person) == (Path("mine.mov"), "squat", Spot(1.5, 0.7, 0.5))


@pytest.mark.parametrize(
    "wrong", [{}, TAP | {"seconds": 13}, TAP | {"x": -0.1}, TAP | {"y": "0"}, TAP | {"x": float("nan")}]
)
def test_a_tap_that_is_none_is_refused(asked: list[tuple[Any, ...]], wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        tap(visitor(), wrong)
    assert asked == []


def test_where_no_video_was_analysed_nobody_is_followed(asked: list[tuple[Any, ...]]) -> None:
    assert tap(VisitorState(), TAP) == asked == []
