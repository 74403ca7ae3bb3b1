"""A tokeniser as Hugging Face stores it: `tokenizer.json`, read by the tokenizers package, without any code of others.

The same tokens as open_clip's HFTokenizer, which needs the transformers package for it.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

FILE = "tokenizer.json"
SETTINGS = ("tokenizer_config.json", "special_tokens_map.json")  # what pads a text, and on which side
MOST_BYTES = 1 << 26  # of a file


class JsonTokenizer:
    """Texts → tokens (N, T), cut or padded to `context_length`.

    `clean`, `strip_sep_token` and `tokenizer_mode` ("" or "clips") are open_clip's. Raises ValueError and OSError for
    files that are no tokeniser.
    """

    def __init__(
        self,
        folder: Path,
        context_length: int,
        clean: str = "whitespace",
        strip_sep_token: bool = False,
        tokenizer_mode: str | None = None,
    ) -> None:
        from open_clip.tokenizer import get_clean_fn
        from tokenizers import Tokenizer

        self.context_length, self.clips = context_length, tokenizer_mode == "clips"
        self.clean = get_clean_fn(clean)
        content = _read(folder / FILE)
        try:
            self.tokenizer = Tokenizer.from_str(content)
        except Exception as error:  # its own, without a name to catch it by
            raise ValueError(f"{FILE} holds no tokeniser") from error
        told: dict[str, Any] = {}
        for name in reversed(SETTINGS):
            if (folder / name).is_file():
                told |= json.loads(_read(folder / name))
        self.special = {name: self._number(told.get(name)) for name in ("pad_token", "sep_token", "cls_token")}
        self.ends = [self._number(told.get(name)) for name in ("bos_token", "eos_token")]
        self.strip_sep_token = strip_sep_token
        stored = self.tokenizer.padding or {}
        pad = self.special["pad_token"]
        self.pad = stored.get("pad_id") if pad is None else pad
        if self.pad is None or (self.clips and None in (*self.ends, self.special["cls_token"])):
            raise ValueError("no token to pad with, or none for the ends")
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        if self.clips:
            return
        sides = {name: told.get(f"{name}_side", "right") for name in ("padding", "truncation")}
        if not {"left", "right"} >= set(sides.values()):
            raise ValueError("sides are left and right")
        self.tokenizer.enable_truncation(context_length, direction=sides["truncation"])
        token = self.tokenizer.id_to_token(self.pad) or ""
        self.tokenizer.enable_padding(
            direction=sides["padding"], pad_id=self.pad, pad_token=token, length=context_length
        )

    def __call__(self, texts: Sequence[str]) -> Tensor:
        found = self.tokenizer.encode_batch([self.clean(text) for text in texts], add_special_tokens=not self.clips)
        tokens = torch.tensor([self._ended(each.ids) if self.clips else each.ids for each in found])
        if self.strip_sep_token and self.special["sep_token"] is not None:
            tokens[tokens == self.special["sep_token"]] = 0
        return tokens

    def cuts(self, text: str) -> bool:
        """Whether the end of a text is left out."""
        found = self.tokenizer.encode(self.clean(text), add_special_tokens=not self.clips)
        return len(found.ids) > self.context_length - 3 if self.clips else bool(found.overflowing)

    def _ended(self, ids: list[int]) -> list[Any]:
        """CLIPS (Liu et al. 2024): start, text, end, padding, and the class token last."""
        begin, end = self.ends
        tokens = [begin, *ids[: self.context_length - 3], end]
        return [*tokens, *[self.pad] * (self.context_length - 1 - len(tokens)), self.special["cls_token"]]

    def _number(self, token: Any) -> int | None:
        word = token.get("content") if isinstance(token, dict) else token
        found: int | None = self.tokenizer.token_to_id(word) if isinstance(word, str) else None
        return found


def _read(file: Path) -> str:
    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"{file.name} is too long")
    return file.read_text(encoding="utf-8")
