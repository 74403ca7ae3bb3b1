"""The page's own arithmetic (demos/xor/page/net.js) against torch, for all three models."""

import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch

from demos.common.base64_arrays import encode_floats
from demos.common.ui.theme import css
from demos.xor.data import MOST_CLASSES
from demos.xor.forward_forward import ForwardForward, goodness
from demos.xor.learn import right
from demos.xor.live.snapshot import flat, unflat
from demos.xor.model import forward_many
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.features import FEATURES, inputs
from demos.xor.tables.losses import OUTPUTS
from tests.browser.xor.page_code import ADDRESS, serve_page_code

COMPUTE = """async ([spec, text, places]) => {
  const code = await import("/page_files/xor/page/net.js");
  const { activities, againstRest, aheadOf, areRight, classCount, makeNet, predicted, scores, valuesOf } = code;
  const { floatsOf } = await import("/page_files/common/page/base64.js");
  const net = makeNet(spec, floatsOf(text));
  const at = Float32Array.from(places);
  return {
    scores: Array.from(scores(net, at)),
    hidden: [0, 1].map((label) => activities(net, at, label).map((h) => Array.from(h))),
    said: Array.from(predicted(net, scores(net, at))),
    values: spec.values ? Array.from(valuesOf(net, scores(net, at))) : [],
    right: spec.values ? areRight(net, scores(net, at), Array.from(scores(net, at), () => 0.5)) : [],
    ahead: Array.from(aheadOf(net, scores(net, at))),
    against: classCount(net) > 2 ? Array.from(againstRest(net, scores(net, at), 1)) : [],
  };
}"""
SHAPES = [(4,), (1,), (8, 4), (3, 16, 2), (16, 16, 16, 16)]


@pytest.fixture(scope="module")
def compute(launch: Callable):  # type: ignore[no-untyped-def]
    """`compute(spec, numbers, x)`: what the page's code makes of a net at the places x (P, 2)."""
    page = launch(None).new_page()
    serve_page_code(page)
    page.goto(f"{ADDRESS}/")

    def called(spec: dict, numbers: np.ndarray, x: torch.Tensor) -> dict:
        return page.evaluate(COMPUTE, [spec, encode_floats(numbers), x.flatten().tolist()])

    yield called
    page.close()


def drawn(widths: tuple[int, ...], seed: int) -> tuple[np.ndarray, torch.Tensor]:
    """Random weights for a net of these widths, and 40 places."""
    random = torch.Generator().manual_seed(seed)
    size = sum((inputs + 1) * outputs for inputs, outputs in pairwise(widths))
    return torch.randn(size, generator=random).numpy(), 2 * torch.randn(40, 2, generator=random)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", SHAPES)
def test_an_mlp(compute: Callable, hidden: tuple[int, ...], activation: str) -> None:
    widths = (2, *hidden, 1)
    numbers, x = drawn(widths, len(hidden))
    layers = unflat(numbers, widths)
    np.testing.assert_array_equal(flat(layers), numbers)
    told = compute({"model": "mlp", "activation": activation, "widths": widths}, numbers, x)
    expected = forward_many(layers, x, activation)[0]
    np.testing.assert_allclose(told["scores"], expected, rtol=1e-4, atol=1e-4)
    h = x
    for (weight, bias), found in zip(layers[:-1], told["hidden"][1], strict=True):
        h = ACTIVATIONS[activation].value(h @ weight[0] + bias[0])
        np.testing.assert_allclose(np.reshape(found, h.shape), h, rtol=1e-4, atol=1e-4)


