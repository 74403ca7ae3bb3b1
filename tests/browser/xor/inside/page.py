"""A plain page with the panel "Look inside" alone: the real scripts and styles, trained nets, no app."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import torch

from demos.common.base64_arrays import encode_bytes
from demos.common.i18n import strings
from demos.common.ui.theme import css
from demos.xor.forward_forward import learn_forward_forward
from demos.xor.learn import learn_mlp
from demos.xor.model import Layers
from demos.xor.perceptron import learn_perceptron
from demos.xor.recipe import Recipe, train_points

PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>{fonts}{css} body {{ margin: 20px; font-family: "IBM Plex Sans", "Noto Sans CJK KR", sans-serif; }}</style>
<body class="{mode}"><div id="demo-xor"><div id="host"><div id="panel"></div></div></div><script>
const frames = {frames};
window.glassbox = {{ language: "{language}" }};
</script><script type="module">
import {{ makePanel }} from "/page_files/xor/inside/page/inside.js";
import {{ principalAxes, symmetricEigen }} from "/page_files/xor/inside/page/principal.js";
import {{ evaluate }} from "/page_files/xor/inside/page/units.js";
import {{ makeNet }} from "/page_files/xor/page/net.js";
const [edits, goesOn] = [[], []];
let given = null;
const panel = makePanel(document.getElementById("panel"), {{ words: {words}, onEdit: (learner, numbers, same) => {{
  edits.push([learner, Array.from(numbers)]);
  goesOn.push(same);
  given.learners[learner].net = makeNet(given.learners[learner].spec, numbers);
  panel.show(given);
}} }});
window.harness = {{
  edits, goesOn, panel, makeNet, evaluate, principalAxes, symmetricEigen,
  show(frame) {{
    const withNet = (learner) => ({{ ...learner, net: makeNet(learner.spec, Float32Array.from(learner.numbers)) }});
    given = {{ ...frame, learners: frame.learners.map(withNet) }};
    panel.show(given);
    return given;
  }},
}};
harness.show(frames["{first}"]);
</script>"""


@dataclass(frozen=True)
class Trained:
    """A trained net, (weight (inputs, outputs), bias (outputs)) for each layer, and the points it learned."""

    recipe: Recipe
    model: str
    layers: list[tuple[torch.Tensor, torch.Tensor]]
    x: torch.Tensor
    y: list[int]
    view: tuple[float, float]

    @property
    def frame(self) -> dict:
        widths = [self.layers[0][0].shape[0], *[weight.shape[1] for weight, _ in self.layers]]
        numbers = torch.cat([part.flatten() for layer in self.layers for part in layer])
        judged = {"loss": self.recipe.loss, "output": self.recipe.output}
        spec = {"model": self.model, "activation": self.recipe.activation, "widths": widths, **judged}
        return {
            "learners": [{"name": self.model, "spec": spec, "numbers": numbers.tolist(), "step": self.recipe.steps}],
            "points": self.x.tolist(),
            "classes": self.y,
            "view": list(self.view),
        }


def _one(layers: Layers) -> list[tuple[torch.Tensor, torch.Tensor]]:
    return [(weight[0].detach(), bias[0, 0].detach()) for weight, bias in layers]


@cache
def trained(
    model: str, data: str, hidden: tuple[int, ...], activation: str = "tanh", seed: int = 0, steps: int = 300
) -> Trained:
    """One net trained on `data`, by the project's own code."""
    recipe = Recipe(data=data, hidden=hidden, activation=activation, seed=seed, steps=steps).checked()
    points = train_points(recipe)
    if model == "perceptron":
        *_, last = islice(learn_perceptron(points), steps)
        weights = last.weights.view(3, -1).float()
        layers = [(weights[:2], weights[2])]
    else:
        *_, end = (learn_mlp if model == "mlp" else learn_forward_forward)(points, recipe)
        layers = _one(end.layers)
    return Trained(recipe, model, layers, torch.from_numpy(points.x).float(), points.y.tolist(), points.view)


def panel_html(nets: dict[str, Trained], first: str, language: str = "en", dark: bool = False) -> str:
    """The page, with `frames` by name; `harness.show(frames[name])` shows one."""
    return PAGE.format(
        language=language,
        fonts=_fonts(),
        css=css(),
        mode="dark" if dark else "",
        frames=json.dumps({name: net.frame | {"language": language} for name, net in nets.items()}),
        words=json.dumps({key.removeprefix("xor."): entry for key, entry in strings().items()}),
        first=first,
    )


def _fonts() -> str:
    import gradio

    folder = Path(gradio.__file__).parent / "templates" / "frontend" / "static" / "fonts"
    faces = [("IBM Plex Sans", "IBMPlexSans", weight, name) for weight, name in ((400, "Regular"), (700, "Bold"))]
    faces += [("IBM Plex Mono", "IBMPlexMono", 400, "Regular")]
    return "".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
        f"src: url('data:font/woff2;base64,{encode_bytes((folder / name / f'{name}-{cut}.woff2').read_bytes())}'); }}"
        for family, name, weight, cut in faces
    )
