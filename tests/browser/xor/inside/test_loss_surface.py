"""The loss around a net, along two of its weights (demos/xor/inside/page/loss_grid.js), against torch."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from demos.common.base64_arrays import encode_floats
from demos.xor.live.snapshot import unflat
from demos.xor.model import Layers, forward_many
from demos.xor.perceptron import criterion
from demos.xor.tables.losses import LOSSES, OUTPUTS
from tests.browser.xor.inside.page import panel_html, trained
from tests.browser.xor.page_code import ADDRESS, serve_page_code
from tests.browser.xor.test_net import drawn

COMPUTE = """async ([spec, text, places, classes, a, b, centre, half]) => {
  const { makeNet } = await import("/page_files/xor/page/net.js");
  const { beginGrid, continueGrid } = await import("/page_files/xor/inside/page/loss_grid.js");
  const { floatsOf } = await import("/page_files/common/page/base64.js");
  const net = makeNet(spec, floatsOf(text));
  const grid = beginGrid({ net, places: Float32Array.from(places), classes, a, b, centre, half });
  let parts = 1;
  while (!continueGrid(grid, () => true)) parts += 1;
  return [Array.from(grid.values), parts, Array.from(net.numbers)];
}"""
ANSWERS = """async ([specs, text, places, classes]) => {
  const { makeNet } = await import("/page_files/xor/page/net.js");
  const { answers, beginGrid } = await import("/page_files/xor/inside/page/loss_grid.js");
  const { floatsOf } = await import("/page_files/common/page/base64.js");
  const asked = { places: Float32Array.from(places), classes, a: 0, b: 1, centre: [0, 0], half: 1 };
  const ask = (spec) => ({ ...asked, net: makeNet(spec, floatsOf(text)) });
  const grid = beginGrid(ask(specs[0]));
  return specs.map((spec) => answers(grid, ask(spec)));
}"""
ARROW = """async ([spec, text, places, classes, a, b, centre, half, at, size]) => {
  const { makeNet } = await import("/page_files/xor/page/net.js");
  const { gradient } = await import("/page_files/xor/page/gradient.js");
  const { placeOnMap, wayDown } = await import("/page_files/xor/inside/page/loss_grid.js");
  const { floatsOf } = await import("/page_files/common/page/base64.js");
  const slopes = gradient(makeNet(spec, floatsOf(text)), Float32Array.from(places), classes);
  return [wayDown([slopes[a], slopes[b]], 46), at.map(placeOnMap({ centre, half }, size))];
}"""
SIDE = 33


@pytest.fixture(scope="module")
def page(launch: Callable):  # type: ignore[no-untyped-def]
    page = launch(None).new_page()
    serve_page_code(page)
    page.goto(f"{ADDRESS}/")
    yield page
    page.close()


def losses(numbers: np.ndarray, spec: dict, x: torch.Tensor, y: torch.Tensor, changed: dict[int, float]) -> float:
    numbers = numbers.copy()
    for at, value in changed.items():
        numbers[at] = value
    layers = unflat(numbers, tuple(spec["widths"]))
    if spec["model"] == "perceptron":
        return criterion((x @ layers[0][0][0] + layers[0][1][0]).squeeze(1), y)[0]
    return float(loss_with_penalty(layers, spec, x, y))


def loss_with_penalty(layers: Layers, spec: dict, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    logits = forward_many(layers, x, spec["activation"])
    loss = LOSSES[spec["loss"]].value(logits, y.float(), OUTPUTS[spec["output"]]).sum()
    penalty = spec.get("penalty", {"l1": 0, "l2": 0})
    for weight, _ in layers:
        loss = loss + penalty["l1"] * weight.abs().sum() + penalty["l2"] / 2 * weight.square().sum()
    return loss


@pytest.mark.parametrize(
    ("model", "widths", "loss", "output", "penalty"),
    [
        ("mlp", (2, 4, 1), "cross_entropy", "sigmoid", None),
        ("mlp", (2, 3, 2, 1), "squared", "tanh", None),
        ("mlp", (2, 4, 1), "squared", "linear", None),
        ("perceptron", (2, 1), None, None, None),
        ("mlp", (2, 4, 3), "cross_entropy", "sigmoid", None),
        ("mlp", (2, 4, 3), "squared", "tanh", None),
        ("perceptron", (2, 3), None, None, None),
        ("mlp", (2, 4, 1), "cross_entropy", "sigmoid", {"l1": 0.05, "l2": 0.0}),
        ("mlp", (2, 3, 2, 1), "squared", "tanh", {"l1": 0.02, "l2": 0.1}),
    ],
)
def test_each_cell_is_the_loss_of_the_net_with_two_numbers_set(page, model, widths, loss, output, penalty) -> None:
    numbers, x = drawn(widths, 3)
    y = torch.arange(len(x)) % max(2, widths[-1])
    spec = {"model": model, "activation": "tanh", "widths": list(widths)} | (
        {"loss": loss, "output": output} if loss else {}
    )
    spec |= {"penalty": penalty} if penalty else {}
    a, b, centre, half = 1, len(numbers) - 1, (0.5, -1.0), 2.0
    asked = [spec, encode_floats(numbers), x.flatten().tolist(), y.tolist(), a, b, centre, half]
    values, parts, kept = page.evaluate(COMPUTE, asked)
    assert parts == SIDE * SIDE  # it can be left after every cell: of a large net one takes 60 ms
    np.testing.assert_array_equal(np.float32(kept), numbers)  # the net itself stays as it is
    for row, column in [(0, 0), (0, 32), (16, 16), (7, 21), (32, 5)]:
        across = centre[0] + half * (2 * (column + 0.5) / SIDE - 1)
        up = centre[1] - half * (2 * (row + 0.5) / SIDE - 1)
        expected = losses(numbers, spec, x, y, {a: across, b: up})
        assert values[row * SIDE + column] == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_a_map_is_of_one_net_also_where_another_has_as_many_numbers(page) -> None:
    mlp = {"model": "mlp", "activation": "tanh", "widths": [3, 4, 1], "loss": "squared", "output": "tanh"}
    mlp |= {"features": ["x1", "x2", "x1x2"], "penalty": {"l1": 0.0, "l2": 0.1}}
    others = [
        mlp | {"features": ["x1", "x2", "x1_squared"]},
        mlp | {"widths": [4, 3, 1, 1], "features": ["x1", "x2", "x1_squared", "x2_squared"]},
        mlp | {"activation": "relu"},
        mlp | {"loss": "cross_entropy"},
        mlp | {"penalty": {"l1": 0.0, "l2": 0.2}},
    ]
    numbers, x = drawn((3, 4, 1), 3)
    y = torch.arange(len(x)) % 2
    asked = [[mlp, *others], encode_floats(numbers), x.flatten().tolist(), y.tolist()]
    assert page.evaluate(ANSWERS, asked) == [True, *[False] * len(others)]


@pytest.mark.parametrize("penalty", [None, {"l1": 0.02, "l2": 0.1}])
@pytest.mark.parametrize(("a", "b"), [(1, 16), (8, 3), (0, 12)])
def test_the_arrow_points_where_autograd_goes_down_on_the_map(page, a, b, penalty) -> None:
    widths, centre, half, size = (2, 4, 1), (0.5, -1.0), 2.0, 330
    numbers, x = drawn(widths, 3)
    y = torch.arange(len(x)) % 2
    spec = {"model": "mlp", "activation": "tanh", "widths": widths, "loss": "cross_entropy", "output": "sigmoid"}
    spec |= {"penalty": penalty} if penalty else {}
    layers = [tuple(part.clone().requires_grad_() for part in layer) for layer in unflat(numbers, widths)]
    loss_with_penalty(layers, spec, x, y).backward()
    slopes = torch.cat([part.grad.flatten() for layer in layers for part in layer]).numpy()
    here = (float(numbers[a]), float(numbers[b]))
    there = (here[0] - float(slopes[a]), here[1] - float(slopes[b]))  # a step of gradient descent with learning rate 1
    asked = [spec, encode_floats(numbers), x.flatten().tolist(), y.tolist(), a, b, centre, half, [here, there], size]
    arrow, [start, end] = page.evaluate(ARROW, asked)
    drawn_way = np.subtract(end, start)
    np.testing.assert_allclose(arrow, 46 * drawn_way / np.linalg.norm(drawn_way), rtol=1e-3, atol=1e-2)
    # The map's cells stand where `test_each_cell…` finds their losses: the middle of a row's or column's cell.
    cell = (centre[0] + half * (2 * 7.5 / SIDE - 1), centre[1] - half * (2 * 21.5 / SIDE - 1))
    asked[-2] = [cell]
    np.testing.assert_allclose(page.evaluate(ARROW, asked)[1][0], [7.5 * size / SIDE, 21.5 * size / SIDE], atol=1e-6)


def test_a_map_that_takes_many_frames_of_the_screen_is_finished(launch: Callable) -> None:
    page = launch(None).new_page()
    serve_page_code(page, panel_html({"mlp": trained("mlp", "moons", (16, 16), steps=1)}, "mlp"))
    page.goto(f"{ADDRESS}/")
    page.locator(".inside-loss").scroll_into_view_if_needed()
    page.wait_for_function("""() => {
      const canvas = document.querySelector(".inside-loss canvas");
      if (!canvas.width) return false;
      const row = canvas.getContext("2d").getImageData(0, canvas.height / 3, canvas.width, 1).data;
      return new Set(row).size > 30;
    }""")  # shades of grey along one row
    page.close()


def test_a_visitor_chooses_two_weights_and_forward_forward_has_no_surface(launch: Callable) -> None:
    nets = {name: trained(name, "xor", (3,)) for name in ("mlp", "forward-forward")}
    page = launch(None).new_page()
    serve_page_code(page, panel_html(nets, "mlp"))
    page.goto(f"{ADDRESS}/")
    section = page.locator(".inside-loss")
    section.scroll_into_view_if_needed()
    here = section.locator(".inside-loss-here")
    page.wait_for_function("document.querySelector('.inside-loss-here').textContent.startsWith('Loss here')")
    options = section.locator("select").first.locator("option").all_text_contents()
    assert options[0] == "x₁ → h₁"
    assert len(options) == 3 * 3 + 4
    before = here.inner_text()
    section.locator("select").first.select_option("0")
    page.wait_for_function("(before) => document.querySelector('.inside-loss-here').textContent !== before", arg=before)
    letters = page.evaluate("harness.panel.state")
    assert letters.endswith("_w0_10")
    section.locator("select").last.select_option("0")  # of both the same: the other gives way
    page.wait_for_function("document.querySelector('.inside-loss select').value === '10'")
    page.evaluate("(letters) => harness.panel.restore(letters)", letters)
    assert page.evaluate("harness.panel.state") == letters
    page.evaluate("harness.panel.restore('mlp_1_0_100_324_32_w99_0')")  # it has no such weight
    assert page.evaluate("harness.panel.state") == ""
    page.evaluate("harness.show(frames['forward-forward'])")
    page.locator(".inside-loss canvas").wait_for(state="hidden")
    assert "a loss of its own" in section.locator(".inside-caption").inner_text()
    page.close()
