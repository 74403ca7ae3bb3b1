"""Texts that come in, and windows of tokens for training."""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.gpt.encodings import Decoded, decode

MAX_TEXT = 50_000_000  # characters of a text to train on or to measure; about ten times the works of Shakespeare


def read_text(path: Path) -> str:
    """The text of a file, line ends as \\n. Raises BadInput if it is missing, empty, too large or no text."""
    return read_file(path).text


def read_file(path: Path) -> Decoded:
    """The text of a file and its encoding. Raises BadInput as `read_text` does."""
    if not path.is_file():
        raise BadInput("gpt.file_missing", path=path)
    if path.stat().st_size > 4 * MAX_TEXT:
        raise BadInput("gpt.text_too_long", limit=f"{MAX_TEXT:,}")
    decoded = decode(path.read_bytes(), path.name)
    if not decoded.text:
        raise BadInput("gpt.text_empty")
    if len(decoded.text) > MAX_TEXT:
        raise BadInput("gpt.text_too_long", limit=f"{MAX_TEXT:,}")
    return decoded


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
