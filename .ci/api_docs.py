"""Writes docs/api.md from the endpoints themselves: their names, parameters, defaults and documentation.

    make api-docs        (a test says when it is due)

What stands in the tables here is what the endpoints do not say: which command has none, and why.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from demos import DEMOS  # noqa: E402

FILE = ROOT / "docs" / "api.md"

NO_ENDPOINT = {
    "gpt train": "A training takes minutes and a place of its own: “Train your own” is for that, in turns with others.",
    "gpt sweep": "It trains many models one after another, for hours.",
    "clip examples": "It copies four photos to your disk. The page offers them; `assets/photos/` holds them.",
    "clip export": "It writes a model of 9 MB into a folder of yours.",
    "clip train": "It makes the carried model, in hours, of data that is not in the repository.",
    "posture train": "It makes the carried network, in half an hour.",
}
NO_PARAMETER = {
    "json": "an answer is the JSON",
    "device": "whoever starts the app chooses it",
    "offline": "whoever starts the app chooses it",
    "out": "the answer holds the file",
    "report": "the answer is the report",
    "reports": "a call sends one film, and its answer is the report",
    "ray": "whole folders are spread over workers; a call sends a few files",
    "index": "nothing of a call is kept",
    "keep": "nothing of a call is kept",
    "all": "films that are not carried take half a minute each to render",
    "heads": "for files of others, which only the page opens",
    "vocabulary": "for files of others, which only the page opens",
    "precision": "for large models; an endpoint opens the carried ones alone",
}
# What the command line reads from a path is sent: a text as it is, an image as a file.
SENT = {
    "text_file": ("text",),
    "folder": ("images", "classes"),
    "folder to search": ("images",),
    "videos": ("video",),
}
# Only the endpoint has these: the language of its sentences, and names from before that still work.
MORE = {"language"}
OLD = {"gpt_generate": {"until", "pace"}, "clip_match": {"files", "own"}, "posture_analyze": {"film"}}

HEAD = """\
# Endpoints for programs

*Written by `make api-docs` from the endpoints; a test holds it to them.*

Every ability of the command line that takes seconds has an endpoint of the same name: `python -m demos.xor train` is
`/xor_train`. Parameters are called as the options are, and answers hold what `--json` prints. There is a program for
each tab in [examples/](../examples/README.md).

```python
from gradio_client import Client, handle_file

glassbox = Client("http://127.0.0.1:7860")
glassbox.predict(data="moons", hidden="8,4", api_name="/xor_train")
glassbox.predict(images=[handle_file("cat.jpg")], labels=["a cat", "a dog"], api_name="/clip_match")
```

- **Files** are sent (`handle_file` does it), never named by a path of the server, and never fetched from an address.
- **A refusal** is one sentence that says what would be right, in the `language` asked for (`en` or `ko`).
- **Streams** (`client.submit`) tell how far it is; the last message is the answer, and what `client.predict` returns.
- **A list of values** may end early: the rest are the defaults. New parameters come last.
- **Without a client**: `POST /gradio_api/call/v2/xor_train` with the parameters as JSON gives an `event_id`;
  `GET /gradio_api/call/xor_train/<event_id>` streams the answer.
- **`GET /health`** (or HEAD) tells status, version, uptime_seconds, profile, offline, and how many visitors and
  trainings there are; it waits in no queue.
- **An assistant** has the same endpoints as tools after `python app.py --mcp` (`pip install -c constraints.txt mcp`),
  over streamable HTTP at `/gradio_api/mcp`. A file is a data address in the call, or the path with which a `POST` to
  `/gradio_api/upload` answered; a call has 20 MB at most.
- **The camera** is no endpoint of this kind, as a frame must not wait: `demos/posture/live/endpoint.py` says how its
  frames go.
"""


def endpoints() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The demo's name and the function of every endpoint, in the order of the tabs."""
    for demo in DEMOS:
        found = import_module(f"demos.{demo.name}.endpoints").Endpoints
        yield from ((demo.name, method) for name, method in vars(found).items() if not name.startswith("_"))


def command_of(demo: str, name: str) -> str:
    """ "posture", "posture_self_test" → "posture self-test"."""
    return f"{demo} {name.removeprefix(f'{demo}_').replace('_', '-')}"


def documented(function: Callable[..., Any]) -> tuple[str, dict[str, str], str]:
    """A docstring in three parts: what it does, its arguments, what it returns."""
    said, _, rest = inspect.getdoc(function).partition("\nArgs:\n")  # type: ignore[union-attr]
    listed, _, returned = rest.partition("\nReturns:\n")
    arguments = dict(line.strip().split(": ", 1) for line in listed.splitlines() if line.strip())
    return said.strip(), arguments, " ".join(returned.split())


def kind_of(annotation: Any) -> str:
    """A type in the words of the table."""
    if annotation is Path:
        return "file"
    if get_origin(annotation) is Literal:
        return " \\| ".join(get_args(annotation))
    if get_origin(annotation) is list:
        return f"list of {kind_of(get_args(annotation)[0])}s"
    if args := [each for each in get_args(annotation) if each is not type(None)]:
        return " or ".join(map(kind_of, args))
    return {str: "text", bool: "true or false", int: "whole number", float: "number"}[annotation]


def section(demo: str, function: Callable[..., Any]) -> str:
    """What the document says of one endpoint."""
    said, arguments, returned = documented(function)
    kinds = get_type_hints(function)
    rows = ["| parameter | type | default | |", "|---|---|---|---|"]
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        needed = parameter.default is inspect.Parameter.empty
        default = "needed" if needed else "" if parameter.default in (None, "") else f"`{parameter.default!r}`"
        rows.append(
            f"| `{name}` | {kind_of(kinds[name])} | {default} | {arguments[name].replace('|', chr(92) + '|')} |"
        )
    command = f"On the command line: `python -m demos.{command_of(demo, function.__name__)}`."
    return "\n".join([f"## /{function.__name__}\n", f"{said}\n", f"{command}\n", *rows, f"\nReturns {returned}\n"])


def document() -> str:
    """All of docs/api.md."""
    left_out = [f"- `python -m demos.{command}`: {why}" for command, why in NO_ENDPOINT.items()]
    options = [f"- `--{name}`: {why}." for name, why in NO_PARAMETER.items()]
    tail = "\n".join(["## What has no endpoint\n", *left_out, "\nOptions that are no parameters:\n", *options, ""])
    sections = [section(demo, function) for demo, function in endpoints()]
    return "\n".join([HEAD, *sections, tail])


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
