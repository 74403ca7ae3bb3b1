"""Teaching the network what is done, how far on, and what goes wrong: windows in, records of progress out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from demos.common.models import weights
from demos.common.scheduling.threads import single_threaded
from demos.common.whole_file import whole_file
from demos.posture.data import FEATURES, SWAP
from demos.posture.exercises import NETWORK, learned_classes, learned_faults
from demos.posture.model import ExerciseNet, Outputs

OFFSET, WHITE = 0.05, 0.03  # noise on the features, of a window and of a sample: a real landmarker errs in more ways
PHASE_WEIGHT, FAULT_WEIGHT = 0.5, 1.0  # of the heads' losses, that of the exercise is 1


class Examples(NamedTuple):
    """Windows (N, T, F), class numbers (N,), phases (N, T) and faults (N, K) from 0 to 1: NaN where nobody knows."""

    windows: Tensor
    labels: Tensor
    phases: Tensor
    faults: Tensor


@dataclass(frozen=True)
class Progress:
    """Where it is: performances made, or steps taken with the loss (nats) and how right it is on unseen athletes.

    accuracy: the share of the windows whose exercise is right; phase_error: the mean error of the phase, 0 to 1;
    fault_accuracy: the mean over the named faults of how often they are rightly found and rightly not found.
    """

    stage: str  # "performing" or "learning"
    done: int
    of: int
    loss: float = float("nan")
    accuracy: float = float("nan")
    phase_error: float = float("nan")
    fault_accuracy: float = float("nan")
    network: ExerciseNet | None = field(default=None, repr=False)


def new_network(classes: Sequence[str], faults: Sequence[str] = ()) -> ExerciseNet:
    """An untrained network for these classes and faults."""
    return ExerciseNet(FEATURES, classes, SWAP, faults)


def load_network(name: str = NETWORK) -> ExerciseNet:
    """The network that the repository carries. Raises WeightsError if its file is missing or altered."""
    network = new_network(learned_classes(name), learned_faults(name))
    network.load_state_dict(load_file(weights.path(name)))
    return network.eval()


def save_network(network: ExerciseNet, file: Path) -> None:
    """Write the weights as safetensors, the names of the classes and of the faults beside them."""
    told = {"classes": ",".join(network.classes), "faults": ",".join(network.faults)}
    with whole_file(file) as unfinished:
        save_file(network.state_dict(), unfinished, told)


def train(
    classes: Sequence[str],
    faults: Sequence[str],
    examples: Examples,
    unseen: Examples,
    *,
    steps: int = 5000,
    batch: int = 256,
    lr: float = 3e-3,
    seed: int = 0,
) -> Iterator[Progress]:
    """Learn `classes` and `faults` from `examples`, measuring on the `unseen`; yields every 100 steps.

    The last record carries the trained network.

    AdamW with a one-cycle schedule (Loshchilov, Hutter 2019, arXiv:1711.05101). Each window is seen as it is or in the
    mirror, by chance.
    """
    torch.manual_seed(seed)
    with single_threaded():  # so small a network is slower on several
        network = new_network(classes, faults)
        share = torch.bincount(examples.labels, minlength=len(classes)).clamp(min=1).float() / len(examples.labels)
        optimiser = torch.optim.AdamW(network.parameters(), lr=lr, weight_decay=0.05)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=lr, total_steps=steps)
        for step in range(1, steps + 1):
            rows = torch.randint(len(examples.labels), (batch,))
            chosen = Examples(*(part[rows] for part in examples))
            noisy = chosen.windows + OFFSET * torch.randn(batch, 1, FEATURES)
            noisy = noisy + WHITE * torch.randn(noisy.shape)
            mirrored = torch.rand(batch, 1, 1) < 0.5
            seen = torch.where(mirrored, noisy[..., SWAP], noisy)
            with torch.autocast("cpu", torch.bfloat16):
                outputs = network.one_sided(seen)
            loss = _loss(Outputs(*(part.float() for part in outputs)), chosen, share.rsqrt())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            if step % 100 == 0 or step == steps:
                last = step == steps
                rights = measured(network, unseen)
                yield Progress("learning", step, steps, loss.item(), *rights, network.eval() if last else None)


def _loss(outputs: Outputs, wanted: Examples, weight: Tensor) -> Tensor:
    """Nats: of the exercise, of the phase and of the faults, the last two where they are known."""
    exercise = F.cross_entropy(outputs.exercise, wanted.labels, weight=weight, label_smoothing=0.05)
    phase = _known_cross_entropy(outputs.phase, wanted.phases)
    faults = _known_cross_entropy(outputs.faults, wanted.faults)
    return exercise + PHASE_WEIGHT * phase + FAULT_WEIGHT * faults


def _known_cross_entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    known = ~wanted.isnan()
    if not known.any():
        return logits.sum() * 0
    return F.binary_cross_entropy_with_logits(logits[known], wanted[known])


@torch.no_grad()
def outputs_of(network: ExerciseNet, windows: Tensor) -> Outputs:
    """What the network says of windows (N, T, F), however many."""
    was = network.training
    network.eval()
    parts = [network(some) for some in windows.split(4096)]
    network.train(was)
    return Outputs(*(torch.cat(part) for part in zip(*parts, strict=True)))


def measured(network: ExerciseNet, examples: Examples) -> tuple[float, float, float]:
    """How right it is: accuracy, phase_error and fault_accuracy of Progress."""
    outputs = outputs_of(network, examples.windows)
    right = float((outputs.exercise.argmax(-1) == examples.labels).float().mean())
    error = float((outputs.phase.sigmoid() - examples.phases).abs().nanmean())
    found = (outputs.faults > 0).float()
    hits, passes = (_share(found == truth, examples.faults == truth) for truth in (1, 0))
    return right, error, float(torch.cat([hits, passes]).nanmean())


def _share(right: Tensor, of: Tensor) -> Tensor:
    """(K,): the share of `right` (N, K) among `of` (N, K), column by column; NaN where there is none."""
    return (right & of).sum(0) / of.sum(0)
