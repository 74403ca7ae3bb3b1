"""Take the net with you: as a short script that needs nothing but torch, and as safetensors."""

import json
from dataclasses import asdict

import numpy as np
from safetensors.torch import save
from torch import Tensor

from demos.xor.data import CORNERS
from demos.xor.model import Layers
from demos.xor.recipe import Recipe
from demos.xor.tables.activations import of_layers
from demos.xor.tables.features import COORDINATES, FEATURES

SHOWN = 8  # points that a script is applied to
MLP = '''"""A {shape} net, trained on {data} for {steps} steps from seed {seed}{edited}. Made with Glassbox."""

import torch
from torch import nn
{definition}
net = nn.Sequential(
{modules}
)
parameters = [  # a weight (outputs, inputs) and a bias (outputs,) for each layer
{parameters}
]
with torch.no_grad():
    for parameter, values in zip(net.parameters(), parameters, strict=True):
        parameter.copy_(torch.tensor(values))
    points = {points}
    for point, {found} in zip(points.tolist(), net(points){one}.tolist(), strict=True):
        print(point, "{what}", {said}, "{found}", {found})
'''
# How a script makes a value from 0 to 1 of a logit, by the recipe's output.
VALUE = {
    "sigmoid": "1 / (1 + 2.718281828459045**-logit)",
    "tanh": "(torch.tensor(logit).tanh().item() + 1) / 2",
    "linear": "(logit + 1) / 2",
}
INPUTS = """class Inputs(nn.Module):
    def forward(self, points):
        x1, x2 = points.unbind(dim=-1)
        return torch.stack([{code}], dim=-1)
"""
PERCEPTRON = '''"""A perceptron, shown {steps} points of {data} from seed {seed}{edited}. Made with Glassbox."""

import torch

weight, bias = {parameters}  # {rule}


def net(points):
    """points (P, 2) → {sums}."""
    return points @ torch.tensor(weight) + {bias}


points = {points}
for point, {found} in zip(points.tolist(), net(points).tolist(), strict=True):
    print(point, "class", {said}, "{found}", {found})
'''
FORWARD_FORWARD = '''"""A {shape} net, trained on {data} for {steps} steps of Forward-Forward from seed {seed}{edited}.

Made with Glassbox. (G. Hinton, "The Forward-Forward Algorithm", arXiv 2212.13345, 2022.)
"""

import torch

layers = [  # a weight (inputs, outputs) and a bias (outputs,) for each layer
{parameters}
]


def goodness(points, label):
    """points (P, 2), a label → how good the layers find them together, (P,)."""
    h = torch.cat([points, (2 * torch.eye({classes}) - 1)[label].expand(len(points), {classes})], dim=1)
    total = torch.zeros(len(points))
    for (weight, bias), activate in zip(layers, [{activations}], strict=True):
        h = activate(h @ torch.tensor(weight) + torch.tensor(bias))
        good = h.square().mean(dim=1)
        total = total + good
        h = h / (good.sqrt() + 1e-4).unsqueeze(1)  # only the direction goes on
    return total


def net(points):
    """points (P, 2) → {net}"""
    return {compared}


points = {points}
for point, score in zip(points.tolist(), net(points).tolist(), strict=True):
    print(point, "class", {said}, "{told}", score)
'''


def script(
    layers: Layers,
    recipe: Recipe,
    step: int,
    model: str = "mlp",
    edited: bool = False,
    data: str = "",
    points: np.ndarray = CORNERS,
    are_values: bool = False,
) -> str:
    """A runnable script: the trained net (the first, of N) as `net`, applied to the first of the `points` (P, 2).

    The numbers are written with all digits of float32, so the script's scores are those that the page shows: the logits
    of `model.forward_many`, the perceptron's sum, or by how much Forward-Forward finds label 1 better. With more
    classes than two each of them has a logit, a sum or a goodness. With values in place of classes it prints those.
    `data` names the points where they are not those of the recipe.
    """
    values = {
        "data": data or recipe.data,
        "steps": step,
        "seed": recipe.seed,
        "edited": ", then edited by hand" if edited else "",
        "points": f"torch.tensor({points[:SHOWN].tolist()})",
        "are_values": are_values,
        "shape": "-".join(str(weight.shape[1]) for weight, _ in layers) + f"-{layers[-1][0].shape[2]}",
    }
    return SCRIPTS[model](layers, recipe, values)


