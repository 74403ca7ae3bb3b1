"""Optimisers where a gradient nearly vanishes; everywhere else the oracles compare them with torch's own."""

import pytest
import torch

from demos.xor.tables.optimisers import OPTIMISERS

OWN = {"adam": torch.optim.Adam, "gradient_descent": torch.optim.SGD}


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("gradient", [0.0, 1e-12, 1e-8, -3e-8, 1e-4])
def test_a_gradient_next_to_nothing_moves_a_weight_as_torchs_optimiser_does(name: str, gradient: float) -> None:
    weight, theirs = torch.zeros(3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64, requires_grad=True)
    step, torchs = OPTIMISERS[name]([weight], 0.1), OWN[name]([theirs], lr=0.1)
    for _ in range(3):
        step([torch.full_like(weight, gradient)])
        theirs.grad = torch.full_like(theirs, gradient)
        torchs.step()
    torch.testing.assert_close(weight, theirs.detach(), rtol=1e-6, atol=1e-12)
