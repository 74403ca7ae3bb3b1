"""Forward-Forward against autograd, a textbook loop, and what it should be able to learn."""

import sys
from itertools import islice

import pytest
import torch
import torch.nn.functional as F

from demos.common.errors import BadInput
from demos.xor.backprop import backward, remember
from demos.xor.data import DATASETS
from demos.xor.digits import data as digits
from demos.xor.forward_forward import ForwardForward, descend_locally, goodness, layer_loss, learn_forward_forward
from demos.xor.learn import tensors
from demos.xor.model import MLP
from demos.xor.outcome import outcome, suited
from demos.xor.recipe import Recipe, train_points, train_test_points
from demos.xor.tables.activations import ACTIVATIONS

pytestmark = pytest.mark.usefixtures("one_thread")


def some(count: int = 7, classes: int = 3) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    right = torch.randint(classes, (count,), generator=random)
    return torch.randn(count, 2, generator=random), right, (right + 1) % classes


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_layers_gradient_is_that_of_its_own_loss(activation: str) -> None:
    nets = ForwardForward(2, 3, hidden=(5, 4, 6), activation=activation, seeds=[1, 2])
    nets.layers = [(weight.double(), bias.double()) for weight, bias in nets.layers]
    x, right, wrong = some()
    x = x.double()
    parameters = [parameter.requires_grad_() for layer in nets.layers for parameter in layer]
    loss = torch.zeros((), dtype=torch.float64)
    seen = [nets.labelled(x, labels).expand(2, -1, -1) for labels in (right, wrong)]
    for weight, bias in nets.layers:
        h = [ACTIVATIONS[activation].value(one @ weight + bias) for one in seen]
        loss = loss + layer_loss(goodness(h[0]), goodness(h[1])).sum()
        seen = [(one / (one.square().mean(dim=-1, keepdim=True).sqrt() + 1e-4)).detach() for one in h]  # no way back
    with torch.no_grad():
        ours = nets.gradients(x, right, wrong)
    for our_gradient, their_gradient in zip(ours, torch.autograd.grad(loss, parameters), strict=True):
        torch.testing.assert_close(our_gradient, their_gradient, rtol=1e-6, atol=1e-7)


def test_no_error_travels_down() -> None:
    nets = ForwardForward(2, 3, hidden=(5, 5))
    before = nets.gradients(*some())
    nets.layers[1][0].mul_(-3)
    after = nets.gradients(*some())
    assert torch.equal(before[0], after[0])
    assert not torch.equal(before[2], after[2])


def test_the_next_layer_cannot_see_how_good_the_last_one_was() -> None:
    nets = ForwardForward(2, 3, hidden=(6, 6, 6))
    x, right, _ = some()
    _, second, third = (seen for seen, _, _ in nets.passes(nets.labelled(x, right)))
    for seen in (second, third):
        torch.testing.assert_close(seen.square().mean(dim=-1), torch.ones(1, len(x)), rtol=1e-2, atol=0)


def test_the_answer_is_the_label_with_the_greatest_goodness() -> None:
    nets = ForwardForward(2, 3, hidden=(4, 4), activation="relu", seeds=[4, 5])
    x, *_ = some()
    for net in range(2):
        for point in range(len(x)):
            totals = []
            for label in range(3):
                seen = torch.cat([x[point], torch.tensor([1.0 if label == place else -1.0 for place in range(3)])])
                total = 0.0
                for weight, bias in nets.layers:
                    h = (seen @ weight[net] + bias[net, 0]).relu()
                    total += float((h**2).sum()) / len(h)
                    seen = h / ((h**2).mean() ** 0.5 + 1e-4)
                totals.append(total)
            assert nets.classify(x)[net, point] == totals.index(max(totals))


