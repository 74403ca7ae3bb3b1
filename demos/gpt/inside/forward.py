"""One forward pass with every value kept: what attention looks at, and what each layer adds to the residual stream.

`model.py` throws these values away, and its attention never even holds the weights (the fused kernel returns only the
mix). Here the same pass is written out with the model's own layers. Nothing is hung onto the model: others may be
writing with it at the same time.

Sources
- Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits": the residual stream.
- Phuong and Hutter 2022, "Formal Algorithms for Transformers", algorithms 1 to 7 and 10: the steps and their order.

Letters in the shapes: T tokens, C channels, H heads, D = C / H channels a head, L layers, V tokens in the vocabulary.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.common.scheduling.threads import single_threaded
from demos.gpt.inside.lens import Lens, Row, lens
from demos.gpt.model import GPT, Block

LONGEST = 256  # tokens of a text that are looked at; of a longer one, the last
SMALL = 512  # channels up to which one thread is enough


@dataclass(frozen=True)
class Embedded:
    """The stream before the first layer, (T, C) each: what the tokens mean, where they stand, and the sum."""

    token: Tensor
    position: Tensor
    sum: Tensor


@dataclass(frozen=True)
class BlockInside:
    """Everything that one layer computes on its way, in the order in which it does."""

    normed: Tensor  # (T, C), what attention reads
    query: Tensor  # (H, T, D)
    key: Tensor  # (H, T, D)
    value: Tensor  # (H, T, D)
    attention: Tensor  # (H, T, T): row t holds what token t takes from each token before it; sums to 1
    mixed: Tensor  # (T, C), the values taken, the heads side by side
    attended: Tensor  # (T, C), what attention adds to the stream
    after_attention: Tensor  # (T, C), the stream
    normed_again: Tensor  # (T, C), what the MLP reads
    mlp_hidden: Tensor  # (T, 4 C)
    mlp_activated: Tensor  # (T, 4 C), after the GELU
    mlp_out: Tensor  # (T, C), what the MLP adds to the stream
    after_mlp: Tensor  # (T, C), the stream


@dataclass(frozen=True)
class Unembedded:
    """The way out: the last norm (T, C), logits and probabilities (T, V)."""

    normed: Tensor
    logits: Tensor
    probabilities: Tensor


@dataclass(frozen=True)
class Inside:
    """A text seen from inside a model.

    tokens (T,); dropped: how many tokens before them were left out; attention (L, H, T, T); residual (L + 1, T, C):
    the embedding, then the stream after each layer; lens: the guesses read from each of those.
    """

    tokens: Tensor
    dropped: int
    attention: Tensor
    residual: Tensor
    lens: Lens

    @property
    def norms(self) -> Tensor:
        """The length of each vector of the residual stream, (L + 1, T)."""
        norms: Tensor = self.residual.norm(dim=-1)
        return norms


def look(model: GPT, tokens: Sequence[int], longest: int = LONGEST) -> Inside:
    """Look at the last `longest` of `tokens` (at least one, and no more than the model's block size)."""
    *_, inside = steps(model, tokens, longest)
    assert isinstance(inside, Inside)
    return inside


@torch.inference_mode()
def steps(model: GPT, tokens: Sequence[int], longest: int = LONGEST) -> "Iterator[int | Inside]":
    """`look`, a layer at a time: yields how many of the 2 L + 1 readings are done, and at last the Inside.

    Expects a model in eval mode: dropout is not repeated here. Raises ValueError if there is no token.
    """
    if not len(tokens):
        raise ValueError("There is no token to look at.")
    kept = list(tokens)[-min(longest, model.config.block_size) :]
    ids = torch.tensor(kept, device=model.device)
    stream = embed(model, ids).sum
    attention, residual = [], [stream]
    for block in model.transformer.h:
        with single_threaded(is_small(model)):
            opened = block_inside(cast(Block, block), stream)
        stream = opened.after_mlp
        attention.append(opened.attention)
        residual.append(stream)
        yield len(attention)
    streams = torch.stack(residual)
    rows: list[Row] = []
    reading = lens(model, streams, ids)
    while len(rows) < len(residual):
        with single_threaded(is_small(model)):
            rows.append(next(reading))
        yield len(attention) + len(rows)
    yield Inside(ids.cpu(), len(tokens) - len(kept), torch.stack(attention).cpu(), streams.cpu(), Lens.of(rows))


def is_small(model: GPT) -> bool:
    """Whether its layers are so small that one thread computes them faster than several."""
    return model.config.width <= SMALL


def embed(model: GPT, tokens: Tensor) -> Embedded:
    """Tokens (T,) to vectors: algorithms 1 and 2 of Phuong and Hutter."""
    meaning = model.transformer.wte(tokens)  # (T, C)
    place = model.transformer.wpe(torch.arange(len(tokens), device=tokens.device))  # (T, C)
    return Embedded(meaning, place, meaning + place)


def block_inside(block: Block, x: Tensor, change: Callable[[Tensor], Tensor] | None = None) -> BlockInside:
    """One layer on a residual stream (T, C): algorithms 4 to 6, and lines 3 to 7 of algorithm 10.

    `change` is given what the heads took, (H, T, D), and returns what goes on in its place.
    """
    T, C = x.shape
    attn, mlp = block.attn, block.mlp
    normed = block.ln_1(x)
    query, key, value = (
        part.view(T, attn.heads, C // attn.heads).transpose(0, 1)  # (T, C) → (H, T, D)
        for part in attn.c_attn(normed).split(C, dim=-1)
    )
    attention = scores(query, key).softmax(-1)  # (H, T, T)
    taken = attention @ value  # (H, T, D)
    mixed = (change(taken) if change else taken).transpose(0, 1).reshape(T, C)  # (H, T, D) → (T, C)
    attended = attn.c_proj(mixed)
    after_attention = x + attended
    normed_again = block.ln_2(after_attention)
    mlp_hidden = mlp.c_fc(normed_again)
    mlp_activated = F.gelu(mlp_hidden, approximate=mlp.gelu)
    mlp_out = mlp.c_proj(mlp_activated)
    return BlockInside(
        normed, query, key, value, attention, mixed, attended, after_attention,
        normed_again, mlp_hidden, mlp_activated, mlp_out, after_attention + mlp_out,
    )  # fmt: skip


def scores(query: Tensor, key: Tensor) -> Tensor:
    """Q Kᵀ / √D, (H, T, T), and −∞ where a token would look at one that comes after it."""
    fits = query @ key.transpose(-1, -2) / math.sqrt(query.size(-1))
    later = torch.ones(fits.shape[-2:], dtype=torch.bool, device=fits.device).triu(1)
    return fits.masked_fill(later, -math.inf)


def unembed(model: GPT, x: Tensor) -> Unembedded:
    """A residual stream (T, C) to probabilities over the vocabulary: algorithm 7."""
    normed = model.transformer.ln_f(x)
    logits = model.unembed(normed).float()
    return Unembedded(normed, logits, logits.softmax(-1))
