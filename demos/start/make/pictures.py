"""Writes down what the story's pictures show, each from the model or the run that its link opens.

    python -m demos.start.make.pictures

To be run whenever one of them has changed; a test says so.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from PIL import Image

from demos.clip import data as images
from demos.clip import prompts
from demos.clip.images import example_photos
from demos.clip.images.thumbnails import data_address
from demos.clip.models import registry
from demos.common import cli
from demos.common.base64_arrays import encode_bytes
from demos.common.lessons import lessons
from demos.gpt.attention import attention
from demos.gpt.models import checkpoint
from demos.gpt.prompts.prompt import prepare
from demos.posture.pose.landmarks import BODY, EDGES
from demos.posture.video.clips import READY
from demos.start.milestones import PICTURES
from demos.xor.data import Points, sample
from demos.xor.forward_forward import learn_forward_forward
from demos.xor.learn import learn_mlp
from demos.xor.lessons.lessons import setup_of
from demos.xor.model import forward_many
from demos.xor.perceptron import learn_perceptron
from demos.xor.settings.setup import Setup

ROWS, COLUMNS = 18, 40  # cells of a decision region: as wide as a card on a phone
LINES = 32
TEXT = "light through yonder window"
LAYER = 3
PHOTOS, LABELS = ("lion", "bus", "tower"), ("a lion", "a bus", "a tower")
EVERY = 3  # of the film's frames one is drawn
FIRST_SQUATS = (0.3, 6.3)  # seconds of the film

app = cli.new("Writes down what the story's pictures show.")


def pictures() -> dict[str, Any]:
    """By the key of the milestone, as plain values for page/pictures.js."""
    return {
        "perceptron": _line(_lesson("and")),
        "xor": _line(_lesson("cycle")),
        "backprop": _region(_lesson("fold")),
        "transformer": _attention(),
        "posture": _skeleton(),
        "clip": _shares(),
        "forward": _goodness(_lesson("forward")),
        "today": _counted(),
    }


def _lesson(key: str) -> Setup:
    return setup_of(next(lesson for lesson in lessons("xor") if lesson.key == key))


def _points(setup: Setup) -> Points:
    recipe = setup.recipe
    return sample(recipe.data, recipe.count or 4, recipe.noise or 0.0, recipe.seed_of_points)


def _marks(points: Points) -> list[list[float]]:
    found = np.unique(np.column_stack([points.x, points.y]), axis=0)
    return [[round(x, 3), round(y, 3), int(label)] for x, y, label in found.tolist()]


def _line(setup: Setup) -> dict[str, Any]:
    """LINES of the lines that the perceptron drew, w₁, w₂, b: the first, the last, and of those between every nth."""
    points, recipe = _points(setup), setup.recipe
    lines: list[list[float]] = []
    for record in islice(learn_perceptron(points, recipe.lr, recipe.seed), 400):
        line = [round(weight, 4) for weight in record.weights.tolist()]
        if not lines or lines[-1] != line:
            lines.append(line)
    every = np.linspace(0, len(lines) - 1, min(LINES, len(lines))).round().astype(int)
    return {"view": points.view, "points": _marks(points), "lines": [lines[at] for at in every]}


def _region(setup: Setup) -> dict[str, Any]:
    """The MLP's probability of class 1 in some twenty moments: ROWS × COLUMNS bytes from the top left.

    The middles of the outermost rows lie on the edges of the points' view; the columns reach as far as that takes them.
    """
    points, recipe = _points(setup), setup.recipe
    low, high = points.view
    down = torch.linspace(high, low, ROWS)
    reach = (high - low) / 2 * (COLUMNS - 1) / (ROWS - 1)
    across = (low + high) / 2 + torch.linspace(-reach, reach, COLUMNS)
    grid = torch.stack([across.repeat(ROWS), down.repeat_interleave(COLUMNS)], dim=1)  # (ROWS · COLUMNS, 2)
    frames = []
    for record in islice(learn_mlp(points, recipe), 0, 1201, 60):
        logits = forward_many(record.layers, grid, recipe.activation)[0]
        frames.append((logits.sigmoid() * 255).round().to(torch.uint8))
    return {
        "view": points.view,
        "points": _marks(points),
        "rows": ROWS,
        "columns": COLUMNS,
        "frames": len(frames),
        "bytes": encode_bytes(torch.stack(frames).numpy().tobytes()),
    }


def _attention() -> dict[str, Any]:
    """What each letter of TEXT takes from those up to itself, in ‰: the mean of the heads of one layer."""
    model = checkpoint.load("shakespeare")
    weights = attention(model.model, prepare(model, TEXT).tokens)[LAYER - 1].mean(dim=0)  # (T, T)
    rows = [[round(1000 * weight) for weight in row[: at + 1]] for at, row in enumerate(weights.tolist())]
    return {"text": TEXT, "rows": rows}


def _film() -> list[dict[str, Any]]:
    frames = json.loads(READY.read_text(encoding="utf-8"))["en"]["player"]["frames"]
    return [frame for frame in frames if FIRST_SQUATS[0] <= frame["t"] <= FIRST_SQUATS[1]][::EVERY]


def _skeleton() -> dict[str, Any]:
    """The landmarks that the landmarker saw in the opening film: x and y in ‰ of the image of 640 × 480."""
    return {
        "edges": [list(edge) for edge in EDGES],
        "dots": list(BODY),
        "frames": [[point[:2] for point in frame["points"]] for frame in _film()],
    }


def _shares() -> dict[str, Any]:
    """Three photos and, of three labels, the share of each in percent: of the embedded model."""
    matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
    files = [example_photos.found()[name] for name in PHOTOS]
    found = matcher.match([images.read(file) for file in files], list(LABELS), prompts.templates("everyday"))
    rows = [{score.label: score.probability for score in scores} for scores in found]
    return {
        "photos": [data_address(_square(images.read(file).image), 80) for file in files],
        "labels": [label.removeprefix("a ") for label in LABELS],
        "shares": [[round(100 * row[label]) for label in LABELS] for row in rows],
    }


def _square(image: Image.Image, side: int = 88) -> Image.Image:
    shorter = min(image.size)
    left, top = (image.width - shorter) // 2, (image.height - shorter) // 2
    return image.crop((left, top, left + shorter, top + shorter)).resize((side, side), Image.Resampling.LANCZOS)


def _goodness(setup: Setup) -> dict[str, Any]:
    """The mean goodness of the first layer with right labels and with wrong ones, every tenth step."""
    recipe = setup.recipe
    records = islice(learn_forward_forward(_points(setup), recipe), 0, 601, 10)
    both = [(record.positive[0], record.negative[0]) for record in records]
    return {name: [round(pair[at], 3) for pair in both] for at, name in enumerate(("positive", "negative"))}


def _counted() -> dict[str, Any]:
    """The angle at the knee in degrees and how many squats are counted by then, in the opening film."""
    return {"angles": list(_knees()), "counts": [frame["count"] for frame in _film()]}


def _knees() -> Iterator[int]:
    for frame in _film():
        angles = [degrees for _, degrees in frame["angles"]]
        yield round(angles[0]) if angles else 180


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Where they go.")] = PICTURES,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Write down what the story's pictures show. JSON: file."""
    out.write_text(json.dumps(pictures(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    cli.emit({"file": str(out)}, f"{out} · {out.stat().st_size:,} bytes", as_json)


if __name__ == "__main__":
    cli.run(app)
