"""A value that a program sent is what its parameter says, or is refused by name."""

from pathlib import Path
from typing import Any, Literal

import pytest

from demos.common.errors import BadInput
from demos.common.typed import MOST_ENTRIES, typed


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [
        (str, "", ""),
        (int, 4.0, 4),
        (float, 4, 4.0),
        (bool, True, True),
        (int | str | None, "8,4", "8,4"),
        (int | str | None, 8, 8),
        (int | None, None, None),
        (list[str], ["a", "b"], ["a", "b"]),
        (list[str] | str, "a", "a"),
        (Literal["a", "b"], "c", "c"),  # whoever takes it knows the names, and says them
        (list[Path], [Path("a")], [Path("a")]),
    ],
)
def test_what_fits_is_taken(kind: Any, value: object, taken: object) -> None:
    found = typed("value", value, kind)
    assert found == taken
    assert type(found) is type(taken)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (str, 5, "value must be a text, not 5."),
        (str, None, "value must be a text, not –."),
        (int, 2.5, "value must be a whole number, not 2.5."),
        (int, True, "value must be a whole number, not True."),
        (int, float("inf"), "value must be a whole number, not inf."),
        (int | None, "4", "value must be a whole number, not 4."),
        (float, "hot", "value must be a number, not hot."),
        (bool, 1, "value must be true or false, not 1."),
        (list[str], "a", "value must be a list of texts, not a."),
        (list[str], ["a", 5], "value must be a list of texts, not ['a', 5]."),
        (Path, "/etc/hostname", "value must be a file that was sent, not /etc/hostname."),
        (Path, {"path": "/etc/hostname"}, "value must be a file that was sent, not {'path': '/etc/hostname'}."),
        (list[Path], ["/etc/hostname"], "value must be a list of files that were sent, not ['/etc/hostname']."),
        (Literal["a"], 5, "value must be a text, not 5."),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(kind: Any, value: object, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        typed("value", value, kind)
    assert str(refused.value) == said
    assert refused.value.in_language("ko") != said


def test_a_list_has_an_end() -> None:
    with pytest.raises(BadInput, match=f"1,000 entries, not {MOST_ENTRIES + 1:,}"):
        typed("value", ["a"] * (MOST_ENTRIES + 1), list[str])
