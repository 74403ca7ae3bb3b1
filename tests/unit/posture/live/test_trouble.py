"""What nobody foresaw ends in a sentence and a page that works, in a video and in the camera's stream."""

import json
import logging
from typing import Any

import cv2
import gradio as gr
import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES, text
from demos.common.settings import Settings
from demos.common.ui import says
from demos.posture.live import endpoint
from demos.posture.live import stream as live
from demos.posture.live.settings import LiveSettings
from demos.posture.live.stream import LiveStream
from demos.posture.live.streams import OpenStream
from demos.posture.trouble import sentence_for
from demos.posture.video import clips, run
from demos.posture.video import tab as video_tab
from demos.posture.video.visitor import VisitorState

IMAGE = np.zeros((48, 64, 3), np.uint8)
JPEG = cv2.imencode(".jpg", IMAGE)[1].tobytes()


class Landmarkers:
    """Landmarkers that fail on the images whose numbers are in `failing`, and how many are open."""

    def __init__(self, *failing: int) -> None:
        self.failing, self.images, self.open = failing, 0, 0
        self.finders: Landmarkers

    def __call__(self) -> "Landmarkers":
        self.open += 1
        return self

    def detect(self, image: np.ndarray, seconds: float) -> None:
        self.images += 1
        if self.images in self.failing:
            raise IndexError("list index out of range")

    def close(self) -> None:
        self.open -= 1


@pytest.fixture
def landmarkers(monkeypatch: pytest.MonkeyPatch) -> Landmarkers:
    made = Landmarkers(2)
    made.finders = Landmarkers()
    monkeypatch.setattr(live, "Landmarker", made)
    monkeypatch.setattr(live, "people_finder", made.finders)
    return made


def advice_of(found: OpenStream, data: bytes = JPEG) -> str:
    return json.loads(endpoint.look_at(found, data, longest=640))["advice"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_frame_that_fails_is_said_and_the_next_begins_anew(landmarkers: Landmarkers, language: str) -> None:
    found = OpenStream(LiveStream(), LiveSettings("squat", language))
    advice = [advice_of(found) for _ in range(4)]
    nobody = text("posture.nobody", language)
    assert advice == [nobody, text("posture.frame_failed", language), nobody, nobody]
    assert (landmarkers.open, landmarkers.finders.open) == (1, 1)
    found.stream.close()
    assert (landmarkers.open, landmarkers.finders.open) == (0, 0)


def test_a_stream_that_was_closed_opens_no_landmarker_any_more(landmarkers: Landmarkers) -> None:
    found = OpenStream(LiveStream(), LiveSettings())
    found.stream.close()
    assert advice_of(found) == text("posture.live_ended", "en")
    assert landmarkers.open == 0


def test_the_count_begins_anew_after_a_frame_that_failed(landmarkers: Landmarkers) -> None:
    stream = LiveStream()
    stream.process(IMAGE, "squat")
    before = stream._people
    with pytest.raises(BadInput):
        stream.process(IMAGE, "squat")
    stream.process(IMAGE, "squat")
    assert before is not stream._people is not None


@pytest.mark.parametrize("data", [b"", b"no image", JPEG[:300], JPEG[:20] + b"x" * 500])
def test_what_is_no_image_is_said_where_the_advice_stands(landmarkers: Landmarkers, data: bytes) -> None:
    assert advice_of(OpenStream(LiveStream(), LiveSettings()), data) == text("posture.not_an_image", "en")


def test_an_image_is_measured_before_it_is_unpacked(landmarkers: Landmarkers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was unpacked"))
    large = cv2.imencode(".jpg", np.zeros((8, 641, 3), np.uint8))[1].tobytes()
    assert "641×8" in advice_of(OpenStream(LiveStream(), LiveSettings()), large)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_analysis_that_fails_ends_in_a_sentence_and_nothing_is_under_way(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise IndexError("list index out of range")
        yield

    monkeypatch.setattr(run, "analyse", failing)
    visitor = VisitorState()
    with caplog.at_level(logging.ERROR), pytest.raises(gr.Error) as said:
        list(says(video_tab.Handlers(Settings()).analyse)(language, visitor, str(clips.clip("squat")), "squat"))
    assert said.value.message == text("posture.analysis_failed", language)
    assert not visitor.busy
    assert "IndexError" in caplog.text


def test_a_sentence_that_is_one_already_stays_as_it_is() -> None:
    with pytest.raises(BadInput) as refused, sentence_for("posture.analysis_failed"):
        raise BadInput("posture.no_person")
    assert refused.value.key == "posture.no_person"
