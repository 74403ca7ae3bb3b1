"""What a head or a layer is for: switch it off, scale it, or put in its place what it did on another text.

The pass of `forward.py`, with a change on the way. Nothing is hung onto the model: others may be using it meanwhile.

Sources
- Michel et al. 2019, "Are Sixteen Heads Really Better than One?", section 2.3: a factor per head, before the output
  projection.
- Meng et al. 2022, "Locating and Editing Factual Associations in GPT", section 2.1: activations of another run put in.

Letters in the shapes: T tokens, C channels, H heads, D = C / H channels a head, V tokens in the vocabulary.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from demos.gpt.inside.forward import block_inside, embed, unembed
from demos.gpt.model import GPT, Block

LARGEST = 2.0  # factor


@dataclass(frozen=True)
class Intervention:
    """A change to one head of a layer, or (head None) to all that the layer adds to the residual stream.

    `factor` is 0 (off) … 2; 1 leaves it as it is. With `patched` it is the other text's output that is scaled.
    """

    layer: int
    head: int | None = None
    factor: float = 1.0
    patched: bool = False


@torch.inference_mode()
def intervene(
    model: GPT, tokens: Sequence[int], interventions: Sequence[Intervention], other: Sequence[int] = ()
) -> Tensor:
    """Probabilities (T, V) after each of `tokens`, with the interventions; `other` is the text patched from.

    Raises ValueError if a layer, a head or a factor does not exist, or the other text has not the same length.
    """
    _check(model, tokens, interventions, other)
    stream = embed(model, torch.tensor(list(tokens), device=model.device)).sum  # (T, C)
    patching = any(each.patched for each in interventions)
    theirs = embed(model, torch.tensor(list(other), device=model.device)).sum if patching else None
    for layer, module in enumerate(model.transformer.h):
        block, here = cast(Block, module), [each for each in interventions if each.layer == layer]
        from_heads: list[Tensor] = []  # of the other text, (H, T, D)
        added = None  # by this layer to the other text, (T, C)
        if theirs is not None:
            after = block_inside(block, theirs, lambda taken, kept=from_heads: kept.append(taken) or taken).after_mlp  # type: ignore[misc]
            theirs, added = after, after - theirs

        def change(taken: Tensor, here: list[Intervention] = here, kept: list[Tensor] = from_heads) -> Tensor:
            changed = taken.clone()
            for each in here:
                if each.head is not None:
                    changed[each.head] = (kept[0] if each.patched else taken)[each.head] * each.factor
            return changed

        own = block_inside(block, stream, change).after_mlp - stream
        for each in here:
            if each.head is None:
                own = (cast(Tensor, added) if each.patched else own) * each.factor
        stream = stream + own
    return unembed(model, stream).probabilities


def _check(model: GPT, tokens: Sequence[int], interventions: Sequence[Intervention], other: Sequence[int]) -> None:
    if not 0 < len(tokens) <= model.config.block_size:
        raise ValueError(f"A text has 1 to {model.config.block_size} tokens here.")
    for each in interventions:
        if not 0 <= each.layer < model.config.layers or not 0 <= (each.head or 0) < model.config.heads:
            raise ValueError(f"There is no layer {each.layer}, head {each.head}.")
        if not 0 <= each.factor <= LARGEST:
            raise ValueError(f"A factor is between 0 and {LARGEST:g}.")
        if each.patched and len(other) != len(tokens):
            raise ValueError(f"The other text has {len(other)} tokens, this one {len(tokens)}: the same is needed.")
