"""Numbers from outside: what is one, what is none, and what is said of it."""

import math

import pytest

from demos.common import validate
from demos.common.errors import BadInput, Label


@pytest.mark.parametrize("value", [1, 1.0, 7, 10])
def test_a_whole_number_is_one_however_it_is_written(value: float) -> None:
    assert validate.whole("n", value, 1, 10) == value
    assert isinstance(validate.whole("n", value, 1, 10), int)


@pytest.mark.parametrize("value", [0, 11, 1.5, math.nan, math.inf, True, "3", None, [3], 10**400])
def test_no_whole_number_within_the_range(value: object) -> None:
    with pytest.raises(BadInput) as refused:
        validate.whole("steps", value, 1, 10)
    assert refused.value.key == "common.not_whole"
    assert "steps must be a whole number from 1 to 10" in str(refused.value)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, -math.inf, False, "0.5", None])
def test_no_number_within_the_range(value: object) -> None:
    with pytest.raises(BadInput, match="dropout must be a number from 0 to 1"):
        validate.number("dropout", value, 0, 1)


def test_numbers_within_their_ranges() -> None:
    assert [validate.number("x", value, 0, 1) for value in (0, 0.5, 1)] == [0.0, 0.5, 1.0]
    assert validate.positive("x", 3) == 3.0
    for value in (0, -1, math.nan, None, "1", True):
        with pytest.raises(BadInput, match="positive"):
            validate.positive("x", value)


def test_an_empty_field_and_a_label_are_said_in_words() -> None:
    with pytest.raises(BadInput) as refused:
        validate.whole(Label("common.app_title"), None, 1, 2)
    assert refused.value.in_language("ko") == "글래스박스은(는) 1부터 2까지의 정수여야 합니다. 받은 값: –"


def test_any_number_above_zero_is_positive() -> None:
    assert [validate.positive("x", value) for value in (1e-9, 0.5, math.inf)] == [1e-9, 0.5, math.inf]


@pytest.mark.parametrize(("length", "shown"), [(40, "x" * 40), (41, "x" * 39 + "…"), (5000, "x" * 39 + "…")])
def test_a_value_is_repeated_up_to_forty_characters(length: int, shown: str) -> None:
    with pytest.raises(BadInput) as refused:
        validate.number("x", "x" * length, 0, 1)
    assert refused.value.values["value"] == shown
