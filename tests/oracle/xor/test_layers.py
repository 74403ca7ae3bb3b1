"""An activation for each hidden layer, against torch's own layers and autograd; in scripts and links too."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from demos.common.errors import BadInput
from demos.xor.backprop import backward, remember
from demos.xor.data import sample
from demos.xor.export.export import script
from demos.xor.forward_forward import ForwardForward, goodness, layer_loss, learn_forward_forward
from demos.xor.learn import learn_mlp, tensors
from demos.xor.lottery.settings import textbook
from demos.xor.model import MLP, forward, forward_many, one_of
from demos.xor.recipe import Recipe, train_points
from demos.xor.settings.setup import Setup
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.losses import LOSSES, OUTPUTS

pytestmark = pytest.mark.usefixtures("one_thread")


class Sine(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sin()


def test_each_layer_learns_with_its_own_as_torch_does() -> None:
    recipe = Recipe(data="moons", hidden=(5, 4, 3), activation="relu,sine,tanh", lr=0.02, steps=40, seed=1).checked()
    points = train_points(recipe)
    first = MLP((2, 5, 4, 3, 1), recipe.activation, seeds=[1])
    linears = [nn.Linear(2, 5), nn.Linear(5, 4), nn.Linear(4, 3), nn.Linear(3, 1)]
    for linear, (weight, bias) in zip(linears, first.layers, strict=True):
        linear.weight.data, linear.bias.data = weight[0].detach().T.clone(), bias[0, 0].detach().clone()
    theirs = nn.Sequential(linears[0], nn.ReLU(), linears[1], Sine(), linears[2], nn.Tanh(), linears[3])
    optimiser = torch.optim.Adam(theirs.parameters(), lr=recipe.lr)
    x, y = tensors(points)
    for ours in learn_mlp(points, recipe):
        logits = theirs(x)[:, 0]
        loss = F.binary_cross_entropy_with_logits(logits, y)
        assert ours.loss == pytest.approx(loss.item(), rel=1e-4)
        many = forward_many(ours.layers, x, recipe.activation)
        torch.testing.assert_close(many[0], logits, rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(forward(one_of(ours.layers), x, recipe.activation), many[0])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def test_backpropagation_goes_back_through_each_layers_own() -> None:
    activation = "sigmoid,relu,sine"
    nets = MLP((2, 5, 4, 3, 1), activation, seeds=[1, 2]).double()
    x, y = (part.double() for part in tensors(sample("moons", 20, 0.1, 0)))
    judge, output = LOSSES["cross_entropy"], OUTPUTS["sigmoid"]
    parameters = [parameter for layer in nets.layers for parameter in layer]
    expected = torch.autograd.grad(judge.value(nets(x), y, output).sum(), parameters)
    with torch.no_grad():
        logits, memory = remember(nets.layers, x, activation)
        found = backward(nets.layers, memory, judge.slope(logits, y, output), activation)
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)


def test_forward_forwards_layers_have_their_own() -> None:
    net = ForwardForward(hidden=(4, 3), activation="sigmoid,tanh", seeds=[3])
    x, y = tensors(sample("moons", 20, 0.1, 0))
    layers = [(weight.clone().requires_grad_(), bias.clone().requires_grad_()) for weight, bias in net.layers]
    told = [net.labelled(x, label) for label in (y.long(), 1 - y.long())]
    for (weight, bias), name in zip(layers, ("sigmoid", "tanh"), strict=True):
        h = [ACTIVATIONS[name].value(seen @ weight[0] + bias[0]) for seen in told]
        layer_loss(*map(goodness, h)).backward()
        told = [(one / (goodness(one)[:, None].sqrt() + 1e-4)).detach() for one in h]
    found = net.gradients(x, y.long(), 1 - y.long())
    for ours, theirs in zip(found, [part for layer in layers for part in layer], strict=True):
        assert theirs.grad is not None
        torch.testing.assert_close(ours, theirs.grad, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("model", ["mlp", "forward-forward"])
def test_the_script_has_each_layers_own(model: str, capsys: pytest.CaptureFixture) -> None:
    recipe = Recipe(data="moons", hidden=(4, 3, 3), activation="sine,tanh,sine", steps=20).checked()
    points = train_points(recipe)
    *_, last = (learn_mlp if model == "mlp" else learn_forward_forward)(points, recipe)  # type: ignore[operator]
    text = script(last.layers, recipe, 20, model, points=points.x)
    assert text.count("class Sine") == (model == "mlp")
    names: dict = {}
    exec(compile(text, "net.py", "exec"), names)
    x = tensors(points)[0]
    if model == "mlp":
        expected = forward_many(last.layers, x, recipe.activation)[0][:, None]
    else:
        net = ForwardForward(hidden=recipe.hidden, activation=recipe.activation)
        net.layers = list(last.layers)
        good = net.goodness(x).sum(dim=0)[0]
        expected = good[:, 1] - good[:, 0]
    torch.testing.assert_close(names["net"](x), expected, rtol=1e-4, atol=1e-5)


def test_what_does_not_fit_is_said_and_what_is_the_same_is_one() -> None:
    assert Recipe(hidden=(2, 3), activation="relu, relu").checked().activation == "relu"
    assert Recipe(hidden=(2, 3), activation="relu, tanh").checked().activation == "relu,tanh"
    with pytest.raises(BadInput, match="3 activations do not fit 2 hidden layers"):
        Recipe(hidden=(2, 3), activation="relu,tanh,relu").checked()
    with pytest.raises(BadInput, match="softsign"):
        Recipe(hidden=(2, 3), activation="relu,softsign").checked()
    with pytest.raises(BadInput):
        Recipe(hidden=(2, 3), activation=["relu"]).checked()  # type: ignore[arg-type]


def test_links_keep_them_and_the_textbook_lottery_leaves_them() -> None:
    setup = Setup(recipe=Recipe(hidden=(2, 3), activation="relu,tanh").checked())
    assert Setup.from_link(setup.to_link()) == setup
    assert textbook(setup).checked().recipe.activation == "tanh"
