"""Teaching the network to tell exercises apart: windows of landmarks in, records of progress out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from demos.common.models import weights
from demos.common.threads import single_threaded
from demos.posture.data import FEATURES, SWAP
from demos.posture.exercises import NETWORK, learned_classes
from demos.posture.model import ExerciseNet

Examples = tuple[Tensor, Tensor]  # windows (N, T, F) and class numbers (N,)


@dataclass(frozen=True)
class Progress:
    """Where it is: performances made, or steps taken with the loss (nats) and the share right on unseen athletes."""

    stage: str  # "performing" or "learning"
    done: int
    of: int
    loss: float = float("nan")
    accuracy: float = float("nan")
    network: ExerciseNet | None = field(default=None, repr=False)


def new_network(classes: Sequence[str]) -> ExerciseNet:
    """An untrained network for these classes."""
    return ExerciseNet(FEATURES, classes, SWAP)


def load_network(name: str = NETWORK) -> ExerciseNet:
    """The network that the repository carries. Raises WeightsError if its file is missing or altered."""
    network = new_network(learned_classes(name))
    network.load_state_dict(load_file(weights.path(name)))
    return network.eval()


def save_network(network: ExerciseNet, file: Path) -> None:
    """Write the weights as safetensors, the names of the classes beside them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), file, {"classes": ",".join(network.classes)})


def train(
    classes: Sequence[str],
    examples: Examples,
    unseen: Examples,
    *,
    steps: int = 3000,
    batch: int = 256,
    lr: float = 3e-3,
    seed: int = 0,
) -> Iterator[Progress]:
    """Learn to tell `classes` apart from `examples`, measuring on the `unseen`; yields every 100 steps.

    The last record carries the trained network.

    AdamW with a cosine schedule (Loshchilov, Hutter 2019, arXiv:1711.05101).
    """
    torch.manual_seed(seed)
    with single_threaded():  # so small a network is slower on several
        windows, labels = examples
        network = new_network(classes)
        share = torch.bincount(labels, minlength=len(classes)).clamp(min=1).float() / len(labels)
        optimiser = torch.optim.AdamW(network.parameters(), lr=lr, weight_decay=0.05)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=lr, total_steps=steps)
        for step in range(1, steps + 1):
            chosen = torch.randint(len(labels), (batch,))
            # A little noise on the features: a real landmarker errs in more ways than ours.
            noisy = (
                windows[chosen] + 0.05 * torch.randn(batch, 1, FEATURES) + 0.03 * torch.randn(batch, *windows.shape[1:])
            )
            loss = F.cross_entropy(network(noisy), labels[chosen], weight=share.rsqrt(), label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            if step % 100 == 0 or step == steps:
                right = accuracy(network, *unseen)
                yield Progress("learning", step, steps, loss.item(), right, network.eval() if step == steps else None)


@torch.no_grad()
def accuracy(network: ExerciseNet, windows: Tensor, labels: Tensor) -> float:
    """The share of windows (N, T, F) that the network names as `labels` (N,) do."""
    was = network.training
    network.eval()
    right = float((network(windows).argmax(-1) == labels).float().mean())
    network.train(was)
    return right
