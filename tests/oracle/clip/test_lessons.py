"""What the lessons say of the embedded model and the example photos, measured on them."""

import pytest
import torch

from demos.clip import data, prompts
from demos.clip.examples import judge
from demos.clip.examples.label_set import LabelSet
from demos.clip.images import example_photos
from demos.clip.models import registry
from demos.clip.zero_shot import Score
from demos.common.i18n import LANGUAGES
from demos.common.lessons import lessons

LESSONS = {lesson.key: lesson.actions for lesson in lessons("clip")}


def answers(key: str, action: str) -> dict[str, list[Score]]:
    """For each example photo the scores of that action's guesses, the best first."""
    wanted = LESSONS[key][action]
    matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
    wording = prompts.templates(wanted.get("templates", "everyday"))
    photos = example_photos.found()
    assert set(photos) == {"lion", "tower", "bus", "cheetah"}
    scores = matcher.match([data.read(file) for file in photos.values()], list(wanted["labels"]), wording)
    return dict(zip(photos, scores, strict=True))


def of(scores: list[Score], label: str) -> Score:
    return next(score for score in scores if score.label == label)


def test_words_other_words_are_another_classifier_and_both_are_right() -> None:
    things, kinds = answers("words", "setup"), answers("words", "second")
    assert {name: things[name][0].label for name in ("lion", "tower", "bus")} == {
        "lion": "a lion",
        "tower": "a tower",
        "bus": "a bus",
    }
    expected = {"lion": "an animal", "tower": "a building", "bus": "a vehicle", "cheetah": "an animal"}
    assert {name: scores[0].label for name, scores in kinds.items()} == expected


def test_share_what_fits_nothing_still_gets_most_until_the_right_word_is_there() -> None:
    without, with_it = answers("share", "setup")["lion"], answers("share", "second")["lion"]
    assert without[0].label == "a kettle"
    assert without[0].probability > 0.8
    assert with_it[0].label == "a lion"
    assert of(with_it, "a kettle").probability < 0.01
    assert of(with_it, "a kettle").similarity == pytest.approx(without[0].similarity, abs=1e-6)


def test_not_a_denial_hardly_counts_and_animals_are_not_counted() -> None:
    bus = answers("not", "setup")["bus"]
    assert abs(of(bus, "a bus").similarity - of(bus, "not a bus").similarity) < 0.05
    counted = answers("not", "second")
    assert counted["tower"][0].label != "one animal"
    for alone in ("lion", "cheetah"):
        assert of(counted[alone], "two animals").probability > 1 / 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_teach_a_mix_knows_more_than_words_or_images_alone(language: str) -> None:
    matcher = registry.open_model("embedded", torch.device("cpu"), offline=True)
    labels = LabelSet()
    labels.prepare(matcher, language)
    assert [len(label.examples) for label in labels.labels] == [4, 2, 0, 0]
    found = judge.make(matcher, labels, prompts.templates("everyday")).leave_one_out()
    assert found.judged == found.examples == 6
    assert max(found.right[1:-1]) > max(found.right[0], found.right[-1])