def test_an_mlp_and_forward_forward_with_an_activation_for_each_layer(compute: Callable) -> None:
    widths, activation = (2, 5, 4, 3, 1), "relu,sine,sigmoid"
    numbers, x = drawn(widths, 5)
    expected = forward_many(unflat(numbers, widths), x, activation)[0]
    spec = {"model": "mlp", "activation": activation, "widths": widths}
    np.testing.assert_allclose(compute(spec, numbers, x)["scores"], expected, rtol=1e-4, atol=1e-4)
    widths = (4, 5, 3)
    numbers, x = drawn(widths, 6)
    net = ForwardForward(hidden=(5, 3), activation="sigmoid,tanh")
    net.layers = unflat(numbers, widths)
    good = net.goodness(x)[:, 0].sum(dim=0)
    spec = {"model": "forward-forward", "activation": "sigmoid,tanh", "widths": widths}
    np.testing.assert_allclose(compute(spec, numbers, x)["scores"], good[:, 1] - good[:, 0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("features", [tuple(FEATURES), ("x2",), ("x1x2", "sin_x1"), *((name,) for name in FEATURES)])
@pytest.mark.parametrize("hidden", [(), (4, 3)])
def test_an_mlp_with_other_inputs(compute: Callable, hidden: tuple[int, ...], features: tuple[str, ...]) -> None:
    widths = (len(features), *hidden, 1)
    numbers, x = drawn(widths, len(hidden))
    spec = {"model": "mlp", "activation": "tanh", "widths": widths, "features": features}
    expected = forward_many(unflat(numbers, widths), inputs(x, features), "tanh")[0]
    np.testing.assert_allclose(compute(spec, numbers, x)["scores"], expected, rtol=1e-4, atol=1e-4)


def test_a_feature_that_the_page_does_not_know_is_an_error(compute: Callable) -> None:
    numbers, x = drawn((1, 1), 0)
    with pytest.raises(Exception, match="knows no feature"):
        compute({"model": "mlp", "activation": "tanh", "widths": [1, 1], "features": ["x1_cubed"]}, numbers, x)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "sine"])
@pytest.mark.parametrize("hidden", SHAPES)
def test_a_forward_forward_net(compute: Callable, hidden: tuple[int, ...], activation: str) -> None:
    widths = (4, *hidden)
    numbers, x = drawn(widths, 10 + len(hidden))
    net = ForwardForward(hidden=hidden, activation=activation)
    net.layers = unflat(numbers, widths)
    told = compute({"model": "forward-forward", "activation": activation, "widths": widths}, numbers, x)
    good = net.goodness(x)[:, 0].sum(dim=0)  # (P, 2)
    np.testing.assert_allclose(told["scores"], good[:, 1] - good[:, 0], rtol=1e-4, atol=1e-4)
    for label in (0, 1):
        passed = [h[0] for *_, h in net.passes(net.labelled(x, torch.full((len(x),), label)))]
        for h, found in zip(passed, told["hidden"][label], strict=True):
            np.testing.assert_allclose(np.reshape(found, h.shape), h, rtol=1e-4, atol=1e-4)
            assert goodness(h).shape == (40,)


def test_a_perceptron(compute: Callable) -> None:
    numbers, x = drawn((2, 1), 0)
    told = compute({"model": "perceptron", "activation": "tanh", "widths": [2, 1]}, numbers, x)
    np.testing.assert_allclose(told["scores"], x.numpy() @ numbers[:2] + numbers[2], rtol=1e-4, atol=1e-4)
    assert told["hidden"] == [[], []]


def said_and_sure(logits: torch.Tensor, label: int = 1) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Of logits (P, C): the class, how far its probability is ahead of the next, and one's logit against the rest."""
    shares = logits.double().softmax(dim=1)
    first, second = shares.topk(2, dim=1).values.unbind(dim=1)
    return logits.argmax(dim=1), first - second, shares[:, label].logit()


