"""What is said about what was typed."""

import pytest

from demos.gpt.prompts.prompt import skipped


@pytest.mark.parametrize(
    ("unknown", "named"),
    [
        ("한", "한"),
        ("\t", "⇥"),
        (" ", "␣"),
        ("\n", "↵"),
        ("\r", "U+000D"),
        ("\u00a0", "U+00A0"),  # a space that does not break
        ("\u200b", "U+200B"),  # a space without width
        ("\ufe0f", "U+FE0F"),  # makes an emoji of the character before
        ("\u0301", "U+0301"),  # an accent for the character before
        ("\U0001f600", "😀"),
        ("one", "one"),  # of a tokenizer of numbers
    ],
)
def test_what_was_skipped_is_named_so_that_it_can_be_seen(unknown: str, named: str) -> None:
    (note,) = skipped((unknown, "가"), "en")
    assert note.endswith(f": {named} 가")
    assert skipped((), "en") == []
