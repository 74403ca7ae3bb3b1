"""A visitor's video from the moment it is sent to what is kept of it."""

import gc
import json
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.turns import Place
from demos.common.settings import PROFILES, Settings
from demos.common.ui import says
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import SetTracker
from demos.posture.exercises import AUTO
from demos.posture.people import people
from demos.posture.pose.landmarks import Pose
from demos.posture.video import analyse, clips, run, video_file
from demos.posture.video import tab as video_tab
from demos.posture.video.analyse import Analysis, summarise
from demos.posture.video.run import Step, Watched
from demos.posture.video.video_file import VideoInfo
from demos.posture.video.visitor import VisitorState


def analysis(told: str) -> Analysis:
    """Two squats, counted as what is told."""
    tracker = SetTracker(told)
    poses = simulate_landmarks(perform("squat", reps=2, seed=1), 1)
    results = [tracker.update(pose, number / 30) for number, pose in enumerate(poses)]
    return summarise(VideoInfo(640, 480, 30.0, 0.0), results, tracker)


@pytest.fixture
def visitor() -> VisitorState:
    """One who was shown push-ups where there are squats."""
    clip = clips.clip("squat")
    return VisitorState(watched=Watched(clip, clip, analysis("push_up")))


class NoLandmarker:
    def __init__(self) -> None:
        raise AssertionError("the poses are known")


@pytest.mark.parametrize("exercise", ["squat", AUTO])
def test_counted_as_another_exercise_nobody_looks_at_the_video_again(
    visitor: VisitorState, monkeypatch: pytest.MonkeyPatch, exercise: str
) -> None:
    monkeypatch.setattr(people, "Landmarker", NoLandmarker)
    assert visitor.watched is not None
    assert visitor.watched.analysis.count == 0
    poses = visitor.watched.analysis.results.poses
    shown = list(says(video_tab.Handlers(Settings()).count_again)("en", visitor, exercise))
    report: Any = next(part for each in shown for part in each if isinstance(part, dict) and "sets" in part)
    assert (report["exercise"], report["count"]) == ("squat", 2)
    assert len(visitor.watched.analysis.results.poses) == len(poses)
    assert not visitor.busy


def test_what_is_chosen_while_a_video_is_looked_at_is_counted_when_that_is_done(
    visitor: VisitorState, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = visitor.watched
    monkeypatch.setattr(run, "run", lambda *_, **__: iter([watched]))
    handlers = video_tab.Handlers(Settings())
    under_way = handlers.analyse("en", visitor, "squat.mp4", "push_up")
    next(under_way)
    assert visitor.busy
    [nothing_new] = handlers.count_again("en", visitor, "squat")
    assert len(nothing_new) == 5
    players = [json.loads(each[0]) for each in under_way if isinstance(each[0], str)]
    assert players[-1]["sets"][0]["done"] == "2"


def test_with_nothing_shown_a_choice_counts_nothing() -> None:
    visitor = VisitorState()
    assert len(list(video_tab.Handlers(Settings()).count_again("en", visitor, "squat"))) == 1
    assert not visitor.busy


def test_served_to_others_a_video_is_at_most_five_minutes_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(video_file, "probe", lambda _: VideoInfo(640, 480, 30.0, 720.0))
    limits = [PROFILES[profile].video_seconds for profile in ("laptop", "shared")]
    assert limits == [3600, 300]
    with pytest.raises(BadInput, match="lasts 12:00, and at most 5:00"):
        list(run.run("long.mp4", AUTO, copies=tmp_path, most_seconds=limits[1]))


class NobodyElse:
    def find(self, *_: object) -> list[Pose]:
        return []

    def close(self) -> None:
        pass


def test_a_new_video_is_shown_from_its_first_step_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "SHOW_EVERY", 0.0)
    poses: list[Pose] = simulate_landmarks(perform("squat", reps=1, seed=1), 1)

    class Known(NoLandmarker):
        def __init__(self) -> None:
            self.poses = iter(poses)

        def close(self) -> None:
            pass

        def detect(self, image: object, seconds: float) -> Pose:
            return next(self.poses)

    monkeypatch.setattr(people, "Landmarker", Known)
    monkeypatch.setattr(people, "people_finder", NobodyElse)
    frames = (frame.image for frame, _ in zip(video_file.read(clips.clip("squat"), max_side=64), poses, strict=False))
    path = tmp_path / "short.mp4"
    video_file.write(path, frames, 30)
    *steps, last = run.run(path, "squat", copies=tmp_path)
    assert [step.first for step in steps if isinstance(step, Step)] == [True] + [False] * (len(steps) - 1)
    assert isinstance(last, Watched)
    assert last.analysis.count == 1


