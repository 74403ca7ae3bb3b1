"""The bilingual words: complete, in the scripts they claim, and no description that gives the name away."""

import re
import tomllib

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from demos.clip.corpus.vocabulary import FILE, words

HANGUL = re.compile("[가-힣]")

# What somebody types first about the photos on a phone, each in both languages.
EVERYDAY = """
beach = 해변, river = 강, waterfall = 폭포, sunset = 노을, night sky = 밤하늘, rainbow = 무지개, snow = 눈,
fireworks = 불꽃놀이, park = 공원, school = 학교, cafe = 카페, convenience store = 편의점, bedroom = 침실,
hanok = 한옥, skyline = 스카이라인, person = 사람, child = 아이, old man = 할아버지, family = 가족, doctor = 의사,
smile = 미소, hand = 손, bride = 신부, wedding = 결혼식, selfie = 셀카, a person running = 달리는 사람,
swimming = 수영, playing soccer = 축구하는 사람, yoga = 요가, push-ups = 팔굽혀펴기,
riding a bicycle = 자전거 타는 사람, reading a book = 책 읽는 사람, bibimbap = 비빔밥, kimchi = 김치,
tteokbokki = 떡볶이, fried chicken = 치킨, rice = 밥, noodles = 국수 요리, sushi = 초밥, hamburger = 햄버거,
cake = 케이크, coffee = 커피, smartphone = 스마트폰, laptop = 노트북, glasses = 안경, shoes = 신발, QR code = QR 코드,
dog = 강아지, puppy = 강아지, cat = 고양이, sparrow = 참새, butterfly = 나비, tree = 나무, rose = 장미,
cherry blossoms = 벚꽃, cactus = 선인장, grass = 잔디, car = 자동차, bus = 버스, subway = 지하철, airplane = 비행기,
police car = 경찰차, house = 집, door = 문, stairs = 계단, apartment = 아파트, bridge = 다리, photo = 사진,
watercolor = 수채화, sketch = 스케치, logo = 로고, black-and-white photo = 흑백 사진, red = 빨간색, sky blue = 하늘색,
wood = 목재, stripes = 줄무늬, heart shape = 하트
"""


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


def test_what_people_type_first_is_there_in_both_languages() -> None:
    pairs = {f"{english} = {korean}" for word in words().values() for english in word.english for korean in word.korean}
    assert set(re.split(r",\s+", EVERYDAY.strip())) - pairs == set()


def test_every_kind_is_the_kind_of_something() -> None:
    assert {word.kind for word in words().values()} == set(
        tomllib.loads(FILE.read_text(encoding="utf-8"))["kinds"].items()
    )
