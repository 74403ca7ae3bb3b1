"""The panel "Look inside" on a plain page: its numbers against torch and numpy, editing by hand, what it shows."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from demos.xor.forward_forward import ForwardForward, goodness
from demos.xor.model import forward_many
from demos.xor.tables.activations import of_layers
from tests.browser.xor.inside.page import Trained, panel_html, trained
from tests.browser.xor.page_code import ADDRESS, serve_page_code

NETS = {
    "two units": lambda: trained("mlp", "xor", (2,), seed=1),
    "four units": lambda: trained("mlp", "xor", (4,)),
    "relu": lambda: trained("mlp", "cloud", (8,), "relu", steps=100),
    "two layers": lambda: trained("mlp", "spiral", (8, 8)),
    "a layer of ReLU and one of sine": lambda: trained("mlp", "moons", (6, 4), "relu,sine"),
    "four layers": lambda: trained("mlp", "circles", (16, 16, 16, 16), "sine", steps=60),
    "forward-forward": lambda: trained("forward-forward", "moons", (8, 6), steps=100),
    "perceptron": lambda: trained("perceptron", "and", (1,)),
    "five classes": lambda: trained("mlp", "five_gaussians", (6,)),
    "forward-forward of three classes": lambda: trained("forward-forward", "rings", (8, 6), steps=100),
    "perceptron of three classes": lambda: trained("perceptron", "three_gaussians", (1,)),
}


@pytest.fixture
def panel(launch: Callable) -> Iterator[Callable]:
    """`panel(net, …)` gives a page that shows the net in the panel; it must not print an error."""
    errors: list[str] = []
    pages = []

    def opener(net: Trained, size: tuple[int, int] = (1280, 1500), **settings: object):  # type: ignore[no-untyped-def]
        page = launch(None).new_page(viewport={"width": size[0], "height": size[1]})
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        serve_page_code(page, panel_html({"net": net}, "net", **settings))  # type: ignore[arg-type]
        page.goto(f"{ADDRESS}/")
        page.wait_for_function("window.harness")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return page

    yield opener
    for page in pages:
        page.close()
    assert errors == []


def hidden(net: Trained, x: torch.Tensor, label: int) -> tuple[list[torch.Tensor], torch.Tensor]:
    """By the project's own torch code: each hidden layer's activities (P, units), and the scores (P,)."""
    batched = [(weight[None], bias[None, None]) for weight, bias in net.layers]
    if net.model == "forward-forward":
        machine = ForwardForward(classes=len(net.layers[0][0]) - 2, hidden=(8, 6), activation=net.recipe.activation)
        machine.layers = batched
        labels = range(machine.classes)
        told = [[h[0] for *_, h in machine.passes(machine.labelled(x, torch.full((len(x),), k)))] for k in labels]
        if machine.classes > 2:
            return told[label], against_rest(machine.goodness(x).sum(dim=0)[0] * 32, label) / 32
        return told[label], sum(goodness(one) - goodness(zero) for zero, one in zip(*told, strict=True))  # type: ignore[return-value]
    found, h = [], x
    activations = of_layers(net.recipe.activation, len(net.layers) - 1)
    for (weight, bias), activation in zip(net.layers[:-1], activations, strict=True):
        h = activation.value(h @ weight + bias)
        found.append(h)
    logits = forward_many(batched, x, net.recipe.activation)[0]
    if logits.dim() == 1:
        return found, logits
    if net.model == "perceptron":
        others = [k for k in range(logits.shape[1]) if k != label]
        return found, logits[:, label] - logits[:, others].amax(dim=1)
    return found, against_rest(logits, label)


def against_rest(logits: torch.Tensor, label: int) -> torch.Tensor:
    """The log-odds of one class's probability under the softmax, (P,)."""
    return logits.double().softmax(dim=1)[:, label].logit().float()


