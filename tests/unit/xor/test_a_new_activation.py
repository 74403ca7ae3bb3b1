"""A new activation is three entries: the recipe of CONTRIBUTING.md, followed in a copy of the repository."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from demos.xor.activations import ACTIVATIONS
from tests.conftest import CHROMIUM
from tests.recipes import ROOT, copy_with, recipe, run


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_with("an activation", tmp_path_factory.mktemp("copy"))


def test_it_is_three_entries_in_files_that_are_there() -> None:
    assert "softsign" not in ACTIVATIONS
    files = ["demos/xor/activations.py", "demos/xor/strings.toml", "demos/xor/page/activations.js"]
    assert [block.file for block in recipe("an activation")] == files
    assert all(block.at and block.text.count("softsign") < 4 for block in recipe("an activation"))


@pytest.mark.parametrize("model", ["mlp", "forward-forward"])
def test_it_is_trained_on_the_command_line(copy: Path, model: str) -> None:
    asked = ["--model", model, "--activation", "softsign", "--steps", "500", "--json"]
    assert json.loads(run(copy, "-m", "demos.xor", "train", *asked))["accuracy"] == 1


def test_it_takes_part_in_the_lottery(copy: Path) -> None:
    asked = ["--hidden", "4", "--activation", "softsign", "--seeds", "5", "--steps", "50", "--json"]
    assert "softsign" in run(copy, "-m", "demos.xor", "lottery", *asked)


def test_it_is_a_choice_on_the_page_and_in_a_link(copy: Path) -> None:
    script = """
import gradio as gr
from dataclasses import replace
from demos.xor.settings import tab
from demos.xor.settings.setup import OPENING, Setup
with gr.Blocks():
    controls = tab.build()
setup = replace(OPENING, recipe=replace(OPENING.recipe, activation="softsign"))
assert Setup.from_link(setup.to_link()) == setup
print([value for _, value in controls["activation"].choices])
"""
    assert "softsign" in run(copy, "-c", script)


def test_the_code_is_in_order(copy: Path) -> None:
    run(copy, "-m", "ruff", "check", "demos/xor")
    run(copy, "-m", "ruff", "format", "--check", "demos/xor")
    run(copy, "-m", "mypy", "demos/xor/activations.py")


def test_the_page_code_is_in_order(copy: Path) -> None:
    if not shutil.which("npx") or not (ROOT / "node_modules").exists():
        pytest.skip("no Node")
    for tool in (["eslint", "demos/xor/page"], ["tsc"]):
        done = subprocess.run(["npx", "--no-install", *tool], cwd=copy, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("tests", "least"),
    [
        ("tests/oracle/xor/test_learners.py", 10),  # its slope is that of autograd, its net that of torch.nn
        ("tests/oracle/xor/export/test_export.py", 1),  # its script gives the logits of the page
        ("tests/browser/xor/test_net.py", 5),  # the page computes what torch does
    ],
    ids=["gradients", "script", "page"],
)
def test_the_tests_of_all_activations_take_it_up(copy: Path, tests: str, least: int) -> None:
    if "browser" in tests and not CHROMIUM:
        pytest.skip("no Chromium found")
    said = run(copy, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", tests, "-k", "softsign")
    assert int(said.strip().splitlines()[-1].split(" passed")[0]) >= least, said
