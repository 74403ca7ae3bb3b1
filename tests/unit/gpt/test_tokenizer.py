"""Every tokenizer keeps the text, shows its tokens honestly and survives being written down."""

import json
from pathlib import Path

import pytest

from demos.gpt.tokenizer import (
    END_OF_TEXT,
    BytePairTokenizer,
    CharTokenizer,
    NumberTokenizer,
    Shown,
    Tokenizer,
    byte_names,
    listed,
    tokenizer_from,
)

KOREAN = "안녕하세요. 오늘은 날씨가 좋네요! 뷁 👩‍🚀 naïve\n"


@pytest.fixture(scope="module")
def pairs() -> BytePairTokenizer:
    return BytePairTokenizer.learn(["the cat sat on the mat\n", "안녕하세요 오늘은\n"] * 20, 280)


def test_byte_pairs_know_every_text(pairs: BytePairTokenizer) -> None:
    encoding = pairs.encode(KOREAN)
    assert encoding.unknown == ()
    assert pairs.decode(encoding.tokens) == KOREAN
    assert len(pairs) == 280
    assert len(pairs.encode("the cat").tokens) < len("the cat")


def test_a_part_of_a_character_is_shown_as_bytes(pairs: BytePairTokenizer) -> None:
    shown = pairs.pieces(pairs.encode("a뷁").tokens)
    assert [piece.text for piece in shown] == ["a", "<EB>", "<B7>", "<81>"]
    assert [piece.partial for piece in shown] == [False, True, True, True]
    assert [piece.completes for piece in shown] == ["a", "", "", "뷁"]


def test_every_byte_has_its_name() -> None:
    tokenizer = BytePairTokenizer.learn([], 256)
    names = [piece.text for piece in tokenizer.pieces(range(256))]
    assert {f"<{byte:02X}>" for byte in range(0x80, 0x100)} < set(names)
    assert set(map(chr, range(0x80))) < set(names)


def test_streamed_text_holds_back_open_characters(pairs: BytePairTokenizer) -> None:
    tokens = pairs.encode(KOREAN).tokens
    reader = pairs.reader()
    parts = [reader.read(token) for token in tokens]
    assert "".join(parts) == KOREAN
    assert not any("\ufffd" in part for part in parts)
    assert reader.close() == ""
    reader.read(pairs.encode("뷁").tokens[0])
    assert reader.close() == "\ufffd"


def test_a_tokenizer_that_cuts_or_fills_its_texts_does_neither_here(pairs: BytePairTokenizer) -> None:
    description = pairs.to_json()["tokenizer"]
    description["truncation"] = {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}
    description["padding"] = {
        **{"strategy": {"Fixed": 200}, "direction": "Right", "pad_to_multiple_of": None},
        **{"pad_id": 0, "pad_type_id": 0, "pad_token": "!"},
    }
    assert BytePairTokenizer(json.dumps(description)).encode(KOREAN) == pairs.encode(KOREAN)


def test_an_empty_prompt_starts_after_a_line_break_or_with_the_first_token() -> None:
    assert CharTokenizer.of("ab\n").start == 0
    assert CharTokenizer("ba\n").start == 2
    assert CharTokenizer("ba").start == 0
    assert NumberTokenizer(50).start == 0


def test_characters_and_numbers_are_shown_whole() -> None:
    assert CharTokenizer.of("뷁a").pieces([1, 0]) == [Shown("뷁", "뷁", partial=False), Shown("a", "a", partial=False)]
    assert NumberTokenizer(50).pieces([17]) == [Shown("17 ", "17 ", partial=False)]


def test_of_many_skipped_characters_twenty_are_listed() -> None:
    skipped = [chr(ord("가") + n) for n in range(21)]
    assert listed(skipped[:20]) == " ".join(skipped[:20])
    assert listed(skipped) == " ".join(skipped[:20]) + " …"


def test_byte_names_are_those_of_the_library() -> None:
    from tokenizers.pre_tokenizers import ByteLevel

    assert sorted(byte_names().values()) == sorted(ByteLevel.alphabet())
    assert byte_names()[ord(" ")] == "Ġ"


@pytest.mark.parametrize("kind", ["characters", "byte pairs", "numbers"])
def test_a_tokenizer_survives_json(kind: str, pairs: BytePairTokenizer) -> None:
    tokenizer = {"characters": CharTokenizer.of(KOREAN), "byte pairs": pairs, "numbers": NumberTokenizer(50)}[kind]
    description = json.loads(json.dumps(tokenizer.to_json()))
    assert description["kind"] == kind
    again = tokenizer_from(description)
    text = "12 7 " if kind == "numbers" else KOREAN
    assert again.decode(again.encode(text).tokens) == text
    assert again.encode(text) == tokenizer.encode(text)
    assert len(again) == len(tokenizer)
    assert again.start == tokenizer.start


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "runes"},
        {"kind": "byte pairs", "tokenizer": {}},
        {"kind": "byte pairs", "tokenizer": {"model": {"type": "WordLevel", "vocab": {}, "unk_token": "?"}}},
        {"kind": "numbers", "size": "many"},
    ],
)
def test_a_description_of_nothing_is_refused(wrong: dict) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        tokenizer_from(wrong)


def test_gpt2s_two_files_make_the_same_tokenizer(pairs: BytePairTokenizer, tmp_path: Path) -> None:
    model = pairs.to_json()["tokenizer"]["model"]
    vocabulary = model["vocab"] | {END_OF_TEXT: 280}
    merges = "#version: 0.2\n" + "\n".join(" ".join(merge) for merge in model["merges"])
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (tmp_path / "merges.txt").write_text(merges, encoding="utf-8")
    read = BytePairTokenizer.from_files(tmp_path / "vocab.json", tmp_path / "merges.txt")
    assert read.encode(KOREAN) == pairs.encode(KOREAN)
    assert read.start == 280
    assert read.decode([280]) == END_OF_TEXT
    assert read.pieces([280])[0].text == END_OF_TEXT
    assert read.encode(f"a{END_OF_TEXT}").tokens == [*pairs.encode("a").tokens, 280]  # one token, not its letters


def test_numbers_stand_for_tokens_that_have_no_text() -> None:
    tokenizer = NumberTokenizer(50)
    encoding = tokenizer.encode("3 49 50 x")
    assert (encoding.tokens, encoding.unknown) == ([3, 49], ("50", "x"))
    assert tokenizer.decode([3, 49]) == "3 49 "


@pytest.mark.parametrize("half", [0xD83D, 0xDE00, 0xDCFF], ids=hex)
@pytest.mark.parametrize(
    "tokenizer", [CharTokenizer.of("3 "), BytePairTokenizer.learn(["3 "], 256), NumberTokenizer(9)], ids=type
)
def test_half_a_character_is_skipped_and_named_by_what_can_be_shown(tokenizer: Tokenizer, half: int) -> None:
    """A broken emoji in a page's message, or a byte that is no UTF-8 on the command line."""
    broken = tokenizer.encode(f"3 {chr(half)}")
    assert broken.tokens == tokenizer.encode("3 ").tokens
    assert broken.unknown == ("\ufffd",)


def test_the_sign_for_an_unreadable_character_is_a_character_as_any_other() -> None:
    pairs = BytePairTokenizer.learn(["3 "], 256)
    assert pairs.decode(pairs.encode("\ufffd").tokens) == "\ufffd"
    assert pairs.encode("\ufffd").unknown == ()
