"""The attention weights of all heads on a short text, which the fused kernel of `model.py` never holds.

Letters in the shapes: T tokens, C channels, H heads, D = C / H channels a head, L layers.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from demos.common.base64_arrays import encode_bytes
from demos.gpt.model import GPT


@torch.inference_mode()
def attention(model: GPT, tokens: Sequence[int]) -> Tensor:
    """softmax(Q Kᵀ / √D) of each head (Vaswani et al. 2017, equation 1): (L, H, T, T), row t what token t takes from
    each. `tokens` are at least one and at most the block size; the model is in eval mode.
    """
    ids = torch.tensor(tokens, device=model.device)
    x = model.transformer.wte(ids) + model.transformer.wpe(torch.arange(len(ids), device=model.device))  # (T, C)
    later = torch.ones(len(ids), len(ids), dtype=torch.bool, device=model.device).triu(1)
    weights = []
    for block in model.transformer.h:
        query, key, _ = (
            part.view(len(ids), model.config.heads, -1).transpose(0, 1)  # (T, C) → (H, T, D)
            for part in block.attn.c_attn(block.ln_1(x)).chunk(3, dim=-1)  # type: ignore[operator, union-attr]
        )
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.size(-1))
        weights.append(scores.masked_fill(later, -math.inf).softmax(-1))  # (H, T, T)
        x = block(x[None])[0]
    return torch.stack(weights).float().cpu()


def encode_attention(attention: Tensor) -> str:
    """Attention (L, H, T, T) as base64: for each head its rows, and of row t the t + 1 weights up to the token itself.

    A byte holds 255 √weight, so that small weights keep their differences: 0.4% of a weight near 1, less below.
    """
    rows, columns = torch.tril_indices(*attention.shape[-2:]).unbind()
    roots = attention[:, :, rows, columns].float().sqrt()  # (L, H, T (T + 1) / 2)
    return encode_bytes((roots * 255).round().to(torch.uint8).numpy().tobytes())
