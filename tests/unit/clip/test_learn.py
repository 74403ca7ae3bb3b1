"""The training learns, stops, resumes, and leaves a model that open_clip opens; its images and words are in order."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from demos.clip import learn
from demos.clip.corpus import batches, mosaics, sources
from demos.clip.corpus.tasks import Corpus, Geometry, Task
from demos.clip.model import Shape
from demos.clip.models import export, registry

SHAPE = Shape(embed=16, trunk="test_resnet", image_size=32, vocabulary=1000, context=16, width=16, heads=2, layers=1)
RECIPE = learn.Recipe(
    minutes=60,
    batch=24,
    warmup_steps=5,
    geometry_nouns=4,
    small_size=32,
    ema=0.9,
    shape=SHAPE,
    lr=5e-3,
    report_steps=20,
)
COLOURS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220)}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """So small a network is slower on several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def colours() -> Corpus:
    """Noisy images of three colours."""
    random = np.random.default_rng(0)
    labels = np.arange(60) % 3
    plain = np.array(list(COLOURS.values()))[labels][:, None, None]
    images = np.clip(plain + random.normal(0, 20, (60, 64, 64, 3)), 0, 255).astype(np.uint8)
    names = tuple((name,) for name in COLOURS)
    train = Task("colours", np.arange(45), labels[:45], names, ("{}", "a {} thing"), 1.0)
    held_out = Task("colours", np.arange(45, 60), labels[45:], names, ("{}",), 0.0)
    geometry = Geometry(
        tuple((name,) for name in ("one", "two", "three", "four", "five", "six")), np.eye(6, dtype=np.float32)
    )
    return Corpus(images, (train,), (held_out,), geometry)


def test_training_learns_stops_and_resumes(colours: Corpus, tmp_path: Path) -> None:
    running = learn.train(colours, RECIPE, tmp_path / "run")
    first = next(running)
    running.close()
    assert first.step == 20
    assert (tmp_path / "run" / "checkpoint.pt").is_file()
    second = next(learn.train(colours, RECIPE, tmp_path / "run"))
    assert second.step == 40
    assert second.samples == 2 * first.samples
    assert second.loss < first.loss
    result = export.export(tmp_path / "run", tmp_path / "model", colours)
    assert result["accuracy"]["colours"] >= 0.9
    assert result["images"] == 45

    matcher = registry.open_model(str(tmp_path / "model"), torch.device("cpu"), local=True)
    red = matcher._images([Image.new("RGB", (50, 50), COLOURS["red"])])
    scores = torch.stack(list(red)).detach() @ matcher.encode_labels(list(COLOURS), ("{}",)).T
    assert scores.argmax() == 0


def test_the_same_seed_draws_the_same_batches(colours: Corpus) -> None:
    draws = [batches.BatchSampler(colours, RECIPE.batch).sample(torch.Generator().manual_seed(3)) for _ in range(2)]
    assert torch.equal(draws[0][0], draws[1][0])
    crops = [batches.crops(draws[0][0], 32, torch.Generator().manual_seed(4)) for _ in range(2)]
    assert torch.equal(crops[0], crops[1])
    assert crops[0].shape == (24, 3, 32, 32)


def test_the_geometry_loss_is_zero_at_the_teacher() -> None:
    teacher = torch.nn.functional.normalize(torch.randn(8, 5), dim=-1)
    assert learn.geometry_loss(teacher, teacher, 0.1) == pytest.approx(0, abs=1e-6)
    assert learn.geometry_loss(teacher.roll(1, 0), teacher, 0.1) > 0.1


def test_mosaics_are_unpacked_in_order(tmp_path: Path) -> None:
    mosaic = np.zeros((64, 20 * 32, 3), np.uint8)
    for i in range(22):
        mosaic[i // 20 * 32 :, i % 20 * 32 : (i % 20 + 1) * 32] = 10 * i
    Image.fromarray(mosaic).save(tmp_path / "part.png")
    part = {"tile": 32, "files": [{"file": "part.png", "labels": list(range(22))}]}
    images, parts = mosaics.unpacked(tmp_path, {"source": {"splits": {"train": part}}}, tmp_path / "cache")
    assert images.shape == (22, 64, 64, 3)
    assert parts["source", "train"][1].tolist() == list(range(22))
    for i in (0, 5, 19, 21):
        assert np.abs(images[i, 8:-8, 8:-8].astype(int) - 10 * i).max() <= 1


def test_what_is_held_out_is_not_taught_under_another_name() -> None:
    held_out = set(sources.WORDS["held_out"]["tiny_imagenet"])
    assert len(held_out) == 20
    assert not held_out & {name for members in sources.WORDS["kinds"].values() for name in members}
    kinds = {key.split("/")[0] for key in sources.WORDS["kinds"]}
    assert {kind for members in sources.WORDS["broad"].values() for kind in members} <= kinds
