"""The candidates for one place of a passage: how likely each token was, and what the settings made of that."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.sample import Sampling, distribution, penalised
from demos.gpt.write.generate import context_of
from demos.gpt.write.token_tree import TokenTree

SHOWN = 20  # tokens listed one by one


@dataclass(frozen=True)
class Candidate:
    """One token of the vocabulary at this place: its `rank` by the model (1 is the likeliest) and three probabilities.

    `model`: the model's own. `shaped`: after repetition penalty and temperature. `final`: after top-k and top-p too,
    from which the sampler draws; 0 for a token that was cut.
    """

    token: int
    rank: int
    model: float
    shaped: float
    final: float


@dataclass(frozen=True)
class Rest:
    """All tokens that are not listed, together; `kept` of the `count` survive the cuts."""

    count: int
    kept: int
    model: float
    shaped: float
    final: float


@dataclass(frozen=True)
class Ranking:
    """The likeliest tokens, the one that stands there (`stands`, also listed where it is not among them), the rest."""

    candidates: tuple[Candidate, ...]
    rest: Rest
    stands: int
    entropy: float  # of the model's own distribution, in nats


@torch.inference_mode()
def logits_of(checkpoint: Checkpoint, tree: TokenTree, node: int) -> Tensor:
    """The logits (V,) from which `node` was drawn, computed anew from what the model read for it."""
    tokens = torch.tensor([context_of(checkpoint, tree, node)], device=checkpoint.model.device)  # (1, T)
    logits: Tensor = checkpoint.model(tokens, only_last=True)  # (1, 1, V)
    return logits[0, 0].float().cpu()


def ranking(logits: Tensor, before: Sequence[int], stands: int, sampling: Sampling) -> Ranking:
    """What `sampling` makes of logits (V,) after the passage `before`; `stands` is the token that stands there."""
    model = logits.double().softmax(0)
    weighed = penalised(logits, torch.tensor(sorted(set(before)), dtype=torch.long), sampling.repetition_penalty)
    shaped = distribution(weighed, sampling.temperature)
    final = distribution(weighed, sampling.temperature, sampling.top_k, sampling.top_p)
    order = model.argsort(descending=True, stable=True).tolist()
    listed = order[:SHOWN] + [stands] * (stands not in order[:SHOWN])
    rest = torch.ones(len(logits), dtype=torch.bool).index_fill_(0, torch.tensor(listed), False)
    return Ranking(
        tuple(
            Candidate(token, order.index(token) + 1, float(model[token]), float(shaped[token]), float(final[token]))
            for token in listed
        ),
        Rest(
            int(rest.sum()),
            int((final[rest] > 0).sum()),
            *(float(each[rest].sum()) for each in (model, shaped, final)),
        ),
        stands,
        float(-(model * model.clamp_min(1e-300).log()).sum()),
    )
