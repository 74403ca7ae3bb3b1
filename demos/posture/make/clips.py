"""Renders the sample clips in assets/clips as their exercises' files say: `python -m demos.posture.make.clips`."""

from typing import Annotated, Any

import typer

from demos.common import cli
from demos.common.errors import BadInput
from demos.posture.athlete.performance import Performance, perform
from demos.posture.exercises import exercises
from demos.posture.make.render import render_video
from demos.posture.video.clips import FOLDER, clip


def sampled() -> list[str]:
    """The exercises whose file has a [sample]."""
    return [slug for slug, exercise in exercises().items() if exercise.sample]


def sample(exercise: str) -> Performance:
    """What the sample clip of `exercise` shows. Good repetitions with a faulty one among them let the coach find it."""
    choices: dict[str, Any] = dict(exercises()[exercise].sample or {})
    if "faulty_reps" in choices:
        choices["faulty_reps"] = {number - 1 for number in choices["faulty_reps"]}
    return perform(exercise, **choices)


def main(
    only: Annotated[list[str] | None, typer.Argument(metavar="EXERCISE", help="Only these; default: all.")] = None,
) -> None:
    """Render them; the same bytes for the same versions of numpy, OpenCV and x264."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for exercise in only or sampled():
        if exercise not in sampled():
            raise BadInput("posture.exercise_unknown", exercise=exercise, choices=", ".join(sampled()))
        out = clip(exercise)
        truth = render_video(sample(exercise), out)
        print(f"{out.name} · {truth['frames']} frames · {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    app = cli.new(__doc__ or "")
    app.command()(main)
    cli.run(app)
