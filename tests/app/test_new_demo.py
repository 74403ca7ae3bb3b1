"""A new demo is one folder and one line: the recipe of CONTRIBUTING.md, followed in a copy of the repository."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.recipes import ROOT, copy_with, recipe, run


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_with("a demo", tmp_path_factory.mktemp("copy"))


def test_it_is_one_folder_and_one_line() -> None:
    outside = [block for block in recipe("a demo") if not block.file.startswith("demos/coin/")]
    assert [block.file for block in outside] == ["demos/__init__.py"]
    assert outside[0].text.count("\n") == 1


def test_it_answers_on_the_command_line(copy: Path) -> None:
    told = json.loads(run(copy, "-m", "demos.coin", "throw", "--count", "50", "--json"))
    assert told["throws"] == 50
    assert 0.2 < told["share"] < 0.8


def test_the_code_is_in_order(copy: Path) -> None:
    run(copy, "-m", "ruff", "check", "demos")
    run(copy, "-m", "ruff", "format", "--check", "demos")
    run(copy, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache"), "demos/coin")  # what `make lint` knows already


def test_the_page_code_is_in_order(copy: Path) -> None:
    if not shutil.which("npx") or not (ROOT / "node_modules").exists():
        pytest.skip("no Node")
    for tool in (["eslint", "demos/coin"], ["tsc"]):
        done = subprocess.run(["npx", "--no-install", *tool], cwd=copy, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("tests", "chosen", "least"),
    [
        ("tests/unit/**/test_architecture.py", "coin or built", 4),
        ("tests/unit/**/test_strings.py", "coin or every", 7),
        ("tests/app/**/test_frame.py", "", 1),
        ("tests/browser/**/test_frame.py", "coin", 0),
    ],
    ids=["rules", "strings", "api", "browser"],
)
def test_the_tests_of_all_demos_take_it_up(copy: Path, tests: str, chosen: str, least: int) -> None:
    """The rules of the house, the strings, the API and, where there is a browser, the tab itself."""
    [file] = copy.glob(tests)
    said = run(copy, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", str(file.relative_to(copy)), "-k", chosen)
    ran = said.strip().splitlines()[-1]
    assert "skipped" in ran or int(ran.split(" passed")[0]) >= max(least, 1), said
