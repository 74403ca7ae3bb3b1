"""The endpoints, the command line and docs/api.md say the same, by the same names."""

import importlib.util
import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from demos import DEMOS

ROOT = Path(__file__).parent.parent.parent
spec = importlib.util.spec_from_file_location("api_docs", ROOT / ".ci" / "api_docs.py")
assert spec is not None
assert spec.loader is not None
api_docs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(api_docs)

ENDPOINTS = {function.__name__: (demo, function) for demo, function in api_docs.endpoints()}
FOLDER_TO_SEARCH = "clip search"  # needs no classes


def commands() -> dict[str, Any]:
    """Every command by its name: "xor train"."""
    found = {}
    for demo in DEMOS:
        group: Any = typer.main.get_command(import_module(f"demos.{demo.name}.__main__").app)
        found |= {f"{demo.name} {name}": command for name, command in group.commands.items()}
    return found


def options(command: Any) -> dict[str, Any]:
    """What a command takes, by the names that stand in its help, hidden ones left out."""
    found = {}
    for each in command.params:
        if each.name != "help" and not getattr(each, "hidden", False):
            name = each.opts[0] if each.param_type_name == "option" else str(each.name)
            found[name.lstrip("-").replace("-", "_")] = each
    return found


COMMANDS = commands()


def test_every_command_has_an_endpoint_or_a_reason() -> None:
    served = {api_docs.command_of(demo, name) for name, (demo, _) in ENDPOINTS.items()}
    assert served | set(api_docs.NO_ENDPOINT) == set(COMMANDS)
    assert not served & set(api_docs.NO_ENDPOINT)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_parameters_are_called_as_the_options_are(name: str) -> None:
    demo, function = ENDPOINTS[name]
    command = api_docs.command_of(demo, name)
    wanted = set()
    for option in options(COMMANDS[command]):
        key = "folder to search" if (command, option) == (FOLDER_TO_SEARCH, "folder") else option
        wanted |= set() if option in api_docs.NO_PARAMETER else set(api_docs.SENT.get(key, (option,)))
    given = set(inspect.signature(function).parameters) - {"self"}
    assert given - api_docs.MORE - api_docs.OLD.get(name, set()) == wanted


@pytest.mark.parametrize("name", ENDPOINTS)
def test_defaults_are_the_same(name: str) -> None:
    """Where the command line has none, the endpoint says what an empty one means."""
    demo, function = ENDPOINTS[name]
    asked = options(COMMANDS[api_docs.command_of(demo, name)])
    for parameter in inspect.signature(function).parameters.values():
        option = asked.get(parameter.name)
        default = option.default if option else None
        if default not in (None, "") and not callable(default):
            assert parameter.default == default, parameter.name


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_parameter_and_the_answer_are_documented(name: str) -> None:
    """In one line each: Gradio and assistants read no second one."""
    function = ENDPOINTS[name][1]
    _, arguments, returned = api_docs.documented(function)
    assert list(arguments) == [each for each in inspect.signature(function).parameters if each != "self"]
    assert returned


def test_the_document_is_up_to_date() -> None:
    assert api_docs.FILE.read_text(encoding="utf-8") == api_docs.document(), "make api-docs"
