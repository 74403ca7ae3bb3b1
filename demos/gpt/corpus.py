"""What a GPT is trained on: windows of one long text, or many short examples. Both hand out inputs and targets.

A target of IGNORED is not predicted: the padding behind a short example, and the question before an answer.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import torch
from torch import Tensor

from demos.common.errors import BadInput

IGNORED = -100  # torch's cross_entropy leaves these targets out


def split(tokens: Tensor, share: float = 0.9) -> tuple[Tensor, Tensor]:
    """The first 90% to train on, the last 10% to measure on."""
    cut = int(share * len(tokens))
    return tokens[:cut], tokens[cut:]


def random_windows(tokens: Tensor, count: int, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """`count` windows from anywhere: inputs (B, T) and, one token further, the targets (B, T)."""
    starts = torch.randint(len(tokens) - size, (count, 1), generator=generator)
    windows = tokens[starts + torch.arange(size + 1)]  # (B, T + 1)
    return windows[:, :-1], windows[:, 1:]


def all_windows(tokens: Tensor, size: int, batch: int = 32) -> Iterator[tuple[Tensor, Tensor]]:
    """Every token but the first as a target exactly once: windows side by side, the last one shorter."""
    whole = (len(tokens) - 1) // size
    if whole:
        inputs = tokens[: whole * size].view(whole, size)
        targets = tokens[1 : whole * size + 1].view(whole, size)
        yield from zip(inputs.split(batch), targets.split(batch), strict=True)
    if len(tokens) - 1 > whole * size:
        yield tokens[whole * size : -1][None], tokens[whole * size + 1 :][None]


TokenPairs = tuple[Tensor, Tensor]  # each token (N,), and the one after it (N,)


class Corpus(Protocol):
    """A source of batches; inputs and targets are (B, T), targets one token further."""

    def batch(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """`count` rows to train on."""

    def held_out(self, *, whole: bool = False) -> Iterator[tuple[Tensor, Tensor]]:
        """What is only measured, in batches; every call begins again. `whole` for all of it, where it is much."""

    def pairs(self) -> tuple[TokenPairs, TokenPairs]:
        """Which token follows which where one is predicted: in training, and in what is measured."""


class Text:
    """One long text of N tokens. The last tenth is held out; of it, at most `most` tokens are measured on the way.

    They are measured `rows` windows at a time.
    """

    def __init__(self, tokens: Tensor, block_size: int, most: int | None = None, rows: int = 32) -> None:
        """Raises BadInput if the text is too short for windows of `block_size` tokens."""
        self.block_size, self.most, self.rows = block_size, most, rows
        self.trained, self.measured = split(tokens)
        if len(self.trained) <= block_size or len(self.measured) < 2:
            raise BadInput("gpt.text_too_short", tokens=len(tokens), needed=math.ceil((block_size + 1) / 0.9) + 1)

    def batch(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        return random_windows(self.trained, count, self.block_size, generator)

    def held_out(self, *, whole: bool = False) -> Iterator[tuple[Tensor, Tensor]]:
        return all_windows(self.measured if whole else self.measured[: self.most], self.block_size, self.rows)

    def pairs(self) -> tuple[TokenPairs, TokenPairs]:
        measured = self.measured[: self.most]
        return (self.trained[:-1], self.trained[1:]), (measured[:-1], measured[1:])


class Examples:
    """Pairs of a prompt and what follows it, side by side, padded to the longest.

    With `only_answers` the prompts are read but not predicted. With `alike`, a batch holds examples of about the same
    length: less padding, so less to compute.
    """

    def __init__(
        self, pairs: Iterable[tuple[Sequence[int], Sequence[int]]], *, only_answers: bool = True, alike: bool = False
    ) -> None:
        rows = [([*prompt, *answer], len(prompt)) for prompt, answer in pairs]
        self.alike = alike
        if alike:
            rows.sort(key=lambda row: len(row[0]))
        width = max(len(row) for row, _ in rows)
        self.inputs = torch.zeros(len(rows), width - 1, dtype=torch.long)  # (N, T)
        self.targets = torch.full((len(rows), width - 1), IGNORED)
        for i, (row, prompt) in enumerate(rows):
            self.inputs[i, : len(row) - 1] = torch.tensor(row[:-1])
            first = prompt - 1 if only_answers else 0
            self.targets[i, first : len(row) - 1] = torch.tensor(row[first + 1 :])

    def __len__(self) -> int:
        return len(self.inputs)

    def all(self, batch: int = 256) -> Iterator[tuple[Tensor, Tensor]]:
        """Every example once, in order."""
        return zip(self.inputs.split(batch), self.targets.split(batch), strict=True)

    def pairs(self) -> TokenPairs:
        """Each predicted token, and before it the one that it follows."""
        predicted = self.targets != IGNORED
        return self.inputs[predicted], self.targets[predicted]

    def some(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """`count` examples drawn at random, as wide as the longest of them."""
        first, size = 0, len(self)
        if self.alike:  # draw from the neighbours of a random example
            size = min(8 * count, size)
            first = int(torch.randint(1 - size, len(self), (), generator=generator).clamp(0, len(self) - size))
        rows = torch.randint(first, first + size, (count,), generator=generator)
        inputs, targets = self.inputs[rows], self.targets[rows]
        width = int((targets != IGNORED).any(0).nonzero()[-1]) + 1
        return inputs[:, :width], targets[:, :width]


class Pairs:
    """Examples to train on and others to measure on, `rows` of them at a time."""

    def __init__(self, trained: Examples, measured: Examples, rows: int = 256) -> None:
        self.trained, self.measured, self.rows = trained, measured, rows

    def pairs(self) -> tuple[TokenPairs, TokenPairs]:
        """As of `Text`; only the tokens that are predicted."""
        return self.trained.pairs(), self.measured.pairs()

    def batch(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        return self.trained.some(count, generator)

    def held_out(self, *, whole: bool = False) -> Iterator[tuple[Tensor, Tensor]]:
        return self.measured.all(self.rows)
