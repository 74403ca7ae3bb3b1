"""What "none of these" is made of, and how it is measured."""

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from demos.clip import prompts
from demos.clip.data import File
from demos.clip.make import calibrate
from demos.clip.match import background
from demos.clip.match.background import Calibration, believed, none_of_these
from demos.clip.models import registry
from demos.common.errors import BadInput
from demos.common.models import weights
from tests.clip_fixtures import photo, tiny_clip

KNOWN = Calibration(sharpness=1.5, slope=2.0, offset=-3.0, same=0.8)


def by_hand(cosine: float, bank: list[float], known: Calibration) -> float:
    mean = sum(bank) / len(bank)
    spread = math.sqrt(sum((value - mean) ** 2 for value in bank) / (len(bank) - 1))
    level = 0.0
    if known.sharpness:
        terms = [math.exp(known.sharpness * (value - mean) / spread) for value in bank]
        level = math.log(sum(terms) / len(terms)) / known.sharpness
    return 1 / (1 + math.exp(-(known.slope * ((cosine - mean) / spread - level) + known.offset)))


@pytest.mark.parametrize("known", [KNOWN, Calibration(0.0, 1.0, 0.5, 0.8)])
def test_a_guess_is_believed_as_far_as_it_lies_above_the_bank(known: Calibration) -> None:
    labels, bank = [0.31, 0.12, 0.25], [0.1, 0.2, 0.15, 0.22, 0.3]
    expected = [by_hand(cosine, bank, known) for cosine in labels]
    assert believed(torch.tensor(labels), torch.tensor(bank), known).tolist() == pytest.approx(expected, abs=1e-5)
    none = none_of_these(torch.tensor(labels), torch.tensor(bank), known)
    assert float(none) == pytest.approx(1 - max(expected), abs=1e-5)


def test_one_guess_alone_is_no_certainty() -> None:
    bank = torch.linspace(-0.1, 0.3, 40)
    wrong, right = (float(none_of_these(torch.tensor([cosine]), bank, background.UNMEASURED)) for cosine in (0.1, 0.5))
    assert wrong > 0.9
    assert right < 0.1


def test_what_is_added_to_all_cosines_or_stretches_them_changes_nothing() -> None:
    labels, bank = torch.tensor([0.31, 0.12]), torch.linspace(0, 0.3, 9)
    first = believed(labels, bank, KNOWN)
    torch.testing.assert_close(believed(3 * labels + 0.2, 3 * bank + 0.2, KNOWN), first)


def test_a_background_word_that_is_a_guess_does_not_speak_against_it() -> None:
    texts = torch.eye(3)
    words = torch.nn.functional.normalize(
        torch.randn(len(background.bank()), 3, generator=torch.manual_seed(0)), dim=-1
    )
    same = background.means_the_same(["A lion", "the sea", "x"], texts, words, 2.0)
    assert {word for word, out in zip(background.bank(), same, strict=True) if out} == {"lion", "sea"}
    near = background.means_the_same(["x"], texts[:1], words, 0.9)
    torch.testing.assert_close(near, words[:, 0] >= 0.9)


def test_the_bank_repeats_nothing_and_can_be_put_into_a_sentence() -> None:
    bank = background.bank()
    assert len(bank) == len(set(bank)) > 200
    assert all(word == word.strip().casefold() or word in ("TV",) for word in bank)


def test_the_fit_is_a_logistic_regression() -> None:
    chance = np.random.default_rng(0)
    right, wrong = chance.normal(2, 1, 80), chance.normal(0, 1.5, 200)
    slope, offset, loss = calibrate.fit(torch.tensor(right).float(), torch.tensor(wrong).float())
    inputs, truth = np.concatenate([right, wrong])[:, None], np.repeat([1, 0], [80, 200])
    weight = np.where(truth == 1, 0.5 / 80, 0.5 / 200)
    theirs = LogisticRegression(C=1e4, tol=1e-8).fit(inputs, truth, weight)
    assert slope == pytest.approx(theirs.coef_[0, 0], rel=0.01)
    assert offset == pytest.approx(theirs.intercept_[0], rel=0.01)
    p = theirs.predict_proba(inputs)[:, 1]
    assert loss == pytest.approx(-(weight * np.where(truth == 1, np.log(p), np.log(1 - p))).sum(), rel=1e-3)


