"""The part of the XOR tab that hands out what is on the screen: script, weights, image, link."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.base64_arrays import encode_bytes
from demos.common.errors import BadInput
from demos.common.ui import MULTIPLE, Page, dump_message, module, says, template
from demos.common.validate import whole
from demos.xor.data import CORNERS
from demos.xor.recipe import MODELS
from demos.xor.settings.setup import FARTHEST_STEP, Setup, decode_weights

if TYPE_CHECKING:
    from demos.xor.live.run import Run


def build(page: Page, visitor: gr.State, run_of: Callable[[Any], "Run | None"], setup_of: Callable[..., Setup]) -> None:
    """Lay out the row and wire it. `run_of` gives the run on the screen, `setup_of` what it was set by."""
    export = gr.HTML(
        "",
        html_template=template("xor/export/page/export.html"),
        js_on_load=module("xor/export/page/export.js"),
        apply_default_css=False,
        elem_id="xor-export",
        elem_classes="xor-part",
    )

    @says
    def hand_out(language: str, visitor: Any, event: gr.EventData) -> str:
        """A file or a link as JSON, with the number that the page gave its request."""
        run = run_of(visitor)
        if run is None:
            raise BadInput("xor.export_nothing")
        given = event._data
        make = _link if given.get("what") == "link" else _file
        return dump_message({"number": given.get("number"), **make(run, setup_of(visitor), given)})

    export.submit(hand_out, [page.language, visitor], export, **MULTIPLE)


def _file(run: "Run", setup: Setup, given: dict[str, Any]) -> dict[str, str]:
    """The script or the weights of one learner as it is on the screen. Nothing is written to disk."""
    from demos.xor.export.export import safetensors, script
    from demos.xor.live.snapshot import unflat

    model, step = _model(given), whole("step", given.get("step"), 0, FARTHEST_STEP)
    shape = dict(zip(run.models, run.shapes, strict=True))[model]
    layers = unflat(decode_weights(str(given.get("weights"))), shape)
    recipe, edited = run.recipe, bool(given.get("edited"))
    data = "own-points" if run.own is not None else recipe.data
    name = f"glassbox-{data}-{model}-{'-'.join(map(str, shape))}-seed-{recipe.seed}-step-{step}"
    if given.get("what") == "script":
        points = CORNERS if run.own is None else run.own.x
        text = script(layers, recipe, step, model, edited, data.replace("-", " "), points, run.points.are_values)
        return _as_file(f"{name}.py", "text/x-python", text.encode())
    return _as_file(f"{name}.safetensors", "application/octet-stream", safetensors(layers, recipe, step, model, edited))


def _as_file(name: str, mime: str, content: bytes) -> dict[str, str]:
    return {"name": name, "mime": mime, "content": encode_bytes(content)}


def _model(given: dict[str, Any]) -> str:
    model = given.get("model")
    if model not in MODELS:
        raise BadInput("xor.bad_name", field="model", value=str(model)[:40], known=", ".join(MODELS))
    return str(model)


def _link(run: "Run", setup: Setup, given: dict[str, Any]) -> dict[str, str]:
    """A link to what is on the screen. Weights travel only where training alone would not lead to them."""
    learners = [one for one in given.get("learners", []) if isinstance(one, dict)]
    step: dict[str, Any] = {_model(one): one.get("step") for one in learners}
    edited = run.start is not None or any(one.get("edited") for one in learners)
    weights: dict[str, Any] = {_model(one): one.get("weights") for one in learners} if edited else {}
    looks: dict[str, Any] = {"hide": bool(given.get("hide")), "discretise": bool(given.get("discretise"))}
    asked = replace(setup, step=step, weights=weights, inside=given.get("inside", ""), **looks)
    return {"link": asked.checked().to_link() or "#"}
