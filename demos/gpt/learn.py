"""Training a GPT: guess the next token, correct the weights, again.

Sources
- Muon for the weight matrices: Jordan 2024, "Muon: An optimizer for hidden layers in neural networks"
  (https://kellerjordan.github.io/posts/muon/). Embeddings and norms, which are no linear maps, get AdamW.
- A learning rate that stays and then falls in a line to zero: Hägele et al. 2024, "Scaling Laws and Compute-Optimal
  Training Beyond Fixed Training Durations". Falling as half a cosine: Loshchilov and Hutter 2017, "SGDR".
- AdamW: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization". SGD with momentum: Sutskever et al. 2013.
- Averaged weights: Polyak and Juditsky 1992, here with a moving average.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from demos.common.device import computed, moved_off, placed
from demos.common.errors import BadInput
from demos.common.own_draws import OwnDraws
from demos.common.whole_file import whole_file
from demos.gpt.corpus import IGNORED, Corpus, Text
from demos.gpt.dropout import own_generator
from demos.gpt.model import GPT, Config, loss

WARM_UP = 20  # steps in which the learning rate rises to its height
MOMENTUM = 0.9  # of SGD
USUAL_LR = {"muon": 0.02, "adamw": 3e-3, "sgd": 0.1}  # by the name of the optimiser
BESIDE_MUON = 0.15  # AdamW's learning rate for what is no matrix, as a share of Muon's
SCHEDULES: dict[str, Callable[[float, float], float]] = {  # of the share that is done, and of where the fall begins
    "stay_and_fall": lambda share, falls_from: min(1.0, (1 - share) / (1 - falls_from)),
    "cosine": lambda share, _: (1 + math.cos(math.pi * share)) / 2,
    "constant": lambda share, _: 1.0,
}


class Diverged(Exception):
    """The loss is no finite number any longer, at a step or on what is held out after it."""

    def __init__(self, step: int, loss: float) -> None:
        super().__init__(f"The loss at step {step} is {loss}.")
        self.step, self.loss = step, loss


@dataclass(frozen=True)
class Recipe:
    """How to train. The run ends after `minutes` or `steps`, whichever comes first; the schedule follows that one."""

    minutes: float = math.inf
    steps: float = math.inf
    batch: int = 32  # windows in a step
    muon_lr: float = 0.02  # of Muon, for the matrices
    muon_weight_decay: float = 0.01  # of Muon
    lr: float = 3e-3  # beside Muon of AdamW, for everything that is no matrix; else of the one optimiser, for all
    optimiser: str = "muon"  # a name of USUAL_LR
    schedule: str = "stay_and_fall"  # a name of SCHEDULES
    falls_from: float = 0.4  # the share of the run after which the learning rates fall, if they stay before
    average: float = 0.995  # how slowly the averaged weights follow
    measure_every: int = 250  # steps between two measurements on the held-out text
    seed: int = 0
    precision: str = "fast"  # of matrix products: "fast" (see `fast_matmul`) or "full"


@dataclass(frozen=True)
class Progress:
    """One step of training. Losses in nats per token; `held_out` is None where it was not measured."""

    step: int
    share: float  # of the run, 0 to 1
    seconds: float  # of training, without measuring
    loss: float
    held_out: float | None = None


class Training:
    """A model in training. Iterate over `run()`; stop iterating to pause, iterate again to go on.

    `average` is the model to use: its weights are the moving average of those in training.
    """

    def __init__(
        self, corpus: Corpus | Tensor, config: Config, recipe: Recipe, device: torch.device | None = None
    ) -> None:
        """`corpus` may be the tokens (N,) of one text; its last tenth is held out (BadInput if it is too short)."""
        device = device or torch.device("cpu")
        self.corpus = Text(corpus, config.block_size) if isinstance(corpus, Tensor) else corpus
        if math.isinf(recipe.minutes) and math.isinf(recipe.steps):
            raise ValueError("A recipe needs minutes or steps.")
        self.config, self.recipe = config, recipe
        self.step, self.seconds = 0, 0.0
        self._height = SCHEDULES[recipe.schedule]
        self.generator = torch.Generator().manual_seed(recipe.seed)
        first = torch.Generator().manual_seed(recipe.seed)
        with OwnDraws(first):
            self.model = placed(GPT(config), device)
        for name, parameter in self.model.named_parameters():
            if name.endswith("c_proj.weight"):
                torch.nn.init.zeros_(parameter)  # each layer starts by adding nothing
        self.average = computed(self.model, lambda: deepcopy(self.model).eval())
        self.dropout = own_generator(self.model, self.model.device, first)
        if self.dropout is None:  # then torch's own is taken, which all threads share
            torch.manual_seed(recipe.seed)
            torch.set_rng_state(first.get_state())
        self.optimizers = optimizers_of(self.model, recipe)
        self._moved = False  # off a GPU, whose memory was full
        self._lrs = tuple(optimizer.param_groups[0]["lr"] for optimizer in self.optimizers)

    def begin_with(self, model: GPT, steps: int = 0) -> None:
        """Take over the weights of a model of the same shape, before the first step.

        It has learned for `steps`: what is drawn from now on is not what was drawn then.
        """
        self.model.load_state_dict(model.state_dict())
        self.average.load_state_dict(model.state_dict())
        self.generator.manual_seed(self.recipe.seed + steps)

    def go_on_from(self, former: "Training") -> None:
        """Take over weights, average, the place in the row of random numbers, and what the optimisers remember.

        The latter only if they are the same ones.
        """
        self.model.load_state_dict(former.model.state_dict())
        self.average.load_state_dict(former.average.state_dict())
        self.generator.set_state(former.generator.get_state())
        if self.recipe.optimiser == former.recipe.optimiser:
            for optimizer, other in zip(self.optimizers, former.optimizers, strict=True):
                optimizer.load_state_dict(deepcopy(other.state_dict()))

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1."""
        return min(1.0, max(self.step / self.recipe.steps, self.seconds / (60 * self.recipe.minutes)))

    def run(self) -> Iterator[Progress]:
        """Train until the recipe is done, one step at a time. Raises Diverged where the loss is NaN or infinite.

        Where a GPU's memory is full it goes on on the processor, with a notice, from the last whole step and with the
        same batches.
        """
        while self.share < 1:
            began = time.perf_counter()
            if self.average.device != self.model.device:  # the average has written meanwhile, and was moved off
                self.move_off()
            before = self._state()
            try:
                value = self._learn()
            except torch.OutOfMemoryError:
                if self._moved:
                    raise
                self._go_back(before)
                self.move_off()
                continue
            self._follow()
            self.step += 1
            self.seconds += time.perf_counter() - began
            measure = self.step % self.recipe.measure_every == 0 or self.share >= 1
            held_out = self.measure() if measure else None
            yield Progress(self.step, self.share, self.seconds, value, held_out)

    def _learn(self) -> float:
        """The loss of one step, and the weights corrected by it."""
        factor = min(self._height(self.share, self.recipe.falls_from), (self.step + 1) / WARM_UP)
        for optimizer, lr in zip(self.optimizers, self._lrs, strict=True):
            optimizer.param_groups[0]["lr"] = factor * lr
        batch = self.corpus.batch(self.recipe.batch, self.generator)
        inputs, targets = (part.to(self.model.device) for part in batch)  # (B, T)
        predicted = targets != IGNORED  # elsewhere the logits would be computed for nothing
        self.model.train()
        with self._precision():
            logits = self.model.unembed(self.model.transformer(inputs)[predicted])  # (B, T, C) → (N, V)
        step_loss = loss(logits[None], targets[predicted][None])
        if not math.isfinite(value := step_loss.item()):
            raise Diverged(self.step + 1, value)
        step_loss.backward()
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        return value

    def _state(self) -> dict[str, Any]:
        """What a step that fails may have changed already: the places in the rows of random numbers, and before the
        first step on a GPU the weights. It is then that the optimisers take their memory; later ones take less than the
        backward pass has just given back."""
        state: dict[str, Any] = {"random": self.generator.get_state()}
        if self.dropout:
            state["dropout"] = self.dropout.get_state()
        if self.model.device.type != "cpu" and not all(optimizer.state for optimizer in self.optimizers):
            state["model"] = {name: weight.to("cpu") for name, weight in self.model.state_dict().items()}
            state["optimizers"] = [deepcopy(optimizer.state_dict()) for optimizer in self.optimizers]
        return state

    def _go_back(self, state: dict[str, Any]) -> None:
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        self.generator.set_state(state["random"])
        if self.dropout:
            self.dropout.set_state(state["dropout"])
        if "model" in state:
            self.model.load_state_dict(state["model"])
            for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(saved)

    def move_off(self) -> None:
        """Go on on the processor, with a notice: weights, average, what the optimisers remember, and dropout."""
        self._moved = True
        on_gpu = self.model.device.type != "cpu"
        moved_off(self.model)
        self.average.to("cpu")
        for optimizer in self.optimizers:
            optimizer.load_state_dict(optimizer.state_dict())  # to where the weights are
        if on_gpu:  # its dropout drew from a row that the processor does not know
            first = torch.Generator().manual_seed(self.recipe.seed + self.step)
            self.dropout = own_generator(self.model, self.model.device, first)

    def measure(self) -> float:
        """Loss of the averaged model on all that is held out, in nats per token. Raises Diverged if it is none."""
        exact = self.recipe.precision == "full"
        value = computed(self.average, lambda: evaluate(self.average, self.corpus.held_out(), exact=exact))
        if not math.isfinite(value):
            raise Diverged(self.step, value)
        return value

    def _precision(self) -> AbstractContextManager[object]:
        return fast_matmul(self.model.device) if self.recipe.precision == "fast" else nullcontext()

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the average towards the weights; at first it follows faster, else it would remember the start."""
        follow = max(1 - self.recipe.average, 9 / (10 + self.step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), follow)

    def save(self, path: Path) -> None:
        """Everything needed to go on later, in one file."""
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "random": [self.generator.get_state(), self.dropout.get_state() if self.dropout else torch.get_rng_state()],
        }
        with whole_file(path) as unfinished:
            torch.save(state, unfinished)

    def resume(self, path: Path) -> None:
        """Go on where `save` left off; text, config and recipe must be the same."""
        state = torch.load(path, weights_only=True, map_location="cpu")
        self.step, self.seconds = state["step"], state["seconds"]
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.generator.set_state(state["random"][0])
        if self.dropout:
            self.dropout.set_state(state["random"][1])
        else:
            torch.set_rng_state(state["random"][1])


def optimizers_of(model: GPT, recipe: Recipe) -> tuple[torch.optim.Optimizer, ...]:
    """The recipe's optimisers, each with its learning rate, and all parameters of the model between them."""
    parameters = dict(model.named_parameters())
    if recipe.optimiser == "muon":
        matrices = [parameter for name, parameter in parameters.items() if parameter.ndim == 2 and ".h." in name]
        rest = [parameter for name, parameter in parameters.items() if not (parameter.ndim == 2 and ".h." in name)]
        return (
            torch.optim.Muon(matrices, lr=recipe.muon_lr, weight_decay=recipe.muon_weight_decay),
            torch.optim.AdamW(rest, lr=recipe.lr, betas=(0.9, 0.95), weight_decay=0.0),
        )
    if recipe.optimiser == "adamw":
        return (torch.optim.AdamW(parameters.values(), lr=recipe.lr, betas=(0.9, 0.95), weight_decay=0.0),)
    return (torch.optim.SGD(parameters.values(), lr=recipe.lr, momentum=MOMENTUM),)


