"""Why a token looks where it looks: one head's query against the keys of the tokens before it, channel by channel.

The score of a pair is the sum of the products of query and key, over √D; softmax makes attention weights of a row of
scores (Vaswani et al. 2017, equation 1). Which channels make the sum is what is shown, after the "neuron view" of Vig
2019, "A Multiscale Visualization of Attention in the Transformer Model", section 3.3.
"""

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from demos.common.scheduling.threads import single_threaded
from demos.gpt.inside.forward import Inside, block_inside, is_small
from demos.gpt.model import GPT, Block


@dataclass(frozen=True)
class QueryKey:
    """One head at token t: its query (D,), and of the tokens 0 … t the keys (t + 1, D), scores and weights (t + 1,)."""

    query: Tensor
    keys: Tensor
    scores: Tensor
    weights: Tensor

    @property
    def products(self) -> Tensor:
        """(t + 1, D): what each channel adds to the score, which is their sum."""
        return self.query * self.keys / math.sqrt(self.query.size(-1))


@torch.inference_mode()
def query_key(model: GPT, inside: Inside, layer: int, head: int, position: int) -> QueryKey:
    """Head number `head` of layer number `layer` at token number `position` of a text that was looked at."""
    stream = inside.residual[layer][: position + 1].to(model.device)  # what comes later is not seen
    with single_threaded(is_small(model)):
        opened = block_inside(cast(Block, model.transformer.h[layer]), stream)
    query, keys = opened.query[head, -1].float().cpu(), opened.key[head].float().cpu()
    scores = keys @ query / math.sqrt(query.size(-1))
    return QueryKey(query, keys, scores, scores.softmax(0))
