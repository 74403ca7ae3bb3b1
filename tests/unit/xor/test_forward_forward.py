"""Forward-Forward's labels, goodness and wrong labels, in numbers by hand."""

import math
from collections import Counter

import pytest
import torch
from torch import Tensor

from demos.xor.forward_forward import ForwardForward, ForwardForwardStep, descend_locally, layer_loss
from demos.xor.model import MLP
from demos.xor.recipe import Recipe

pytestmark = pytest.mark.usefixtures("one_thread")


def test_the_label_stands_beside_the_coordinates() -> None:
    x = torch.tensor([[0.5, 7.0], [0.0, -3.0]])
    assert ForwardForward(classes=3).labelled(x, torch.tensor([1, 2])).tolist() == [
        [0.5, 7, -1, 1, -1],
        [0, -3, -1, -1, 1],
    ]


def test_unless_said_otherwise_it_is_one_net_of_four_units_for_points_of_two_classes() -> None:
    nets = ForwardForward()
    assert [(weight.shape, bias.shape) for weight, bias in nets.layers] == [((1, 4, 4), (1, 1, 4))]
    [(weight, bias)] = MLP((4, 4), "tanh", "xavier", seeds=[0]).layers
    assert torch.equal(nets.layers[0][0], weight)
    assert torch.equal(nets.layers[0][1], bias)
    [(_, z, h)] = nets.passes(torch.ones(1, 4))
    torch.testing.assert_close(h, z.tanh())


def test_a_layer_is_in_doubt_where_its_goodness_is_one_half() -> None:
    """σ(128 · (goodness − ½)): one half at ½, three quarters where the exponent is log 3."""
    half = torch.tensor([0.5])
    surer = half + math.log(3) / 128
    assert layer_loss(half, half).item() == pytest.approx(2 * math.log(2))
    assert layer_loss(surer, half).item() == pytest.approx(math.log(4 / 3) + math.log(2), abs=1e-5)
    assert layer_loss(half, surer).item() == pytest.approx(math.log(2) + math.log(4), abs=1e-5)
    assert layer_loss(torch.tensor([[1.0, 0.0]]), torch.zeros(1, 2)).tolist() == pytest.approx([32.0])  # 64 and 0


@pytest.mark.parametrize(("classes", "batch"), [(2, 0), (2, 4), (5, 0), (5, 3)])
def test_the_negative_pass_sees_every_wrong_label_and_never_the_right_one(classes: int, batch: int) -> None:
    passes: list[tuple[Tensor, Tensor, Tensor]] = []

    class Watched(ForwardForward):
        def gradients(self, x: Tensor, right: Tensor, wrong: Tensor) -> list[Tensor]:
            passes.append((x, right, wrong))
            return super().gradients(x, right, wrong)

    y = torch.arange(10) % classes
    x = torch.stack([torch.arange(10.0), y.float()], dim=1)
    steps = descend_locally(Watched(classes=classes), x, y, Recipe(batch=batch, points_seed=3))
    for _ in range(80):
        next(steps)
    pairs = Counter(
        (truth, claimed)
        for seen, right, wrong in passes
        for truth, told, claimed in zip(seen[:, 1].tolist(), right.tolist(), wrong.tolist(), strict=True)
        if truth == told or pytest.fail("a point has another's label")
    )
    assert set(pairs) == {(a, b) for a in range(classes) for b in range(classes) if a != b}
    assert len(passes) == 79  # one step each time it is asked on
    assert {len(right) for _, right, _ in passes} == ({10} if not batch else {batch, 10 % batch})
    fair = sum(pairs.values()) / len(pairs)
    assert all(abs(count - fair) < 6 * math.sqrt(fair) for count in pairs.values())


def test_the_wrong_labels_are_the_same_for_the_same_points() -> None:
    def weights(seed: int, points_seed: int) -> Tensor:
        nets = ForwardForward(classes=4)
        x, y = torch.eye(4)[:, :2], torch.arange(4)
        steps = descend_locally(nets, x, y, Recipe(seed=seed, points_seed=points_seed))
        for _ in range(4):
            next(steps)
        return nets.layers[0][0]

    assert torch.equal(weights(1, 7), weights(2, 7))
    assert not torch.equal(weights(1, 7), weights(1, 8))


def test_the_next_layer_sees_the_direction_alone_and_nothing_where_nothing_was() -> None:
    """h / (rms + 0.0001): (3, 4) · 10⁻⁴ has the root mean square √12.5 · 10⁻⁴."""
    nets = ForwardForward(hidden=(2, 1), activation="relu")
    nets.layers = [
        (torch.tensor([[[3e-4, 4e-4], [0, 0], [0, 0], [0, 0]]]), torch.zeros(1, 1, 2)),
        (torch.ones(1, 2, 1), torch.zeros(1, 1, 1)),
    ]
    points = torch.tensor([[1.0, 0, 0, 0], [1e6, 0, 0, 0], [-1, 0, 0, 0]])
    (_, _, h), (seen, _, _) = nets.passes(points)
    root = math.sqrt(12.5)
    small = [3 / (root + 1), 4 / (root + 1)]
    large = [3 / root, 4 / root]  # next to it 0.0001 is nothing
    torch.testing.assert_close(h[0], torch.tensor([[3e-4, 4e-4], [300, 400], [0, 0]]))
    torch.testing.assert_close(seen[0], torch.tensor([small, large, [0, 0]]), rtol=1e-5, atol=1e-6)


def test_a_layer_whose_loss_is_no_number_has_diverged() -> None:
    def step(*loss: float) -> ForwardForwardStep:
        return ForwardForwardStep(0, loss, (0.5,) * len(loss), (0.5,) * len(loss), 1.0, [])

    assert not step(0.1, 0.2).diverged
    assert step(0.1, math.nan).diverged
    assert step(math.inf, 0.2).diverged
