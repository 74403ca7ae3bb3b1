"""Texts that come in: a file's bytes as text, in UTF-8 or the likeliest of the encodings that people still have."""

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from demos.common.errors import BadInput

MAX_TEXT = 50_000_000  # characters of a text to train on or to measure; about ten times the works of Shakespeare
MARKS = {  # a byte order mark settles it; the longer ones first, for UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
LOOKED_AT = 20_000  # characters, before and after the first that is outside ASCII


@dataclass(frozen=True)
class Decoded:
    """A text and the encoding it was in ("utf-8", "cp949", …), so that the visitor can be told."""

    text: str
    encoding: str


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


def decode(data: bytes, name: str = "") -> Decoded:
    """The text in `data`, line ends as \\n. Raises BadInput, naming the file, if no encoding makes sense of it."""
    marked = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), None)
    candidates: dict[str, Callable[[str], bool]] = {marked or "utf-8": _anything}
    if not marked:
        candidates |= CANDIDATES
    for encoding, sensible in candidates.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sensible(_around_the_first_rare(text)) and "\0" not in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            return Decoded(text, encoding.removesuffix("-sig"))
    raise BadInput("gpt.not_a_text_file", path=name)


def _anything(text: str) -> bool:
    return True


def _around_the_first_rare(text: str) -> str:
    """The part of a long text that is looked at: before its first character outside ASCII nothing is to be learned."""
    found = re.search(r"[^\x00-\x7f]", text)
    first = found.start() if found else 0
    return text[max(0, first - LOOKED_AT) : first + LOOKED_AT]


def _printable(text: str) -> bool:
    """Text has no control characters, and none that Unicode has not given a meaning."""
    return not any(unicodedata.category(c) in ("Cc", "Cn", "Co") and c not in "\n\r\t\f" for c in text)


def _two_bytes(text: str) -> bool:
    """UTF-16 is known by the zero byte beside each letter, digit or space of ASCII, which other encodings never have.

    In the wrong order of bytes those become anything. East Asian text may have few of them, and gets some in the wrong
    order ("one", U+4E00, becomes an N), so its points and its kana count too.
    """

    def common(some: str) -> int:
        return sum(c < "\x80" or c in "、。" or "ぁ" <= c <= "ヿ" for c in some)

    units = text.encode("utf-16-le")
    return b"\0" in units and _printable(text) and common(text) > common(units.decode("utf-16-be", errors="replace"))


def _japanese(text: str) -> bool:
    """Japanese stands in runs of full-width characters. Western accents decode to half-width ones, or, with the letter
    behind them, to a lone kanji."""
    full = ["\u3000" <= c <= "\u9fff" or "\uff01" <= c <= "\uff60" for c in text]
    rare, in_runs = sum(c > "\x7f" for c in text), sum(map(all, pairwise(full)))
    return _printable(text) and sum(full) >= 0.9 * rare and in_runs >= 0.5 * rare


def _korean(text: str) -> bool:
    """Korean letters are nearly all Hangul. Bytes of other languages decode to syllables too, but mostly to those that
    no one writes (outside KS X 1001)."""
    letters = [c for c in text if c > "\x7f" and unicodedata.category(c) in ("Lo", "Ll", "Lu")]
    hangul = sum(unicodedata.name(c, "").startswith("HANGUL") for c in letters)
    syllables = [c for c in text if "가" <= c <= "힣"]
    written = sum(len(c.encode("euc_kr", errors="ignore")) == 2 for c in syllables)  # the others take eight bytes there
    return _printable(text) and hangul >= 0.9 * len(letters) and written > 0.5 * len(syllables)


def _western(text: str) -> bool:
    """Western text has few letters with accents."""
    return _printable(text) and sum(c > "\x7f" for c in text) < 0.3 * len(text)


# cp949 is what Korean Windows calls EUC-KR. The order matters: bytes of one often decode in the next, to nonsense.
CANDIDATES: dict[str, Callable[[str], bool]] = {
    "utf-16-le": _two_bytes,
    "utf-16-be": _two_bytes,
    "shift_jis": _japanese,
    "cp949": _korean,
    "cp1252": _western,
}
