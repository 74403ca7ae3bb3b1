"""The loop that trains a stage, and the losses: against autograd's own definitions and by hand."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demos.clip import learn
from demos.clip.corpus import batches

SCHEDULE = learn.Schedule(minutes=60, lr=0.05, warmup=2, report_steps=20)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """So small a network is slower on several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Line:
    """Fits y = 2x + 1."""

    def __init__(self) -> None:
        self.network = nn.Linear(1, 1)

    def groups(self, lr: float) -> list[dict[str, Any]]:
        return [{"params": [self.network.weight], "lr": lr}, {"params": [self.network.bias], "lr": 2 * lr}]

    def losses(self) -> dict[str, Tensor]:
        x = torch.randn(32, 1)
        error = self.network(x) - (2 * x + 1)
        return {"square": (error**2).mean(), "size": 0.0 * self.network.weight.sum()}

    def measure(self) -> dict[str, float]:
        return {"weight": float(self.network.weight.detach())}


def test_training_learns_stops_and_resumes(tmp_path: Path) -> None:
    file, stage = tmp_path / "line.pt", Line()
    running = learn.train(stage, SCHEDULE, file)
    first = next(running)
    running.close()
    assert first.step == 20
    assert set(first.losses) == {"square", "size"}
    assert file.is_file()
    resumed = Line()
    second = next(learn.train(resumed, SCHEDULE, file))
    assert second.step == 40
    assert second.losses["square"] < first.losses["square"]
    assert second.seconds > first.seconds


def test_the_learning_rate_rises_and_falls_with_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10**6))
    # A step takes a second, by a clock that nobody else looks at.
    monkeypatch.setattr(learn, "time", SimpleNamespace(perf_counter=lambda: float(next(clock))))
    schedule = learn.Schedule(minutes=1, lr=1.0, warmup=10, report_steps=1, measure_minutes=0.5)
    reports = list(learn.train(Line(), schedule, tmp_path / "line.pt"))
    assert len(reports) == 60
    rates = [report.lr for report in reports]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9]
    assert rates[30] == pytest.approx(0.5)  # half way down the cosine
    assert rates[-1] < 0.01
    assert [report.step for report in reports if report.accuracy] == [31, 60]


def test_a_finished_stage_is_not_trained_on(tmp_path: Path) -> None:
    schedule = learn.Schedule(minutes=0.0001, lr=0.05, report_steps=1)
    stage = Line()
    list(learn.train(stage, schedule, tmp_path / "line.pt"))
    again = Line()
    assert list(learn.train(again, schedule, tmp_path / "line.pt")) == []
    assert torch.equal(again.network.weight, stage.network.weight)


def unit(*shape: int) -> Tensor:
    return F.normalize(torch.randn(*shape), dim=-1)


def test_each_answer_counts_against_all_texts() -> None:
    images, texts, right = unit(6, 8), unit(4, 8), torch.tensor([0, 1, 2, 3, 0, 1])
    expected = -torch.stack(
        [(7.0 * texts @ image).log_softmax(0)[own] for image, own in zip(images, right, strict=True)]
    ).mean()
    torch.testing.assert_close(learn.answer_loss(images, texts, right, torch.tensor(7.0)), expected)


def test_shares_are_met_only_by_the_same_shares() -> None:
    images, names, scale = unit(5, 8), unit(7, 8), torch.tensor(9.0)
    own = (scale * images @ names.T).softmax(-1)
    assert learn.shares_loss(images, names, scale, own) == pytest.approx(0, abs=1e-6)
    other = own.roll(1, 0)
    expected = (other * (other.log() - own.log())).sum(-1).mean()
    torch.testing.assert_close(learn.shares_loss(images, names, scale, other), expected)


def test_neighbourhoods_are_met_by_the_teacher_itself() -> None:
    teacher = unit(8, 5)
    assert learn.neighbour_loss(teacher, teacher, 0.1) == pytest.approx(0, abs=1e-6)
    turned = teacher @ torch.linalg.qr(torch.randn(5, 5)).Q  # the same neighbourhoods elsewhere
    assert learn.neighbour_loss(turned, teacher, 0.1) == pytest.approx(0, abs=1e-5)
    assert learn.neighbour_loss(teacher.roll(1, 0), teacher, 0.1) > 0.1


def test_imitation_is_met_by_the_teacher_alone() -> None:
    teacher = unit(8, 5)
    assert learn.imitation_loss(teacher, teacher) == pytest.approx(0, abs=1e-5)
    assert learn.imitation_loss(-teacher, teacher) > 4  # twice 1 − cosine is 4 there, and the neighbours are wrong


def test_crops_are_drawn_from_the_seed_and_normalised() -> None:
    pixels = torch.randint(0, 256, (24, 64, 64, 3), dtype=torch.uint8)
    crops = [batches.crops(pixels, 32, torch.Generator().manual_seed(4)) for _ in range(2)]
    assert torch.equal(crops[0], crops[1])
    assert crops[0].shape == (24, 3, 32, 32)
    assert crops[0].min() >= -1
    assert crops[0].max() <= 1


def test_a_plain_image_stays_plain_when_resized() -> None:
    pixels = torch.tensor([0, 51, 255], dtype=torch.uint8).expand(2, 20, 30, 3)
    resized = batches.resized(pixels, 8)
    assert resized.shape == (2, 3, 8, 8)
    torch.testing.assert_close(resized[0, :, 3, 3], torch.tensor([-1.0, -0.6, 1.0]))
