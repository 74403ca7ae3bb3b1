"""The sample clips, and the analysis of one of them that is ready before anybody asks."""

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "assets" / "clips"
OPENING = "squat"
READY = FOLDER / "opening.json"
EXERCISES = ("squat", "push_up", "bicep_curl", "lunge", "plank")


def clip(exercise: str) -> Path:
    """The sample clip of an exercise."""
    return FOLDER / f"{exercise}.mp4"


@cache
def opening() -> dict[str, dict]:
    """{language: {film, chart, table}}: the opening clip's analysis, made by `python -m demos.posture.make.opening`."""
    return json.loads(READY.read_text(encoding="utf-8"))
