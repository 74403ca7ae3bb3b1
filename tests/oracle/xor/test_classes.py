"""Three to five classes, against torch: its layers, losses and optimisers, autograd, and the rules written out."""

from itertools import islice

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load
from torch import nn

from demos.xor.backprop import backward, remember
from demos.xor.data import DATASETS, sample
from demos.xor.export.export import safetensors, script
from demos.xor.forward_forward import ForwardForward, goodness, layer_loss, learn_forward_forward
from demos.xor.learn import learn_mlp, tensors
from demos.xor.lottery.lottery import lottery
from demos.xor.model import MLP, Layers, forward_many
from demos.xor.outcome import outcome
from demos.xor.perceptron import Perceptron, learn_perceptron
from demos.xor.recipe import Recipe, train_points, train_test_points
from demos.xor.standardise import scale_of
from demos.xor.tables.losses import LOSSES, OUTPUTS

pytestmark = pytest.mark.usefixtures("one_thread")
MANY = [name for name, dataset in DATASETS.items() if dataset.classes > 2]


def as_module(layers: Layers) -> nn.Sequential:
    modules: list[nn.Module] = []
    for weight, bias in layers:
        linear = nn.Linear(*weight.shape[1:])
        linear.weight.data, linear.bias.data = weight[0].detach().T.clone(), bias[0, 0].detach().clone()
        modules += [linear, nn.Tanh()]
    return nn.Sequential(*modules[:-1])


@pytest.mark.parametrize("data", MANY)
def test_softmax_and_cross_entropy_are_torchs(data: str) -> None:
    recipe = Recipe(data=data, hidden=(5, 4), lr=0.03, steps=60, seed=2).checked()
    points = train_points(recipe)
    theirs = as_module(MLP(recipe.widths_of("mlp", points.classes), seeds=[2]).layers)
    optimiser = torch.optim.Adam(theirs.parameters(), lr=recipe.lr)
    x, y = tensors(points)
    for ours in learn_mlp(points, recipe):
        logits = theirs(x)
        loss = F.cross_entropy(logits, y.long())
        assert ours.loss == pytest.approx(loss.item(), rel=1e-5)
        assert ours.accuracy == pytest.approx((logits.argmax(dim=1) == y).double().mean().item())
        torch.testing.assert_close(forward_many(ours.layers, x, "tanh")[0], logits, rtol=1e-4, atol=1e-4)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert ours.loss < 0.9 * torch.tensor(float(points.classes)).log()


@pytest.mark.parametrize(
    ("loss", "output"),
    [("cross_entropy", "sigmoid"), ("squared", "sigmoid"), ("squared", "tanh"), ("squared", "linear")],
)
def test_backpropagation_from_many_outputs_is_autograd(loss: str, output: str) -> None:
    points = sample("five_gaussians", 20, 0.1, 0)
    x, y = (part.double() for part in tensors(points))
    nets = MLP((2, 4, 3, 5), seeds=[1, 2]).double()
    parameters = [parameter for layer in nets.layers for parameter in layer]
    judge, bounded = LOSSES[loss], OUTPUTS[output]
    expected = torch.autograd.grad(judge.value(nets(x), y, bounded).sum(), parameters)
    with torch.no_grad():
        logits, memory = remember(nets.layers, x, "tanh")
        found = backward(nets.layers, memory, judge.slope(logits, y, bounded), "tanh")
    for our_gradient, their_gradient in zip(found, expected, strict=True):
        torch.testing.assert_close(our_gradient, their_gradient, rtol=1e-10, atol=1e-12)


def test_the_squared_loss_compares_each_output_with_its_class() -> None:
    logits = torch.randn(1, 6, 3, generator=torch.Generator().manual_seed(0))
    y = torch.tensor([0.0, 1, 2, 2, 1, 0])
    expected = 0.5 * F.mse_loss(logits[0].tanh(), 2.0 * torch.eye(3)[y.long()] - 1, reduction="sum")
    torch.testing.assert_close(LOSSES["squared"].value(logits, y, OUTPUTS["tanh"])[0], expected)


def test_two_classes_are_as_they_were() -> None:
    """One logit, the logistic loss: an output for each class is for three classes and more."""
    recipe = Recipe(data="moons", steps=3).checked()
    *_, last = learn_mlp(train_points(recipe), recipe)
    assert [weight.shape[1:] for weight, _ in last.layers] == [(2, 4), (4, 1)]


def test_each_net_of_the_lottery_learns_what_it_would_alone() -> None:
    recipe = Recipe(data="three_gaussians", hidden=(3,), lr=0.05, steps=100, seed=5, points_seed=5).checked()
    *_, over = lottery(recipe, [3], ["tanh"], 3)
    alone = [outcome("mlp", Recipe(**{**vars(recipe), "seed": seed}))["solved_at"] for seed in (5, 6, 7)]
    assert list(over.results[0].solved_at) == alone
    assert all(len(one.regions) == 3 for one in over.results[0].solutions)
    assert sum(one.count for one in over.results[0].solutions) == 3


