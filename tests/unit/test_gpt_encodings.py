"""Texts in the encodings that people still have are read, and what is no text is refused."""

from pathlib import Path

import pytest

from demos.common.errors import BadInput
from demos.common.weights import FOLDER
from demos.gpt.data import read_file
from demos.gpt.encodings import decode

KOREAN = "안녕하세요. 오늘은 날씨가 좋네요. GPT를 배웁니다.\r\n" * 3
FRENCH = "Où est le garçon ? À la forêt, déjà été.\n"
GERMAN = "Grüße aus München, schöne Straße\n"
JAPANESE = "こんにちは、今日は天気がいいですね。漢字も使います。\n"


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (KOREAN, "utf-8", "utf-8"),
        (KOREAN, "utf-8-sig", "utf-8"),
        (KOREAN, "euc-kr", "cp949"),
        (KOREAN + "똠방각하", "cp949", "cp949"),
        (KOREAN, "utf-16", "utf-16"),
        (KOREAN, "utf-16-le", "utf-16-le"),
        (KOREAN, "utf-32", "utf-32"),
        ("To be, or not to be", "utf-16-be", "utf-16-be"),
        (FRENCH, "latin-1", "cp1252"),
        (GERMAN, "cp1252", "cp1252"),
        (JAPANESE, "shift_jis", "shift_jis"),
    ],
)
def test_an_encoding_is_found(text: str, encoding: str, named: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text.replace("\r\n", "\n"), named)
    assert decoded.guessed == (named in {"cp949", "cp1252", "shift_jis", "utf-16-le", "utf-16-be"})


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", bytes(range(256)) * 8])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as refusal:
        decode(data, "picture.png")
    assert refusal.value.key == "gpt.not_a_text_file"
    assert "picture.png" in str(refusal.value)


def test_weights_are_no_text() -> None:
    with pytest.raises(BadInput):
        read_file(FOLDER / "gpt/shakespeare.safetensors")


def test_a_file_says_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "글.txt"
    file.write_bytes(KOREAN.encode("cp949"))
    assert read_file(file).encoding == "cp949"
