"""What `python -m demos.posture` says of itself."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from demos.common.errors import BadInput
from demos.posture.__main__ import analyze
from demos.posture.coach.own_range import split_range
from demos.posture.coach.repetitions import Rejection, Repetition
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.video.analyse import Analysis, as_json
from demos.posture.video.results import Results
from demos.posture.video.video_file import VideoInfo
from tests.unit.posture.report.test_sets import SQUATS, recorded


def names(value: Any) -> Iterator[str]:
    """Every field's, however deep."""
    if isinstance(value, dict):
        for name, inside in value.items():
            yield name
            yield from names(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from names(inside)


def test_help_documents_every_field_of_the_report() -> None:
    why = Rejection("shallow", "knee", 130.0, 105)
    shallow = Repetition(9.0, 9.2, 9.5, 175.0, 130.5, counted=False, cues=("shallow",), rejection=why)
    counted = [Repetition(at, at + 0.5, at + 1.0, 175.0, 90.0) for at in range(1, 8)]
    sets = (ExerciseSet("squat", 0.0, (*counted, shallow), 7, 0.0), SQUATS)
    record = recorded(left_knee=90.0, right_knee=104.0)
    report = as_json(Analysis(VideoInfo(640, 480, 10.0, 10.0), Results(), sets, record))
    found = set(names(report))
    assert {"symmetry", "depth_p", "rejection", "left_degrees", "asked"} <= found
    assert found - set(re.findall(r"\w+", analyze.__doc__ or "")) == set()


def test_a_range_is_an_exercise_and_an_angle() -> None:
    assert split_range("squat=112.5") == ("squat", 112.5)
    for wrong in ("squat", "squat=deep", "112"):
        with pytest.raises(BadInput, match="such as squat=112"):
            split_range(wrong)
