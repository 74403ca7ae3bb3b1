"""The sample clips, and the analysis of one of them that is ready before anybody asks."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from demos.posture.exercises import exercises

FOLDER = Path(__file__).parents[3] / "assets" / "clips"
OPENING = "squat"
READY = FOLDER / "opening.json"


def clip(exercise: str) -> Path:
    """The sample clip of an exercise."""
    return FOLDER / f"{exercise}.mp4"


def samples() -> list[str]:
    """The exercises that have a sample clip."""
    return [slug for slug in exercises() if clip(slug).is_file()]


def is_sample(path: str | Path) -> bool:
    """Whether this video is one of the sample clips."""
    return Path(path).parent == FOLDER


@cache
def opening() -> dict[str, dict[str, Any]]:
    """{language: {player, chart, report}} of the opening clip, made by `python -m demos.posture.make.opening`."""
    ready: dict[str, dict[str, Any]] = json.loads(READY.read_text(encoding="utf-8"))
    return ready
