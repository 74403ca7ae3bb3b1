"""The slopes that the page shows (demos/xor/page/gradient.js) against torch's autograd, for all three models."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from demos.common.base64_arrays import encode_floats
from demos.xor.forward_forward import ForwardForward, goodness, layer_loss
from demos.xor.live.snapshot import unflat
from demos.xor.model import Layers, forward_many
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.features import FEATURES, inputs
from demos.xor.tables.losses import LOSSES, OUTPUTS
from tests.browser.xor.page_code import ADDRESS, serve_page_code
from tests.browser.xor.test_net import drawn

COMPUTE = """async ([spec, text, places, classes]) => {
  const { makeNet } = await import("/page_files/xor/page/net.js");
  const { gradient } = await import("/page_files/xor/page/gradient.js");
  const { floatsOf } = await import("/page_files/common/page/base64.js");
  return Array.from(gradient(makeNet(spec, floatsOf(text)), Float32Array.from(places), classes));
}"""
JUDGED = [(loss, output) for loss in LOSSES for output in LOSSES[loss].outputs or OUTPUTS]


@pytest.fixture(scope="module")
def slopes(launch: Callable):  # type: ignore[no-untyped-def]
    """`slopes(spec, numbers, x, y)`: the gradient that the page's code finds, (W,)."""
    page = launch(None).new_page()
    serve_page_code(page)
    page.goto(f"{ADDRESS}/")

    def called(spec: dict, numbers: np.ndarray, x: Tensor, y: Tensor) -> np.ndarray:
        return np.array(page.evaluate(COMPUTE, [spec, encode_floats(numbers), x.flatten().tolist(), y.tolist()]))

    yield called
    page.close()


def with_gradients(numbers: np.ndarray, widths: tuple[int, ...]) -> Layers:
    return [
        (weight.clone().requires_grad_(), bias.clone().requires_grad_()) for weight, bias in unflat(numbers, widths)
    ]


def found(layers: Layers) -> np.ndarray:
    return torch.cat([part.grad.flatten() for layer in layers for part in layer]).numpy()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(4,), (8, 4), (3, 16, 2)])
@pytest.mark.parametrize(("loss", "output"), JUDGED)
def test_an_mlps_slopes(slopes: Callable, loss: str, output: str, hidden: tuple[int, ...], activation: str) -> None:
    widths = (2, *hidden, 1)
    numbers, x = drawn(widths, len(hidden))
    y = torch.arange(len(x)) % 2
    layers = with_gradients(numbers, widths)
    LOSSES[loss].value(forward_many(layers, x, activation), y.float(), OUTPUTS[output]).sum().backward()
    spec = {"model": "mlp", "activation": activation, "widths": widths, "loss": loss, "output": output}
    np.testing.assert_allclose(slopes(spec, numbers, x, y), found(layers), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("hidden", [(), (8, 4)])
def test_the_slopes_with_other_inputs(slopes: Callable, hidden: tuple[int, ...]) -> None:
    widths = (len(FEATURES), *hidden, 1)
    numbers, x = drawn(widths, len(hidden))
    y = torch.arange(len(x)) % 2
    layers = with_gradients(numbers, widths)
    seen = inputs(x, tuple(FEATURES))
    LOSSES["squared"].value(forward_many(layers, seen, "tanh"), y.float(), OUTPUTS["tanh"]).sum().backward()
    spec = {"model": "mlp", "activation": "tanh", "widths": widths, "loss": "squared", "output": "tanh"}
    np.testing.assert_allclose(
        slopes(spec | {"features": tuple(FEATURES)}, numbers, x, y), found(layers), rtol=1e-3, atol=1e-4
    )


@pytest.mark.parametrize("std", [None, [0.4, 3.0]])
def test_the_slopes_hold_the_penalty_of_the_weights_as_they_are_learned(slopes: Callable, std: list | None) -> None:
    widths = (2, 4, 3, 1)
    numbers, x = drawn(widths, 5)
    y = torch.arange(len(x)) % 2
    layers = with_gradients(numbers, widths)
    loss = LOSSES["squared"].value(forward_many(layers, x, "tanh"), y.float(), OUTPUTS["tanh"]).sum()
    for number, (weight, _) in enumerate(layers):
        learned = weight * torch.tensor(std)[:, None] if std and number == 0 else weight
        loss = loss + 0.3 * learned.abs().sum() + 0.7 / 2 * learned.square().sum()
    loss.backward()
    spec = {"model": "mlp", "activation": "tanh", "widths": widths, "loss": "squared", "output": "tanh"}
    penalty = {"l1": 0.3, "l2": 0.7} | ({"std": std} if std else {})
    np.testing.assert_allclose(slopes(spec | {"penalty": penalty}, numbers, x, y), found(layers), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "sine"])
@pytest.mark.parametrize("hidden", [(4,), (8, 4), (3, 16, 2)])
def test_forward_forwards_slopes_are_those_of_each_layers_own_loss(
    slopes: Callable, hidden: tuple[int, ...], activation: str
) -> None:
    widths = (4, *hidden)
    numbers, x = drawn(widths, 10 + len(hidden))
    y = torch.arange(len(x)) % 2
    layers = with_gradients(numbers, widths)
    net = ForwardForward(hidden=hidden, activation=activation)
    told = [net.labelled(x, y), net.labelled(x, 1 - y)]
    for weight, bias in layers:
        h = [ACTIVATIONS[activation].value(seen @ weight[0] + bias[0]) for seen in told]
        layer_loss(*map(goodness, h)).backward()
        told = [(one / (goodness(one)[:, None].sqrt() + 1e-4)).detach() for one in h]
    spec = {"model": "forward-forward", "activation": activation, "widths": widths}
    np.testing.assert_allclose(slopes(spec, numbers, x, y), found(layers), rtol=2e-3, atol=2e-3)


