"""The One-Euro filter: steady when the hand is still, quick when it moves (Casiez, Roussel, Vogel 2012, CHI, §3)."""

import math

import numpy as np


class OneEuro:
    """Smooths an array of any shape sampled at uneven times.

    A low-pass filter whose cut-off frequency grows with speed: `cutoff` + `beta` · |speed|, in Hz. Lower `cutoff`: less
    jitter at rest; higher `beta`: less lag in motion.
    """

    def __init__(self, cutoff: float = 1.5, beta: float = 2.0, speed_cutoff: float = 1.0) -> None:
        self.cutoff, self.beta, self.speed_cutoff = cutoff, beta, speed_cutoff
        self._seconds: float | None = None

    def __call__(self, value: np.ndarray, seconds: float) -> np.ndarray:
        """The smoothed value at `seconds`; a time that does not grow gives the last one again."""
        value = np.asarray(value, dtype=float)
        if self._seconds is None:
            self._value, self._speed, self._seconds = value, np.zeros_like(value), seconds
            return value
        step = seconds - self._seconds
        if step <= 0:
            return self._value
        speed = (value - self._value) / step
        self._speed = self._speed + _share(self.speed_cutoff, step) * (speed - self._speed)
        share = _share(self.cutoff + self.beta * np.abs(self._speed), step)
        self._value = self._value + share * (value - self._value)
        self._seconds = seconds
        return self._value

    def reset(self) -> None:
        """Forget everything: the next value is taken as it is."""
        self._seconds = None


def _share(cutoff: float | np.ndarray, step: float) -> float | np.ndarray:
    """How much of a new value an RC low-pass of `cutoff` Hz takes after `step` seconds (equation 3)."""
    return 1 / (1 + 1 / (2 * math.pi * cutoff * step))
