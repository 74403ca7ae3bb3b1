"""A forward pass step by step: each step with its formulas, the lines of model.py, and the values of one token.

The table of the steps is `forward_steps.toml`. Nothing here imports torch before a step's values or code are asked for.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from demos.common.excerpts import Excerpt, Lines, lines_of

if TYPE_CHECKING:
    from torch import Tensor

    from demos.gpt.inside.forward import Inside
    from demos.gpt.model import GPT

IN_A_LAYER = ("norm", "project", "attend", "mix", "mlp")  # the steps that every layer repeats


@dataclass(frozen=True)
class Value:
    """A tensor on the way. `dims` names its axes as the comments in model.py do: "T C", "H T D", "H T T", "T V"."""

    field: str
    dims: str


@dataclass(frozen=True)
class Step:
    """One step. `formulas` are insides of MathML elements; `weights` are parameter names, with {layer} in them."""

    name: str
    algorithms: str
    formulas: tuple[str, ...]
    code: tuple[Excerpt, ...]
    weights: tuple[str, ...]
    values: tuple[Value, ...]


def _read() -> tuple[Step, ...]:
    table = tomllib.loads(Path(__file__).with_name("forward_steps.toml").read_text(encoding="utf-8"))
    return tuple(
        Step(
            name,
            entry["algorithms"],
            tuple(entry["formulas"]),
            tuple(Excerpt(**excerpt) for excerpt in entry["code"]),
            tuple(entry["weights"]),
            tuple(Value(**value) for value in entry["values"]),
        )
        for name, entry in table.items()
    )


STEPS = _read()


def code(excerpt: Excerpt) -> Lines:
    """The lines, read from model.py itself. Raises ValueError if they are no longer there."""
    from demos.gpt import model

    return lines_of(model, excerpt)


def weights(model: "GPT", step: Step) -> dict[str, list[int]]:
    """The shape of each parameter that the step uses, by its name with {layer} still in it."""
    shapes = {name: list(parameter.shape) for name, parameter in model.named_parameters()}
    return {name: shapes[own] for name in step.weights if (own := name.replace("{layer}", "0")) in shapes}


def values(model: "GPT", inside: "Inside", layer: int) -> dict[str, "Tensor"]:
    """Every value of the steps through `layer` (0 is the first), whole: {field of forward_steps.toml: tensor}."""
    import torch

    from demos.common.scheduling.threads import single_threaded
    from demos.gpt.inside.forward import block_inside, embed, is_small, scores, unembed
    from demos.gpt.model import Block

    with torch.inference_mode(), single_threaded(is_small(model)):
        streams = inside.residual.to(model.device)
        start = embed(model, inside.tokens.to(model.device))
        opened = block_inside(cast(Block, model.transformer.h[layer]), streams[layer])
        end = unembed(model, streams[-1])
        return {
            **vars(start),
            **vars(opened),
            "before": streams[layer],
            "scores": scores(opened.query, opened.key),
            "end": streams[-1],
            "end_normed": end.normed,
            "logits": end.logits,
        }


def of_token(value: Value, tensor: "Tensor", position: int) -> "Tensor":
    """The numbers that belong to the token at `position`: (C,), (H, D), (H, t + 1) or (V,)."""
    if value.dims == "H T T":
        return tensor[:, position, : position + 1]  # what comes later is masked
    return tensor[:, position] if value.dims.startswith("H") else tensor[position]