def learning(optimiser: str, lr: float | None, schedule: str) -> dict[str, Any]:
    """The fields of a Recipe that a person chooses by name; `lr` is that of `optimiser`, None for its usual one.

    Raises BadInput for a name that there is none of.
    """
    if optimiser not in USUAL_LR:
        raise BadInput("gpt.optimiser_unknown", name=str(optimiser)[:40], choices=", ".join(USUAL_LR))
    if schedule not in SCHEDULES:
        raise BadInput("gpt.schedule_unknown", name=str(schedule)[:40], choices=", ".join(SCHEDULES))
    chosen = {"optimiser": optimiser, "schedule": schedule}
    lr = USUAL_LR[optimiser] if lr is None else lr
    return chosen | ({"muon_lr": lr, "lr": BESIDE_MUON * lr} if optimiser == "muon" else {"lr": lr})


@torch.no_grad()
def evaluate(model: GPT, windows: Iterable[tuple[Tensor, Tensor]], *, exact: bool = False) -> float:
    """Mean cross-entropy in nats per predicted token over all `windows`, pairs of inputs and targets (B, T).

    `exact` computes in the weights' own precision instead of the fastest one.
    """
    total, count = 0.0, 0
    model.eval()
    with nullcontext() if exact else fast_matmul(model.device):
        for inputs, targets in windows:
            predicted = int((targets != IGNORED).sum())
            total += loss(model(inputs.to(model.device)), targets.to(model.device)).item() * predicted
            count += predicted
    return total / count


def fast_matmul(device: torch.device) -> AbstractContextManager[object]:
    """Matrix products in bfloat16 where the processor has instructions for it; elsewhere as they are."""
    if device.type == "cpu":
        able = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    else:
        able = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16) if able else nullcontext()
