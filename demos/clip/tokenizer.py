"""Texts → byte-pair tokens, by CLIP's own merges (Radford et al. 2021, section 2.4) cut to a small vocabulary."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import demos.common.models.torchvision_guard  # noqa: F401  (open_clip imports torchvision)

BPE_FILE = "bpe.txt.gz"


class Tokenizer:
    """Texts → token arrays, each text tokenised once."""

    def __init__(self, bpe: Path, context: int) -> None:
        from open_clip.tokenizer import SimpleTokenizer

        self.tokenizer = SimpleTokenizer(bpe_path=str(bpe), context_length=context)
        self.known: dict[str, list[int]] = {}

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """(N, T) token numbers; T is the length of the longest text, since padding changes nothing."""
        rows = [self.tokens(text) for text in texts]
        tokens = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
        for i, row in enumerate(rows):
            tokens[i, : len(row)] = row
        return torch.from_numpy(tokens)

    def tokens(self, text: str) -> list[int]:
        """The tokens of one text, start and end included, without padding."""
        if text not in self.known:
            self.known[text] = [token for token in self.tokenizer(text)[0].tolist() if token]
        return self.known[text]


def cut_bpe(target: Path, vocabulary: int) -> None:
    """Write CLIP's byte-pair merges, the most frequent first, cut to a vocabulary of `vocabulary` tokens.

    The other tokens are 256 bytes, each alone and at the end of a word, and the two marks of start and end.
    """
    from open_clip.tokenizer import default_bpe

    with gzip.open(default_bpe()) as whole:
        lines = whole.read().decode().split("\n")[: 1 + vocabulary - 512 - 2]
    with open(target, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as zipped:
        zipped.write("\n".join(lines).encode())
