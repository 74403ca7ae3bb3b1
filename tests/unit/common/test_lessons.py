"""The lessons of a demo as they are read from its file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demos.common import i18n, lessons
from demos.common.errors import BadInput

STRINGS = "".join(
    f'[lesson_{key}]\nen = "{key} in English"\nko = "{key} 말"\n'
    for key in ("one_title", "one_text", "two_title", "two_text", "two_second", "two_chip")
)
LESSONS = """
[[lesson]]
key = "one"
setup = { hidden = [2] }

[[lesson]]
key = "two"
setup = { hidden = [3] }
other = { seed = 4 }
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a demo "toy" with two lessons."""
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "strings.toml").write_text(STRINGS, encoding="utf-8")
    (folder / "lessons.toml").write_text(LESSONS, encoding="utf-8")
    common = i18n.strings()
    monkeypatch.setattr(i18n, "DEMOS_FOLDER", tmp_path)
    i18n.strings.cache_clear()
    own = i18n.strings()
    monkeypatch.setattr(i18n, "strings", lambda: common | own)
    lessons.lessons.cache_clear()
    yield folder
    lessons.lessons.cache_clear()
    monkeypatch.undo()
    i18n.strings.cache_clear()


def test_lessons_are_read_in_their_order(toy: Path) -> None:
    one, two = lessons.lessons("toy")
    assert (one.key, dict(one.actions)) == ("one", {"setup": {"hidden": [2]}})
    assert (two.key, list(two.actions)) == ("two", ["setup", "other"])
    assert two.actions["other"] == {"seed": 4}
    assert [one.words(part) for part in ("title", "chip")] == ["toy.lesson_one_title"] * 2
    assert two.words("chip") == "toy.lesson_two_chip"


def test_a_demo_without_a_file_has_none(toy: Path) -> None:
    (toy / "lessons.toml").unlink()
    assert lessons.lessons("toy") == ()


def test_a_lesson_is_found_by_its_number(toy: Path) -> None:
    assert [lessons.lesson("toy", number).key for number in (1, "1", 2, "002")] == ["one", "one", "two", "two"]


@pytest.mark.parametrize("number", [0, 3, -1, "", "1.5", "0001", "²", None, "9" * 5000])
def test_any_other_number_is_refused(toy: Path, number: object) -> None:
    with pytest.raises(BadInput) as refused:
        lessons.lesson("toy", number)
    named = not str(number).isdecimal()  # Korean counts lessons by number, and calls them by name, in other words
    assert refused.value.key == ("common.lesson_unknown" if named else "common.lesson_missing")
    assert refused.value.values == {"lesson": str(number)[:20], "count": 2}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("setup = { hidden = [2] }", "", "needs a setup"),
        ("setup = { hidden = [2] }", "other = {}\nsetup = {}", "needs a setup"),
        ("other = { seed = 4 }", "other = {}\nthird = {}", "may have one other table"),
        ('key = "one"', 'key = "three"', "no string “toy.lesson_three_title”"),
        ("setup = { hidden = [2] }", "setup = {}\nmore = {}", "no string “toy.lesson_one_second”"),
    ],
)
def test_a_faulty_file_is_an_error(toy: Path, before: str, after: str, said: str) -> None:
    (toy / "lessons.toml").write_text(LESSONS.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        lessons.lessons("toy")