def test_a_perceptrons_slopes_are_those_of_its_criterion(slopes: Callable) -> None:
    numbers, x = drawn((2, 1), 0)
    y = torch.arange(len(x)) % 2
    [(weight, bias)] = layers = with_gradients(numbers, (2, 1))
    score = (x @ weight[0] + bias[0])[:, 0]
    (score.abs() * ((score > 0) != (y == 1))).mean().backward()
    spec = {"model": "perceptron", "activation": "tanh", "widths": [2, 1]}
    np.testing.assert_allclose(slopes(spec, numbers, x, y), found(layers), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("model", ["mlp", "forward-forward"])
def test_the_slopes_with_an_activation_for_each_layer(slopes: Callable, model: str) -> None:
    widths = (2, 5, 3, 1) if model == "mlp" else (4, 5, 3)
    numbers, x = drawn(widths, 7)
    y = torch.arange(len(x)) % 2
    layers = with_gradients(numbers, widths)
    activation = "sine,sigmoid"
    spec = {"model": model, "activation": activation, "widths": widths, "loss": "cross_entropy", "output": "sigmoid"}
    if model == "mlp":
        LOSSES["cross_entropy"].value(
            forward_many(layers, x, activation), y.float(), OUTPUTS["sigmoid"]
        ).sum().backward()
        np.testing.assert_allclose(slopes(spec, numbers, x, y), found(layers), rtol=1e-3, atol=1e-4)
        return
    net = ForwardForward(hidden=(5, 3), activation=activation)
    net.layers = unflat(numbers, widths)
    expected = torch.cat([one.flatten() for one in net.gradients(x, y, 1 - y)])
    np.testing.assert_allclose(slopes(spec, numbers, x, y), expected, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize(("loss", "output"), JUDGED)
def test_the_slopes_for_values(slopes: Callable, loss: str, output: str) -> None:
    widths = (2, 5, 1)
    numbers, x = drawn(widths, 4)
    y = torch.linspace(0, 1, len(x))
    layers = with_gradients(numbers, widths)
    LOSSES[loss].value(forward_many(layers, x, "tanh"), y, OUTPUTS[output]).sum().backward()
    spec = {"model": "mlp", "activation": "tanh", "widths": widths, "loss": loss, "output": output, "values": True}
    np.testing.assert_allclose(slopes(spec, numbers, x, y), found(layers), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("loss", "output"), JUDGED)
def test_the_slopes_of_an_mlp_of_four_classes(slopes: Callable, loss: str, output: str) -> None:
    widths = (2, 5, 3, 4)
    numbers, x = drawn(widths, 2)
    y = torch.arange(len(x)) % 4
    layers = with_gradients(numbers, widths)
    LOSSES[loss].value(forward_many(layers, x, "tanh"), y.float(), OUTPUTS[output]).sum().backward()
    spec = {"model": "mlp", "activation": "tanh", "widths": widths, "loss": loss, "output": output}
    np.testing.assert_allclose(slopes(spec, numbers, x, y), found(layers), rtol=1e-3, atol=1e-4)


def test_the_slopes_of_forward_forward_with_four_labels(slopes: Callable) -> None:
    widths = (6, 5, 3)
    numbers, x = drawn(widths, 3)
    y = torch.arange(len(x)) % 4
    layers = with_gradients(numbers, widths)
    net = ForwardForward(classes=4, hidden=(5, 3))
    told = [net.labelled(x, (y + further) % 4) for further in range(4)]
    for weight, bias in layers:
        h = [torch.tanh(seen @ weight[0] + bias[0]) for seen in told]
        right, *wrong = map(goodness, h)
        torch.stack([layer_loss(right, one) for one in wrong]).mean().backward()
        told = [(one / (goodness(one)[:, None].sqrt() + 1e-4)).detach() for one in h]
    spec = {"model": "forward-forward", "activation": "tanh", "widths": widths}
    np.testing.assert_allclose(slopes(spec, numbers, x, y), found(layers), rtol=2e-3, atol=2e-3)


def test_the_slopes_of_a_perceptron_of_three_classes(slopes: Callable) -> None:
    numbers, x = drawn((2, 3), 0)
    y = torch.arange(len(x)) % 3
    [(weight, bias)] = layers = with_gradients(numbers, (2, 3))
    sums = x @ weight[0] + bias[0]
    (sums.amax(dim=1) - sums.gather(1, y[:, None])[:, 0]).mean().backward()
    spec = {"model": "perceptron", "activation": "tanh", "widths": [2, 3]}
    np.testing.assert_allclose(slopes(spec, numbers, x, y), found(layers), rtol=1e-4, atol=1e-5)


def test_a_loss_that_the_page_does_not_know_is_an_error(slopes: Callable) -> None:
    numbers, x = drawn((2, 1, 1), 0)
    spec = {"model": "mlp", "activation": "tanh", "widths": [2, 1, 1], "loss": "hinge", "output": "sigmoid"}
    with pytest.raises(Exception, match="knows no loss"):
        slopes(spec, numbers, x, torch.arange(len(x)) % 2)
