"""How long the synthetic athlete takes."""

from itertools import count
from typing import Any

import pytest

from demos.posture.athlete.performance import perform
from demos.posture.athlete.render import Renderer


def test_perform(benchmark: Any) -> None:
    """Five squats: about 450 frames of truth."""
    assert len(benchmark(lambda: perform("squat", seed=0))) > 300


@pytest.mark.parametrize("samples", [1, 2])
def test_frame(benchmark: Any, samples: int) -> None:
    """One image of 640×480."""
    renderer = Renderer(perform("squat", reps=1, seed=0), samples=samples)
    clock = count()
    assert benchmark(lambda: renderer.frame(next(clock) % 60)).shape == (480, 640, 3)
