"""How each model of `weights/` is made: lists the commands of the manifest, or runs one of them.

    make weights                                    lists them
    make weights NAME=gpt/adder                     makes one, in its place
    make weights NAME=gpt/korean CSVFILE=chat.csv   one that learns from data that is not in the repository

A word in capitals in a command stands for such data; the model's card says where it is from.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated

import typer

from demos.common import cli
from demos.common.errors import BadInput
from demos.common.models import weights

DATA = re.compile(r"\b[A-Z]{4,}\b")

app = cli.new("Lists how each model of weights/ is made, or makes one.")


@dataclass(frozen=True)
class Model:
    """One model: its name is that of its card, "gpt/adder"; `data` are the words of its command that stand for data."""

    name: str
    made_by: str
    files: tuple[str, ...]

    @property
    def data(self) -> list[str]:
        """["CSVFILE"], or [] if everything it needs is in the repository."""
        return DATA.findall(self.made_by)


def models() -> dict[str, Model]:
    """Every model of the manifest by name."""
    found: dict[str, Model] = {}
    for file, entry in weights.manifest().items():
        name = entry["card"].removesuffix(".md")
        files = (*found[name].files, file) if name in found else (file,)
        found[name] = Model(name, entry["made_by"], files)
    return found


def command(model: Model, given: dict[str, str]) -> list[str]:
    """The words to run, the data of `given` in their place. Raises BadInput if some is missing."""
    if missing := [word for word in model.data if not given.get(word)]:
        raise BadInput("common.weights_need_data", name=model.name, data=" ".join(f"{word}=PATH" for word in missing))
    words = [given[word] if word in model.data else word for word in shlex.split(model.made_by)]
    return [sys.executable if word == "python" else word for word in words]


@app.command()
def main(
    name: Annotated[str, typer.Argument(help="A model, such as gpt/adder; without one, all are listed.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Lists how each model of weights/ is made, or makes one.

    JSON: models, each {name, made_by, data (list of words that stand for data of yours), files}.
    """
    known = models()
    if not name:
        lines = [f"{model.name:24}{model.made_by}" for model in known.values()]
        lines += [
            "",
            "Words in capitals stand for data that is not in the repository: weights/NAME.md says which.",
        ]
        listed = [
            {"name": model.name, "made_by": model.made_by, "data": model.data, "files": list(model.files)}
            for model in known.values()
        ]
        cli.emit({"models": listed}, "\n".join(lines), as_json)
        return
    if name not in known:
        raise BadInput("common.weights_unknown", name=name[:80], known=", ".join(known))
    before = {file: weights.manifest()[file]["sha256"] for file in known[name].files}
    ended = subprocess.run(command(known[name], dict(os.environ)), cwd=weights.FOLDER.parent)
    if ended.returncode:
        raise typer.Exit(ended.returncode)
    now = weights.manifest()
    same = {file: file in now and now[file]["sha256"] == sha256 for file, sha256 in before.items()}
    human = [f"weights/{file}: {'the same to the byte' if same[file] else 'differs from before'}" for file in same]
    cli.emit({"name": name, "same": same}, "\n".join(human), as_json)


if __name__ == "__main__":
    cli.run(app)
