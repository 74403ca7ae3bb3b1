"""The loss around a net, along two of its weights (demos/xor/inside/page/loss_grid.js), against torch."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from demos.common.base64_arrays import encode_floats
from demos.xor.live.snapshot import unflat
from demos.xor.model import forward_many
from demos.xor.perceptron import criterion
from demos.xor.tables.losses import LOSSES, OUTPUTS
from tests.browser.xor.inside.page import panel_html, trained
from tests.browser.xor.page_code import ADDRESS, serve_page_code
from tests.browser.xor.test_net import drawn

COMPUTE = """async ([spec, text, places, classes, a, b, centre, half]) => {
  const { makeNet } = await import("/glassbox/xor/page/net.js");
  const { beginGrid, continueGrid } = await import("/glassbox/xor/inside/page/loss_grid.js");
  const { floatsOf } = await import("/glassbox/common/page/base64.js");
  const net = makeNet(spec, floatsOf(text));
  const grid = beginGrid({ net, places: Float32Array.from(places), classes, a, b, centre, half });
  let parts = 1;
  while (!continueGrid(grid, () => true)) parts += 1;
  return [Array.from(grid.values), parts, Array.from(net.numbers)];
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
    logits = forward_many(layers, x, spec["activation"])
    return float(LOSSES[spec["loss"]].value(logits, y.float(), OUTPUTS[spec["output"]]))


@pytest.mark.parametrize(
    ("model", "widths", "loss", "output"),
    [
        ("mlp", (2, 4, 1), "cross_entropy", "sigmoid"),
        ("mlp", (2, 3, 2, 1), "squared", "tanh"),
        ("mlp", (2, 4, 1), "squared", "linear"),
        ("perceptron", (2, 1), None, None),
        ("mlp", (2, 4, 3), "cross_entropy", "sigmoid"),
        ("mlp", (2, 4, 3), "squared", "tanh"),
        ("perceptron", (2, 3), None, None),
    ],
)
def test_each_cell_is_the_loss_of_the_net_with_two_numbers_set(page, model, widths, loss, output) -> None:
    numbers, x = drawn(widths, 3)
    y = torch.arange(len(x)) % max(2, widths[-1])
    spec = {"model": model, "activation": "tanh", "widths": list(widths)} | (
        {"loss": loss, "output": output} if loss else {}
    )
    a, b, centre, half = 1, len(numbers) - 1, (0.5, -1.0), 2.0
    asked = [spec, encode_floats(numbers), x.flatten().tolist(), y.tolist(), a, b, centre, half]
    values, parts, kept = page.evaluate(COMPUTE, asked)
    assert parts == SIDE  # it can be left after every row
    np.testing.assert_array_equal(np.float32(kept), numbers)  # the net itself stays as it is
    for row, column in [(0, 0), (0, 32), (16, 16), (7, 21), (32, 5)]:
        across = centre[0] + half * (2 * (column + 0.5) / SIDE - 1)
        up = centre[1] - half * (2 * (row + 0.5) / SIDE - 1)
        expected = losses(numbers, spec, x, y, {a: across, b: up})
        assert values[row * SIDE + column] == pytest.approx(expected, rel=1e-3, abs=1e-4)


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
    page.evaluate("harness.show(frames['forward-forward'])")
    page.locator(".inside-loss canvas").wait_for(state="hidden")
    assert "a loss of its own" in section.locator(".inside-caption").inner_text()
    page.close()
