"""Numbers as they are said; that the page says the same is tested in the browser (tests/browser/common)."""

import math

import pytest

from demos.common import numbers

NO_NUMBER = [None, math.nan, math.inf, -math.inf]


def test_numbers_are_said_as_finely_as_it_takes() -> None:
    said = [numbers.probability(p) for p in (0, 1e-7, 0.00034, 0.012, 0.5, 0.83, 0.997, 0.99999, 1)]
    assert said == ["0%", "< 0.01%", "0.034%", "1.2%", "50%", "83%", "99.7%", "> 99.9%", "100%"]
    assert [numbers.percent(share) for share in (0.9999, 0.975, 0.5, 1)] == ["99.9%", "97.5%", "50%", "100%"]
    assert [numbers.decimals(value, 2) for value in (-0.004, -0.0, -0.006)] == ["0.00", "0.00", "−0.01"]
    assert (numbers.signed(-0.5), numbers.count(12345), numbers.decimals(None)) == ("−0.50", "12,345", "–")


def test_probabilities_change_their_grain_where_it_is_said() -> None:
    said = {0.0000999: "< 0.01%", 0.0001: "0.010%", 0.00994: "0.99%", 0.0999: "10.0%", 0.1: "10%", 0.104: "10%"}
    said |= {0.99: "99%", 0.9901: "99.0%", 0.9994: "99.9%", 0.9995: "> 99.9%", -0.1: "0%", 1.1: "100%"}
    assert {p: numbers.probability(p) for p in said} == said


def test_a_share_is_cut_and_never_more_than_was_counted() -> None:
    assert [numbers.percent(share) for share in (0, 0.0009, 0.0019, 0.29, 0.57, 0.9999999)] == [
        "0%",
        "0%",
        "0.1%",
        "29%",
        "57%",
        "99.9%",
    ]
    assert numbers.percent(1 - 0.9) == "10%"  # in floats a little less than a tenth


def test_halves_are_rounded_away_from_zero() -> None:
    assert [numbers.decimals(value, 1) for value in (0.25, 0.75, -0.25)] == ["0.3", "0.8", "−0.3"]
    assert [numbers.signed(value, 1) for value in (0.25, 0, -0.25)] == ["+0.3", "+0.0", "−0.3"]
    assert [numbers.signed(value) for value in (-0.004, -0.005, 0.004)] == ["+0.00", "−0.01", "+0.00"]
    assert [numbers.count(value) for value in (0.4, 0.5, 1.5, -0.4, -1234567.8)] == ["0", "1", "2", "0", "−1,234,568"]
    assert (numbers.decimals(0.12345), numbers.signed(1.005)) == ("0.123", "+1.00")


@pytest.mark.parametrize("value", NO_NUMBER)
@pytest.mark.parametrize("say", [numbers.percent, numbers.probability, numbers.decimals, numbers.signed, numbers.count])
def test_what_is_no_number_is_a_dash(say, value: float | None) -> None:
    assert say(value) == "–"


def test_places_are_counted_as_in_english() -> None:
    said = [numbers.ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)]
    assert said == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]
