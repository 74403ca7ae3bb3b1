"""Text in, tokens out, and windows of tokens for training."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from demos.common.errors import BadInput

MAX_TEXT = 50_000_000  # characters of a text to train on or to measure; about ten times the works of Shakespeare


@dataclass(frozen=True)
class Encoding:
    """A text as tokens, and the characters that were skipped because the model never saw them (each once)."""

    tokens: list[int]
    unknown: tuple[str, ...] = ()

    def tensor(self) -> Tensor:
        """The tokens as a tensor (N,)."""
        return torch.tensor(self.tokens)


class CharTokenizer:
    """One token a character. The vocabulary is the characters of the training text, in the order of Unicode."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        self._token = {character: token for token, character in enumerate(self.characters)}

    @classmethod
    def of(cls, text: str) -> "CharTokenizer":
        """The tokenizer that knows every character of `text`."""
        return cls(sorted(set(text)))

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def start(self) -> int:
        """The token that stands before an empty prompt: a line break, after which anything may begin."""
        return self._token.get("\n", 0)

    def encode(self, text: str) -> Encoding:
        """The tokens of `text`; characters outside the vocabulary are skipped and named."""
        tokens: list[int] = []
        unknown: dict[str, None] = {}  # a set that keeps the order
        for character in text:
            token = self._token.get(character)
            if token is None:
                unknown[character] = None
            else:
                tokens.append(token)
        return Encoding(tokens, tuple(unknown))

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of `tokens`."""
        return "".join(self.characters[token] for token in tokens)


def read_text(path: Path) -> str:
    """The UTF-8 text of a file, line ends as \\n. Raises BadInput if it is missing, empty, too large or not UTF-8."""
    if not path.is_file():
        raise BadInput("gpt.file_missing", path=path)
    if path.stat().st_size > 4 * MAX_TEXT:
        raise BadInput("gpt.text_too_long", limit=f"{MAX_TEXT:,}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("gpt.not_utf8", path=path) from error
    if not text:
        raise BadInput("gpt.text_empty")
    if len(text) > MAX_TEXT:
        raise BadInput("gpt.text_too_long", limit=f"{MAX_TEXT:,}")
    return text


def split(tokens: Tensor, share: float = 0.9) -> tuple[Tensor, Tensor]:
    """The first 90 % to train on, the last 10 % to measure on."""
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