@pytest.mark.parametrize("hidden", [(), (4, 3)])
def test_an_mlp_of_four_classes(compute: Callable, hidden: tuple[int, ...]) -> None:
    widths = (2, *hidden, 4)
    numbers, x = drawn(widths, len(hidden))
    told = compute({"model": "mlp", "activation": "tanh", "widths": widths}, numbers, x)
    logits = forward_many(unflat(numbers, widths), x, "tanh")[0]
    np.testing.assert_allclose(np.reshape(told["scores"], logits.shape), logits, rtol=1e-4, atol=1e-4)
    said, ahead, against = said_and_sure(logits)
    assert told["said"] == said.tolist()
    np.testing.assert_allclose(told["ahead"], ahead, atol=1e-4)
    np.testing.assert_allclose(told["against"], against, rtol=1e-3, atol=1e-3)


def test_a_perceptron_of_three_classes(compute: Callable) -> None:
    numbers, x = drawn((2, 3), 0)
    told = compute({"model": "perceptron", "activation": "tanh", "widths": [2, 3]}, numbers, x)
    weights = torch.from_numpy(numbers).view(3, 3)
    sums = x @ weights[:2] + weights[2]
    np.testing.assert_allclose(np.reshape(told["scores"], sums.shape), sums, rtol=1e-4, atol=1e-4)
    assert told["said"] == sums.argmax(dim=1).tolist()
    assert set(told["ahead"]) == {1}
    assert [lead > 0 for lead in told["against"]] == (sums.argmax(dim=1) == 1).tolist()


def test_a_forward_forward_net_of_five_classes(compute: Callable) -> None:
    widths = (7, 4, 3)
    numbers, x = drawn(widths, 1)
    net = ForwardForward(classes=5, hidden=(4, 3))
    net.layers = unflat(numbers, widths)
    told = compute({"model": "forward-forward", "activation": "tanh", "widths": widths}, numbers, x)
    good = net.goodness(x)[:, 0].sum(dim=0)  # (P, 5)
    np.testing.assert_allclose(np.reshape(told["scores"], good.shape), good, rtol=1e-4, atol=1e-4)
    assert told["said"] == net.classify(x)[0].tolist()
    _, ahead, against = said_and_sure(32 * good)  # the sharpness of a map's colours
    np.testing.assert_allclose(told["ahead"], ahead, atol=2e-3)
    np.testing.assert_allclose(np.array(told["against"]) * 32, against, rtol=1e-2, atol=1e-2)


def test_the_page_has_a_colour_and_a_mark_for_every_class(launch: Callable) -> None:
    page = launch(None).new_page()
    serve_page_code(page, f"<!doctype html><style>{css()}</style><body>")
    page.goto(f"{ADDRESS}/")
    colours, marks = page.evaluate("""async () => {
      const { markPath, MOST_CLASSES, readColours } = await import("/page_files/xor/page/drawing.js");
      const { SvgContext } = await import("/page_files/xor/export/page/svg.js");
      const marks = Array.from({ length: MOST_CLASSES }, (_, label) => {
        const svg = new SvgContext(20, 20);
        markPath(svg.asContext(), 10, 10, label, 5);
        return svg.path;
      });
      return [readColours(document.body).classes, marks];
    }""")
    page.close()
    assert len(set(colours)) == len(set(marks)) == MOST_CLASSES
    assert all(re.fullmatch("#[0-9A-Fa-f]{6}", colour) for colour in colours)
    assert all(path.endswith("Z") for path in marks)


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_mlp_that_says_values(compute: Callable, output: str) -> None:
    numbers, x = drawn((2, 4, 1), 1)
    numbers *= 0.3
    spec = {"model": "mlp", "activation": "tanh", "widths": [2, 4, 1], "values": True}
    told = compute(spec | {"loss": "squared", "output": output}, numbers, x)
    logits = forward_many(unflat(numbers, (2, 4, 1)), x, "tanh")
    np.testing.assert_allclose(told["values"], OUTPUTS[output].share(logits)[0], atol=1e-5)
    near = right(logits, torch.full((len(x),), 0.5), OUTPUTS[output])[0]
    assert told["right"] == near.tolist()
    assert 0 < near.sum() < len(x)
