"""The XOR tab's controls: one component for each choice, and the way from their values to a setup and back."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import choices, folded, number_field, slider_field, t
from demos.common.validate import whole
from demos.xor.data import DATASETS, Dataset
from demos.xor.recipe import MODELS, MOST_LAYERS, RANGES, TABLES, Recipe
from demos.xor.settings.setup import OPENING, Setup
from demos.xor.tables.features import FEATURES

OWN = "own"  # the data that the visitor made
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
PENALTIES = (0.0, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)
WIDTHS = tuple(f"units_{layer}" for layer in range(1, MOST_LAYERS + 1))
OF_LAYERS = tuple(f"activation_{layer}" for layer in range(1, MOST_LAYERS + 1))
AS_ABOVE = "above"  # a layer's activation is the net's
WIDEST = 16  # units of a layer on the page
MOST = {"noise": 0.5, "count": 400, "test": 0.5}  # of these sliders, unless a link asks for more
RECIPE = tuple(field.name for field in fields(Recipe) if field.name != "hidden")

Controls = dict[str, Any]  # component by name


def build() -> Controls:
    """Lay the controls out, one under the other, in the state of the opening setup."""
    recipe = OPENING.recipe
    made: Controls = {}
    made["learners"] = gr.CheckboxGroup(
        [(t(f"xor.{model.replace('-', '_')}"), model) for model in MODELS],
        value=list(OPENING.learners),
        label=t("xor.learners"),
        elem_id="xor-learners",
    )
    with gr.Row(elem_classes="xor-pair"):
        made["data"] = gr.Dropdown(
            choices((*DATASETS, OWN), "xor.data"), value=recipe.data, label=t("xor.data"), min_width=130
        )
        made["activation"] = gr.Dropdown(
            table_choices("activation"),
            value=recipe.activation,
            label=t("xor.activation"),
            min_width=130,
        )
    made["layers"] = slider_field(0, MOST_LAYERS, len(recipe.hidden), step=1, label=t("xor.layers"))
    for layer, name in enumerate(WIDTHS):
        made[name] = slider_field(
            1,
            WIDEST,
            _width(recipe, layer),
            step=1,
            label=t(f"xor.{name}"),
            visible=layer < len(recipe.hidden),
        )
    with folded("xor.activation_layers"):
        for layer, name in enumerate(OF_LAYERS):
            made[name] = gr.Dropdown(
                [(t("xor.activation_above"), AS_ABOVE), *table_choices("activation")],
                value=AS_ABOVE,
                label=t(f"xor.{name}"),
                visible=layer < len(recipe.hidden),
            )
    with gr.Row(elem_classes="xor-pair"):
        made["lr"] = _numbers(RATES, recipe.lr, "xor.lr")
        made["optimiser"] = gr.Dropdown(
            table_choices("optimiser"), value=recipe.optimiser, label=t("xor.optimiser"), min_width=130
        )
    with gr.Row(elem_classes="xor-seed"):
        made["seed"] = number_field(recipe.seed, label=t("xor.seed"), precision=0, minimum=0, min_width=90)
        made["other_seed"] = gr.Button(t("xor.other_seed"), min_width=90, elem_id="xor-other-seed")
    with folded("xor.more_points"):
        made["noise"] = slider_field(0, MOST["noise"], recipe.noise, step=0.01, label=t("xor.noise"))
        made["count"] = slider_field(4, MOST["count"], recipe.count, step=4, label=t("xor.count"))
        made["test"] = slider_field(
            0, MOST["test"], recipe.test, step=0.05, label=t("xor.test"), info=t("xor.test_info")
        )
        made["standardise"] = gr.Checkbox(
            recipe.standardise, label=t("xor.standardise"), info=t("xor.standardise_info"), elem_id="xor-standardise"
        )
        made["points_seed"] = number_field(
            recipe.points_seed, label=t("xor.points_seed"), info=t("xor.points_seed_info"), precision=0, minimum=0
        )
    with folded("xor.features"):
        made["features"] = gr.CheckboxGroup(
            choices(tuple(FEATURES), "xor.features"),
            value=list(recipe.features),
            label=t("xor.features_label"),
            info=t("xor.features_info"),
            elem_id="xor-features",
        )
    with folded("xor.more"):
        made["forward_lr"] = _numbers(RATES, recipe.forward_lr, "xor.forward_lr")
        made["loss"] = gr.Dropdown(table_choices("loss"), value=recipe.loss, label=t("xor.loss"))
        made["output"] = gr.Dropdown(
            table_choices("output"), value=recipe.output, label=t("xor.output"), info=t("xor.output_info")
        )
        made["init"] = gr.Dropdown(table_choices("init"), value=recipe.init, label=t("xor.init"))
        made["batch"] = number_field(
            recipe.batch, label=t("xor.batch"), info=t("xor.batch_info"), precision=0, minimum=0
        )
        with gr.Row(elem_classes="xor-pair"):
            made["l1"] = _numbers(PENALTIES, recipe.l1, "xor.l1")
            made["l2"] = _numbers(PENALTIES, recipe.l2, "xor.l2")
        made["dropout"] = slider_field(
            0, RANGES["dropout"][1], recipe.dropout, step=0.05, label=t("xor.dropout"), info=t("xor.dropout_info")
        )
        made["steps"] = number_field(recipe.steps, label=t("xor.steps"), precision=0, minimum=1)
    return made


def table_choices(field: str) -> list[tuple[Any, str]]:
    """(label, name) for each entry of the table that the recipe's `field` names one of."""
    return choices(tuple(TABLES[field]), f"xor.{field}")


