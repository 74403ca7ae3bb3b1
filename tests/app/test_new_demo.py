"""A new demo is one folder and one line: the recipe of CONTRIBUTING.md, followed in a copy of the repository."""

import json
from pathlib import Path

import pytest

from tests.conftest import CHROMIUM
from tests.recipes import ROOT, copy_with, lint_page, passed, recipe, run


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


@pytest.mark.soak
def test_the_page_code_is_in_order(copy: Path) -> None:
    lint_page(copy, "demos/coin")


@pytest.mark.soak
def test_the_rules_strings_and_the_api_take_it_up(copy: Path) -> None:
    least = {"unit/common/test_architecture.py": 4, "unit/common/test_strings.py": 7, "app/common/test_frame.py": 1}
    counted = passed(copy, *(f"tests/{file}" for file in least), chosen="coin or built or every or frame")
    assert all(counted[f"tests/{file}"] >= count for file, count in least.items()), counted


@pytest.mark.soak
def test_the_tab_opens_in_a_browser(copy: Path) -> None:
    if not CHROMIUM:
        pytest.skip("no Chromium found")
    assert passed(copy, "tests/browser/common/test_frame.py", chosen="coin")
