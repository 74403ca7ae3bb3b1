"""How often the count is exact, on random clips of the athlete (`random_clips.py`); `make soak` looks at all."""

from collections.abc import Iterable

import pytest

from demos.posture.coach.coach import Coach
from demos.posture.exercises import exercises
from tests.oracle.posture.random_clips import VIEWS, Clip, exercise_clip, other_clip

EXACT = 0.98  # share of the clips
TREMBLE = 0.6  # seconds by which a hold may be told wrong
UNPROVEN = 2.5  # seconds besides, of a hold that was cut in two by a moment in which nobody was seen


def coached(told: str, clip: Clip) -> Coach:
    coach = Coach(exercises()[told])
    for seconds, pose in clip.frames:
        coach.update(pose, seconds)
    return coach


def is_exact(coach: Coach, clip: Clip) -> bool:
    if coach.exercise.kind == "repetitions":
        return coach.count == clip.repetitions
    lost = UNPROVEN if any(pose is None for _, pose in clip.frames) else 0.0
    return clip.hold - TREMBLE - lost <= coach.hold <= clip.hold + TREMBLE


def wrong_when_told(seeds: Iterable[int]) -> list[str]:
    """The clips whose count is not exact when the exercise is known, each with what was found."""
    wrong = []
    for seed in seeds:
        clip = exercise_clip(seed)
        coach = coached(clip.exercise, clip)
        if not is_exact(coach, clip):
            wrong.append(f"{coach.count or round(coach.hold, 1)} of {clip.words}")
    return wrong


def phantoms_when_told(seeds: Iterable[int], most: int = len(VIEWS)) -> list[str]:
    """What is counted or held of other movements by coaches told so many exercises, each in its turn."""
    found = []
    for seed in seeds:
        clip = other_clip(seed)
        for turn in range(most):
            coach = coached([*VIEWS][(seed + turn) % len(VIEWS)], clip)
            # who got ready for push-ups holds a plank on straight arms
            held = coach.hold > 1 and clip.movement != "get_ready"
            if coach.count or held:
                found.append(f"{coach.count} {coach.exercise.slug}, held {coach.hold:.1f} s: {clip.words}")
    return found


def test_told_the_exercise_the_count_is_exact() -> None:
    wrong = wrong_when_told(range(50))
    assert len(wrong) <= (1 - EXACT) * 50, wrong


def test_other_movements_count_as_nothing() -> None:
    assert phantoms_when_told(range(14), most=1) == []


@pytest.mark.soak
def test_told_the_exercise_the_count_is_exact_on_300_clips() -> None:
    wrong = wrong_when_told(range(300))
    assert len(wrong) <= (1 - EXACT) * 300, wrong


@pytest.mark.soak
def test_sixty_other_movements_count_as_nothing() -> None:
    assert phantoms_when_told(range(60)) == []
