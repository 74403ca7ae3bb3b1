"""What the stage is told."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from demos.clip import data
from demos.clip.data import File
from demos.clip.images import crops, thumbnails
from demos.clip.match import look, pictures
from demos.clip.match.answers import Question
from demos.clip.models.folder import open_folder
from demos.clip.zero_shot import Matcher
from demos.common import numbers
from demos.common.byte_cache import ByteCache
from tests.clip_fixtures import photo, tiny_clip

QUESTION = Question(("a dog", "a cat", "=a bus"), ("a photo of a {}",))


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return open_folder("tiny", tiny_clip(tmp_path_factory.mktemp("tiny")), torch.device("cpu"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("images")
    return [str(photo(folder / f"{number}.png", number, (40, 30))) for number in range(100)]


def names(answer: dict) -> list[str]:
    return [image["name"] for image in answer["images"]]


def test_of_many_images_each_stands_on_one_page_the_newest_on_the_first(matcher: Matcher, files: list[str]) -> None:
    answers = [look.answer(matcher, files, QUESTION, 5, "en", page) for page in range(3)]
    assert [name for answer in reversed(answers) for name in names(answer)] == [Path(file).name for file in files]
    assert [len(answer["images"]) for answer in answers] == [48, 48, 4]
    assert {(answer["pages"], answer["count"]) for answer in answers} == {(3, 100)}
    assert names(look.answer(matcher, files, QUESTION, 5, "en", 99)) == names(answers[2])
    assert [image["number"] for image in answers[0]["images"]] == list(range(52, 100))
    assert len(names(look.answer(matcher, files, QUESTION, 5, "en"))) == 100  # for programs


def test_keys_are_told_apart_though_an_image_is_there_twice(matcher: Matcher, files: list[str]) -> None:
    answer = look.answer(matcher, [files[0], files[1], files[0]], QUESTION, 5, "en", 0)
    keys = [image["key"] for image in answer["images"]]
    assert len(set(keys)) == 3
    given = [files[0], files[1], files[0]]
    assert [look.number_of(given, number, key) for number, key in enumerate(keys)] == [0, 1, 2]
    assert look.number_of(given[1:], 2, keys[2]) == 1  # one was removed meanwhile
    assert look.number_of(given[:1], 1, keys[1]) is None


def test_a_file_that_cannot_be_read_can_be_named_for_removal(matcher: Matcher, files: list[str]) -> None:
    bad = Path(files[0]).with_name("bad.png")
    bad.write_bytes(b"")
    answer = look.answer(matcher, [files[0], str(bad)], QUESTION, 5, "en", 0)
    entry = answer["images"][1]
    assert "bad.png" in entry["error"]
    assert look.number_of([files[0], str(bad)], entry["number"], entry["key"]) == 1


def test_the_page_says_of_the_smallest_share_what_the_model_believes(matcher: Matcher, files: list[str]) -> None:
    with torch.no_grad():
        learnt = matcher.model.logit_scale.clone()
        matcher.model.logit_scale.fill_(7.5)  # cosines times 1808: one guess is nearly all
        bars = look.answer(matcher, files[:4], QUESTION, 5, "en")["images"]
        matcher.model.logit_scale.copy_(learnt)
    shares = [(bar["probability"], bar["share"]) for image in bars for bar in image["labels"]]
    assert any(0 < share < 1e-6 for share, _ in shares)
    assert [numbers.probability(share) for share, _ in shares] == [said for _, said in shares]


@pytest.mark.parametrize("fit", crops.FITS)
def test_the_page_gets_what_the_model_sees_and_where_it_lies(matcher: Matcher, tmp_path: Path, fit: str) -> None:
    halves = Image.new("RGB", (90, 30), "red")
    halves.paste("blue", (60, 0, 90, 30))
    halves.save(tmp_path / "wide.png")
    question = Question(QUESTION.labels, QUESTION.templates, fit=fit)
    [image] = look.answer(matcher, [str(tmp_path / "wide.png")], question, 5, "en", 0)["images"]
    expected = {"centre": [[1 / 3, 0, 2 / 3, 1]], "whole": [[0, -1, 1, 2]]}
    expected["tiles"] = [*expected["whole"], [0, 0, 1 / 3, 1], [1 / 3, 0, 2 / 3, 1], [2 / 3, 0, 1, 1]]
    assert image["boxes"] == [pytest.approx(box, abs=1e-3) for box in expected[fit]]
    assert image["seen"].startswith("data:image/jpeg;base64,")


def test_results_are_saved_in_full_and_a_spreadsheet_runs_nothing(matcher: Matcher, files: list[str]) -> None:
    bad = Path(files[0]).with_name("worse.png")
    bad.write_bytes(b"no image")
    given = [*files[:2], str(bad)]
    rows = list(csv.DictReader(io.StringIO(look.as_csv(matcher, given, QUESTION).removeprefix("\ufeff"))))
    stored = json.loads(look.as_json(matcher, given, QUESTION))
    assert (stored["model"], stored["fit"], stored["scoring"]) == ("tiny", "centre", "trained")
    assert [row["image"] for row in rows] == [row["image"] for row in stored["results"]]
    assert [row["image"] for row in rows] == ["0.png"] * 3 + ["1.png"] * 3 + ["worse.png"]
    assert {row["label"] for row in stored["results"][:3]} == set(QUESTION.labels)
    assert {row["label"] for row in rows[:3]} == {"a dog", "a cat", "'=a bus"}
    for row, told in zip(rows[:6], stored["results"][:6], strict=True):
        assert float(row["probability"]) == told["probability"]
        assert told["low"] - 1e-6 <= told["probability"] <= told["high"] + 1e-6  # of 32-bit numbers
    assert sum(row["probability"] for row in stored["results"][:3]) == pytest.approx(1, abs=1e-4)
    assert "worse.png" in rows[-1]["error"]


def test_files_hold_the_numbers_of_the_page_and_no_0_for_what_is_hardly_believed(
    matcher: Matcher, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bars = look.answer(matcher, files[:1], QUESTION, 5, "en", 0)["images"][0]["labels"]
    scale = 18 / (bars[0]["similarity"] - bars[-1]["similarity"])
    monkeypatch.setattr(Matcher, "scale", property(lambda _: scale))  # so that the last guess is hardly believed
    shown = look.answer(matcher, files[:1], QUESTION, 5, "en", 0)["images"][0]
    rows = list(csv.DictReader(io.StringIO(look.as_csv(matcher, files[:1], QUESTION).removeprefix("\ufeff"))))
    stored = json.loads(look.as_json(matcher, files[:1], QUESTION))["results"]
    for row, told, bar in zip(rows, stored, shown["labels"], strict=True):
        for name in ("probability", "low", "high"):
            assert float(row[name]) == told[name] == bar[name]
        assert float(row["none_of_these"]) == told["none_of_these"] == shown["none_of_these"]
    assert 0 < stored[-1]["probability"] < 1e-6


def test_pictures_are_forgotten_by_their_bytes_and_made_again(
    matcher: Matcher, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: ByteCache[Any, pictures.Picture] = ByteCache(10**6, size=lambda picture: picture.bytes)
    monkeypatch.setattr(pictures, "_pictures", kept)
    made = pictures.Pictures(matcher, "centre")
    first = made.of(File(Path(files[0])))
    assert made.of(File(Path(files[0]))) is first
    kept.most_bytes = first.bytes + 100  # no room for a second one
    made.of(File(Path(files[1])))
    again = made.of(File(Path(files[0])))
    assert again == first
    assert again is not first
    kept.most_bytes = first.bytes - 1  # nor for one
    assert made.of(File(Path(files[0]))) == first


def test_thumbnails_are_forgotten_by_their_bytes(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    image, other = (data.read(file) for file in files[:2])
    kept: ByteCache[tuple[str, int], str] = ByteCache(10**6, size=len)
    monkeypatch.setattr(thumbnails, "_thumbnails", kept)
    small = thumbnails.thumbnail(image, 16)
    assert thumbnails.thumbnail(image, 16) is small
    kept.most_bytes = len(small) + 100
    thumbnails.thumbnail(other, 16)
    assert kept.get((image.key, 16)) is None
    assert thumbnails.thumbnail(image, 16) == small


def test_notes_say_what_is_cut_and_what_the_numbers_mean(matcher: Matcher, files: list[str]) -> None:
    long = "a very " * 40 + "long guess"
    for scoring, said in (("trained", "share among your 2 guesses"), ("independent", "believes that one guess")):
        question = Question(("a dog", long), QUESTION.templates, scoring=scoring)
        answer = look.answer(matcher, files[:1], question, 5, "en", 0)
        told = " ".join(note["text"] for note in answer["notes"])
        assert said in told
        assert f"“{long}” is longer than this model reads" in told
        assert "not measured for this model" in told
        assert answer["shares"] is (scoring == "trained")


def test_a_second_model_answers_beside_the_first(matcher: Matcher, files: list[str], tmp_path: Path) -> None:
    second = open_folder("other", tiny_clip(tmp_path / "other", seed=5), torch.device("cpu"))
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no image")
    given = [*files[:6], str(bad)]
    together = look.answer(matcher, given, QUESTION, 1, "en", 0, second)
    first, other = (look.answer(each, given, QUESTION, 3, "en", 0) for each in (matcher, second))
    assert together["second"] == {"model": "other", "shares": True}
    assert "second" not in together["images"][-1]
    for image, alone, beside in list(zip(*(each["images"] for each in (together, first, other)), strict=True))[:-1]:
        shown = [bar["label"] for bar in image["labels"]]
        assert shown == list(dict.fromkeys((alone["labels"][0]["label"], beside["labels"][0]["label"])))
        of = {bar["label"]: bar["probability"] for bar in beside["labels"]}
        assert image["second"]["probabilities"] == pytest.approx([of[label] for label in shown], abs=1e-5)
        assert image["second"]["best"] == beside["labels"][0]["label"]
        assert image["second"]["none_of_these"] == pytest.approx(beside["none_of_these"], abs=1e-5)
