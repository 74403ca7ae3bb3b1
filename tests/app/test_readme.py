"""Every command of the README runs as it is printed there, one after another, as a reader would type them."""

import re
import shlex
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = ROOT.joinpath("README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m (demos\..+)$", README, re.MULTILINE)
# What a test cannot do: train for minutes, draw 1,800 nets, render for half a minute, and download a model.
SHORTER = {
    "--minutes 5": "--minutes 0.05",
    "--reps 5": "--reps 1",
    "--seeds 200 --steps 10000": "--seeds 20 --steps 1000",
    "--model ViT-B-32/laion2b_s34b_b79k": "--model embedded",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the files of the repository can be named, and what the commands write is thrown away."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("README.md", "assets"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def test_the_readme_shows_commands_of_every_demo() -> None:
    assert {command.split()[0] for command in COMMANDS} == {"demos.xor", "demos.gpt", "demos.clip", "demos.posture"}


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_the_commands_of_the_readme_run_as_printed(
    folder: Path, command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In their order: a later one reads what an earlier one has written."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    for printed in COMMANDS:
        for long, short in SHORTER.items():
            printed = printed.replace(long, short)
        module, *arguments = shlex.split(printed, comments=True)
        assert command(import_module(f"{module}.__main__").app, *arguments, folder=folder).stdout.strip(), printed