def test_a_net_learns_the_same_alone_and_among_others() -> None:
    recipe = Recipe(data="moons", count=20, hidden=(4, 4), batch=8).checked()
    x, y = tensors(train_points(recipe))
    together, alone = ForwardForward(hidden=(4, 4), seeds=[5, 6, 7]), ForwardForward(hidden=(4, 4), seeds=[6])
    for nets in (together, alone):
        for _ in islice(descend_locally(nets, x, y.long(), recipe), 31):
            pass
    for ours, single in zip(together.layers, alone.layers, strict=True):
        torch.testing.assert_close(ours[0][1:2], single[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("data", "nets", "steps", "most"),
    [("xor", 200, 300, 0), ("cloud", 6, 600, 0), ("circles", 10, 600, 0), ("moons", 5, 1200, 0.01)],
)
def test_it_solves_what_no_line_separates(data: str, nets: int, steps: int, most: float) -> None:
    shape = DATASETS[data].forward_forward
    recipe = Recipe(data=data, hidden=shape.hidden, lr=shape.lr).checked()
    x, y = tensors(train_points(recipe))
    learners = ForwardForward(2, 2, recipe.hidden, seeds=range(nets))
    for _ in islice(descend_locally(learners, x, y.long(), recipe), steps + 1):
        pass
    errors = (learners.classify(x) != y).double().mean(dim=1)
    assert errors.max() <= most


def test_records_tell_the_layers_apart() -> None:
    recipe = Recipe(data="circles", hidden=(8, 8), steps=60, test=0.2).checked()
    points, held_out = train_test_points(recipe)
    steps = list(learn_forward_forward(points, recipe, held_out))
    assert [one.step for one in steps] == list(range(61))
    first, last = steps[0], steps[-1]
    assert len(last.loss) == len(last.positive) == len(last.negative) == 2
    assert last.loss[0] < first.loss[0]
    assert all(real > false for real, false in zip(last.positive, last.negative, strict=True))
    assert last.accuracy > 0.9
    assert last.test_accuracy is not None
    assert last.test_accuracy > 0.8
    net = ForwardForward(2, 2, (8, 8))
    net.layers = list(last.layers)
    x, y = tensors(points)
    assert (net.classify(x)[0] == y).double().mean().item() == last.accuracy


def test_the_outcome_is_the_last_record() -> None:
    result = outcome("forward-forward", Recipe(steps=100))
    assert result["solved_at"] is not None
    assert result["accuracy"] == 1
    assert "l1" not in result
    assert "dropout" not in result
    assert suited("forward-forward", "moons") == {"hidden": (16, 16), "lr": 0.1}
    assert suited("mlp", "moons") == {}


def test_backpropagation_with_many_outputs_is_autograd() -> None:
    nets = MLP((2, 4, 3), "tanh", seeds=[1])
    x, y, _ = some()
    parameters = [parameter for layer in nets.layers for parameter in layer]
    expected = torch.autograd.grad(F.cross_entropy(nets(x)[0], y), parameters)
    with torch.no_grad():
        logits, memory = remember(nets.layers, x, "tanh")
        ours = backward(nets.layers, memory, (logits.softmax(-1) - F.one_hot(y, 3)) / len(y), "tanh")
    for our_gradient, their_gradient in zip(ours, expected, strict=True):
        torch.testing.assert_close(our_gradient, their_gradient)


def test_it_reads_digits_about_as_well_as_backpropagation() -> None:
    pytest.importorskip("sklearn")
    result = outcome("forward-forward", Recipe("digits", hidden=(64, 64), lr=0.01, steps=700, batch=128))
    assert result["train_count"] + result["test_count"] == 1797
    assert result["test_error"] < 0.06
    assert result["backprop"]["test_error"] < 0.06


def test_the_split_of_the_digits_leaves_none_out() -> None:
    pytest.importorskip("sklearn")
    learn, test = digits.read(seed=3)
    assert (len(learn.y), len(test.y)) == (1438, 359)
    assert 0 <= learn.x.min() <= learn.x.max() <= 1
    assert set(test.y.tolist()) == set(range(10))
    assert torch.equal(digits.read(seed=3)[1].x, test.x)
    assert not torch.equal(digits.read(seed=4)[1].x, test.x)


def test_digits_say_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="mlp"):
        outcome("mlp", Recipe("digits"))
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(BadInput, match=r"scikit-learn.*pip install -e .*digits") as refused:
        outcome("forward-forward", Recipe("digits"))
    assert "scikit-learn" in refused.value.in_language("ko")
