"""A new activation is three entries: the recipe of CONTRIBUTING.md, followed in a copy of the repository."""

import json
from pathlib import Path

import pytest

from demos.xor.tables.activations import ACTIVATIONS
from tests.conftest import CHROMIUM
from tests.recipes import ROOT, commands, copy_with, lint_page, passed, recipe, run


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_with("an activation", tmp_path_factory.mktemp("copy"))


def test_it_is_three_entries_in_files_that_are_there() -> None:
    assert "softsign" not in ACTIVATIONS
    files = ["demos/xor/tables/activations.py", "demos/xor/strings.toml", "demos/xor/page/activations.js"]
    assert [block.file for block in recipe("an activation")] == files
    assert all(block.at and block.text.count("softsign") < 4 for block in recipe("an activation"))


def test_it_is_trained_and_takes_part_in_the_lottery_on_the_command_line(copy: Path) -> None:
    train = ["train", "--activation", "softsign", "--steps", "500", "--json", "--model"]
    lottery = ["lottery", "--hidden", "4", "--activation", "softsign", "--seeds", "5", "--steps", "50", "--json"]
    mlp, forward_forward, drawn = commands(copy, "demos.xor", [*train, "mlp"], [*train, "forward-forward"], lottery)
    assert json.loads(mlp)["accuracy"] == 1
    assert json.loads(forward_forward)["accuracy"] == 1
    assert "softsign" in drawn


def test_the_code_is_in_order(copy: Path) -> None:
    run(copy, "-m", "ruff", "check", "demos/xor")
    run(copy, "-m", "ruff", "format", "--check", "demos/xor")
    run(
        copy, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache"), "demos/xor/tables/activations.py"
    )  # known to `make lint`


@pytest.mark.soak
def test_the_page_code_is_in_order(copy: Path) -> None:
    lint_page(copy, "demos/xor/page")


@pytest.mark.soak
def test_the_tests_of_all_activations_take_it_up(copy: Path) -> None:
    least = {
        "tests/oracle/xor/test_learners.py": 10,  # its slope is that of autograd, its net that of torch.nn
        "tests/unit/xor/test_tab.py": 1,  # it is a choice on the page and in a link
        "tests/oracle/xor/export/test_export.py": 1,  # its script gives the logits of the page
    }
    if CHROMIUM:
        least["tests/browser/xor/test_net.py"] = 5  # the page computes what torch does
    counted = passed(copy, *least, chosen="softsign")
    assert all(counted[file] >= count for file, count in least.items()), counted