def test_the_perceptron_of_many_classes_is_keslers() -> None:
    """A point that is taken for another class is added to its own class's weights, subtracted from the other's."""
    points = sample("five_gaussians", 50, 0.05, 1)
    weights = Perceptron(0.1, 3, 5).start.T.tolist()  # for each class w₁, w₂, b
    corrections = 0
    steps = islice(learn_perceptron(points, 0.1, 3), 1, 201)
    for step, ((x1, x2), target) in zip(
        steps, zip(points.x.tolist() * 4, points.y.tolist() * 4, strict=True), strict=False
    ):
        sums = [w1 * x1 + w2 * x2 + b for w1, w2, b in weights]
        said = sums.index(max(sums))
        if said != target:
            corrections += 1
            for one, sign in ((target, 1), (said, -1)):
                weights[one] = [w + sign * 0.1 * seen for w, seen in zip(weights[one], (x1, x2, 1), strict=True)]
        torch.testing.assert_close(step.weights, torch.tensor(weights, dtype=torch.float64).T, rtol=1e-9, atol=1e-9)
        assert step.corrections == corrections
    assert corrections > 10


def test_the_perceptron_finds_lines_between_three_clouds_and_says_so() -> None:
    recipe = Recipe(data="three_gaussians", steps=30_000).checked()
    found = outcome("perceptron", recipe)
    assert found["converged"]
    assert (found["separable"], found["cycle"]) == (None, None)
    points = train_points(recipe)
    weights = torch.tensor(found["weights"])
    said = (torch.from_numpy(points.x).float() @ weights[:2] + weights[2]).argmax(dim=1)
    assert said.tolist() == points.y.tolist()
    assert not outcome("perceptron", Recipe(data="rings", steps=5_000))["converged"]


def test_a_scale_changes_what_is_learned_and_not_what_is_said() -> None:
    points = sample("three_gaussians", 60, 0.0, 0)
    far = type(points)(100 + 30 * points.x, points.y, (0.0, 200.0))
    *_, found = islice(learn_perceptron(far, 0.1, 0, scale=scale_of(far, True)), 20_000)
    assert found.converged
    said = (torch.from_numpy(far.x) @ found.weights[:2] + found.weights[2]).argmax(dim=1)
    assert said.tolist() == far.y.tolist()


def test_forward_forward_learns_each_label_apart() -> None:
    recipe = Recipe(data="three_gaussians", hidden=(6, 4), lr=0.1, steps=300, test=0.2).checked()
    learn, held_out = train_test_points(recipe)
    first = next(learn_forward_forward(learn, recipe))
    net = ForwardForward(2, 3, (6, 4))
    net.layers = list(first.layers)
    x, y = tensors(learn)[0], torch.from_numpy(learn.y)
    wrong = [(y + more) % 3 for more in (1, 2)]
    for layer in range(2):
        good = [
            goodness([h[0] for *_, h in net.passes(net.labelled(x, label))][layer]) for label in (y, *wrong)
        ]  # (P,) each
        expected = (layer_loss(good[0], good[1]) + layer_loss(good[0], good[2])) / 2
        assert first.loss[layer] == pytest.approx(expected.item(), rel=1e-5)
        assert first.negative[layer] == pytest.approx(((good[1] + good[2]) / 2).mean().item(), rel=1e-5)
    assert first.accuracy == pytest.approx((net.classify(x)[0] == y).double().mean().item())
    *_, last = learn_forward_forward(learn, recipe, held_out)
    assert last.accuracy == 1
    assert last.test_accuracy == 1


@pytest.mark.parametrize("model", ["perceptron", "mlp", "forward-forward"])
def test_the_script_computes_the_same_and_names_the_class(model: str, capsys: pytest.CaptureFixture) -> None:
    recipe = Recipe(data="three_gaussians", steps=200).checked()
    points = train_points(recipe)
    x = tensors(points)[0]
    if model == "perceptron":
        *_, last = learn_perceptron(points, seed=1)
        weights = last.weights.float()
        layers: Layers = [(weights[:2].view(1, 2, 3), weights[2:].view(1, 1, 3))]
        expected = x @ weights[:2] + weights[2]
    else:
        *_, last = (learn_mlp if model == "mlp" else learn_forward_forward)(points, recipe)  # type: ignore[operator]
        layers = last.layers
        net = ForwardForward(2, 3, recipe.hidden)
        net.layers = list(layers)
        expected = forward_many(layers, x, "tanh")[0] if model == "mlp" else net.goodness(x).sum(dim=0)[0]
    names: dict = {}
    exec(compile(script(layers, recipe, 200, model, points=points.x), "net.py", "exec"), names)
    torch.testing.assert_close(names["net"](x), expected, rtol=1e-5, atol=1e-5)
    said = [int(line.split(" class ")[1].split()[0]) for line in capsys.readouterr().out.splitlines()]
    assert said == expected[:8].argmax(dim=1).tolist()
    held = load(safetensors(layers, recipe, 200, model))
    assert held["0.weight"].shape == {"perceptron": (3, 2), "mlp": (4, 2), "forward-forward": (4, 5)}[model]