def _mlp(layers: Layers, recipe: Recipe, values: dict[str, object]) -> str:
    activations, own = of_layers(recipe.activation, len(layers) - 1), _own_inputs(recipe)
    modules = ["Inputs()"] if own else []
    definitions = [INPUTS.format(code=", ".join(FEATURES[name].code for name in recipe.features))] if own else []
    definitions += dict.fromkeys(one.definition for one in activations if one.definition)
    for (weight, _), after in zip(layers, [*(one.module for one in activations), ""], strict=True):
        modules += [f"nn.Linear({weight.shape[1]}, {weight.shape[2]})", after]
    many = layers[-1][0].shape[2] > 1
    found = "logits" if many else "logit"
    return MLP.format(
        found=found,
        one="" if many else ".squeeze(1)",
        what="value" if values["are_values"] else "class",
        said=VALUE[recipe.output] if values["are_values"] else _said(found, many),
        definition="".join(f"\n\n{one}\n" for one in definitions),
        modules="\n".join(f"    {module}," for module in modules[:-1]),
        parameters="\n".join(f"    {_numbers(parameter)}," for parameter in _linear(layers, 2).values()),
        **values,
    )


def _own_inputs(recipe: Recipe) -> bool:
    """Does the script's net begin with a module that makes its inputs of the coordinates?"""
    return recipe.features != COORDINATES


def _perceptron(layers: Layers, recipe: Recipe, values: dict[str, object]) -> str:
    [(weight, bias)] = layers
    if many := weight.shape[2] > 1:
        parameters, rule = f"{_numbers(weight[0])}, {_numbers(bias[0, 0])}", "the class of the largest w₁x₁ + w₂x₂ + b"
    else:
        parameters, rule = f"{_numbers(weight[0, :, 0])}, {bias.item():.9g}", "class 1 where w₁x₁ + w₂x₂ + b > 0"
    found = "sums" if many else "sum"
    return PERCEPTRON.format(
        parameters=parameters,
        rule=rule,
        sums="the weighted sum of each class (P, C)" if many else "the weighted sum (P,)",
        bias="torch.tensor(bias)" if many else "bias",
        found=found,
        said=_said(found, many),
        **values,
    )


def _forward_forward(layers: Layers, recipe: Recipe, values: dict[str, object]) -> str:
    parameters = [f"    ({_numbers(weight[0])}, {_numbers(bias[0, 0])})," for weight, bias in layers]
    classes = layers[0][0].shape[1] - 2
    if many := classes > 2:
        net, told = "how good each label is, (P, C).", "goodness"
        compared = f"torch.stack([goodness(points, label) for label in range({classes})], dim=1)"
    else:
        net, told = "by how much label 1 suits them better than label 0, (P,).", "goodness of 1 above 0"
        compared = "goodness(points, 1) - goodness(points, 0)"
    return FORWARD_FORWARD.format(
        parameters="\n".join(parameters),
        activations=", ".join(one.function for one in of_layers(recipe.activation, len(layers))),
        classes=classes,
        net=net,
        compared=compared,
        said=_said("score", many),
        told=told,
        **values,
    )


def _said(found: str, many: bool) -> str:
    """How the script reads the class from what its net gives."""
    return f"{found}.index(max({found}))" if many else f"int({found} > 0)"


SCRIPTS = {"perceptron": _perceptron, "mlp": _mlp, "forward-forward": _forward_forward}


def safetensors(layers: Layers, recipe: Recipe, step: int, model: str = "mlp", edited: bool = False) -> bytes:
    """The net (the first, of N) as a safetensors file, its model and recipe (as JSON) in the metadata.

    Weights are (outputs, inputs). "0.weight", "0.bias", "2.weight", … are the names that the script's `net` uses for
    an MLP (from "1.weight" on if its inputs are not the coordinates); the others number their layers 0, 1, …
    """
    # "kind" is what this key has been called in every file
    metadata = {"format": "pt", "kind": model, "recipe": json.dumps(asdict(recipe)), "steps": str(step)}
    named = _linear(layers, 2, int(_own_inputs(recipe))) if model == "mlp" else _linear(layers, 1)
    return save(named, metadata | ({"edited": "by hand"} if edited else {}))


def _linear(layers: Layers, every: int, first: int = 0) -> dict[str, Tensor]:
    """The first net's layers as `nn.Linear` holds them, numbered `first`, `first` + `every`, …"""
    named = {}
    for index, (weight, bias) in enumerate(layers):
        named[f"{first + every * index}.weight"] = weight[0].detach().T.contiguous()
        named[f"{first + every * index}.bias"] = bias[0, 0].detach().contiguous()
    return named


def _numbers(values: Tensor) -> str:
    """As nested lists, each number with the nine digits that give a float32 back exactly."""
    if values.dim() == 1:
        return "[" + ", ".join(f"{value:.9g}" for value in values.tolist()) + "]"
    return "[" + ", ".join(_numbers(row) for row in values) + "]"
