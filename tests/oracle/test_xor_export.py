"""What a visitor takes along computes what the page showed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch import nn

from demos.xor.export import safetensors, script
from demos.xor.learn import learn_mlp, points_of
from demos.xor.live import alone
from demos.xor.model import ACTIVATIONS, forward
from demos.xor.recipe import Recipe

CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def trained(**choices: object):  # type: ignore[no-untyped-def]
    recipe = Recipe(**{"steps": 40, "hidden": (3, 3), **choices}).checked()  # type: ignore[arg-type]
    *_, last = alone(lambda: list(learn_mlp(points_of(recipe), recipe)))
    return last.layers, recipe, last.step


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_script_runs_to_the_same_logits(activation: str, capsys: pytest.CaptureFixture) -> None:
    layers, recipe, step = trained(activation=activation)
    names: dict = {}
    exec(compile(script(layers, recipe, step), "net.py", "exec"), names)
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(names["net"](x).squeeze(1), forward(layers, x, activation)[0], rtol=1e-5, atol=1e-6)
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_the_script_stands_alone(tmp_path: Path) -> None:
    layers, recipe, step = trained(hidden=(4,), steps=300)
    file = tmp_path / "net.py"
    file.write_text(script(layers, recipe, step), encoding="utf-8")
    done = subprocess.run([sys.executable, file], cwd=tmp_path, capture_output=True, text=True, check=True)
    classes = [line.split("class ")[1][0] for line in done.stdout.splitlines()]
    assert classes == ["0", "1", "1", "0"]
    code = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(code) <= 25


def test_the_weights_fit_the_scripts_net() -> None:
    layers, recipe, step = trained()
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 1))
    from safetensors.torch import load

    net.load_state_dict(load(safetensors(layers, recipe, step)))
    torch.testing.assert_close(net(CORNERS).squeeze(1), forward(layers, CORNERS, "tanh")[0])


def test_the_weights_remember_their_recipe(tmp_path: Path) -> None:
    layers, recipe, step = trained(activation="relu", seed=7)
    file = tmp_path / "net.safetensors"
    file.write_bytes(safetensors(layers, recipe, step))
    with safe_open(file, "pt") as opened:
        assert Recipe(**json.loads(opened.metadata()["recipe"])).checked() == recipe
        assert opened.metadata()["steps"] == "40"
