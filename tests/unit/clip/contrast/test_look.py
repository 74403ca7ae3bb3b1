"""What goes to the page of “How it learned”, the lines of code among it, and what is refused."""

import base64
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from demos.clip.contrast.learn import Recipe, TinyCLIP, learn
from demos.clip.contrast.look import pairs_view, training_view
from demos.clip.contrast.loss_steps import STEPS, Numbers, Step, code
from demos.clip.contrast.pairs import Vocabulary
from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES, strings
from demos.common.own_draws import OwnDraws

ROOT = Path(__file__).parents[4]
FILES = {"model.py": ROOT / "demos/clip/model.py", "learn.py": ROOT / "demos/clip/contrast/learn.py"}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_shows_lines_of_the_real_file(step: Step) -> None:
    assert step.losses
    assert step.formulas
    for shown in code(step):
        there = FILES[shown.file].read_text(encoding="utf-8").splitlines()[shown.start - 1 :]
        assert [line.strip() for line in shown.lines] == [line.strip() for line in there[: len(shown.lines)]]
    assert {value.field for value in step.values} <= set(Numbers.__dataclass_fields__)
    for part in ("step", "say"):
        assert set(strings()[f"clip.contrast_{part}_{step.name}"]) == set(LANGUAGES)
    for value in step.values:
        assert f"clip.contrast_page_value_{value.field}" in strings()


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_the_page_gets_every_number_that_a_step_names(loss: str) -> None:
    recipe = Recipe(pairs=4, batch=8, steps=5, loss=loss)
    told = pairs_view(recipe)
    assert all(pair["caption"].startswith("a ") for pair in told["pairs"])
    assert set(told["code"]) == {step.name for step in STEPS if loss in step.losses}
    shown = training_view(recipe, list(learn(recipe)), running=False, language="ko")
    sizes = {"images": 4 * 32, "texts": 4 * 32, "halves": 2, "loss": 1, "row_losses": 4, "column_losses": 4}
    for step in STEPS:
        for value in step.values if loss in step.losses else ():
            numbers = np.frombuffer(base64.b64decode(shown["values"][value.field]), "<f4")
            assert len(numbers) == sizes.get(value.field, 16), value.field
            assert np.isfinite(numbers).all()
    assert [point[0] for point in shown["curve"]] == [0, 5]
    assert shown["over"]
    assert "4장" in shown["fact"]


def test_the_first_weights_are_those_of_torchs_own_generator_which_is_left_alone() -> None:
    vocabulary, recipe = Vocabulary("en"), Recipe()
    torch.manual_seed(3)
    oracle = TinyCLIP(vocabulary, recipe).state_dict()
    before = torch.get_rng_state()
    with OwnDraws(torch.Generator().manual_seed(3)):
        mine = TinyCLIP(vocabulary, recipe).state_dict()
    assert all(torch.equal(mine[name], oracle[name]) for name in oracle)
    next(learn(recipe))
    assert torch.equal(torch.get_rng_state(), before)


def test_captions_are_learnt_in_the_visitors_language() -> None:
    told = pairs_view(Recipe(language="ko"))
    assert all(any("가" <= letter <= "힣" for letter in pair["caption"]) for pair in told["pairs"])
    assert next(iter(itertools.islice(learn(Recipe(language="ko", steps=1)), 1))).cosines.shape == (8, 8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pairs": 1}, {"pairs": 17}, {"batch": 1}, {"batch": 10_000}, {"steps": 0}, {"steps": 10**9}, {"steps": None},
        {"lr": 0}, {"lr": float("nan")}, {"temperature": 0}, {"temperature": None}, {"seed": -1}, {"seed": 1.5},
        {"loss": "hinge"},
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_refused_before_anything_is_built(wrong: dict) -> None:
    with pytest.raises(BadInput):
        next(learn(Recipe(**wrong)))
