"""In which encoding bytes are text: UTF-8 if they can be, else the likeliest of those that people still have."""

import codecs
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from demos.common.errors import BadInput

MARKS = {  # a byte order mark settles it; the longer ones first, for UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Decoded:
    """A text and the encoding it was in ("utf-8", "cp949", …), so that the visitor can be told."""

    text: str
    encoding: str

    @property
    def guessed(self) -> bool:
        """Whether the encoding was guessed, because it was not UTF-8 and no mark named it."""
        return self.encoding in CANDIDATES


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
        if sensible(text) and "\0" not in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            return Decoded(text, encoding.removesuffix("-sig"))
    raise BadInput("gpt.not_a_text_file", path=name)


def _anything(text: str) -> bool:
    return True


def _script(*names: str) -> Callable[[str], bool]:
    """Whether most letters outside ASCII are of a script: a wrong encoding scatters them over many."""

    def sensible(text: str) -> bool:
        letters = [c for c in text[:20_000] if ord(c) > 127 and unicodedata.category(c) in ("Lo", "Ll", "Lu")]
        return sum(unicodedata.name(c, "").startswith(names) for c in letters) >= 0.9 * len(letters)

    return sensible


def _korean(text: str) -> bool:
    """Bytes of other languages decode to syllables too, but to those that no one writes (outside KS X 1001)."""
    syllables = [c for c in text[:20_000] if "가" <= c <= "힣"]
    written = sum(len(c.encode("euc_kr", errors="ignore")) > 0 for c in syllables)
    return _script("HANGUL")(text) and written > 0.9 * len(syllables)


def _western(text: str) -> bool:
    """Western text has few letters with accents, and no control characters."""
    rare = sum(ord(c) > 127 for c in text)
    return rare < 0.3 * len(text) and not any(unicodedata.category(c) == "Cc" and c not in "\n\r\t\f" for c in text)


# cp949 is what Korean Windows calls EUC-KR. The order matters: bytes of one often decode in the next, to nonsense.
CANDIDATES: dict[str, Callable[[str], bool]] = {
    "utf-16-le": _script("HANGUL", "LATIN", "HIRAGANA", "KATAKANA"),
    "utf-16-be": _script("HANGUL", "LATIN", "HIRAGANA", "KATAKANA"),
    "shift_jis": _script("HIRAGANA", "KATAKANA", "CJK"),
    "cp949": _korean,
    "cp1252": _western,
}
