"""The note on the image, and what is said of it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demos.clip import data
from demos.clip.why.written import Written, attacks, note_of, write
from demos.clip.zero_shot import Score
from demos.common.errors import BadInput
from tests.clip_fixtures import photo


def scores(*labels: str, best: float = 0.3) -> list[Score]:
    return [Score(label, best - at / 10, 0.5**at) for at, label in enumerate(labels)]


@pytest.mark.parametrize(
    ("plain", "blank", "noted", "verdict"),
    [
        ("a lion", "a lion", "a bus", "fooled"),
        ("a lion", "a house", "a bus", "fooled"),
        ("a lion", "a bus", "a bus", "note"),
        ("a lion", "a bus", "a lion", "not_fooled"),
        ("a lion", "a lion", "a lion", "not_fooled"),
        ("a lion", "a lion", "a house", "not_fooled"),
        ("a bus", "a lion", "a lion", "right_before"),
    ],
)
def test_a_model_is_fooled_only_by_the_writing(plain: str, blank: str, noted: str, verdict: str) -> None:
    rows = [
        scores(*sorted(("a lion", "a bus", "a house"), key=lambda each: each != best)) for best in (plain, blank, noted)
    ]
    assert Written("a bus", *rows).verdict == verdict


def test_the_pull_is_the_writings_alone() -> None:
    written = Written("a bus", scores("a bus", best=0.9), scores("a bus", best=0.2), scores("a bus", best=0.5))
    assert written.pull == pytest.approx(0.3)


@pytest.mark.parametrize("size", [(200, 200), (400, 200), (120, 300)])
def test_the_note_lies_in_the_central_square_and_the_word_on_the_note(size: tuple[int, int]) -> None:
    grey = Image.new("RGB", size, (100, 110, 120))
    blank, noted = (np.asarray(write(grey, text)) for text in ("", "bus"))
    rows, columns = np.nonzero((blank != np.asarray(grey)).any(-1))
    side = min(size)
    left, top = (size[0] - side) / 2, (size[1] - side) / 2
    assert left <= columns.min()
    assert columns.max() <= left + side
    assert top + side / 2 < rows.min()
    assert rows.max() <= top + side
    assert (blank[rows, columns] == 255).all()
    changed_rows, changed_columns = np.nonzero((noted != blank).any(-1))
    assert len(changed_rows) > 50
    assert rows.min() < changed_rows.min()
    assert changed_rows.max() < rows.max()
    assert columns.min() < changed_columns.min()
    assert changed_columns.max() < columns.max()
    assert (np.asarray(grey) == (100, 110, 120)).all()  # the original stays


def test_a_long_word_is_made_to_fit() -> None:
    blank, noted = (np.asarray(write(Image.new("RGB", (90, 90)), text)) for text in ("", "W" * 24))
    _, columns = np.nonzero((noted != blank).any(-1))
    _, of_note = np.nonzero((blank == 255).all(-1))
    assert of_note.min() <= columns.min()
    assert columns.max() <= of_note.max()


@pytest.mark.parametrize(
    ("text", "said"), [("x" * 25, "24 characters"), ("버스", "Latin"), ("caffè", "Latin"), ("a\nb", "Latin")]
)
def test_what_cannot_be_written_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        write(Image.new("RGB", (90, 90)), text)


def test_a_guess_is_written_without_its_article() -> None:
    assert [note_of(label) for label in ("a bus", "The sea", "an iPod", "another", "a")] == [
        "bus", "sea", "iPod", "another", "a",
    ]  # fmt: skip


def test_every_wrong_guess_that_can_be_written_is_written_on_every_image(tmp_path: Path) -> None:
    class Model:
        """For the first image a lion, for the second a bus, whatever is on the note."""

        def match(self, images: list, labels: list, templates: list, fit: str) -> list[list[Score]]:
            return [
                scores(*sorted(labels, key=lambda each: each != ("a lion" if image.name == "0.png" else "a bus")))
                for image in images
            ]

    images = [data.read(photo(tmp_path / f"{seed}.png", seed)) for seed in range(2)]
    labels = ["a lion", "a bus", "사자", "x" * 30]
    found = list(attacks(Model(), images, labels, ["{}"]))  # type: ignore[arg-type]
    assert [(each.word, each.noted[0].label) for each in found] == [("a bus", "a lion"), ("a lion", "a bus")]
