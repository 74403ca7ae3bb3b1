"""A live session ends in the report that a video with the same poses has; nothing of an image is in it."""

import itertools

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import SetTracker
from demos.posture.exercises import Exercise, exercises
from demos.posture.live import stream as live
from demos.posture.live.settings import read_settings
from demos.posture.live.stream import LiveStream
from demos.posture.report import session
from demos.posture.video.analyse import summarise
from demos.posture.video.look import report
from demos.posture.video.video_file import VideoInfo

FPS = 12
IMAGE = np.zeros((48, 64, 3), np.uint8)
POSES = simulate_landmarks(
    perform("squat", reps=3, faults=("shallow",), faulty_reps={1}, view="side", seed=4, fps=FPS), 4
)


class Landmarker:
    """Finds the athlete's poses, one after the other, and nobody else."""

    def __init__(self) -> None:
        self.poses = iter(POSES)

    def detect(self, image: np.ndarray, seconds: float) -> object:
        return next(self.poses)

    def find(self, *image: object) -> list[object]:
        return []

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> LiveStream:
    clock = itertools.count()
    monkeypatch.setattr(live, "Landmarker", Landmarker)
    monkeypatch.setattr(live, "people_finder", Landmarker)
    monkeypatch.setattr(live.time, "monotonic", lambda: next(clock) / FPS - 1 / FPS)  # the first call is the start
    return LiveStream()


def test_a_live_session_ends_in_the_same_report_as_a_video(stream: LiveStream) -> None:
    for _ in POSES:
        stream.process(IMAGE, "squat")
    told = stream.report("ko")
    stream.close()
    assert told is not None
    [done] = told["sets"]
    assert (told["source"], done["name"], done["report"]["count"]) == ("camera", "스쿼트", 2)
    assert [row["verdict"] for row in done["report"]["repetitions"]] == ["good", "not_counted", "good"]
    assert told["pictures"] == []

    results, tracker = [], SetTracker("squat")
    for pose in POSES:
        results.append(tracker.update(pose, pose.seconds))
    film = report(summarise(VideoInfo(64, 48, FPS, 0.0), results, tracker), "ko", "video")
    assert film is not None
    rows, same = done["report"]["repetitions"], film["sets"][0]["report"]["repetitions"]
    for row, other in zip(rows, same, strict=True):
        assert row["verdict"] == other["verdict"]
        assert row["depth_degrees"] == pytest.approx(other["depth_degrees"], abs=0.2)
        assert row["down_s"] == pytest.approx(other["down_s"], abs=0.1)
    assert [row["remark"] for row in done["rows"]] == [row["remark"] for row in film["sets"][0]["rows"]]


def test_another_exercise_does_not_make_the_sets_before_it_forgotten_and_nothing_tried_has_no_report(
    stream: LiveStream,
) -> None:
    stream.process(IMAGE, "squat")
    assert stream.report("en") is None
    for _ in POSES[1:-1]:
        stream.process(IMAGE, "squat")
    stream.process(IMAGE, "push_up")
    told = stream.report("en")
    assert told is not None
    assert [done["name"] for done in told["sets"]] == ["Squat"]


def test_what_was_counted_stays_for_the_report_when_the_camera_is_closed_or_a_frame_goes_wrong(
    stream: LiveStream,
) -> None:
    for _ in POSES:
        stream.process(IMAGE, "squat")
    before = stream.report("en")
    with pytest.raises(BadInput):
        stream.process(IMAGE, "squat")  # there is no further pose
    after = stream.report("en")
    stream.close()
    closed = stream.report("en")
    assert before is not None
    assert after is not None
    assert closed is not None
    assert before["sets"] == after["sets"] == closed["sets"]


def test_a_session_costs_no_more_the_longer_it_lasts(stream: LiveStream, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was counted is put together when it is asked for, not at every frame."""
    asked = []
    monkeypatch.setattr(SetTracker, "sets", property(lambda tracker: asked.append(tracker) or []))
    for _ in POSES:
        stream.process(IMAGE, "squat")
    assert asked == []
    stream.report("en")
    assert len(asked) == 1


def test_of_a_long_session_only_the_latest_poses_are_kept(stream: LiveStream, monkeypatch: pytest.MonkeyPatch) -> None:
    assert session.POSES * 33 * 3 * 4 < 3_000_000  # bytes
    stream._session._poses = session.deque(maxlen=20)
    for _ in POSES:
        stream.process(IMAGE, "squat")
    told = stream.report("en")
    assert told is not None
    first, last = told["sets"][0]["rows"][0], told["sets"][0]["rows"][-1]
    assert (first["points"], first["poses"]) == (None, [None] * 13)
    assert last["poses"][-1] is not None


def test_a_page_may_say_where_a_visitors_range_ends_and_nothing_else_in_its_place() -> None:
    squat = exercises()["squat"]
    own = read_settings({"exercise": "squat", "range": "112"}).told
    assert isinstance(own, Exercise)
    assert (own.slug, own.signal.goal, own.signal.full) == ("squat", 114, squat.signal.full)
    assert read_settings({"exercise": "squat", "range": ""}).told == "squat"
    assert read_settings({"exercise": "auto", "range": "112"}).told == "auto"
    for wrong in ("deep", "nan", "1e9", "112°"):
        with pytest.raises(BadInput):
            read_settings({"exercise": "squat", "range": wrong})