def test_photos_are_read_in_both_layouts(tmp_path: Path) -> None:
    for number, name in enumerate(("red_panda/a.png", "red_panda/b.png", "bus/c.png")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        photo(tmp_path / name, number)
    found = calibrate.photos(tmp_path)
    assert [(one.file.name, one.right, one.wrong, one.test) for one in found] == [
        ("c.png", ("bus",), ("red panda",), False),
        ("a.png", ("red panda",), ("bus",), False),
        ("b.png", ("red panda",), ("bus",), True),
    ]
    entry = {"file": "bus/c.png", "split": "test", "en": "a bus", "ko": "버스", "also_en": ["a coach"]}
    listed = [entry | {"also_ko": [], "wrong_en": ["a car", "a dog"], "wrong_ko": ["개"]}]
    (tmp_path / "photos.json").write_text(json.dumps(listed), encoding="utf-8")
    english, korean = calibrate.photos(tmp_path)
    assert (english.right, english.wrong, english.test) == (("a bus", "a coach"), ("a car", "a dog"), True)
    assert (korean.right, korean.wrong) == (("버스",), ("개",))
    with pytest.raises(BadInput):
        calibrate.photos(tmp_path / "bus")


def test_the_script_learns_from_one_half_and_measures_the_other(tmp_path: Path) -> None:
    matcher = registry.open_model(str(tiny_clip(tmp_path / "model")), torch.device("cpu"), local=True)
    for number in range(12):
        folder = tmp_path / "photos" / ("first", "second", "third")[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        photo(folder / f"{number}.png", number)
    measured = calibrate.Measured(matcher, calibrate.photos(tmp_path / "photos"))
    found, worth = calibrate.calibrate(measured)
    margins = measured.margins(found.sharpness, found.same)
    believed = [found.slope * each[margins.test] + found.offset > 0 for each in (margins.right, margins.wrong)]
    shares = torch.cat([believed[0].float().mean(0), 1 - believed[1].float().mean(0)]).tolist()
    told = [worth[name] for name in ("right_alone", "right_among_wrong", "none_of_one_wrong", "none_of_all_wrong")]
    assert told == pytest.approx(shares, abs=1e-4)
    assert worth["questions"] == 6
    slope, offset, loss = calibrate.fit(*(each[~margins.test].flatten() for each in (margins.right, margins.wrong)))
    assert (round(slope, 4), round(offset, 4), round(loss, 4)) == (found.slope, found.offset, worth["loss"])


def test_how_often_the_right_name_comes_before_those_of_other_photos(tmp_path: Path) -> None:
    matcher = registry.open_model(str(tiny_clip(tmp_path / "model")), torch.device("cpu"), local=True)
    names = ("a bus", "a lion", "a sea", "a vehicle", "a cup")
    found = [
        calibrate.Photo(
            photo(tmp_path / f"{at}.png", at), (name, *(("a vehicle",) if name == "a bus" else ())), (), True
        )
        for at, name in enumerate(names)
    ]
    found.append(calibrate.Photo(photo(tmp_path / "learned.png", 9), ("a moon",), (), test=False))
    measured = calibrate.Measured(matcher, found)
    each = [
        _of_all_draws(measured, image, asked, names) for image, asked in zip(measured.images, found[:5], strict=False)
    ]
    assert measured.right_of(4, rounds=300) == pytest.approx(sum(each) / 5, abs=0.03)


def _of_all_draws(
    measured: calibrate.Measured, image: torch.Tensor, asked: calibrate.Photo, names: tuple[str, ...]
) -> float:
    """Of all ways to draw three wrong names: how often the right one fits better than each."""
    right = image @ measured.texts[asked.right[0]]
    triples = list(combinations([name for name in names if name not in asked.right], 3))
    return sum(all(right > image @ measured.texts[name] for name in triple) for triple in triples) / len(triples)


def test_the_best_of_several_guesses_is_what_counts(tmp_path: Path) -> None:
    matcher = registry.open_model(str(tiny_clip(tmp_path / "model")), torch.device("cpu"), local=True)
    file = photo(tmp_path / "one.png", 3)
    wrong = ("a bus", "a kettle", "the sea")
    measured = calibrate.Measured(matcher, [calibrate.Photo(file, ("a lion",), wrong, test=False)])
    margins = measured.margins(0.0, 2.0)
    image = next(matcher.encode_files([File(file)]))[0]
    bank = background.background(matcher)
    z = []
    for label in ("a lion", *wrong):
        named = torch.tensor([word == label.split(" ", 1)[1] for word in background.bank()])
        others = (
            named if label == "a lion" else torch.tensor([w in ("bus", "kettle", "sea") for w in background.bank()])
        )
        cosines = bank[~others] @ image
        [text] = matcher.encode_labels([label], prompts.templates("everyday"))
        z.append(float((text @ image - cosines.mean()) / cosines.std()))
    assert margins.right[0].tolist() == pytest.approx([z[0], max(z)], abs=1e-4)
    assert margins.wrong[0].tolist() == pytest.approx([z[1], max(z[1:])], abs=1e-4)


def test_parameters_measured_on_other_weights_are_not_taken_for_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = registry.open_model("embedded", torch.device("cpu"), offline=True)
    stored = {"calibration": {"sharpness": 1.5, "slope": 2.0, "offset": -3.0, "same": 0.8}}
    monkeypatch.setattr(background, "FILE", tmp_path / "calibration.json")
    assert background.calibration(embedded) == background.UNMEASURED
    for sha256, measured in ((weights.manifest()[background.WEIGHTS]["sha256"], True), ("0" * 64, False)):
        background.FILE.write_text(json.dumps(stored | {"sha256": sha256}))
        assert background.calibration(embedded).measured is measured
    assert background.calibration(embedded).slope == 2.0


@pytest.mark.skipif(not background.FILE.is_file(), reason="nothing was measured yet")
def test_the_parameters_were_measured_on_the_weights_that_are_carried() -> None:
    stored = json.loads(background.FILE.read_text(encoding="utf-8"))
    assert stored["sha256"] == weights.manifest()[background.WEIGHTS]["sha256"], "run demos.clip.make.calibrate again"
    names = ("right_alone", "right_among_wrong", "none_of_one_wrong", "none_of_all_wrong")
    shares = [stored["measured"][name] for name in names]
    assert min(stored["measured"]["right_of_six"].values()) > 1 / 6
    assert sum(shares) / 4 > 0.5  # which is what guessing gives
