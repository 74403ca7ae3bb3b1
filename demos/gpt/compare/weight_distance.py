"""How far two models of the same shape lie apart, part by part.

‖A − B‖ / ‖A‖ over all numbers of a part as one vector (Frobenius norm), and the cosine of the two vectors. Between two
moments of one training they say which layers still move (Zhang et al. 2019, "Are All Layers Created Equal?", compares
trained layers with their initialisation so). Between two trainings that began with other random numbers they say
little: heads and hidden units may stand in another order and compute the same (Entezari et al. 2022, "The Role of
Permutation Invariance in Linear Mode Connectivity of Neural Networks").
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from demos.gpt.model import GPT


@dataclass(frozen=True)
class PartDistance:
    """Of one part: `name` is "tokens", "positions", "attention", "mlp", "norm" or "output", `layer` from 1, or None.

    `relative` is ‖A − B‖ / ‖A‖, `cosine` −1 to 1; each None where a norm is zero.
    """

    name: str
    layer: int | None
    relative: float | None
    cosine: float | None


def same_shape(a: GPT, b: GPT) -> bool:
    """Whether every parameter of one has its counterpart in the other."""
    return shapes(a) == shapes(b)


def shapes(model: GPT) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in model.state_dict().items()}


@torch.inference_mode()
def weight_distances(a: GPT, b: GPT) -> list[PartDistance]:
    """Each part of the two, from the embeddings up. Raises ValueError if they are not of the same shape."""
    if not same_shape(a, b):
        raise ValueError("The two models are not of the same shape.")
    theirs = b.state_dict()
    parts: dict[tuple[str, int | None], list[tuple[Tensor, Tensor]]] = {}
    for name, own in a.state_dict().items():
        parts.setdefault(part_of(name), []).append((own, theirs[name]))
    return [_distance(*part, pairs) for part, pairs in parts.items()]


def part_of(parameter: str) -> tuple[str, int | None]:
    """The part that a parameter belongs to; a layer's norms go with what reads them."""
    match parameter.removeprefix("transformer.").split("."):
        case ["h", layer, ("attn" | "ln_1"), *_]:
            return "attention", int(layer) + 1
        case ["h", layer, *_]:
            return "mlp", int(layer) + 1
        case [first, *_]:
            return {"wte": "tokens", "wpe": "positions", "ln_f": "norm"}.get(first, "output"), None
    raise AssertionError(parameter)


def _distance(name: str, layer: int | None, pairs: list[tuple[Tensor, Tensor]]) -> PartDistance:
    a, b, apart, product = 0.0, 0.0, 0.0, 0.0  # sums of squares, and of products
    for own, other in pairs:
        x, y = own.double().cpu(), other.double().cpu()
        a, b = a + x.square().sum().item(), b + y.square().sum().item()
        apart, product = apart + (x - y).square().sum().item(), product + (x * y).sum().item()
    cosine = max(-1.0, min(1.0, product / (a * b) ** 0.5)) if a and b else None
    return PartDistance(name, layer, (apart / a) ** 0.5 if a else None, cosine)
