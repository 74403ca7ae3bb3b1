"""Outputs and losses on numbers by hand; that slopes are the losses' slopes is the oracles' business."""

import math

import pytest
import torch

from demos.xor.tables.losses import LOSSES, OUTPUTS

CLASSES = torch.tensor([0.0, 1.0])


@pytest.mark.parametrize(("name", "targets"), [("sigmoid", [0, 1]), ("tanh", [-1, 1]), ("linear", [-1, 1])])
def test_the_classes_lie_as_far_from_zero_as_the_output_reaches(name: str, targets: list[float]) -> None:
    assert OUTPUTS[name].target(CLASSES).tolist() == targets
    halfway = OUTPUTS[name].value(torch.zeros(1)).item()
    assert halfway == sum(targets) / 2  # where a point changes its side


@pytest.mark.parametrize(
    ("name", "losses"),
    [
        ("sigmoid", [0.5 * (0.25 + 0.25), 0.5 * (0.75**2 + 0.25**2)]),
        ("tanh", [0.5 * (1 + 1), 0.5 * (1.8**2 + 0.2**2)]),
        ("linear", [0.5 * (1 + 1), 0.5 * ((1 + math.log(3)) ** 2 + (1 - math.log(3)) ** 2)]),
    ],
)
def test_the_squared_loss_is_half_the_sum_of_the_squares(name: str, losses: list[float]) -> None:
    logits = torch.tensor([[0.0, 0.0], [math.log(3), math.log(3)]])  # two nets; sigmoid 3/4, tanh 4/5
    assert LOSSES["squared"].value(logits, CLASSES, OUTPUTS[name]).tolist() == pytest.approx(losses)


def test_the_cross_entropy_is_the_mean_surprise() -> None:
    logits = torch.tensor([[0.0, 0.0], [math.log(3), math.log(3)]])
    expected = [math.log(2), (math.log(4) + math.log(4 / 3)) / 2]
    assert LOSSES["cross_entropy"].value(logits, CLASSES, OUTPUTS["sigmoid"]).tolist() == pytest.approx(expected)
