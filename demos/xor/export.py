"""Take the net with you: as a short script that needs nothing but torch, and as safetensors."""

import json
from dataclasses import asdict

from safetensors.torch import save
from torch import Tensor

from demos.xor.model import Layers
from demos.xor.recipe import Recipe

MODULES = {"tanh": "nn.Tanh()", "relu": "nn.ReLU()", "sigmoid": "nn.Sigmoid()", "sine": "Sine()"}
SINE = """

class Sine(nn.Module):
    def forward(self, x):
        return x.sin()
"""
SCRIPT = '''"""A {shape} net, trained on {data} for {steps} steps from seed {seed}. Made with Glassbox."""

import torch
from torch import nn
{sine}
net = nn.Sequential(
{modules}
)
parameters = [  # a weight (outputs, inputs) and a bias (outputs,) for each layer
{parameters}
]
with torch.no_grad():
    for parameter, values in zip(net.parameters(), parameters, strict=True):
        parameter.copy_(torch.tensor(values))
    points = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    for point, logit in zip(points.tolist(), net(points).squeeze(1).tolist(), strict=True):
        print(point, "class", int(logit > 0), "logit", logit)
'''


def script(layers: Layers, recipe: Recipe, step: int) -> str:
    """A runnable script: the trained net (the first, of N) as an `nn.Sequential` named `net`, applied to four points.

    The numbers are written with all digits of float32, so the script's logits are those of `model.forward`.
    """
    modules = []
    for weight, _ in layers:
        modules += [f"nn.Linear({weight.shape[1]}, {weight.shape[2]})", MODULES[recipe.activation]]
    return SCRIPT.format(
        shape="-".join(map(str, recipe.widths)),
        data=recipe.data,
        steps=step,
        seed=recipe.seed,
        sine=SINE if recipe.activation == "sine" else "",
        modules="\n".join(f"    {module}," for module in modules[:-1]),
        parameters="\n".join(f"    {_numbers(parameter)}," for parameter in _linear(layers).values()),
    )


def safetensors(layers: Layers, recipe: Recipe, step: int) -> bytes:
    """The net (the first, of N) as a safetensors file, its recipe as JSON in the metadata.

    "0.weight" (outputs, inputs), "0.bias" (outputs,), "2.weight", … are the names that the script's `net` uses.
    """
    return save(_linear(layers), {"format": "pt", "recipe": json.dumps(asdict(recipe)), "steps": str(step)})


def _linear(layers: Layers) -> dict[str, Tensor]:
    """The first net's layers as `nn.Linear` holds them."""
    named = {}
    for index, (weight, bias) in enumerate(layers):
        named[f"{2 * index}.weight"] = weight[0].detach().T.contiguous()
        named[f"{2 * index}.bias"] = bias[0, 0].detach().contiguous()
    return named


def _numbers(values: Tensor) -> str:
    """As nested lists, each number with the nine digits that give a float32 back exactly."""
    if values.dim() == 1:
        return "[" + ", ".join(f"{value:.9g}" for value in values.tolist()) + "]"
    return "[" + ", ".join(_numbers(row) for row in values) + "]"
