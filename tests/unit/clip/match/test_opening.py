"""What the view opens with is what the carried model answers."""

import json

import pytest

from demos.clip.images import example_photos
from demos.clip.make import opening as script
from demos.clip.match import opening
from demos.common.i18n import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stored_answer_is_the_models(language: str) -> None:
    stored = json.loads(opening.FILE.read_text(encoding="utf-8"))["answers"][language]
    made = json.loads(json.dumps(script.answers()[language]))
    for before, now in zip(stored["images"], made["images"], strict=True):
        assert before.pop("seen").startswith("data:image/jpeg;base64,")
        assert now.pop("seen")
        for old, new in zip(before.pop("labels"), now.pop("labels"), strict=True):
            words = [each.pop("label") for each in (old, new)], [each.pop("share") for each in (old, new)]
            assert words[0][0] == words[0][1], "run python -m demos.clip.make.opening again"
            assert old == pytest.approx(new, abs=2e-3)
        assert before.pop("none_of_these") == pytest.approx(now.pop("none_of_these"), abs=2e-3)
        assert before == now
    del stored["images"], made["images"]
    assert stored == made


def test_what_is_shown_first_has_the_images_that_gradio_carries() -> None:
    shown = opening.shown()
    assert shown is not None
    assert set(shown) == set(LANGUAGES)
    for answer in shown.values():
        assert [image["name"] for image in reversed(answer["images"])] == [
            file.name for file in example_photos.found().values()
        ]
        assert all(image["thumbnail"].startswith("data:image/jpeg;base64,") for image in answer["images"])


def test_another_gradio_without_these_images_opens_without_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(example_photos, "EXAMPLES", {"lion": "lion.jpg"})
    assert opening.shown() is None


def test_the_guesses_to_start_from_are_the_same_in_both_languages() -> None:
    assert {name: len(words) for name, words in opening.LABELS["en"].items()} == {
        name: len(words) for name, words in opening.LABELS["ko"].items()
    }
