"""What a visitor takes along computes what the page showed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load
from torch import nn

from demos.xor.export.export import safetensors, script
from demos.xor.forward_forward import ForwardForward, learn_forward_forward
from demos.xor.learn import learn_mlp
from demos.xor.model import forward_many
from demos.xor.perceptron import learn_perceptron
from demos.xor.recipe import MODELS, Recipe, train_points
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.features import FEATURES, inputs
from demos.xor.workers import run_single_threaded

CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def trained(**choices: object):  # type: ignore[no-untyped-def]
    recipe = Recipe(**{"steps": 40, "hidden": (3, 3), **choices}).checked()  # type: ignore[arg-type]
    *_, last = run_single_threaded(lambda: list(learn_mlp(train_points(recipe), recipe)))
    return last.layers, recipe, last.step


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_script_runs_to_the_same_logits(activation: str, capsys: pytest.CaptureFixture) -> None:
    layers, recipe, step = trained(activation=activation)
    names: dict = {}
    exec(compile(script(layers, recipe, step), "net.py", "exec"), names)
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(names["net"](x).squeeze(1), forward_many(layers, x, activation)[0], rtol=1e-5, atol=1e-6)
    assert len(capsys.readouterr().out.splitlines()) == 4


@pytest.mark.parametrize("activation", ["tanh", "sine"])
@pytest.mark.parametrize("hidden", [(), (3, 3)])
def test_the_script_makes_its_inputs_itself(
    hidden: tuple[int, ...], activation: str, capsys: pytest.CaptureFixture
) -> None:
    layers, recipe, step = trained(features=tuple(FEATURES), hidden=hidden, activation=activation)
    names: dict = {}
    exec(compile(script(layers, recipe, step), "net.py", "exec"), names)
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(1))
    logits = names["net"](x).squeeze(1)
    expected = forward_many(layers, inputs(x, recipe.features), activation)[0]
    torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-5)
    names["net"].load_state_dict(load(safetensors(layers, recipe, step)))
    torch.testing.assert_close(names["net"](x).squeeze(1), logits)


def test_the_weights_fit_the_scripts_net() -> None:
    layers, recipe, step = trained()
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 1))
    net.load_state_dict(load(safetensors(layers, recipe, step)))
    torch.testing.assert_close(net(CORNERS).squeeze(1), forward_many(layers, CORNERS, "tanh")[0])


def test_the_weights_remember_their_recipe(tmp_path: Path) -> None:
    layers, recipe, step = trained(activation="relu", seed=7)
    file = tmp_path / "net.safetensors"
    file.write_bytes(safetensors(layers, recipe, step))
    with safe_open(file, "pt") as opened:
        assert Recipe(**json.loads(opened.metadata()["recipe"])).checked() == recipe
        assert opened.metadata()["steps"] == "40"
        assert opened.metadata()["kind"] == "mlp"  # the name that readers of older files know


def test_the_perceptrons_script_and_weights() -> None:
    recipe = Recipe(data="and").checked()
    *_, last = learn_perceptron(train_points(recipe), seed=1)
    weights = last.weights.float()
    layers = [(weights[:2].view(1, 2, 1), weights[2:].view(1, 1, 1))]
    names: dict = {}
    exec(compile(script(layers, recipe, last.step, "perceptron"), "net.py", "exec"), names)
    torch.testing.assert_close(names["net"](CORNERS), CORNERS @ weights[:2] + weights[2])
    assert (names["net"](CORNERS) > 0).tolist() == [False, False, False, True]
    linear = nn.Sequential(nn.Linear(2, 1))
    linear.load_state_dict(load(safetensors(layers, recipe, last.step, "perceptron")))
    torch.testing.assert_close(linear(CORNERS).squeeze(1), names["net"](CORNERS))


@pytest.mark.parametrize(
    ("activation", "hidden"), [("tanh", (4,)), ("relu", (8, 5)), ("sigmoid", (3,)), ("sine", (6, 6))]
)
def test_forward_forwards_script_finds_the_same_goodness(activation: str, hidden: tuple[int, ...]) -> None:
    recipe = Recipe(activation=activation, hidden=hidden, steps=120, lr=0.1).checked()
    *_, last = run_single_threaded(lambda: list(learn_forward_forward(train_points(recipe), recipe)))
    net = ForwardForward(2, 2, hidden, activation)
    net.layers = list(last.layers)
    names: dict = {}
    exec(compile(script(last.layers, recipe, last.step, "forward-forward"), "net.py", "exec"), names)
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(1))
    goodness = net.goodness(x).sum(dim=0)[0]  # (P, 2)
    torch.testing.assert_close(names["net"](x), goodness[:, 1] - goodness[:, 0], rtol=1e-5, atol=1e-6)
    held = load(safetensors(last.layers, recipe, last.step, "forward-forward"))
    assert held["0.weight"].shape == (hidden[0], 4)


# What `python FILE` does, for one script after the other: torch is imported once. None of ours can be.
RUN = """
import json, runpy, sys
for name, file in json.loads(sys.argv[1]).items():
    print("script", name)
    runpy.run_path(file, run_name="__main__")
assert not any(module.startswith("demos") for module in sys.modules)
"""


def edited_on_and(model: str) -> str:
    """The script of a model that learned AND from a visitor's points and was then edited by hand."""
    recipe = Recipe(data="and", steps=300, lr=0.1).checked()
    points = train_points(recipe)
    if model == "perceptron":
        *_, last = learn_perceptron(points, seed=0)
        weights = last.weights.float()
        layers = [(weights[:2].view(1, 2, 1), weights[2:].view(1, 1, 1))]
    else:
        learn = {"mlp": learn_mlp, "forward-forward": learn_forward_forward}[model]
        *_, last = run_single_threaded(lambda: list(learn(points, recipe)))
        layers = last.layers
    return script(layers, recipe, last.step, model, edited=True, data="own points")


def test_each_script_stands_alone_and_says_what_it_is(tmp_path: Path) -> None:
    texts = {model: edited_on_and(model) for model in MODELS} | {"xor": script(*trained(hidden=(4,), steps=300))}
    files = {name: tmp_path / f"{name}.py" for name in texts}
    for name, file in files.items():
        file.write_text(texts[name], encoding="utf-8")
    asked = json.dumps({name: str(file) for name, file in files.items()})
    done = subprocess.run([sys.executable, "-c", RUN, asked], cwd=tmp_path, capture_output=True, text=True, check=True)
    printed = {
        name: re.findall(r"class (\d)", lines)
        for name, lines in re.findall(r"^script (\S+)\n((?:(?!script ).*\n)*)", done.stdout, re.MULTILINE)
    }
    assert printed == {name: ["0", "1", "1", "0"] if name == "xor" else ["0", "0", "0", "1"] for name in texts}
    code = {name: [line for line in text.splitlines() if line.strip()] for name, text in texts.items()}
    assert len(code["xor"]) <= 25
    for model in MODELS:
        assert "own points" in texts[model]
        assert "then edited by hand" in texts[model]
        assert len(code[model]) <= 32
        head = texts[model].split("parameters = [")[0].split("layers = [")[0]
        assert max(map(len, head.splitlines())) <= 120
