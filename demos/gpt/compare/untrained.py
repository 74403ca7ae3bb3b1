"""The same model before it learned anything: its shape with GPT-2's first weights."""

import math

import torch
from torch import nn

from demos.gpt.model import GPT


def untrained(model: GPT, seed: int = 0) -> GPT:
    """A model of the same shape, on the processor, its weights drawn as `model.GPT` draws them (Radford 2019, 2.3).

    With a generator of its own: others in this process may be drawing numbers too.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.device("meta"):
        fresh = GPT(model.config)
    fresh.to_empty(device="cpu").eval().requires_grad_(False)
    for name, parameter in fresh.named_parameters():
        if name.endswith(".bias"):
            nn.init.zeros_(parameter)
        elif ".ln_" in name:
            nn.init.ones_(parameter)
        else:
            deep = name.endswith("c_proj.weight")  # what adds to the residual stream
            std = 0.02 / math.sqrt(2 * model.config.layers) if deep else 0.02
            nn.init.normal_(parameter, std=std, generator=generator)
    return fresh