def components(controls: Controls) -> list[Any]:
    """The components whose values `chosen` reads, in its order."""
    return [controls[name] for name in NAMES]


def chosen(values: Sequence[Any]) -> tuple[Recipe, tuple[str, ...], bool]:
    """The recipe, the learners, and whether the points are the visitor's own. Raises BadInput."""
    given = dict(zip(NAMES, values, strict=True))
    learners = tuple(model for model in MODELS if model in (given["learners"] or ()))
    if not learners:
        raise BadInput("xor.no_learner")
    layers = whole("layers", given["layers"], 0, MOST_LAYERS)
    own = given["data"] == OWN
    fields_given = {name: given[name] for name in RECIPE} | {"hidden": tuple(given[name] for name in WIDTHS[:layers])}
    own_ones = [given[name] for name in OF_LAYERS[:layers]]
    if any(one != AS_ABOVE for one in own_ones):
        fields_given["activation"] = ",".join(given["activation"] if one == AS_ABOVE else str(one) for one in own_ones)
    return Recipe(**fields_given | ({"data": OPENING.recipe.data} if own else {})).checked(), learners, own


def updates(setup: Setup) -> list[Any]:
    """What makes the settings those of `setup`, in the order of `components`."""
    recipe = setup.recipe
    values: Controls = {name: gr.update(value=getattr(recipe, name)) for name in RECIPE}
    values |= {
        "learners": gr.update(value=list(setup.learners)),
        "features": gr.update(value=list(recipe.features)),
        "data": gr.update(value=recipe.data if setup.points is None else OWN),
        "layers": gr.update(value=len(recipe.hidden)),
        **{name: _width_update(recipe, layer) for layer, name in enumerate(WIDTHS)},
        **_activation_updates(recipe),
        **_made_points(recipe, setup.points is not None),
        "test": gr.update(value=recipe.test, maximum=max(MOST["test"], recipe.test)),
        "lr": _number_update(RATES, recipe.lr),
        "forward_lr": _number_update(RATES, recipe.forward_lr),
        "l1": _number_update(PENALTIES, recipe.l1),
        "l2": _number_update(PENALTIES, recipe.l2),
    }
    return [values[name] for name in NAMES]


def suited(data: str, learners: Sequence[str], recipe: Recipe) -> Recipe:
    """The recipe with points of another dataset, and a net that copes with them."""
    if data not in DATASETS:
        return recipe
    dataset = DATASETS[data]
    net = dataset.forward_forward if "forward-forward" in learners else dataset.net
    recipe = replace(recipe, data=data, noise=dataset.noise, count=dataset.count, **_judged(recipe, dataset))
    kept = recipe.activation if len(net.hidden) == len(recipe.hidden) else recipe.activation.split(",")[0]
    return replace(recipe, hidden=net.hidden, activation=kept, lr=dataset.net.lr, forward_lr=OPENING.recipe.forward_lr)


def _judged(recipe: Recipe, dataset: Dataset) -> dict[str, Any]:
    """Values are learned by how far off they are, classes after them as at first; from classes to classes all stays."""
    if dataset.values:
        return {"loss": "squared", "output": "linear"}
    of_values = DATASETS[recipe.data].values
    return {"loss": OPENING.recipe.loss, "output": OPENING.recipe.output} if of_values else {}


def _made_points(recipe: Recipe, own: bool) -> dict[str, Any]:
    """Noise and number mean something only where points are drawn."""
    return {
        name: gr.update(value=value, maximum=max(MOST[name], value or 0), interactive=not own)
        for name, value in (("noise", recipe.noise), ("count", recipe.count))
    }


def show_layers(layers: object) -> list[Any]:
    """Of the sliders of WIDTHS, and then of the choices of OF_LAYERS, one for each of so many hidden layers.

    All stay as they are where it is no such number: the run that is asked for with it says so.
    """
    try:
        shown = whole("layers", layers, 0, MOST_LAYERS)
    except BadInput:
        return [gr.skip()] * (2 * MOST_LAYERS)
    return [gr.update(visible=layer < shown) for layer in range(MOST_LAYERS)] * 2


def _numbers(known: Sequence[float], value: float, key: str) -> gr.Dropdown:
    return gr.Dropdown(_listed(known, value), value=value, label=t(key), min_width=130)


def _listed(known: Sequence[float], value: float) -> list[tuple[str, float]]:
    return [(f"{one:g}", one) for one in sorted({*known, value})]


def _number_update(known: Sequence[float], value: float) -> Any:
    return gr.update(choices=_listed(known, value), value=value)


def _width(recipe: Recipe, layer: int) -> int:
    hidden = recipe.hidden or OPENING.recipe.hidden
    return hidden[min(layer, len(hidden) - 1)]


def _activation_updates(recipe: Recipe) -> dict[str, Any]:
    """The net's activation, and those of its layers if they differ: then the first layer's is the net's."""
    first, *others = recipe.activation.split(",")
    of_layers = [AS_ABOVE, *(AS_ABOVE if one == first else one for one in others)]
    of_layers += [AS_ABOVE] * (MOST_LAYERS - len(of_layers))
    shown = {
        name: gr.update(value=one, visible=layer < len(recipe.hidden))
        for layer, (name, one) in enumerate(zip(OF_LAYERS, of_layers, strict=True))
    }
    return {"activation": gr.update(value=first), **shown}


def _width_update(recipe: Recipe, layer: int) -> Any:
    width = _width(recipe, layer)
    return gr.update(value=width, maximum=max(WIDEST, width), visible=layer < len(recipe.hidden))


NAMES = ("learners", "layers", *WIDTHS, *OF_LAYERS, *RECIPE)
