"""What the page of “Layers” is told, and which images move a channel most."""

import base64
from pathlib import Path

import numpy as np
import pytest
import torch

from demos.clip import data
from demos.clip.data import File
from demos.clip.images.photos import photos
from demos.clip.layers import look, peaks
from demos.clip.layers.classifier import class_names
from demos.clip.layers.stages import walk
from demos.clip.models import registry
from demos.clip.models.folder import open_folder
from demos.clip.zero_shot import Matcher
from demos.common.base64_arrays import decode_floats
from tests.clip_fixtures import photo, tiny_clip

LABELS, TEMPLATES = ("a lion", "a bus"), ("a photo of a {}",)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return registry.open_model("embedded", torch.device("cpu"), offline=True)


@pytest.fixture(scope="module")
def lion() -> File:
    return next(File(photo.file) for photo in photos() if photo.file.name == "lion.jpg")


def test_the_channels_on_the_page_are_the_towers_to_a_127th(matcher: Matcher, lion: File) -> None:
    question = look.question(matcher, data.read(lion), LABELS, TEMPLATES, "whole")
    view = look.view(question, "en")
    assert "the whole image" in view["note"]
    assert [(each["name"], each["channels"], each["side"]) for each in view["stages"]] == [
        ("pixels", 3, 224), ("stem", 32, 112), ("blocks.0", 16, 112), ("blocks.1", 24, 56), ("blocks.2", 40, 28),
        ("blocks.4", 112, 14), ("blocks.6", 320, 7), ("features", 1280, 7),
    ]  # fmt: skip
    assert question.tower is not None
    for stage, shown in zip(question.tower.stages, view["stages"], strict=True):
        assert len(shown["shown"]) == min(12, len(stage.maps))
        for channel in shown["shown"]:
            levels = np.frombuffer(base64.b64decode(channel["values"]), dtype=np.int8)
            found = torch.from_numpy(levels.astype(np.float32)).view(shown["side"], -1) * channel["most"] / 127
            assert (found - stage.maps[channel["channel"]]).abs().max() <= channel["most"] * 0.51 / 127
            assert bool(channel["wanted"]) == (stage.name == "features")
    assert "19 × 19" in view["stages"][3]["about"]
    assert "more than the whole image" in view["stages"][-1]["about"]


def test_the_best_class_is_named_in_the_visitors_language_and_its_map_averages_to_its_logit(
    matcher: Matcher, lion: File
) -> None:
    question = look.question(matcher, data.read(lion), LABELS, TEMPLATES, "centre")
    english, korean = (look.view(question, language)["classes"] for language in ("en", "ko"))
    assert len(english) == 10
    assert (english[0]["name"], korean[0]["name"], korean[0]["english"]) == ("lion", "사자", "lion")
    for each in english:
        assert class_names()[each["number"]].english == each["name"]
        assert decode_floats(each["map"]).mean() == pytest.approx(each["logit"], abs=1e-3)
    shares = [each["probability"] for each in english]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1
    assert all(shares)


def test_a_channel_is_moved_most_by_the_image_with_its_largest_value(matcher: Matcher, lion: File) -> None:
    files = [File(each.file) for each in photos()[:3]] + [lion, lion]
    *_, last = peaks.rank(matcher, files, 3, 5)
    expected = {}
    for file in files:
        tower = walk(matcher, matcher.pixels(data.read(file, matcher.enough).image)[0])
        assert tower is not None
        expected[file.name] = float(tower.stages[3].maps[5].max())
    assert {peak.file.name: peak.value for peak in last.peaks} == pytest.approx(expected, rel=1e-4)
    values = [peak.value for peak in last.peaks]
    assert values == sorted(values, reverse=True)
    assert (last.done, last.total) == (5, 5)
    again = list(peaks.rank(matcher, files, 6, 0))  # another stage: nothing is computed anew
    assert [ranking.done for ranking in again] == [5]


def test_an_unreadable_image_is_left_out_of_the_ranking(matcher: Matcher, tmp_path: Path) -> None:
    (tmp_path / "none.jpg").write_bytes(b"no image")
    files = [File(photo(tmp_path / "one.png")), File(tmp_path / "none.jpg")]
    *_, last = peaks.rank(matcher, files, 0, 0)
    assert [peak.file.name for peak in last.peaks] == ["one.png"]
    assert look.pictures_view(last, "en")["pictures"][0]["name"] == "one.png"


def test_a_transformer_has_no_layers_to_show_but_answers(tmp_path: Path) -> None:
    tiny = open_folder("tiny", tiny_clip(tmp_path / "tiny"), torch.device("cpu"))
    question = look.question(tiny, data.read(photo(tmp_path / "one.png")), LABELS, TEMPLATES, "centre")
    view = look.view(question, "en")
    assert "transformer" in view["none"]
    assert (view["stages"], view["vector"], view["classes"]) == ([], None, None)
    assert "no classifier" in view["head"][0]
    assert {each["label"] for each in view["guesses"]} == set(LABELS)


def test_what_the_page_says_of_the_classifier_is_what_was_measured(matcher: Matcher, lion: File) -> None:
    question = look.question(matcher, data.read(lion), LABELS, TEMPLATES, "centre")
    said = look.view(question, "en")["head"][1]
    photos_, small = look.measured()["photos"], look.measured()["tiny_imagenet"]
    for figures in (photos_, small):
        assert f"{figures['images']:,}" in said
        assert f"{100 * figures['fitted']:.0f}%" in said
        assert f"{100 * figures['published']:.0f}%" in said
