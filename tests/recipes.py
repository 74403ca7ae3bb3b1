"""The recipes of CONTRIBUTING.md, followed to the letter in a copy of the repository.

A fenced block whose first line names a file (```python file=demos/coin/tab.py) is that file; with at="…", a regular
expression, it is put into the file where that matches first: before the match.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
BLOCK = re.compile(r"^```\w+ (file=.*)\n((?s:.*?))^```$", re.MULTILINE)
COPIED = ("demos", "tests", "app.py", "pyproject.toml", "README.md", "CONTRIBUTING.md", "docs", "eslint.config.js")
LINKED = ("weights", "node_modules", "package.json", "package-lock.json", "tsconfig.json")


@dataclass(frozen=True)
class Block:
    """The text of one block, and the file it is or goes into, before the first match of `at`."""

    file: str
    at: str
    text: str


def recipe(title: str) -> list[Block]:
    """The blocks below the heading "## Recipe: {title}"."""
    _, section = CONTRIBUTING.read_text(encoding="utf-8").split(f"\n## Recipe: {title}\n")
    blocks = []
    for head, text in BLOCK.findall(section.split("\n## ")[0]):
        said = dict(word.split("=", 1) for word in shlex.split(head))
        blocks.append(Block(said["file"], said.get("at", ""), text))
    return blocks


def copy_with(title: str, folder: Path) -> Path:
    """A copy of the repository in `folder` in which the recipe was followed."""
    for name in COPIED + LINKED:
        source = ROOT / name
        if source.is_dir() and name in COPIED:
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif name in COPIED:
            shutil.copy(source, folder / name)
        elif source.exists():
            folder.joinpath(name).symlink_to(source.resolve())
    shutil.copytree(
        ROOT / "assets", folder / "assets", copy_function=os.symlink
    )  # a recipe may make another clip there
    for block in recipe(title):
        file = folder / block.file
        if block.at:
            before = file.read_text(encoding="utf-8")
            place = re.search(block.at, before, re.MULTILINE)
            assert place, f"CONTRIBUTING.md: {block.file} has no {block.at}"
            file.write_text(before[: place.start()] + block.text + before[place.start() :], encoding="utf-8")
        else:
            assert not file.exists(), f"CONTRIBUTING.md: {block.file} is there already"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> str:
    """What `python …` prints in the copy, which must end well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def passed(folder: Path, *tests: str, chosen: str = "") -> Counter[str]:
    """How many tests of these files pass in the copy, by file; none fails. In one process: each reads torch anew."""
    said = run(folder, "-m", "pytest", "-q", "-rps", "-p", "no:cacheprovider", *tests, "-k", chosen)
    return Counter(re.findall(r"^PASSED (.+?)::", said, re.MULTILINE))


COMMANDS = """
import contextlib, io, json, runpy, sys
module, *calls = json.loads(sys.argv[1])
printed = []
for arguments in calls:
    sys.argv = [module, *arguments]
    with contextlib.redirect_stdout(io.StringIO()) as output:
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            assert not end.code, end.code
    printed.append(output.getvalue())
print(json.dumps(printed))
"""


def commands(folder: Path, module: str, *calls: Sequence[str]) -> list[str]:
    """What `python -m module …` prints in the copy for each of these calls, one after the other in one process."""
    return list(json.loads(run(folder, "-c", COMMANDS, json.dumps([module, *calls]))))


def lint_page(folder: Path, *files: str) -> None:
    """The copy's page code is in order: eslint on these files, tsc on all. Skips the test where there is no Node."""
    if not shutil.which("node") or not (ROOT / "node_modules").exists():
        pytest.skip("no Node")
    for tool in (["eslint", *files], ["tsc"]):
        command = [ROOT / "node_modules" / ".bin" / tool[0], *tool[1:]]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
