"""Half characters become U+FFFD, and nothing else changes."""

import json
import random

import pytest

from demos.common.valid_text import valid_json, valid_text


def test_half_a_character_becomes_one_sign_and_whole_ones_stay() -> None:
    assert valid_text("ab\ud83d") == "ab\ufffd"
    assert valid_text("\ude00\ud83d 한글 😀") == "\ufffd\ufffd 한글 😀"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb'"ab\ud83d"', "ab\ufffd"),
        (rb'"\uD83D\uDE00 \ud83d"', "😀 \ufffd"),
        (rb'"\ude00\ud83d"', "\ufffd\ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd😀"),
        (rb'"\\ud83d"', r"\ud83d"),
        (rb'"\\\ud83d"', "\\\ufffd"),
        (rb'"\ud83d\\ude00"', "\ufffd\\ude00"),
        ('"한글 \\ud55c 😀"'.encode(), "한글 한 😀"),
    ],
)
def test_escapes_of_half_characters_are_replaced_in_json(sent: bytes, read: str) -> None:
    assert json.loads(valid_json(sent)) == read
    assert len(valid_json(sent)) == len(sent)


def test_it_says_what_python_reads_with_its_halves_replaced() -> None:
    chance = random.Random(0)
    for _ in range(2000):
        text = "".join(chance.choices(["\ud83d", "\ude00", "\\", '"', "u", "d83d", "\udbff", "한", "\n"], k=8))
        sent = json.dumps([text, {text: text}]).encode()
        expected = json.loads(sent)  # pairs are joined by now
        assert json.loads(valid_json(sent)) == json.loads(
            json.dumps(expected, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
