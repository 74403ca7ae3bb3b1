"""Each optimiser and each schedule against a bare loop of torch's own."""

import math

import pytest
import torch
import torch.nn.functional as F

from demos.common.errors import BadInput
from demos.gpt.corpus import Text
from demos.gpt.learn import SCHEDULES, USUAL_LR, Recipe, Training, learning
from demos.gpt.model import GPT, Config

CONFIG = Config(vocab_size=11, block_size=8, layers=2, heads=2, width=16, bias=False)
TOKENS = torch.randint(11, (400,), generator=torch.Generator().manual_seed(1))
STEPS, BATCH = 60, 4


def rate(schedule: str, step: int) -> float:
    """The height of the learning rate at a step, as the schedules are defined."""
    done = step / STEPS
    falls = {
        "stay_and_fall": 1.0 if done < 0.4 else (1 - done) / 0.6,
        "cosine": 0.5 * (1 + math.cos(math.pi * done)),
        "constant": 1.0,
    }
    return min(falls[schedule], (step + 1) / 20)


def bare(optimiser: str, lr: float, schedule: str) -> list[float]:
    """The losses of a plain loop from the same first weights over the same windows."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    model = GPT(CONFIG)
    for name, parameter in model.named_parameters():
        if name.endswith("c_proj.weight"):
            torch.nn.init.zeros_(parameter)
    blocks = [parameter for parameter in model.transformer.h.parameters() if parameter.ndim == 2]
    others = [parameter for parameter in model.parameters() if not any(parameter is block for block in blocks)]
    optimisers: list[torch.optim.Optimizer] = {
        "muon": lambda: [
            torch.optim.Muon(blocks, lr=lr, weight_decay=0.01),
            torch.optim.AdamW(others, lr=0.15 * lr, betas=(0.9, 0.95), weight_decay=0),
        ],
        "adamw": lambda: [torch.optim.AdamW(model.parameters(), lr=lr, betas=(0.9, 0.95), weight_decay=0)],
        "sgd": lambda: [torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)],
    }[optimiser]()
    schedulers = [torch.optim.lr_scheduler.LambdaLR(each, lambda step: rate(schedule, step)) for each in optimisers]
    corpus, losses = Text(TOKENS, CONFIG.block_size), []
    for _ in range(STEPS):
        inputs, targets = corpus.batch(BATCH, generator)
        loss = F.cross_entropy(model(inputs).transpose(1, 2), targets)
        model.zero_grad()
        loss.backward()
        for each, scheduler in zip(optimisers, schedulers, strict=True):
            each.step()
            scheduler.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize(
    ("optimiser", "schedule"), [*((each, "stay_and_fall") for each in USUAL_LR), *(("adamw", s) for s in SCHEDULES)]
)
def test_the_losses_are_those_of_torchs_own_optimiser(optimiser: str, schedule: str) -> None:
    lr = 0.5 * USUAL_LR[optimiser]
    recipe = Recipe(steps=STEPS, batch=BATCH, precision="full", **learning(optimiser, lr, schedule))
    losses = [progress.loss for progress in Training(TOKENS, CONFIG, recipe).run()]
    close = 2e-3 if optimiser == "muon" else 1e-4  # Muon orthogonalises in bfloat16
    assert losses == pytest.approx(bare(optimiser, lr, schedule), rel=close)


def test_names_that_are_none_are_refused() -> None:
    for wrong in (("lion", None, "cosine"), ("sgd", None, "never")):
        with pytest.raises(BadInput):
            learning(*wrong)
