"""How long the synthetic athlete takes."""

from collections.abc import Callable
from itertools import count
from typing import Any

from demos.posture.athlete.performance import perform
from demos.posture.athlete.render import Renderer
from tests.benchmarks.figures import figure


def test_a_performance_beside_its_own_length(benchmark: Any, in_turn: Callable) -> None:
    """Five squats: about 450 frames of truth."""
    performance = perform("squat", seed=0)
    assert len(performance) > 300
    seconds = in_turn({"ours": lambda: perform("squat", seed=0)}, rounds=5)
    figure(
        benchmark,
        what="the athlete performs five squats",
        unit="s",
        ours=seconds["ours"],
        peer="the seconds that it lasts",
        theirs=performance.seconds,
    )


def test_a_frame_with_smooth_edges_beside_one_without(benchmark: Any, in_turn: Callable) -> None:
    """Images of 640×480."""
    performance, clock = perform("squat", reps=1, seed=0), count()
    smooth, plain = Renderer(performance, samples=2), Renderer(performance, samples=1)
    assert smooth.frame(0).shape == (480, 640, 3)
    seconds = in_turn(
        {
            "smooth": lambda: [smooth.frame(next(clock) % 60) for _ in range(5)],
            "plain": lambda: [plain.frame(next(clock) % 60) for _ in range(5)],
        }
    )
    figure(
        benchmark,
        what="the athlete is drawn, 640 × 480, two samples a pixel each way",
        unit="ms a frame",
        ours=200 * seconds["smooth"],
        peer="one sample a pixel",
        theirs=200 * seconds["plain"],
    )
