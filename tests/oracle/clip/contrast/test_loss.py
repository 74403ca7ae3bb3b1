"""The numbers of the loss, step by step, against loops, the loss that trains, and open_clip's own losses."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F

import demos.common.models.torchvision_guard  # noqa: F401  (before open_clip)
from demos.clip.contrast.learn import Progress, Recipe, learn, sigmoid_loss
from demos.clip.contrast.loss_steps import numbers
from demos.clip.model import contrastive_loss

N, E, SCALE, BIAS = 5, 7, 6.0, -2.5


@pytest.fixture
def vectors() -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(0)
    images, texts = (F.normalize(torch.randn(N, E, generator=chance), dim=-1) for _ in range(2))
    return images, texts


def logits(vectors: tuple[torch.Tensor, torch.Tensor], bias: float) -> list[list[float]]:
    images, texts = (each.tolist() for each in vectors)
    return [[SCALE * sum(map(math.prod, zip(one, other, strict=True))) + bias for other in texts] for one in images]


def test_the_symmetric_loss_is_what_the_formulas_say(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    found = numbers(*vectors, SCALE, 0.0, "softmax")
    table = logits(vectors, 0)
    powers = [[math.exp(each) for each in row] for row in table]
    rows = [[power / sum(row) for power in row] for row in powers]
    columns = [[power / sum(each[j] for each in powers) for j, power in enumerate(row)] for row in powers]
    images = [-math.log(rows[i][i]) for i in range(N)]
    captions = [-math.log(columns[i][i]) for i in range(N)]
    expected = {
        "logits": table, "rows": rows, "columns": columns, "row_losses": images, "column_losses": captions,
        "halves": [sum(images) / N, sum(captions) / N], "loss": [(sum(images) + sum(captions)) / 2 / N],
    }  # fmt: skip
    for field, value in expected.items():
        torch.testing.assert_close(getattr(found, field), torch.tensor(value), atol=1e-5, rtol=1e-5)
    assert not found.judged.numel()
    torch.testing.assert_close(found.loss[0], contrastive_loss(*vectors, SCALE))


def test_the_symmetric_loss_is_open_clips(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    from open_clip import ClipLoss

    torch.testing.assert_close(
        numbers(*vectors, SCALE, 0.0, "softmax").loss[0], ClipLoss()(*vectors, torch.tensor(SCALE))
    )


def test_the_sigmoid_loss_is_what_the_formulas_say_and_open_clips(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    from open_clip.loss import SigLipLoss

    found = numbers(*vectors, SCALE, BIAS, "sigmoid")
    table = logits(vectors, BIAS)
    judged = [[1 / (1 + math.exp(-each)) for each in row] for row in table]
    rows = [-sum(math.log(p if i == j else 1 - p) for j, p in enumerate(row)) for i, row in enumerate(judged)]
    torch.testing.assert_close(found.judged, torch.tensor(judged), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found.row_losses, torch.tensor(rows), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found.loss[0], torch.tensor(sum(rows) / N), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found.loss[0], sigmoid_loss(*vectors, SCALE, BIAS))
    theirs = SigLipLoss()(*vectors, torch.tensor(SCALE), torch.tensor(BIAS))
    torch.testing.assert_close(found.loss[0], theirs)


def progress(images: torch.Tensor, texts: torch.Tensor) -> Progress:
    return Progress(3, 9, None, images, texts, SCALE, 0.0)


def test_the_two_test_losses_are_the_two_halves(vectors: tuple[torch.Tensor, torch.Tensor]) -> None:
    found = numbers(*vectors, SCALE, 0.0, "softmax")
    assert progress(*vectors).test_losses == pytest.approx(found.halves.tolist(), abs=1e-5)


def test_recall_counts_own_captions_and_the_other_one_swapped_captions_too() -> None:
    texts = torch.eye(4)
    assert (progress(texts[[0, 1, 2, 3]], texts).recall, progress(texts[[0, 1, 2, 3]], texts).recall_of_words) == (1, 1)
    swapped = progress(texts[[1, 0, 2, 3]], texts)
    assert (swapped.recall, swapped.recall_of_words) == (0.5, 1)
    wrong = progress(texts[[2, 1, 3, 0]], texts)
    assert (wrong.recall, wrong.recall_of_words) == (0.25, 0.5)


def test_it_learns_what_it_never_saw_and_the_same_each_time() -> None:
    recipe = Recipe(pairs=8, batch=32, steps=60)
    first, *_, last = learn(recipe)
    assert first.step == 0
    assert (last.step, last.over) == (60, True)
    assert sum(first.test_losses) / 2 > 0.9 * math.log(8)  # it guesses
    assert sum(last.test_losses) / 2 < 1.1
    assert last.recall_of_words >= 7 / 8
    *_, again = learn(recipe)
    assert torch.equal(again.cosines, last.cosines)
    *_, other = learn(Recipe(pairs=8, batch=32, steps=10, seed=1))
    assert other.cosines.shape == (8, 8)


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_what_is_trained_with_falls_and_what_is_not_learnt_stays(loss: str) -> None:
    learnt = list(learn(Recipe(pairs=4, batch=16, steps=40, loss=loss)))
    losses = [each.loss for each in learnt if each.loss is not None]
    assert losses[-1] < losses[0]
    assert learnt[-1].scale != learnt[0].scale
    assert (learnt[-1].bias != learnt[0].bias) == (loss == "sigmoid")
    fixed = list(learn(Recipe(pairs=4, batch=16, steps=10, loss=loss, temperature=0.5, learn_scale=False)))
    assert {round(each.scale, 4) for each in fixed} == {2.0}


def test_whoever_stops_iterating_stops_the_training() -> None:
    started = learn(Recipe(steps=2000))
    assert [each.step for each in itertools.islice(started, 3)] == [0, 5, 10]
    started.close()  # type: ignore[attr-defined]
