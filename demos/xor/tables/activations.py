"""The activations: one entry each. Everything that offers, trains, exports or checks activations reads this table.

Each hidden layer may have its own (`of_layers`). Free of torch at import: the page reads the names first. The page
draws with its own entry of the same name in `page/activations.js`, which a test holds against this one, and the name's
words are the string "xor.activation_<name>".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Activation:
    """h = `value`(z), and `slope`(z, h) = dh / dz, element by element.

    `module` and `function` are how an exported script writes it, as a layer ("nn.Tanh()") and as a function
    ("torch.tanh"); `definition` is what such a script has to define first, where torch has no such layer.
    """

    value: "Callable[[Tensor], Tensor]"
    slope: "Callable[[Tensor, Tensor], Tensor]"
    module: str
    function: str
    definition: str = ""


def of_layers(activation: str, layers: int) -> list[Activation]:
    """The activation of each of so many hidden layers: one name for all, or one for each, with commas between."""
    names = activation.split(",")
    return [ACTIVATIONS[name] for name in (names * layers if len(names) == 1 else names)]


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(lambda z: z.tanh(), lambda z, h: 1 - h * h, "nn.Tanh()", "torch.tanh"),
    "relu": Activation(lambda z: z.relu(), lambda z, h: (z > 0).to(z.dtype), "nn.ReLU()", "torch.relu"),
    "sigmoid": Activation(lambda z: z.sigmoid(), lambda z, h: h * (1 - h), "nn.Sigmoid()", "torch.sigmoid"),
    "sine": Activation(
        lambda z: z.sin(),
        lambda z, h: z.cos(),
        "Sine()",
        "torch.sin",
        "class Sine(nn.Module):\n    def forward(self, x):\n        return x.sin()\n",
    ),
    "linear": Activation(lambda z: z, lambda z, h: z.new_ones(z.shape), "nn.Identity()", "torch.positive"),
}
