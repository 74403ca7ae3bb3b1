"""What the story's cards say, held against what their pictures show; and that those are of today's models and runs."""

import base64
import json
from collections.abc import Callable

import numpy as np
import pytest

from demos.start.make import pictures
from demos.start.milestones import PICTURES, milestones

SHOWN = json.loads(PICTURES.read_text(encoding="utf-8"))
CORNERS = {(0, 0), (0, 1), (1, 0), (1, 1)}


def wrong(points: list, line: list[float]) -> int:
    """How many points lie on the wrong side of w₁x + w₂y + b = 0."""
    return sum((line[0] * x + line[1] * y + line[2] > 0) != bool(label) for x, y, label in points)


def test_every_card_has_a_picture() -> None:
    assert list(SHOWN) == [milestone.key for milestone in milestones()]


def test_the_perceptron_moves_its_line_until_no_mistake_is_left() -> None:
    points, lines = SHOWN["perceptron"]["points"], SHOWN["perceptron"]["lines"]
    assert {(x > 0, y > 0): label for x, y, label in points} == {
        (False, False): 0, (False, True): 0, (True, False): 0, (True, True): 1
    }  # fmt: skip
    assert wrong(points, lines[0]) > 0 == wrong(points, lines[-1])


def test_on_xor_every_line_leaves_a_mistake() -> None:
    points, lines = SHOWN["xor"]["points"], SHOWN["xor"]["lines"]
    assert all(wrong(points, line) > 0 for line in lines)


def test_two_hidden_units_solve_xor() -> None:
    shown = SHOWN["backprop"]
    rows, columns = shown["rows"], shown["columns"]
    planes = np.frombuffer(base64.b64decode(shown["bytes"]), np.uint8).reshape(shown["frames"], rows, columns)
    low, high = shown["view"]
    cell = (high - low) / (rows - 1)
    for x, y, label in shown["points"]:
        row, column = round((high - y) / cell), round((x - (low + high) / 2) / cell + (columns - 1) / 2)
        assert (planes[-1, row, column] > 127) == bool(label)
    assert np.ptp(planes[0].astype(int)) < np.ptp(planes[-1].astype(int))


def test_each_letter_looks_back_at_all_before_it_and_at_none_after() -> None:
    rows, text = SHOWN["transformer"]["rows"], SHOWN["transformer"]["text"]
    assert [len(row) for row in rows] == list(range(1, len(text) + 1))
    assert all(sum(row) == pytest.approx(1000, abs=len(row)) for row in rows)


def test_a_body_is_33_points_and_the_squats_are_counted() -> None:
    assert {len(frame) for frame in SHOWN["posture"]["frames"]} == {33}
    counts = SHOWN["today"]["counts"]
    assert counts == sorted(counts)
    assert counts[-1] == 2
    assert min(SHOWN["today"]["angles"]) < 90


def test_the_right_word_wins_for_every_photo() -> None:
    assert [row.index(max(row)) for row in SHOWN["clip"]["shares"]] == [0, 1, 2]


def test_right_labels_end_with_more_goodness_than_wrong_ones() -> None:
    positive, negative = SHOWN["forward"]["positive"], SHOWN["forward"]["negative"]
    assert positive[0] <= negative[0]
    assert all(right > other for right, other in zip(positive[10:], negative[10:], strict=True))


@pytest.mark.parametrize(
    ("key", "made"),
    [
        ("perceptron", lambda: pictures._line(pictures._lesson("and"))),
        ("xor", lambda: pictures._line(pictures._lesson("cycle"))),
        ("forward", lambda: pictures._goodness(pictures._lesson("forward"))),
        ("transformer", pictures._attention),
        ("clip", pictures._shares),
    ],
)
def test_it_is_what_the_models_give_today(key: str, made: Callable) -> None:
    """If not: `python -m demos.start.make.pictures`."""
    again = json.loads(json.dumps(made()))
    assert again.keys() == SHOWN[key].keys()
    for part in again.keys() - {"photos", "labels", "text"}:
        numbers = zip(_flat(again[part]), _flat(SHOWN[key][part]), strict=True)
        assert all(
            one == pytest.approx(other, abs=2 if key in ("transformer", "clip") else 0.01) for one, other in numbers
        )


def _flat(values: list) -> list[float]:
    return [one for value in values for one in (_flat(value) if isinstance(value, list) else [value])]
