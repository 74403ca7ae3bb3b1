"""From text to tokens and back. Every tokenizer answers the same four questions, whatever its tokens are.

- `CharTokenizer`: a token is a character. Nothing to learn; a text is as many tokens long as it has characters.
- `BytePairTokenizer`: a token is a piece of a word, in bytes (Sennrich et al. 2016, "Neural Machine Translation of
  Rare Words with Subword Units"; over bytes: Radford et al. 2019, section 2.2). No text is unknown to it, but a token
  may be only a part of a character: one Korean syllable is three bytes of UTF-8.
- `NumberTokenizer`: for a checkpoint that came without its vocabulary; a token is shown as its number.
"""

import codecs
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

import tokenizers
import torch
from torch import Tensor

from demos.common.valid_text import HALF, UNREADABLE, valid_text

END_OF_TEXT = "<|endoftext|>"  # what GPT-2 put between two documents
SIGNS = {"\t": "⇥", " ": "␣", "\n": "↵"}


@dataclass(frozen=True)
class Encoding:
    """A text as tokens, and the characters that were skipped because the model never saw them (each once)."""

    tokens: list[int]
    unknown: tuple[str, ...] = ()

    def tensor(self) -> Tensor:
        """The tokens as a tensor (N,)."""
        return torch.tensor(self.tokens)


@dataclass(frozen=True)
class Shown:
    """One token for the eye.

    `text` is the token's own text; bytes that are only a part of a character stand as <EA>, and `partial` is true.
    `completes` is the text that is finished once this token came: empty while a character is still open.
    """

    text: str
    completes: str
    partial: bool = False


class Reader(Protocol):
    """Tokens one after another; text comes out as soon as its characters are whole."""

    def read(self, token: int) -> str:
        """The text that `token` completes, "" while a character is open."""

    def close(self) -> str:
        """What is left over when no further token comes: open bytes as U+FFFD."""


class Tokenizer(Protocol):
    """What the rest of the demo knows of a tokenizer."""

    def __len__(self) -> int: ...
    @property
    def start(self) -> int:
        """The token that stands before an empty prompt."""

    def encode(self, text: str) -> Encoding:
        """The tokens of `text`; characters outside the vocabulary are skipped and named, half ones as UNREADABLE."""

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of `tokens`; bytes that make no character become U+FFFD."""

    def bytes_of(self, token: int) -> bytes:
        """What `token` adds to a text, in UTF-8; it may be only a part of a character."""

    def pieces(self, tokens: Iterable[int]) -> list[Shown]:
        """Each token for the eye."""

    def reader(self) -> Reader:
        """Reads tokens one after another, for text that streams."""

    def to_json(self) -> dict[str, Any]:
        """What `tokenizer_from` makes the same tokenizer of."""


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
        """A line break, after which anything may begin."""
        return self._token.get("\n", 0)

    def encode(self, text: str) -> Encoding:
        tokens: list[int] = []
        unknown: dict[str, None] = {}  # a set that keeps the order
        for character in valid_text(text):
            token = self._token.get(character)
            if token is None:
                unknown[character] = None
            else:
                tokens.append(token)
        return Encoding(tokens, tuple(unknown))

    def decode(self, tokens: Sequence[int]) -> str:
        return "".join(self.characters[token] for token in tokens)

    def bytes_of(self, token: int) -> bytes:
        return self.characters[token].encode()

    def pieces(self, tokens: Iterable[int]) -> list[Shown]:
        return [Shown(self.characters[token], self.characters[token]) for token in tokens]

    def reader(self) -> "WholeReader":
        return WholeReader(self)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "characters", "characters": "".join(self.characters)}


class BytePairTokenizer:
    """Byte-level BPE, by the `tokenizers` library. Its description is the JSON text that the library writes."""

    def __init__(self, description: str) -> None:
        """Raises ValueError if `description` is not a byte-level tokenizer of that library."""
        try:
            self._tokenizer = tokenizers.Tokenizer.from_str(description)
        except Exception as error:  # the library raises bare Exception
            raise ValueError(f"Not a tokenizer: {error}") from error
        if not isinstance(self._tokenizer.decoder, tokenizers.decoders.ByteLevel):
            raise ValueError("Not a byte-level tokenizer.")
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.post_processor = tokenizers.processors.ByteLevel(trim_offsets=False)  # adds no tokens

    @classmethod
    def learn(cls, texts: Iterable[str], size: int) -> "BytePairTokenizer":
        """The `size` tokens (at least 256, the bytes) that BPE makes of `texts`."""
        learned = _byte_level(tokenizers.models.BPE())
        trainer = tokenizers.trainers.BpeTrainer(
            vocab_size=size, initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(), show_progress=False
        )
        learned.train_from_iterator(texts, trainer)
        return cls(learned.to_str())

    @classmethod
    def from_files(cls, vocabulary: Path, merges: Path) -> "BytePairTokenizer":
        """GPT-2's tokenizer as OpenAI published it: vocab.json and merges.txt."""
        read = _byte_level(tokenizers.models.BPE.from_file(str(vocabulary), str(merges)))
        if read.token_to_id(END_OF_TEXT) is not None:
            read.add_special_tokens([END_OF_TEXT])
        return cls(read.to_str())

    def __len__(self) -> int:
        return self._tokenizer.get_vocab_size()

    @property
    def start(self) -> int:
        """The end of the text before, if the vocabulary has it, else a line break."""
        end = self._tokenizer.token_to_id(END_OF_TEXT)
        return end if end is not None else self.encode("\n").tokens[0]

    def encode(self, text: str) -> Encoding:
        whole = HALF.sub("", text)
        return Encoding(self._tokenizer.encode(whole).ids, () if whole == text else (UNREADABLE,))

    def decode(self, tokens: Sequence[int]) -> str:
        return b"".join(self._bytes[token] for token in tokens).decode("utf-8", errors="replace")

    def bytes_of(self, token: int) -> bytes:
        return self._bytes[token]

    def pieces(self, tokens: Iterable[int]) -> list[Shown]:
        reader, shown = self.reader(), []
        for token in tokens:
            text = self._bytes[token].decode("utf-8", errors="surrogateescape")
            visible = "".join(f"<{ord(c) - 0xDC00:02X}>" if "\udc80" <= c <= "\udcff" else c for c in text)
            shown.append(Shown(visible, reader.read(token), partial=visible != text))
        return shown

    def reader(self) -> "ByteReader":
        return ByteReader(self._bytes)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "byte pairs", "tokenizer": json.loads(self._tokenizer.to_str())}

    @cached_property
    def _bytes(self) -> list[bytes]:
        """The bytes of every token. The vocabulary writes a byte as a printable character (`byte_names`)."""
        values = named_bytes()
        added = {token: entry.content for token, entry in self._tokenizer.get_added_tokens_decoder().items()}
        vocabulary = {token: name for name, token in self._tokenizer.get_vocab().items()}

        def of(token: int) -> bytes:
            if token in added:
                return added[token].encode()
            name = vocabulary.get(token, "")
            return bytes(values[character] for character in name) if set(name) <= values.keys() else name.encode()

        return [of(token) for token in range(max(vocabulary, default=-1) + 1)]


