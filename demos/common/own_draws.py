"""A network's first weights, drawn from a generator of its own.

torch.nn draws them while it makes a layer, from a generator that all threads of the process share, and offers no other:
whoever draws at the same time would shift the numbers, and the same seed would not give the same model.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

# Functions of torch that draw where no generator is named; those of torch.nn.init always name theirs, be it None.
DRAWING: frozenset[Callable[..., Any]] = frozenset({torch.rand, torch.randn, Tensor.normal_, Tensor.uniform_})


class OwnDraws(TorchFunctionMode):
    """While it is entered, this thread draws first weights from `generator`: the same numbers as from torch's own, were
    that at the same place.

        with OwnDraws(torch.Generator().manual_seed(seed)):
            model = Network()
    """

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self.generator = generator

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """`function` as it is called, with the generator if it draws and names none."""
        named = dict(kwargs or {})
        if (function in DRAWING or "generator" in named) and named.get("generator") is None:
            named["generator"] = self.generator
        return function(*args, **named)
