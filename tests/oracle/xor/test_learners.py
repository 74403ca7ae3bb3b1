"""The learners against what is known: finite differences, a perceptron written out by hand, published solve rates."""

from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from demos.xor.backprop import backward, remember
from demos.xor.dropout import Dropout
from demos.xor.learn import batches, descend, learn_mlp
from demos.xor.model import MLP, forward, forward_many, one_of
from demos.xor.perceptron import Perceptron, learn_perceptron
from demos.xor.recipe import Recipe, train_points
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.losses import LOSSES, OUTPUTS
from demos.xor.tables.optimisers import OPTIMISERS

pytestmark = pytest.mark.usefixtures("one_thread")


def nets_on(recipe: Recipe, seeds: list[int]) -> tuple[MLP, torch.Tensor, torch.Tensor]:
    points = train_points(recipe)
    nets = MLP(recipe.widths_of("mlp"), recipe.activation, recipe.init, seeds)
    return nets, torch.from_numpy(points.x).float(), torch.from_numpy(points.y).float()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_are_the_slopes_of_the_loss(activation: str, loss: str) -> None:
    recipe = Recipe(data="moons", count=10, hidden=(3, 2), activation=activation, loss=loss).checked()
    nets, x, y = nets_on(recipe, [3, 4])
    nets, x, y = nets.double(), x.double(), y.double()
    judge, sigmoid = LOSSES[loss], OUTPUTS["sigmoid"]
    judge.value(nets(x), y, sigmoid).sum().backward()
    step = 1e-6
    with torch.no_grad():
        for parameter in nets.parameters():
            assert parameter.grad is not None
            for index in np.ndindex(*parameter.shape):
                value = parameter[index].item()
                parameter[index] = value + step
                above = judge.value(nets(x), y, sigmoid).sum().item()
                parameter[index] = value - step
                below = judge.value(nets(x), y, sigmoid).sum().item()
                parameter[index] = value
                assert parameter.grad[index].item() == pytest.approx((above - below) / (2 * step), abs=1e-7, rel=1e-5)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("loss", "output"),
    [("cross_entropy", "sigmoid"), ("squared", "sigmoid"), ("squared", "tanh"), ("squared", "linear")],
)
def test_backpropagation_is_autograd(activation: str, loss: str, output: str) -> None:
    recipe = Recipe(data="moons", count=20, hidden=(5, 4, 3), activation=activation, loss=loss, output=output).checked()
    nets, x, y = nets_on(recipe, [1, 2, 3])
    nets, x, y = nets.double(), x.double(), y.double()
    parameters = [parameter for layer in nets.layers for parameter in layer]
    judge, bounded = LOSSES[loss], OUTPUTS[output]
    expected = torch.autograd.grad(judge.value(nets(x), y, bounded).sum(), parameters)
    with torch.no_grad():
        logits, memory = remember(nets.layers, x, activation)
        torch.testing.assert_close(logits, nets(x))
        ours = backward(nets.layers, memory, judge.slope(logits, y, bounded), activation)
    for our_gradient, their_gradient in zip(ours, expected, strict=True):
        torch.testing.assert_close(our_gradient, their_gradient, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_penalties_are_part_of_what_is_descended(penalty: str) -> None:
    recipe = Recipe(data="moons", optimiser="gradient_descent", **{penalty: 0.01}).checked()  # type: ignore[arg-type]
    ours, x, y = nets_on(recipe, [4])
    theirs, *_ = nets_on(recipe, [4])
    for _ in islice(descend(ours, x, y, recipe), 21):
        pass
    optimiser = torch.optim.SGD(theirs.parameters(), lr=recipe.lr)
    for _ in range(20):
        optimiser.zero_grad()
        loss = LOSSES[recipe.loss].value(theirs(x), y, OUTPUTS[recipe.output]).sum()
        for weight in theirs.weights:
            loss = loss + recipe.l1 * weight.abs().sum() + recipe.l2 * 0.5 * weight.square().sum()
        loss.backward()
        optimiser.step()
    for our_weight, their_weight in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(our_weight, their_weight, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_backpropagation_with_dropout_is_autograd(activation: str) -> None:
    recipe = Recipe(data="moons", count=20, hidden=(5, 4), activation=activation).checked()
    nets, x, y = nets_on(recipe, [1, 2, 3])
    nets, x, y = nets.double(), x.double(), y.double()
    judge, output = LOSSES[recipe.loss], OUTPUTS[recipe.output]
    with torch.no_grad():
        logits, memory = remember(nets.layers, x, activation, Dropout(0.4, nets.randoms))
        ours = backward(nets.layers, memory, judge.slope(logits, y, output), activation)
    h = x.expand(3, -1, -1)
    for (weight, bias), layer in zip(nets.layers[:-1], memory[1:], strict=True):
        h = ACTIVATIONS[activation].value(h @ weight + bias) * layer.kept
    weight, bias = nets.layers[-1]
    by_torch = (h @ weight + bias)[..., 0]
    torch.testing.assert_close(logits, by_torch)
    parameters = [parameter for layer in nets.layers for parameter in layer]
    expected = torch.autograd.grad(judge.value(by_torch, y, output).sum(), parameters)
    for our_gradient, their_gradient in zip(ours, expected, strict=True):
        torch.testing.assert_close(our_gradient, their_gradient, rtol=1e-10, atol=1e-12)


def test_dropout_leaves_out_its_share_and_scales_the_others_as_torch_does() -> None:
    kept = Dropout(0.3, [torch.Generator().manual_seed(seed) for seed in (0, 1)]).kept(torch.ones(2, 500, 40))
    by_torch = nn.Dropout(0.3)(torch.ones(500, 40))
    assert kept.unique().tolist() == by_torch.unique().tolist()
    assert kept.mean().item() == pytest.approx(1, abs=0.01)  # on average the next layer sees as much
    assert (kept == 0).double().mean().item() == pytest.approx(0.3, abs=0.01)
    assert not torch.equal(kept[0], kept[1])


@pytest.mark.parametrize("batch", [0, 8])
def test_training_with_dropout_is_that_of_a_plain_net_with_the_same_units_left_out(batch: int) -> None:
    recipe = Recipe(
        data="moons", count=40, hidden=(6, 5), dropout=0.35, optimiser="gradient_descent", lr=0.3, batch=batch
    ).checked()
    ours, x, y = nets_on(recipe, [4])
    plain = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 1))
    with torch.no_grad():
        for linear, (weight, bias) in zip(plain[::2], one_of(ours.layers), strict=True):
            linear.weight.copy_(weight.T)
            linear.bias.copy_(bias)
    losses = [loss.item() for loss, _ in islice(descend(ours, x, y, recipe), 21)]
    random = torch.Generator().manual_seed(4)  # the net's own, from where its first weights left it
    for inputs, outputs in [(2, 6), (6, 5), (5, 1)]:
        torch.rand(inputs + 1, outputs, generator=random)
    optimiser = torch.optim.SGD(plain.parameters(), lr=0.3)
    judge = nn.BCEWithLogitsLoss()
    for chosen, loss in zip(batches(len(x), recipe), losses[:-1], strict=False):
        assert judge(plain(x)[:, 0], y).item() == pytest.approx(loss, rel=1e-4)  # of the whole net
        h, target = (x, y) if chosen is None else (x[chosen], y[chosen])
        for linear, units in ((plain[0], 6), (plain[2], 5)):
            stays = torch.rand(len(h), units, generator=random) >= 0.35
            h = torch.where(stays, torch.tanh(linear(h)) / 0.65, 0)
        optimiser.zero_grad()
        judge(plain[4](h)[:, 0], target).backward()
        optimiser.step()
    for linear, (weight, bias) in zip(plain[::2], one_of(ours.layers), strict=True):
        torch.testing.assert_close(linear.weight.T, weight, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(linear.bias, bias, rtol=1e-4, atol=1e-5)


def test_forward_is_the_textbook_formula() -> None:
    nets = MLP((2, 3, 1), "tanh", seeds=[7, 8])
    x = torch.randn(5, 2, generator=torch.Generator().manual_seed(0))
    (w1, b1), (w2, b2) = [(w.detach().numpy(), b.detach().numpy()) for w, b in nets.layers]
    logits = nets(x).detach().numpy()
    assert logits.shape == (2, 5)
    for net in range(2):
        for point in range(5):
            hidden = [
                np.tanh(b1[net, 0, j] + sum(float(x[point, i]) * w1[net, i, j] for i in range(2))) for j in range(3)
            ]
            expected = b2[net, 0, 0] + sum(hidden[j] * w2[net, j, 0] for j in range(3))
            assert logits[net, point] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(4,), (5, 3), (8, 1, 6)])
