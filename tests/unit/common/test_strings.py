"""Every visible string stands in both languages and is known where it is used."""

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from demos.common import i18n
from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES, strings, text

ROOT = Path(__file__).parents[3]
USED = re.compile(r"""\b(?:t|text|lead|folded|BadInput)\(\s*["']([a-z]+\.[a-z0-9_]+)["']""")


def placeholders(sentence: str) -> set[str]:
    """The names of the values that fill it, those too by which a word is chosen."""
    return {field.partition("|")[0] for _, field, _, _ in string.Formatter().parse(sentence) if field}


@pytest.mark.parametrize("key", strings())
def test_a_string_has_both_languages_with_the_same_placeholders(key: str) -> None:
    entry = strings()[key]
    assert set(entry) == set(LANGUAGES)
    assert all(sentence.strip() for sentence in entry.values())
    assert placeholders(entry["en"]) == placeholders(entry["ko"])


def test_every_key_named_in_the_code_exists() -> None:
    files = [*ROOT.joinpath("demos").rglob("*.py"), ROOT / "app.py"]
    used = {key for file in files for key in USED.findall(file.read_text(encoding="utf-8"))}
    assert used
    assert used <= set(strings())


def test_a_refusal_speaks_both_languages() -> None:
    error = BadInput("common.device_missing", choice="cuda")
    assert str(error) == text("common.device_missing", "en", choice="cuda")
    assert error.in_language("ko-KR") == text("common.device_missing", "ko", choice="cuda") != str(error)


def test_a_language_we_do_not_have_is_served_in_english() -> None:
    assert text("common.app_title", "fr") == "Glassbox"


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a demo "toy", whose strings are the only ones."""
    folder = tmp_path / "toy"
    (folder / "view").mkdir(parents=True)
    (folder / "strings.toml").write_text('[title]\nen = "Toy {name}"\nko = "장난감 {name}"', encoding="utf-8")
    (folder / "view/strings.toml").write_text('[open]\nen = "Open"\nko = "열기"', encoding="utf-8")
    monkeypatch.setattr(i18n, "DEMOS_FOLDER", tmp_path)
    strings.cache_clear()
    yield folder
    monkeypatch.undo()
    strings.cache_clear()


def test_a_string_is_known_by_its_demo_wherever_it_stands(toy: Path) -> None:
    assert set(strings()) == {"toy.title", "toy.open"}
    assert text("toy.title", "ko-KR", name="{x}") == "장난감 {x}"
    assert [text("toy.open", language) for language in ("ko", "en", "fr", "")] == ["열기", "Open", "Open", "Open"]
    assert text("toy.title") == "Toy {name}"  # nothing to fill
    with pytest.raises(KeyError):
        text("toy.close")


def test_a_word_follows_its_number(toy: Path) -> None:
    (toy / "strings.toml").write_text('[told]\nen = "{n} {n|net|nets}"\nko = "{n}"', encoding="utf-8")
    strings.cache_clear()
    told = [text("toy.told", n=n) for n in (0, 1, 2, "1", "1,000", 1.5)]
    assert told == ["0 nets", "1 net", "2 nets", "1 net", "1,000 nets", "1.5 nets"]
    assert text("toy.told", "ko", n=1) == "1"


def test_a_string_that_stands_twice_is_an_error(toy: Path) -> None:
    (toy / "view/strings.toml").write_text('[title]\nen = "Again"\nko = "다시"', encoding="utf-8")
    with pytest.raises(ValueError, match=r"toy\.title.*another file"):
        strings()
