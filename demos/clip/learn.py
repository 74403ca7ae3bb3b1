"""Training: one loop for whatever is trained here, and the losses that its stages are made of.

Radford et al. train both towers at once, on 400 million images with captions (`model.contrastive_loss`). With some
150,000 images that mostly have a class and no caption, the way to the embedded model is another, stage by stage
(`make/`): a classifier's knowledge becomes a space, the image tower is fitted to it, and the text tower learns to read.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demos.clip.model import similarity
from demos.common.whole_file import whole_file


class Stage(Protocol):
    """One part of the training: what is trained, on what, and how well it does."""

    @property
    def network(self) -> nn.Module:
        """What is kept in the checkpoint."""

    def groups(self, lr: float) -> list[dict[str, Any]]:
        """The parameters to train, as AdamW takes them, each group with its own part of the learning rate `lr`."""

    def losses(self) -> dict[str, Tensor]:
        """The weighted losses of a new batch, by name; their sum is what falls."""

    def measure(self) -> dict[str, float]:
        """Shares of right answers (0…1) on what is never trained on."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast. The learning rate rises over `warmup` steps, then follows half a cosine over `minutes`.

    Because it follows the clock, a slower machine takes fewer steps in the same time.
    """

    minutes: float
    lr: float
    warmup: int = 100
    beta: float = 0.98  # AdamW's second
    seed: int = 0
    report_steps: int = 50
    checkpoint_minutes: float = 3.0
    measure_minutes: float = 15.0


@dataclass(frozen=True)
class Progress:
    """One report: mean losses since the last, and what was measured if it was measured now."""

    step: int
    seconds: float
    lr: float
    losses: dict[str, float]
    accuracy: dict[str, float] | None = None


def train(stage: Stage, schedule: Schedule, checkpoint: Path) -> Iterator[Progress]:
    """Train, resuming from the file `checkpoint` if it is there; report every few steps.

    The checkpoint is written every few minutes, when the time is over, and when the caller stops iterating. Batches
    are drawn from torch's generator; a run that was resumed draws others than one that was not.
    """
    network = stage.network
    optimizer = torch.optim.AdamW(stage.groups(schedule.lr), lr=schedule.lr, betas=(0.9, schedule.beta))
    base = [group["lr"] for group in optimizer.param_groups]
    trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    step, seconds = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        step, seconds = saved["step"], saved["seconds"]
    torch.manual_seed(schedule.seed + step)

    def save() -> None:
        state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seconds": seconds}
        with whole_file(checkpoint) as unfinished:
            torch.save(state, unfinished)

    sums: dict[str, float] = {}
    reported, saved_at, measured_at = step, seconds, seconds
    try:
        while seconds < schedule.minutes * 60:
            started = time.perf_counter()
            part = seconds / (schedule.minutes * 60)
            rate = min(1, (step + 1) / schedule.warmup) * (1 + math.cos(math.pi * part)) / 2
            for group, lr in zip(optimizer.param_groups, base, strict=True):
                group["lr"] = lr * rate
            losses = stage.losses()
            optimizer.zero_grad(set_to_none=True)
            torch.stack(list(losses.values())).sum().backward()
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            step += 1
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0.0) + loss.item()
            seconds += time.perf_counter() - started
            over = seconds >= schedule.minutes * 60
            if seconds - saved_at > schedule.checkpoint_minutes * 60 or over:
                save()
                saved_at = seconds
            if step % schedule.report_steps == 0 or over:
                due = seconds - measured_at > schedule.measure_minutes * 60 or over
                accuracy = stage.measure() if due else None
                measured_at = seconds if due else measured_at
                means = {name: total / (step - reported) for name, total in sums.items()}
                yield Progress(step, seconds, schedule.lr * rate, means, accuracy)
                sums, reported = {}, step
    finally:
        save()


def answer_loss(images: Tensor, texts: Tensor, right: Tensor, scale: Tensor) -> Tensor:
    """Cross-entropy of images (B, E) over texts (M, E), of which `right` (B,) says each one's own."""
    return F.cross_entropy(similarity(images, texts, scale), right)


def shares_loss(images: Tensor, names: Tensor, scale: Tensor, shares: Tensor) -> Tensor:
    """How far the images' (B, E) softmax over the names (K, E) is from a classifier's `shares` (B, K): mean
    Kullback–Leibler divergence (Hinton et al. 2015)."""
    return F.kl_div(similarity(images, names, scale).log_softmax(-1), shares, reduction="batchmean")


def neighbour_loss(vectors: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """How far the neighbourhoods of N unit vectors (N, E) are from the teacher's (N, D): mean Kullback–Leibler
    divergence of the softmax over each one's similarities to the others."""
    own = torch.eye(len(vectors), dtype=torch.bool)
    student = (vectors @ vectors.T / temperature).masked_fill(own, -1e4)
    target = (teacher @ teacher.T / temperature).masked_fill(own, -1e4)
    return F.kl_div(student.log_softmax(-1), target.log_softmax(-1), reduction="batchmean", log_target=True)


def imitation_loss(vectors: Tensor, teacher: Tensor, scale: float = 20.0) -> Tensor:
    """How far N unit vectors (N, E) are from the teacher's (N, E): twice 1 − cosine, and the Kullback–Leibler
    divergence of their similarities to all of the teacher's vectors from its own similarities."""
    distance = 2 * (1 - (vectors * teacher).sum(-1)).mean()
    own = (scale * teacher @ teacher.T).softmax(-1)
    return distance + F.kl_div((scale * vectors @ teacher.T).log_softmax(-1), own, reduction="batchmean")
