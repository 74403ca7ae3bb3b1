"""How large a GPT to train: presets, and what a shape costs on this machine."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

import torch

from demos.common.errors import BadInput, Label
from demos.common.settings import Settings
from demos.common.validate import number, whole
from demos.gpt.learn import Recipe, Training, learning
from demos.gpt.model import GPT, Config


@dataclass(frozen=True)
class Shape:
    """What a visitor chooses: the model without its vocabulary, and how it is trained."""

    layers: int
    heads: int
    width: int
    block_size: int
    batch: int = 16
    steps: int = 1000
    dropout: float = 0.1
    optimiser: str = "muon"
    lr: float | None = None  # of that optimiser; None for its usual one
    schedule: str = "stay_and_fall"

    def __post_init__(self) -> None:
        """Raises BadInput for a shape that cannot be."""
        for name, high in LARGEST.items():
            object.__setattr__(self, name, whole(Label(f"gpt.train_{name}"), getattr(self, name), 1, high))
        number(Label("gpt.train_dropout"), self.dropout, 0, 0.99)
        if self.lr is not None:
            number(Label("gpt.train_lr"), self.lr, *LR)
        learning(self.optimiser, self.lr, self.schedule)
        if self.width % self.heads:
            raise BadInput("gpt.not_a_shape", width=self.width, heads=self.heads)

    def config(self, vocabulary: int) -> Config:
        """The model's shape for a vocabulary of that size."""
        return Config(
            vocabulary, self.block_size, self.layers, self.heads, self.width, bias=False, dropout=self.dropout
        )

    def recipe(self, **changes: float) -> Recipe:
        """How it is trained."""
        chosen = learning(self.optimiser, self.lr, self.schedule)
        return replace(Recipe(steps=self.steps, batch=self.batch, measure_every=100, **chosen), **changes)  # type: ignore[arg-type]


LR = (1e-6, 100.0)  # the learning rates that can be asked for: enough for a loss to explode
LARGEST = {"layers": 48, "heads": 64, "width": 2048, "block_size": 2048, "batch": 256, "steps": 1_000_000}
PRESETS = {
    "pocket": Shape(layers=2, heads=2, width=64, block_size=64, batch=32, steps=1000, dropout=0.0),
    "small": Shape(layers=4, heads=4, width=128, block_size=128, batch=16, steps=1500),
    "medium": Shape(layers=6, heads=4, width=256, block_size=256, batch=16, steps=2000, dropout=0.2),
    "nanogpt": Shape(layers=6, heads=6, width=384, block_size=256, batch=64, steps=5000, dropout=0.2),  # of its README
}


def parameter_count(config: Config) -> int:
    """How many numbers a model of this shape learns; nothing is allocated for it."""
    with torch.device("meta"):
        return GPT(config).parameter_count


def held(parameters: int) -> int:
    """Bytes that a training holds from its first step to its end, also while it waits.

    For each parameter five float32 numbers: weight, average, gradient, and the two moments of AdamW (Muon has one).
    """
    return 5 * 4 * parameters


def memory(config: Config, batch: int) -> int:
    """Bytes that training takes at most, counted before anything is allocated. In bfloat16 it is down to two thirds.

    What it holds, and for each token of a step what the backward pass needs: in each layer 16 numbers and two dropout
    masks a channel (Korthikanti et al. 2022, "Reducing Activation Recomputation in Large Transformer Models", section
    4.1; in 32 bits here, and without a T × T matrix, as attention computes it by tiles: Dao et al. 2022,
    "FlashAttention"); and logits, log-probabilities and their gradients over the vocabulary.
    """
    a_token = (16 * 4 + 2) * config.layers * config.width + 4 * 4 * config.vocab_size
    return held(parameter_count(config)) + batch * config.block_size * a_token


def check(config: Config, batch: int, settings: Settings) -> None:
    """Raises BadInput for a model or a step that the settings do not allow; nothing is allocated for it."""
    for key, wanted, limit, said in (
        ("model_too_large", parameter_count(config), settings.training_parameters, "{:,}"),
        ("step_too_large", batch * config.block_size, settings.training_tokens_a_step, "{:,}"),
        ("training_too_large", memory(config, batch) / 1e9, settings.training_memory / 1e9, "{:.2f} GB"),
    ):
        if wanted > limit:
            raise BadInput(f"gpt.{key}", wanted=said.format(wanted), limit=said.format(limit))


KNOWN = 300  # seconds for which a measurement holds: how busy the machine is changes
LONG = 1.0  # seconds of a step that needs no second one to be measured
_known: dict[tuple[object, ...], float] = {}
_measuring = Lock()  # one measurement at a time: two would slow each other, and take twice the memory


def seconds_per_step(
    config: Config, recipe: Recipe, device: torch.device | None = None, wanted: Callable[[], bool] = lambda: True
) -> float | None:
    """Measured on noise, at most KNOWN seconds ago. None if it is `wanted` no longer, which is asked between steps."""
    key = config, recipe, device, time.monotonic() // KNOWN
    with _measuring:
        if key not in _known and (measured := _measured(config, recipe, device, wanted)):
            if len(_known) > 100:
                _known.clear()
            _known[key] = measured
        return _known.get(key) if wanted() else None


def _measured(config: Config, recipe: Recipe, device: torch.device | None, wanted: Callable[[], bool]) -> float | None:
    if not wanted():
        return None
    noise = torch.randint(config.vocab_size, (4 * config.block_size + 40,), generator=torch.Generator().manual_seed(0))
    training = Training(noise, config, replace(recipe, steps=4, minutes=1e9, measure_every=10**9), device)
    steps, seconds = training.run(), math.inf
    for _ in range(3):  # the first one also warms up
        began = time.perf_counter()
        next(steps)
        seconds = min(seconds, time.perf_counter() - began)
        if not wanted():
            return None
        if seconds > LONG:
            break
    return seconds