def test_the_forward_of_one_net_is_that_of_many_and_that_of_torch(activation: str, hidden: tuple[int, ...]) -> None:
    widths = (2, *hidden, 1)
    nets = MLP(widths, activation, seeds=[2, 5, 9]).snapshot()
    x = 2 * torch.randn(30, 2, generator=torch.Generator().manual_seed(0))
    together = forward_many(nets, x, activation)
    assert together.shape == (3, 30)
    function = ACTIVATIONS[activation]
    exec(function.definition, names := {"nn": nn})
    for index in range(3):
        layers = one_of(nets, index)
        by_torch = nn.Sequential()
        for weight, bias in layers:
            linear = nn.Linear(*weight.shape)
            linear.load_state_dict({"weight": weight.T, "bias": bias})
            by_torch.extend([linear, eval(function.module, names)])
        expected = by_torch[:-1](x).squeeze(1)
        logits = forward(layers, x, activation)
        torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(logits, together[index], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize("batch", [0, 3])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_net_learns_the_same_alone_and_among_others(optimiser: str, batch: int, dropout: float) -> None:
    recipe = Recipe(optimiser=optimiser, lr=0.05, batch=batch, dropout=dropout).checked()
    together = [loss for loss, _ in islice(descend(*nets_on(recipe, [5, 6, 7]), recipe), 50)]
    alone = [loss for loss, _ in islice(descend(*nets_on(recipe, [6]), recipe), 50)]
    torch.testing.assert_close(torch.stack(together)[:, 1], torch.stack(alone)[:, 0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("gradient_descent", lambda weights: torch.optim.SGD(weights, lr=0.05)),
        ("momentum", lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9)),
        ("adam", lambda weights: torch.optim.Adam(weights, lr=0.05)),
    ],
)
def test_optimisers_are_those_of_torch(ours: str, theirs) -> None:  # type: ignore[no-untyped-def]
    recipe = Recipe(data="moons", optimiser=ours, lr=0.05).checked()
    by_us, x, y = nets_on(recipe, [1, 2])
    by_torch, *_ = nets_on(recipe, [1, 2])
    for _ in islice(descend(by_us, x, y, recipe), 31):
        pass
    optimiser = theirs(by_torch.parameters())
    for _ in range(30):
        optimiser.zero_grad()
        LOSSES[recipe.loss].value(by_torch(x), y, OUTPUTS[recipe.output]).sum().backward()
        optimiser.step()
    for our_weight, their_weight in zip(by_us.parameters(), by_torch.parameters(), strict=True):
        torch.testing.assert_close(our_weight, their_weight, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("data", ["and", "xor", "circles"])
def test_perceptron_is_rosenblatts_rule(data: str) -> None:
    recipe = Recipe(data=data, count=8 if data != "circles" else 40).checked()
    points = train_points(recipe)
    ours = list(islice(learn_perceptron(points, 0.3, seed=11), 200))

    w1, w2, b = Perceptron(0.3, seed=11).weights.tolist()
    theirs = [(w1, w2, b)]
    while len(theirs) < len(ours):
        for (x1, x2), target in zip(points.x.tolist(), points.y.tolist(), strict=True):
            guess = 1 if w1 * x1 + w2 * x2 + b > 0 else 0
            w1 += 0.3 * (target - guess) * x1
            w2 += 0.3 * (target - guess) * x2
            b += 0.3 * (target - guess)
            theirs.append((w1, w2, b))
    np.testing.assert_allclose([step.weights.numpy() for step in ours], theirs[: len(ours)], atol=1e-9)


@pytest.mark.parametrize("data", ["and", "or", "nand"])
def test_perceptron_converges_where_a_line_is_enough(data: str) -> None:
    points = train_points(Recipe(data=data).checked())
    epochs = []
    for seed in range(200):
        last = list(islice(learn_perceptron(points, 0.1, seed), 400))[-1]
        assert last.converged
        assert last.cycle is None
        epochs.append(last.epoch)
    assert 5 <= np.median(epochs) <= 14


def test_perceptron_cycles_on_xor_from_every_start() -> None:
    points = train_points(Recipe(data="xor").checked())
    for seed in range(200):
        steps = []
        for step in islice(learn_perceptron(points, 0.1, seed), 2000):
            steps.append(step)
            if step.cycle:
                break
        cycle = steps[-1].cycle
        assert cycle is not None, f"seed {seed}"
        assert cycle.period == 1
        after_epoch = [step.weights for step in steps[::4]]
        assert torch.equal(after_epoch[cycle.found], after_epoch[cycle.found - 1])  # exactly, not nearly


def test_perceptron_from_zero_makes_four_errors_in_every_epoch_of_its_cycle() -> None:
    *_, last = islice(learn_perceptron(train_points(Recipe().checked()), 0.1, seed=None), 100)
    assert last.cycle is not None
    assert last.cycle.errors == (4,)
    assert last.corrections >= 4 * (last.epoch - last.cycle.found)


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "linear"])
def test_mlp_solves_xor(activation: str) -> None:
    recipe = Recipe(activation=activation, hidden=(8,), steps=500).checked()
    *_, last = learn_mlp(train_points(recipe), recipe)
    assert last.accuracy == 1
    assert last.solved_at is not None


def test_linear_units_do_not_solve_xor_however_many_layers() -> None:
    recipe = Recipe(activation="linear", hidden=(8, 8), steps=500).checked()
    *_, last = learn_mlp(train_points(recipe), recipe)
    assert last.accuracy <= 0.75
    assert last.solved_at is None