class NumberTokenizer:
    """Tokens of which nothing is known: 17 is written “17 ”."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    @property
    def start(self) -> int:
        return 0

    def encode(self, text: str) -> Encoding:
        """The numbers in `text`; anything else, and numbers too large, is unknown."""
        words = valid_text(text).split()
        known = [word for word in words if re.fullmatch(r"[0-9]{1,12}", word) and int(word) < self.size]
        once = set(known)
        return Encoding([int(word) for word in known], tuple(w for w in dict.fromkeys(words) if w not in once))

    def decode(self, tokens: Sequence[int]) -> str:
        return "".join(f"{token} " for token in tokens)

    def bytes_of(self, token: int) -> bytes:
        return f"{token} ".encode()

    def pieces(self, tokens: Iterable[int]) -> list[Shown]:
        return [Shown(f"{token} ", f"{token} ") for token in tokens]

    def reader(self) -> "WholeReader":
        return WholeReader(self)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "numbers", "size": self.size}


class WholeReader:
    """For tokenizers whose tokens are whole characters."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def read(self, token: int) -> str:
        return self._tokenizer.decode([token])

    def close(self) -> str:
        return ""


class ByteReader:
    """UTF-8 decoded as it comes."""

    def __init__(self, table: Sequence[bytes]) -> None:
        self._table = table
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def read(self, token: int) -> str:
        return self._decoder.decode(self._table[token])

    def close(self) -> str:
        return self._decoder.decode(b"", final=True)


def tokenizer_from(description: dict[str, Any]) -> Tokenizer:
    """The tokenizer that `to_json` described. Raises KeyError, TypeError or ValueError if it described none."""
    kind = description.get("kind", "characters")  # the first files of this demo named no kind
    if kind == "characters":
        return CharTokenizer(description["characters"])
    if kind == "byte pairs":
        return BytePairTokenizer(json.dumps(description["tokenizer"]))
    if kind == "numbers":
        return NumberTokenizer(int(description["size"]))
    raise ValueError(f"Unknown kind of tokenizer: {kind}")


def listed(unknown: Sequence[str]) -> str:
    """The first of what was skipped, for the eye."""
    return " ".join("".join(map(_visible, each)) for each in unknown[:20]) + (" …" if len(unknown) > 20 else "")


def _visible(character: str) -> str:
    """The character; a sign for white space, and the code point of whatever else shows nothing by itself."""
    kind = unicodedata.category(character)
    unseen = kind[0] in "CZ" or kind in ("Mn", "Me")  # controls and separators; marks that sit on another character
    return SIGNS.get(character, f"U+{ord(character):04X}" if unseen else character)


def byte_names() -> dict[int, str]:
    """How GPT-2's vocabulary writes each byte: printable ones as themselves, the others from U+0100 on."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}


@cache
def named_bytes() -> dict[str, int]:
    """The byte that each of `byte_names` stands for."""
    return {name: byte for byte, name in byte_names().items()}


def _byte_level(model: "tokenizers.models.BPE") -> tokenizers.Tokenizer:
    made = tokenizers.Tokenizer(model)
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    return made
