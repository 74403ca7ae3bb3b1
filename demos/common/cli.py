"""The habits of every command line here: text for people, one JSON object with --json, exit codes 0, 2 and 1."""

import json
import sys
import traceback
from collections.abc import Mapping
from typing import Any, NoReturn

import typer

from demos.common.errors import BadInput
from demos.common.models.weights import WeightsError
from demos.common.whole_file import is_full

UsageError: Any = typer.BadParameter.__mro__[1]  # of typer's own copy of click, which has no public name


def new(help: str) -> typer.Typer:
    """A typer application with this project's settings."""
    return typer.Typer(help=help, add_completion=False, pretty_exceptions_enable=False)


def emit(result: Mapping[str, object], human: str, as_json: bool) -> None:
    """Print `result` as one JSON object, or `human` for people, unless that is empty."""
    if as_json or human:
        print(json.dumps(result, ensure_ascii=False) if as_json else human)


def run(app: typer.Typer) -> NoReturn:
    """Run `app` and exit: 0 ok, 2 bad input (one sentence on stderr), 1 our fault."""
    try:
        code = app(standalone_mode=False)
    except UsageError as error:
        print(error.format_message(), file=sys.stderr)
        sys.exit(2)
    except BadInput as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except WeightsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        if is_full(error):
            print(BadInput("common.disk_full"), file=sys.stderr)
            sys.exit(2)
        traceback.print_exc()
        sys.exit(1)
    sys.exit(code or 0)
