"""Writes down what the matching view opens with, so that an answer is there before the model is open.

    python -m demos.clip.make.opening

To be run whenever the embedded model or its calibration has changed; a test says so.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from demos.clip import prompts
from demos.clip.images import example_photos
from demos.clip.match import look, opening
from demos.clip.match.answers import Question
from demos.clip.models import embedded, registry
from demos.common import cli
from demos.common.i18n import LANGUAGES

TOP = 5

app = cli.new("Writes down what the matching view opens with.")


def answers() -> dict[str, Any]:
    """By language, without the images themselves. Guesses are in that language if the model reads it."""
    matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
    files = [str(file) for file in reversed(example_photos.found().values())]
    found = {}
    for language in LANGUAGES:
        labels = opening.LABELS[language if language in embedded.languages() else "en"]["things"]
        question = Question(labels, prompts.templates("everyday"))
        answer = look.answer(matcher, files, question, TOP, language, page=0)
        for image in answer["images"]:
            del image["thumbnail"]
        found[language] = {**answer, "with_none": True}
    return found


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Where they go.")] = opening.FILE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Write down what the matching view opens with. JSON: file."""
    stored = json.dumps({"answers": answers()}, ensure_ascii=False, indent=1)
    out.write_text(stored + "\n", encoding="utf-8")
    cli.emit({"file": str(out)}, str(out), as_json)


if __name__ == "__main__":
    cli.run(app)
