"""README's animations move, are small, and say what they show to whoever does not see them."""

import re
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
SHOWN = re.findall(r"!\[([^\]]*)\]\((assets/readme/[\w-]+\.webp)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
LARGEST = 1_000_000  # bytes


def test_there_is_one_of_each_tab_and_none_that_is_not_shown() -> None:
    shown = {Path(file).stem for _, file in SHOWN}
    assert shown == {"xor", "gpt", "clip", "posture"} == {file.stem for file in (ROOT / "assets" / "readme").iterdir()}


@pytest.mark.parametrize(("alternative", "file"), SHOWN)
def test_it_moves_is_small_and_is_told_in_words(alternative: str, file: str) -> None:
    with Image.open(ROOT / file, formats=("WEBP",)) as animation:
        assert getattr(animation, "n_frames", 1) > 10
        assert animation.width <= 1100
    assert (ROOT / file).stat().st_size <= LARGEST
    assert len(alternative.split()) > 8
