"""A new activation is one entry in `activations.py` and its words: the rest of the demo follows."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
ENTRY = """
ACTIVATIONS["softsign"] = Activation(
    lambda z: z / (1 + z.abs()), lambda z, h: (1 - h.abs()).square(), "nn.Softsign()", "torch.nn.functional.softsign"
)
"""
WORDS = '\n[activation_softsign]\nen = "Softsign"\nko = "소프트사인"\n'


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with one more activation."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "demos", folder / "demos", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "assets", folder / "assets")
    with open(folder / "demos/xor/activations.py", "a", encoding="utf-8") as table:
        table.write(ENTRY)
    with open(folder / "demos/xor/strings.toml", "a", encoding="utf-8") as words:
        words.write(WORDS)
    return folder


def run(copy: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


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


def test_its_exported_script_gives_the_logits_of_the_page(copy: Path) -> None:
    script = """
import io, contextlib, torch
from demos.xor.model import MLP, forward_many
from demos.xor.export.export import script
from demos.xor.recipe import Recipe
recipe = Recipe(activation="softsign").checked()
net = MLP(recipe.widths, "softsign", seeds=(3,))
with contextlib.redirect_stdout(io.StringIO()):
    exec(script(net.layers, recipe, 0), space := {})
x = torch.rand(20, 2)
torch.testing.assert_close(space["net"](x).squeeze(1), forward_many(net.layers, x, "softsign")[0])
print("the same")
"""
    assert "the same" in run(copy, "-c", script)
