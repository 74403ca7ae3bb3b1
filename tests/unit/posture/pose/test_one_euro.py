"""The One-Euro filter: calm at rest, quick in motion, and why."""

import numpy as np
import pytest

from demos.posture.pose.one_euro import OneEuro


def test_one_euro_stays_still_and_follows() -> None:
    still, moving = OneEuro(), OneEuro()
    random = np.random.default_rng(2)
    noise = 0.01 * random.normal(size=120)
    calm = np.array([still(np.array(value), index / 30) for index, value in enumerate(noise)])
    assert calm[30:].std() < 0.5 * noise[30:].std()
    ramp = [float(moving(np.array(index / 30), index / 30)) for index in range(60)]
    assert ramp[-1] == pytest.approx(59 / 30, abs=0.12)


def followed(filter: OneEuro, speed: float, rate: float = 30, seconds: float = 3) -> float:
    """How far behind it is after some seconds of moving with `speed`, in units a second."""
    times = np.arange(0, seconds, 1 / rate)
    found = [float(filter(np.array(speed * time), time)) for time in times]
    return float(speed * times[-1] - found[-1])


def test_the_faster_it_goes_the_sooner_it_follows() -> None:
    """The cut-off grows with speed: that is the filter's whole point."""
    slow, fast = (followed(OneEuro(cutoff=1, beta=2), speed) / speed for speed in (0.1, 5.0))
    assert fast < 0.35 * slow  # seconds behind


def test_without_its_speed_term_it_is_a_plain_low_pass() -> None:
    for speed in (0.1, 5.0):
        assert followed(OneEuro(cutoff=1, beta=0), speed, rate=1000) == pytest.approx(speed / (2 * np.pi), rel=0.02)


def test_a_step_is_followed_as_the_paper_says() -> None:
    """Equations 1 to 4 of the paper, computed with its own words: alpha = 1 / (1 + tau / Te), tau = 1 / (2 pi fc)."""
    cutoff, beta, speed_cutoff, period = 1.5, 2.0, 1.0, 0.05
    values = [0.0, 0.0, 1.0, 1.0, 0.5]

    def alpha(frequency: float) -> float:
        return 1 / (1 + (1 / (2 * np.pi * frequency)) / period)

    expected, speed = [values[0]], 0.0
    for value in values[1:]:
        speed = alpha(speed_cutoff) * (value - expected[-1]) / period + (1 - alpha(speed_cutoff)) * speed
        a = alpha(cutoff + beta * abs(speed))
        expected.append(a * value + (1 - a) * expected[-1])
    smooth = OneEuro(cutoff, beta, speed_cutoff)
    assert [float(smooth(np.array(value), index * period)) for index, value in enumerate(values)] == pytest.approx(
        expected
    )


def test_a_reset_forgets_and_a_clock_that_stands_still_is_borne() -> None:
    smooth = OneEuro()
    assert smooth(np.array(1.0), 0.0) == 1
    assert smooth(np.array(5.0), 0.0) == 1
    smooth.reset()
    assert smooth(np.array(5.0), 0.1) == 5


def test_as_it_is_set_for_the_coach_it_takes_most_of_a_tremble_and_lags_a_thirtieth_of_a_second() -> None:
    """Landmarks in metres, 30 times a second. Twice or half of any of the three parameters is noticed here."""
    tremble, moving, starting = OneEuro(), OneEuro(), OneEuro()
    noise = 0.01 * np.random.default_rng(2).normal(size=600)
    calm = np.array([tremble(np.array(value), index / 30) for index, value in enumerate(noise)])
    assert calm[60:].std() / noise[60:].std() == pytest.approx(0.385, abs=0.03)
    assert followed(moving, speed=1.0) == pytest.approx(0.030, abs=0.003)
    for index in range(30):
        starting(np.array(0.0), index / 30)
    started = [float(starting(np.array(index / 30), 1 + index / 30)) for index in range(1, 7)]
    assert 0.2 - started[-1] == pytest.approx(0.040, abs=0.004)  # metres behind, a fifth of a second after it began
