"""The logit lens: what the model would answer if it stopped after a layer.

Every layer adds to the residual stream, so the stream has the same form everywhere, and the output layer can read it
anywhere: the last layer norm, then the unembedding, on the stream after each layer. nostalgebraist 2020,
"interpreting GPT: the logit lens".

Letters in the shapes: L layers, T tokens, C channels, V tokens in the vocabulary, K guesses.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.gpt.model import GPT

GUESSES = 5


@dataclass(frozen=True)
class Standing:
    """How one token stands at each position, in one layer (T,) or in all (L + 1, T).

    `probability` is 0 … 1; `rank` is 1 for the best guess, and 0 where there is no token to ask for.
    """

    probability: Tensor
    rank: Tensor


@dataclass(frozen=True)
class Row:
    """One layer through the lens: the best guesses (T, K) and their probabilities, likeliest first.

    `answer` is the token that the whole model guesses, `actual` the one that really came next.
    """

    guesses: Tensor
    probabilities: Tensor
    answer: Standing
    actual: Standing


@dataclass(frozen=True)
class Lens:
    """All rows: the embedding first, then each layer; the last row is the model's own output.

    guesses and probabilities (L + 1, T, K), answers (T,): the model's final guess at each position.
    """

    guesses: Tensor
    probabilities: Tensor
    answers: Tensor
    answer: Standing
    actual: Standing

    @classmethod
    def of(cls, rows: list[Row]) -> "Lens":
        def stacked(name: str) -> Standing:
            standings = [getattr(row, name) for row in rows]
            return Standing(torch.stack([s.probability for s in standings]), torch.stack([s.rank for s in standings]))

        guesses = torch.stack([row.guesses for row in rows])
        probabilities = torch.stack([row.probabilities for row in rows])
        return cls(guesses, probabilities, guesses[-1, :, 0], stacked("answer"), stacked("actual"))

    @property
    def first(self) -> Tensor:
        """The first row (T,) in which the final answer is the best guess; 0 is the embedding."""
        return (self.answer.rank == 1).int().argmax(0)


@torch.inference_mode()
def lens(model: GPT, residual: Tensor, tokens: Tensor) -> Iterator[Row]:
    """The rows for a residual stream (L + 1, T, C) of `tokens` (T,), one at a time: each costs an output layer."""
    final = _predict(model, residual[-1])  # (T, V)
    answers = final.argmax(-1)  # (T,)
    for layer, stream in enumerate(residual):
        said = final if layer == len(residual) - 1 else _predict(model, stream)
        best = said.topk(min(GUESSES, said.size(-1)))
        yield Row(best.indices.cpu(), best.values.cpu(), _standing(said, answers), _standing(said, tokens[1:]))


def _predict(model: GPT, stream: Tensor) -> Tensor:
    """Probabilities (T, V) that the output layer reads from a residual stream (T, C)."""
    return model.unembed(model.transformer.ln_f(stream)).float().softmax(-1)


def _standing(said: Tensor, asked: Tensor) -> Standing:
    """Probability and rank of the tokens asked for, at as many positions as there are; nothing at the others."""
    probability, rank = said.new_zeros(len(said)), torch.zeros(len(said), dtype=torch.long, device=said.device)
    known = said[: len(asked)]
    own = known.gather(1, asked[:, None])[:, 0]
    probability[: len(asked)] = own
    rank[: len(asked)] = 1 + (known > own[:, None]).sum(-1)
    return Standing(probability.cpu(), rank.cpu())
