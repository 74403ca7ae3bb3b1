"""The network that tells exercises apart, against the same computation written with torch's functions alone."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from demos.posture import learn
from demos.posture.model import ExerciseNet

SWAP = [1, 0, 2]


@pytest.fixture
def network() -> ExerciseNet:
    torch.manual_seed(0)
    network = ExerciseNet(3, ("squat", "lunge"), SWAP, ("squat:shallow", "squat:knees_in", "lunge:shallow"), width=5)
    for name, value in network.named_buffers():
        if "running" in name:
            value.uniform_(0.5, 1.5)  # as after a training
    return network.eval()


def test_the_logits_are_those_of_three_convolutions_a_mean_and_a_maximum(network: ExerciseNet) -> None:
    state = network.state_dict()
    windows = torch.randn(4, 20, 3)

    def convolved(x: torch.Tensor, layer: int, dilation: int = 1) -> torch.Tensor:
        weight, bias = state[f"moves.{layer}.weight"], state[f"moves.{layer}.bias"]
        x = F.conv1d(x, weight, bias, padding=2 * dilation, dilation=dilation)
        names = ("running_mean", "running_var", "weight", "bias")
        return F.relu(F.batch_norm(x, *(state[f"moves.{layer + 1}.{name}"] for name in names)))

    def one_sided(x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = convolved(convolved(convolved(x.transpose(1, 2), 0), 4), 8, dilation=2)
        pooled = torch.cat([x.mean(-1), x.max(-1).values], dim=1)
        exercise = F.linear(pooled, state["exercise.weight"], state["exercise.bias"])
        phase = torch.einsum("bwt,w->bt", x, state["phase.weight"][0, :, 0]) + state["phase.bias"]
        return exercise, phase, F.linear(pooled, state["fault.weight"], state["fault.bias"])

    both = zip(one_sided(windows), one_sided(windows[:, :, SWAP]), strict=True)
    for found, (straight, mirrored) in zip(network(windows), both, strict=True):
        torch.testing.assert_close(found, (straight + mirrored) / 2)


def test_each_step_sees_seventeen_samples(network: ExerciseNet) -> None:
    samples = torch.randn(1, 3, 40, requires_grad=True)
    convolutions = [layer for layer in network.moves if isinstance(layer, nn.Conv1d)]
    linear = samples
    for layer in convolutions:
        linear = layer(linear)
    linear[0, :, 20].sum().backward()
    seen = samples.grad.any(dim=1)[0].nonzero().flatten().tolist()
    assert seen == list(range(12, 29))


def test_a_tenth_is_left_out_in_training_alone(network: ExerciseNet) -> None:
    windows = torch.randn(1, 20, 3)
    torch.testing.assert_close(network(windows), network(windows), rtol=0, atol=0)
    network.train()
    left_out = network.moves[3](torch.ones(100_000))
    assert float((left_out == 0).float().mean()) == pytest.approx(0.1, abs=0.01)


def test_the_order_in_the_mirror_is_no_part_of_the_file(network: ExerciseNet) -> None:
    assert "swap" not in network.state_dict()
    assert network.classes == ("squat", "lunge")
    assert network.faults == ("squat:shallow", "squat:knees_in", "lunge:shallow")


def test_the_carried_network_has_the_size_that_its_card_says() -> None:
    assert sum(parameter.numel() for parameter in learn.load_network().parameters()) == 126_989
