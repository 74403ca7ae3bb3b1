"""`python -m demos.posture render`: a video of the synthetic athlete, with its truth beside it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from demos.common import cli
from demos.common.errors import BadInput
from demos.common.validate import whole
from demos.common.whole_file import write_text
from demos.posture.athlete.performance import Performance, names, perform
from demos.posture.athlete.render import render as frames
from demos.posture.video import video_file


def render_video(
    performance: Performance, out: str | Path, *, width: int = 640, height: int = 480, samples: int = 2
) -> dict[str, object]:
    """Render a performance into the MP4 `out`, and its truth into the JSON file beside it.

    Returns the truth with the video's `path`, `width` and `height`. Raises BadInput for what cannot be written.
    """
    out = Path(out)
    if out.suffix.lower() != ".mp4":
        raise BadInput("posture.athlete_out", path=out, reason="*.mp4")
    for name, size in (("width", width), ("height", height)):
        whole(name, size, 64, 1920)
    try:
        video_file.write(out, _frames(performance, width, height, samples), performance.fps)
        truth = {"path": str(out), "width": width, "height": height, **performance.truth()}
        beside = {"path": out.name} | {key: value for key, value in truth.items() if key != "path"}
        write_text(out.with_suffix(".json"), json.dumps(beside) + "\n")
    except OSError as error:
        raise BadInput("posture.athlete_out", path=out, reason=error.strerror or error) from error
    return truth


def _frames(performance: Performance, width: int, height: int, samples: int) -> Iterator[np.ndarray]:
    yield from frames(performance, width, height, samples)


def read_repetitions(given: str, reps: int) -> set[int] | None:
    """The repetitions, counted from 0, that "2,4" names, None for none named. Raises BadInput for one there is not."""
    parts = (int(part) if part.strip().isdecimal() else part for part in given.split(","))
    return {whole("faulty_reps", part, 1, reps) - 1 for part in parts} if given.strip() else None


def render(
    exercise: Annotated[str, typer.Argument(help=f"{', '.join(names())}.")],
    out: Annotated[Path, typer.Option(help="The MP4 file to write; its truth goes into the .json beside it.")],
    reps: Annotated[int, typer.Option(help="Repetitions.")] = 5,
    view: Annotated[str, typer.Option(help="front, side, left, right, three_quarter, back, or degrees.")] = "side",
    fault: Annotated[list[str] | None, typer.Option(help="A named fault; may be given again.")] = None,
    faulty_reps: Annotated[
        str | None, typer.Option(help="In which repetitions, counted from 1: 2,4. Default: all of them.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another athlete, room, camera and pace.")] = 0,
    fps: Annotated[float, typer.Option(help="Frames per second.")] = 30,
    seconds: Annotated[float | None, typer.Option(help="How long a position is held (plank, idle).")] = None,
    tempo: Annotated[float | None, typer.Option(help="1 as usual, 2 twice as fast.")] = None,
    depth: Annotated[float | None, typer.Option(help="1 as deep as it should be.")] = None,
    walk_in: Annotated[bool, typer.Option("--walk-in", "--entrance", help="Walk in and take position first.")] = False,
    width: Annotated[int, typer.Option(help="Pixels.")] = 640,
    height: Annotated[int, typer.Option(help="Pixels.")] = 480,
    json: Annotated[bool, typer.Option(help="Print one JSON object: the truth of the video.")] = False,
) -> None:
    """Render the synthetic athlete. The JSON holds exercise, repetitions (start_s, bottom_s, end_s, faults) …"""
    performance = perform(
        exercise,
        reps=reps,
        view=view,
        faults=fault or (),
        faulty_reps=read_repetitions(faulty_reps or "", reps),
        seed=seed,
        fps=fps,
        seconds=seconds,
        tempo=tempo,
        depth=depth,
        walk_in=walk_in,
    )
    truth = render_video(performance, out, width=width, height=height)
    repetitions = truth["repetitions"]
    count = len(repetitions) if isinstance(repetitions, list) else 0
    cli.emit(truth, f"{out} · {exercise} · {truth['frames']} frames · {count} repetitions", json)
