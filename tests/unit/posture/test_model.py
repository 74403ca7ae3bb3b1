"""The network that tells exercises apart, against the same computation written with torch's functions alone."""

import pytest
import torch
from torch.nn import functional as F

from demos.posture import learn
from demos.posture.model import ExerciseNet

SWAP = [1, 0, 2]


@pytest.fixture
def network() -> ExerciseNet:
    torch.manual_seed(0)
    network = ExerciseNet(3, ("squat", "lunge"), SWAP, width=5)
    for name, value in network.named_buffers():
        if "running" in name:
            value.uniform_(0.5, 1.5)  # as after a training
    return network.eval()


def test_the_logits_are_those_of_two_convolutions_a_mean_and_a_maximum(network: ExerciseNet) -> None:
    state = network.state_dict()
    windows = torch.randn(4, 20, 3)

    def normalised(x: torch.Tensor, layer: int) -> torch.Tensor:
        names = ("running_mean", "running_var", "weight", "bias")
        return F.batch_norm(x, *(state[f"moves.{layer}.{name}"] for name in names))

    def one_sided(x: torch.Tensor) -> torch.Tensor:
        x = F.conv1d(x.transpose(1, 2), state["moves.0.weight"], state["moves.0.bias"], padding=2)
        x = F.relu(normalised(x, 1))
        x = F.conv1d(x, state["moves.4.weight"], state["moves.4.bias"], padding=2)
        x = F.relu(normalised(x, 5))
        pooled = torch.cat([x.mean(-1), x.max(-1).values], dim=1)
        return F.linear(pooled, state["decide.weight"], state["decide.bias"])

    torch.testing.assert_close(network(windows), one_sided(windows) + one_sided(windows[:, :, SWAP]))


def test_each_step_sees_nine_samples(network: ExerciseNet) -> None:
    windows = torch.randn(1, 20, 3)
    other = windows.clone()
    other[:, 10] += 1
    before, after = (network.moves(each.transpose(1, 2)) for each in (windows, other))
    changed = (before != after).any(dim=1)[0].nonzero().flatten().tolist()
    assert set(changed) <= set(range(6, 15))
    assert {6, 14} <= {step for step in range(20) if _reaches(network, step)}


def _reaches(network: ExerciseNet, step: int) -> bool:
    """Whether the second convolution's output at `step` hangs on sample 10, before anything is cut off."""
    samples = torch.randn(1, 3, 20, requires_grad=True)
    linear = network.moves[4](network.moves[0](samples))
    linear[0, :, step].sum().backward()
    return bool(samples.grad[0, :, 10].any())


def test_a_fifth_is_left_out_in_training_alone(network: ExerciseNet) -> None:
    windows = torch.randn(1, 20, 3)
    torch.testing.assert_close(network(windows), network(windows), rtol=0, atol=0)
    network.train()
    left_out = network.moves[3](torch.ones(100_000))
    assert float((left_out == 0).float().mean()) == pytest.approx(0.2, abs=0.01)


def test_the_order_in_the_mirror_is_no_part_of_the_file(network: ExerciseNet) -> None:
    assert "swap" not in network.state_dict()
    assert network.classes == ("squat", "lunge")


def test_the_carried_network_has_the_size_that_its_card_says() -> None:
    assert sum(parameter.numel() for parameter in learn.load_network().parameters()) == 18_390