class Clock:
    """Of a machine on which each look at it is a second later."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, VisitorState]:
    """A video of two squats of which each frame is shown, and a visitor."""
    poses: list[Pose] = simulate_landmarks(perform("squat", reps=2, seed=1, fps=12), 1)

    class Known(NoLandmarker):
        def __init__(self) -> None:
            self.poses = iter(poses)

        def close(self) -> None:
            pass

        def detect(self, image: object, seconds: float) -> Pose:
            return replace(next(self.poses), seconds=seconds)

    monkeypatch.setattr(people, "Landmarker", Known)
    monkeypatch.setattr(people, "people_finder", NobodyElse)
    monkeypatch.setattr(run, "SHOW_EVERY", 0.0)
    monkeypatch.setattr(analyse, "time", Clock())
    monkeypatch.setattr(analyse, "PATIENCE", 0)
    path = tmp_path / "squats.mp4"
    video_file.write(path, (np.full((48, 64, 3), 90, np.uint8) for _ in poses), 12)
    return path, VisitorState()


def messages(values: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, Any]]:
    """Player and report of each step, None for what stays as it is."""
    for each in values:
        player, report = (json.loads(part) if isinstance(part, str) and part else None for part in (each[0], each[2]))
        yield player, report


def test_the_report_grows_while_the_video_is_looked_at(watching: tuple[Path, VisitorState]) -> None:
    path, visitor = watching
    shown = list(messages(video_tab.Handlers(Settings()).analyse("en", visitor, str(path), "squat")))
    growing = [report for player, report in shown if report and player and player["mode"] == "busy"]
    assert [len(report["sets"][0]["rows"]) for report in growing] == [1, 2]  # one for each repetition, no more
    assert all(report["under_way"] for report in growing)
    last = next(report for player, report in shown if player and player["mode"] == "analysed")
    assert "under_way" not in last
    assert last["sets"][0]["report"]["count"] == 2


def test_stopped_in_the_middle_a_video_shows_what_was_found(watching: tuple[Path, VisitorState]) -> None:
    path, visitor = watching
    players, reports = [], []
    for player, report in messages(video_tab.Handlers(Settings()).analyse("en", visitor, str(path), "squat")):
        players.append(player)
        reports.append(report)
        if report and report.get("under_way"):
            visitor.stop()
            assert visitor.stopped
    last = next(player for player in reversed(players) if player)
    assert last["mode"] == "analysed"
    assert last["said"].startswith("You stopped it at 0:0")
    assert next(report for report in reversed(reports) if report)["sets"][0]["report"]["count"] == 1
    assert visitor.watched is not None
    assert visitor.watched.analysis.stopped
    assert not visitor.busy


def test_stopped_before_anybody_was_seen_a_video_says_so_without_an_error(
    watching: tuple[Path, VisitorState],
) -> None:
    path, visitor = watching
    players = []
    for player, _ in messages(says(video_tab.Handlers(Settings()).analyse)("en", visitor, str(path), "squat")):
        players.append(player)
        if player:
            visitor.stop()
    assert players[-1]["mode"] == "stopped"
    assert players[-1]["said"] == "You stopped it before there was anything to count."
    assert visitor.watched is None


def test_a_page_that_is_closed_leaves_nothing(visitor: VisitorState, tmp_path: Path) -> None:
    assert visitor.watched is not None
    visitor.annotated = tmp_path / "annotated.mp4"
    visitor.annotated.write_bytes(b"video")
    kept = weakref.ref(visitor.watched.analysis.results.poses)
    with visitor.analysis() as turn:
        visitor.leave()
        assert not turn.wanted()
    gc.collect()
    assert kept() is None
    assert list(tmp_path.iterdir()) == []


def test_a_film_waits_for_its_turn_and_one_that_is_stopped_there_comes_to_its_end() -> None:
    budgets, visitor = Budgets.of(Settings()), VisitorState()
    handlers = video_tab.Handlers(Settings(), budgets=budgets)
    others = [budgets.heavy.enter() for _ in range(budgets.heavy.at_once)]
    assert all(other.take() for other in others)
    with visitor.analysis() as turn:
        found = handlers._in_turns(iter(["first", "second", "last"]), visitor, turn)  # type: ignore[arg-type]
        assert next(found) == "first"  # type: ignore[comparison-overlap]
        assert isinstance(next(found), Place)
        visitor.stop()
        assert list(found) == ["second", "last"]  # type: ignore[comparison-overlap]
    assert budgets.heavy.count == len(others)
    assert budgets.films.count == 0
