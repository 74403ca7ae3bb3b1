"""How large a GPT to train: presets, and what a shape costs on this machine."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.gpt.learn import Recipe, Training
from demos.gpt.model import GPT, Config


@dataclass(frozen=True)
class Shape:
    """What a visitor chooses: the model without its vocabulary, and how it is trained."""

    layers: int
    heads: int
    width: int
    block: int
    batch: int = 16
    steps: int = 1000
    dropout: float = 0.1

    def __post_init__(self) -> None:
        """Raises BadInput for a shape that cannot be."""
        for name, high in LARGEST.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= high or value % 1:
                raise BadInput("gpt.not_a_whole_number", name=name, low=1, high=f"{high:,}", value=value)
            object.__setattr__(self, name, int(value))
        if not 0 <= self.dropout < 1 or self.width % self.heads:
            raise BadInput(
                "gpt.not_a_shape", steps=self.steps, dropout=self.dropout, width=self.width, heads=self.heads
            )

    def config(self, vocabulary: int) -> Config:
        """The model's shape for a vocabulary of that size."""
        return Config(vocabulary, self.block, self.layers, self.heads, self.width, bias=False, dropout=self.dropout)

    def recipe(self, **changes: float) -> Recipe:
        """How it is trained."""
        return replace(Recipe(steps=self.steps, batch=self.batch, measure_every=100), **changes)  # type: ignore[arg-type]


LARGEST = {"layers": 48, "heads": 64, "width": 2048, "block": 2048, "batch": 256, "steps": 1_000_000}
PRESETS = {
    "pocket": Shape(layers=2, heads=2, width=64, block=64, batch=32, steps=1000, dropout=0.0),
    "small": Shape(layers=4, heads=4, width=128, block=128, batch=16, steps=1500),
    "medium": Shape(layers=6, heads=4, width=256, block=256, batch=16, steps=2000, dropout=0.2),
    "nanogpt": Shape(layers=6, heads=6, width=384, block=256, batch=64, steps=5000, dropout=0.2),  # of its README
}


def parameter_count(config: Config) -> int:
    """How many numbers a model of this shape learns; nothing is allocated for it."""
    with torch.device("meta"):
        return GPT(config).parameter_count


@dataclass(frozen=True)
class Estimate:
    """What training a shape costs here."""

    parameters: int
    memory: int  # bytes: weights, gradients, optimizers' states, averaged weights, and what a step keeps
    seconds_per_step: float

    def seconds(self, steps: float) -> float:
        """The whole training, without measuring."""
        return steps * self.seconds_per_step


@lru_cache(maxsize=32)
def estimate(config: Config, recipe: Recipe, device: torch.device | None = None) -> Estimate:
    """Measured by a few steps on noise."""
    noise = torch.randint(config.vocab_size, (4 * config.block_size + 40,), generator=torch.Generator().manual_seed(0))
    training = Training(noise, config, replace(recipe, steps=4, minutes=1e9, measure_every=10**9), device)
    steps = training.run()
    kept = _bytes_kept(lambda: next(steps))  # also warms up
    began, count = time.perf_counter(), 0
    for _ in range(2):
        next(steps)
        count += 1
        if time.perf_counter() - began > 2:
            break
    seconds = (time.perf_counter() - began) / count
    tensors: list[Tensor] = [*training.model.parameters(), *training.average.parameters()]
    for optimizer in training.optimizers:
        tensors += [v for state in optimizer.state.values() for v in state.values() if isinstance(v, Tensor)]
    gradients = 4 * training.model.parameter_count
    memory = kept + gradients + sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    return Estimate(training.model.parameter_count, memory, seconds)


def _bytes_kept(step: Callable[[], object]) -> int:
    """The bytes that the forward pass of a step keeps for the backward pass."""
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        step()
    return sum(kept.values())
