"""Texts that come in: a file's bytes as text, in UTF-8 or the likeliest of the encodings that people still have."""

import codecs
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
# How often each letter stands in Russian, in percent (Lyashevskaya and Sharov 2009, the Russian National Corpus).
RUSSIAN = dict(zip("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", (
    10.97, 8.45, 8.01, 7.35, 6.70, 6.26, 5.47, 4.73, 4.54, 4.40, 3.49, 3.21, 2.98, 2.81, 2.62, 2.01, 1.90, 1.74, 1.70,
    1.65, 1.59, 1.44, 1.21, 0.97, 0.94, 0.73, 0.64, 0.48, 0.36, 0.32, 0.26, 0.04, 0.04,
), strict=True))  # fmt: skip
LIKE_RUSSIAN = 3.4  # nats a letter at most: Russian itself has 3.05, its letters in the wrong code page 4 and more
# The most frequent characters of modern Chinese: some 45 % of any text (Da 2004, "Chinese text computing").
SIMPLIFIED = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种"
    "事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
)
TRADITIONAL = frozenset(
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種"
    "事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實"
)
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
    read = next(_sensible(data, candidates), None)
    if read and read.encoding in TOLD_APART:  # by how frequent its letters are: another one may look as likely
        others = {encoding: CANDIDATES[encoding] for encoding in TOLD_APART if encoding != read.encoding}
        read = None if next(_sensible(data, others), None) else read
    if read is None:
        raise BadInput("gpt.not_a_text_file", path=name)
    return replace(read, text=read.text.replace("\r\n", "\n").replace("\r", "\n"))


def _sensible(data: bytes, candidates: dict[str, Callable[[str], bool]]) -> Iterator[Decoded]:
    """The readings of `data` that make sense, in the order of the candidates."""
    for encoding, sensible in candidates.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sensible(_around_the_first_rare(text)) and "\0" not in text:
            yield Decoded(text, encoding.removesuffix("-sig"))


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


def _japanese_unix(text: str) -> bool:
    """In EUC-JP, whose bytes are Korean ones as well: Japanese has kana, and among them its particles."""
    rare = sum(c > "\x7f" for c in text)
    kana = [c for c in text if "ぁ" <= c <= "ヿ"]
    particles = sum(c in "のはをにが" for c in kana)
    return _japanese(text) and len(kana) >= 0.3 * rare and particles >= 0.08 * len(kana)


def _korean(text: str) -> bool:
    """Korean letters are nearly all Hangul. Bytes of other languages decode to syllables too, but mostly to those that
    no one writes (outside KS X 1001)."""
    letters = [c for c in text if c > "\x7f" and unicodedata.category(c) in ("Lo", "Ll", "Lu")]
    hangul = sum(unicodedata.name(c, "").startswith("HANGUL") for c in letters)
    syllables = [c for c in text if "가" <= c <= "힣"]
    lone = [c for c in text if "ㄱ" <= c <= "ㆎ"]  # as Japanese bytes give them; people write laughs and tears
    if len(lone) > 0.3 * hangul and sum(c in "ㅋㅎㅠㅜ" for c in lone) < 0.8 * len(lone):
        return False
    written = sum(len(c.encode("euc_kr", errors="ignore")) == 2 for c in syllables)  # the others take eight bytes there
    return _printable(text) and hangul >= 0.9 * len(letters) and written > 0.5 * len(syllables)


def _chinese(common: frozenset[str]) -> Callable[[str], bool]:
    """Chinese characters, and among them those that no Chinese text can do without."""

    def sensible(text: str) -> bool:
        rare = [c for c in text if c > "\x7f"]
        characters = [c for c in rare if "\u4e00" <= c <= "\u9fff"]
        signs = sum("\u3000" <= c <= "\u303f" or "\uff01" <= c <= "\uff5e" or c in "“”‘’—…·" for c in rare)
        known = sum(c in common for c in characters)
        return (
            _printable(text) and len(characters) + signs >= 0.98 * len(rare) and known >= max(4, 0.2 * len(characters))
        )

    return sensible


def _russian(text: str) -> bool:
    """Cyrillic in words that have at most their first letter large, or are all large, its letters as frequent as in
    Russian."""
    rare = [c for c in text if c > "\x7f"]
    letters = [c for c in rare if "\u0400" <= c <= "\u04ff"]
    signs = sum(c in "«»—–…№„“”’\u00a0" for c in rare)
    if len(letters) < 20 or len(letters) + signs < 0.98 * len(rare) or not _printable(text):
        return False
    words = re.findall(r"[\u0400-\u04ff]{2,}", text)
    odd = sum(not (word[1:].islower() or word.isupper()) for word in words)
    surprise = -sum(math.log(RUSSIAN.get(c.lower(), 0.02) / 100) for c in letters) / len(letters)
    return odd <= 0.05 * len(words) and surprise <= LIKE_RUSSIAN


def _western(text: str) -> bool:
    """Western text has few letters with accents."""
    return _printable(text) and sum(c > "\x7f" for c in text) < 0.3 * len(text)


# cp949 is what Korean Windows calls EUC-KR. The order matters: bytes of one often decode in the next, to nonsense.
CANDIDATES: dict[str, Callable[[str], bool]] = {
    "utf-16-le": _two_bytes,
    "utf-16-be": _two_bytes,
    "shift_jis": _japanese,
    "euc-jp": _japanese_unix,
    "cp949": _korean,
    "gbk": _chinese(SIMPLIFIED),
    "big5": _chinese(TRADITIONAL),
    "cp1251": _russian,
    "koi8-r": _russian,
    "cp1252": _western,
}
TOLD_APART = ("euc-jp", "cp949", "gbk", "big5", "cp1251", "koi8-r")
