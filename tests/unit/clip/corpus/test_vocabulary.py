"""The bilingual words: complete, in the scripts they claim, and no description that gives the name away."""

import re

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from demos.clip.corpus.vocabulary import words

HANGUL = re.compile("[가-힣]")


def test_every_class_of_imagenet_has_korean_words() -> None:
    assert set(IMAGENET_CLASSNAMES) <= words().keys()


def test_korean_is_korean_and_english_is_english() -> None:
    for word in words().values():
        for said in (*word.korean, word.kind[1], word.look[1]):
            assert HANGUL.search(said) or re.fullmatch("[A-Z]{2,3}", said), said  # PDA
            assert re.fullmatch("[가-힣0-9A-Za-z ,·-]+", said), said
        for said in (*word.english, word.kind[0], word.look[0]):
            assert not HANGUL.search(said), said


def test_a_word_has_one_to_four_names_and_none_twice() -> None:
    for word in words().values():
        assert 1 <= len(word.korean) <= 4
        assert len(set(word.korean)) == len(word.korean)
        assert len(set(word.english)) == len(word.english)


def test_one_kind_has_one_name_in_each_language() -> None:
    kinds = {word.kind for word in words().values()}
    assert len({english for english, _ in kinds}) == len({korean for _, korean in kinds}) == len(kinds)


def test_a_description_does_not_say_the_name() -> None:
    for word in words().values():
        look, look_ko = word.look
        assert not re.search(rf"\b{re.escape(word.name.lower())}\b", look.lower()), (word.name, look)
        assert not [name for name in word.korean if len(name) > 1 and f" {name} " in f" {look_ko} "], (
            word.korean,
            look_ko,
        )