LOOK = """([label]) => {
  const { net } = harness.show(frames.net).learners[0];
  const values = harness.evaluate(net, Float32Array.from(frames.net.points.flat()), label);
  return { layers: values.layers.map(({ h }) => Array.from(h)), score: Array.from(values.score) };
}"""


@pytest.mark.parametrize("name", NETS)
def test_activities_and_scores_are_those_of_torch(panel: Callable, name: str) -> None:
    net = NETS[name]()
    page = panel(net)
    for label in (0, 1) if net.model == "forward-forward" else (1,):
        told = page.evaluate(LOOK, [label])
        layers, score = hidden(net, net.x, label)
        assert len(told["layers"]) == len(layers) == len(net.recipe.hidden) * (net.model != "perceptron")
        for mine, its in zip(told["layers"], layers, strict=True):
            np.testing.assert_allclose(np.reshape(mine, its.shape), its, rtol=1e-4, atol=2e-5)
        np.testing.assert_allclose(told["score"], score.flatten(), rtol=1e-3, atol=2e-4)


PRINCIPAL = """([rows, units]) => {
  const { mean, axes, shares } = harness.principalAxes(Float32Array.from(rows), units);
  return { mean: Array.from(mean), axes, shares };
}"""


@pytest.mark.parametrize("name", ["four units", "relu", "two layers", "four layers", "forward-forward"])
def test_principal_components_are_those_of_numpy(panel: Callable, name: str) -> None:
    net = NETS[name]()
    labels = (0, 1) if net.model == "forward-forward" else (1,)  # its points are shown with both
    rows = torch.cat([hidden(net, net.x, label)[0][-1] for label in labels]).double().numpy()  # (P, units)
    page = panel(net)
    told = page.evaluate(PRINCIPAL, [rows.flatten().tolist(), rows.shape[1]])
    centred = rows - rows.mean(axis=0)
    _, spread, directions = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(told["mean"], rows.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(told["shares"], (spread**2 / (spread**2).sum())[:2], atol=1e-6)
    for mine, its in zip(told["axes"], directions[:2], strict=True):
        assert abs(np.dot(mine, its)) == pytest.approx(1, abs=1e-6)  # the same axis, whichever way it points
    shown = page_note(page)
    assert f"{rows.shape[1]} dimensions" in shown
    assert f"{round(1000 * sum(told['shares'])) / 10:g}%" in shown


def page_note(page) -> str:  # type: ignore[no-untyped-def]
    return page.locator(".inside-note").inner_text()


def test_an_axis_keeps_pointing_the_way_it_pointed(panel: Callable) -> None:
    rows = hidden(NETS["two layers"](), NETS["two layers"]().x, 1)[0][-1]
    flipped = """([rows, units]) => {
      const first = harness.principalAxes(Float32Array.from(rows), units);
      const turned = first.axes.map((axis) => axis.map((value) => -value));
      return [turned, harness.principalAxes(Float32Array.from(rows), units, turned).axes];
    }"""
    before, after = panel(NETS["two units"]()).evaluate(flipped, [rows.flatten().tolist(), rows.shape[1]])
    np.testing.assert_allclose(after, before, atol=1e-9)


def test_the_eigenvectors_of_any_symmetric_matrix(panel: Callable) -> None:
    random = np.random.default_rng(0)
    page = panel(NETS["two units"]())
    for size in (1, 2, 5, 16):
        square = random.normal(size=(size, size))
        symmetric = square + square.T
        told = page.evaluate(
            """(rows) => { const { values, vectors } = harness.symmetricEigen(rows);
            return { values, vectors: vectors.map((row) => Array.from(row)) }; }""",
            symmetric.tolist(),
        )
        vectors = np.array(told["vectors"])
        np.testing.assert_allclose(symmetric @ vectors, vectors * np.array(told["values"]), atol=1e-9)
        np.testing.assert_allclose(vectors.T @ vectors, np.eye(size), atol=1e-9)


def edits(page) -> list[list]:  # type: ignore[no-untyped-def]
    return page.evaluate("harness.edits")


def changed(before: list[float], after: list[float]) -> list[int]:
    return np.flatnonzero(np.float32(before) != np.float32(after)).tolist()


def test_a_weight_is_changed_by_keyboard_alone_and_put_back(panel: Callable) -> None:
    net = NETS["four units"]()
    start = net.frame["learners"][0]["numbers"]
    page = panel(net)
    page.locator(".inside-graph canvas").focus()
    for _ in range(3):  # the third weight: from x₁ to the third unit
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    box = page.locator(".inside-edit")
    assert box.locator("strong").inner_text() == "x₁ → h₃"
    assert float(box.locator("[type=number]").input_value()) == pytest.approx(start[2], abs=1e-3)
    page.keyboard.type("1.25")  # the old number is selected
    assert edits(page)[-1][0] == 0
    assert changed(start, edits(page)[-1][1]) == [2]
    assert edits(page)[-1][1][2] == 1.25
    page.keyboard.press("Escape")
    assert not box.is_visible()
    assert changed(start, edits(page)[-1][1]) == []
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"  # the keyboard goes on where it was


def test_a_drag_of_the_slider_is_one_change(panel: Callable) -> None:
    page = panel(NETS["four units"]())
    page.locator(".inside-graph canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    slider = page.locator(".inside-edit [type=range]")
    box = slider.bounding_box()
    for start, end in ((0.5, 0.7), (0.7, 0.3)):
        page.mouse.move(box["x"] + start * box["width"], box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + end * box["width"], box["y"] + box["height"] / 2, steps=6)
        page.mouse.up()
    goes_on = page.evaluate("harness.goesOn")
    assert len(goes_on) > 8
    assert goes_on.count(False) == 2
    page.locator(".inside-undo").click()
    assert page.evaluate("harness.goesOn")[-1] is False


def test_every_weight_and_bias_can_be_reached_and_only_it_changes(panel: Callable) -> None:
    net = NETS["two units"]()
    start = net.frame["learners"][0]["numbers"]
    page = panel(net)
    page.locator(".inside-graph canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    names = []
    for at in range(len(start)):
        names.append(page.locator(".inside-edit strong").inner_text())
        page.locator(".inside-edit [type=range]").fill("0.5")
        assert changed(start, edits(page)[-1][1]) == [at]
        page.locator(".inside-undo").click()
        assert changed(start, edits(page)[-1][1]) == []
        page.locator(".inside-next").click()
    assert names == [
        *["x₁ → h₁", "x₁ → h₂", "x₂ → h₁", "x₂ → h₂", "bias → h₁", "bias → h₂"],
        *["h₁ → output", "h₂ → output", "bias → output"],
    ]


def pixels(page, view: str) -> str:  # type: ignore[no-untyped-def]
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate("(view) => document.querySelector(`.inside-${view} canvas`).toDataURL()", view)


def test_a_click_on_an_edge_opens_it_and_all_views_follow_the_slider(panel: Callable) -> None:
    page = panel(NETS["two units"]())
    views = ("graph", "surface", "plane", "space")
    before = {view: pixels(page, view) for view in views}
    canvas = page.locator(".inside-graph canvas")
    middle = page.evaluate("""() => {
      const { width, height } = document.querySelector(".inside-graph canvas").getBoundingClientRect();
      return [width, height];
    }""")
    found = None
    for part in np.linspace(0.15, 0.45, 40):  # somewhere between the inputs and the units runs an edge
        canvas.hover(position={"x": middle[0] * 0.25, "y": middle[1] * (0.3 + part)})
        if canvas.evaluate("(canvas) => canvas.style.cursor") == "pointer":
            found = {"x": middle[0] * 0.25, "y": middle[1] * (0.3 + part)}
            break
    assert found
    canvas.click(position=found)
    expect(page.locator(".inside-edit")).to_be_visible()
    page.locator(".inside-edit [type=range]").fill("-6")
    for view in views:
        assert pixels(page, view) != before[view], view


def test_the_unit_under_the_pointer_is_marked_in_the_other_views(panel: Callable) -> None:
    page = panel(NETS["two units"]())
    before = {view: pixels(page, view) for view in ("plane", "space", "surface")}
    canvas = page.locator(".inside-graph canvas")
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 0.5, "y": box["height"] * 0.28})
    page.wait_for_function("document.querySelector('.inside-status').textContent.startsWith('h₁')")
    for view, image in before.items():
        assert pixels(page, view) != image, view


def test_the_surface_turns_by_keys_and_by_drag_only(panel: Callable) -> None:
    page = panel(NETS["two units"]())
    canvas = page.locator(".inside-surface canvas")
    rest = pixels(page, "surface")
    page.wait_for_timeout(300)
    assert pixels(page, "surface") == rest  # nothing turns by itself
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    turned = pixels(page, "surface")
    assert turned != rest
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 200)
    page.mouse.up()
    assert pixels(page, "surface") != turned


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(("width", "language", "dark"), [(390, "ko", True), (1280, "en", False)])
def test_any_net_is_shown_without_sideways_scrolling(
    panel: Callable, name: str, width: int, language: str, dark: bool
) -> None:
    page = panel(NETS[name](), size=(width, 1500), language=language, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not page.locator(".inside").inner_text().count("undefined")
    assert "{" not in page.locator(".inside").inner_text()  # every placeholder is filled


@pytest.mark.parametrize("name", ["two layers", "forward-forward of three classes"])
def test_a_net_that_ran_away_and_a_plane_without_points_are_shown(panel: Callable, name: str) -> None:
    page = panel(NETS[name]())
    for change in (
        "learner.numbers = learner.numbers.map((_, k) => (k % 2 ? NaN : Infinity))",
        "learner.numbers = learner.numbers.map(() => 0)",
        "frame.points = frame.classes = []",
        "frame.points = [[0, 0]], frame.classes = [1]",
        "frame.classes = frame.classes.map((_, k) => k % 5)",  # painted, but not learned yet
    ):
        page.evaluate(f"""() => {{
          const frame = structuredClone(frames.net);
          const [learner] = frame.learners;
          {change};
          harness.show(frame);
        }}""")
        pixels(page, "surface")  # errors on the page fail the test


def test_the_slider_folds_and_the_button_unfolds(panel: Callable) -> None:
    page = panel(NETS["two units"]())
    folded = pixels(page, "space")
    page.locator(".inside-fold input").fill("0")
    assert pixels(page, "space") != folded
    assert page.locator(".inside-play").inner_text() == "Fold"
    page.emulate_media(reduced_motion="reduce")
    page.locator(".inside-play").click()  # at once: no motion is wanted
    assert pixels(page, "space") == folded
    assert page.locator(".inside-play").inner_text() == "Unfold"


@pytest.mark.parametrize("name", ["four units", "forward-forward"])
def test_the_slopes_are_shown_when_asked_for_and_travel_in_a_link(panel: Callable, name: str) -> None:
    page = panel(NETS[name]())
    picture = "document.querySelector('.inside-graph canvas').toDataURL()"
    before = page.evaluate(picture)
    page.get_by_role("button", name="and slopes").click()
    for _ in range(60):
        if page.evaluate(picture) != before:  # arrows
            break
        page.wait_for_timeout(250)
    assert page.evaluate(picture) != before
    status = page.locator(".inside-status")
    expect(status).to_contain_text("up raises it")
    page.locator(".inside-graph canvas").first.focus()
    page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("slope")
    page.keyboard.press("Escape")
    letters = page.evaluate("harness.panel.state")
    assert letters.endswith("_slopes")
    page.get_by_role("button", name="Weights", exact=True).click()
    assert page.evaluate("harness.panel.state") == ""
    page.evaluate("(letters) => harness.panel.restore(letters)", letters)
    assert page.evaluate("harness.panel.state") == letters
