"""The stages of the embedded model's training, each on a tiny corpus with teachers that were drawn by chance."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demos.clip.corpus.tasks import Corpus, Geometry, Task
from demos.clip.corpus.vocabulary import Word
from demos.clip.layers.classifier import Classifier
from demos.clip.make import build, image_tower, measure, space, text_tower, trunk
from demos.clip.make.features import Features
from demos.clip.make.image_tower import ImageStage
from demos.clip.make.materials import Materials
from demos.clip.make.sentences import WIDTH
from demos.clip.make.space import Space, SpaceStage
from demos.clip.make.text_tower import ReadingStage, TuningStage, read
from demos.clip.model import CLIP, Shape
from demos.clip.models import export
from demos.clip.models.folder import open_folder
from demos.clip.tokenizer import BPE_FILE, Tokenizer, learn_merges, word_counts, write_merges
from demos.common.errors import BadInput

COLOURS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220)}
KOREAN = {"red": "빨강", "green": "초록", "blue": "파랑"}
SHAPE = Shape(embed=3, vocabulary=540, context=16, width=32, heads=2, layers=1)


class Drawn:
    """A teacher whose vectors are drawn anew for each text, and remembered."""

    def __init__(self) -> None:
        self.known: dict[str, Tensor] = {}
        self.random = torch.Generator().manual_seed(7)

    def __call__(self, texts: list[str]) -> Tensor:
        for text in texts:
            self.known.setdefault(text, F.normalize(torch.randn(WIDTH, generator=self.random), dim=0))
        return torch.stack([self.known[text] for text in texts])


class Tiny(Materials):
    """Materials whose classifier knows the three colours."""

    class_words = property(lambda self: self.words)  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    monkeypatch.setattr(space, "BATCH", 24)
    monkeypatch.setattr(image_tower, "BATCH", 8)
    monkeypatch.setattr(image_tower, "SIZES", (32,))
    monkeypatch.setattr(image_tower, "ODDS", (1,))
    monkeypatch.setattr(image_tower, "MEASURED_SIZE", 32)
    monkeypatch.setattr(text_tower, "COMBINATIONS", 40)
    monkeypatch.setattr(text_tower, "IMAGES", 24)
    monkeypatch.setattr(text_tower, "NAMES", 2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def lite0() -> nn.Module:
    import timm

    torch.manual_seed(0)
    net: nn.Module = timm.create_model(trunk.TRUNK, pretrained=False, num_classes=3).eval()
    return net


@pytest.fixture
def materials(lite0: nn.Module, tmp_path: Path) -> Materials:
    random = np.random.default_rng(0)
    labels = np.arange(60) % 3
    plain = np.array(list(COLOURS.values()))[labels][:, None, None]
    images = np.clip(plain + random.normal(0, 20, (60, 64, 64, 3)), 0, 255).astype(np.uint8)
    names = tuple((name,) for name in COLOURS)
    train = Task("tiny_imagenet", np.arange(45), labels[:45], names, ("{}", "a {} thing"), 1.0)
    held_out = Task("colours", np.arange(45, 60), labels[45:], names, ("{}",), 0.0)
    geometry = Geometry(names, np.eye(3, dtype=np.float32))
    corpus = Corpus(images, (train,), (held_out,), geometry)
    features = Features(images, np.arange(60), tmp_path)
    assert list(features.compute(lite0))
    # What a trunk that never learnt makes of colours hardly differs: each colour gets a direction of its own besides.
    features.values = np.array(features.values, np.float32) + 3 * np.eye(3, trunk.FEATURES, dtype=np.float32)[labels]
    words = {
        name: Word((name,), (korean,), ("color", "색"), (f"like {name}", f"{korean} 같은"))
        for name, korean in KOREAN.items()
    }
    classifier = Classifier(8 * torch.eye(3, trunk.FEATURES), torch.zeros(3))
    return Tiny(corpus, features, classifier, Drawn(), words, ("leaf", "sky"), frozenset({"tiny_imagenet"}))  # type: ignore[arg-type]


@pytest.fixture
def tokenizer(materials: Materials, tmp_path: Path) -> Tokenizer:
    texts = ["a photo of the thing", "picture", *COLOURS, *KOREAN.values()] * 4
    write_merges(tmp_path / BPE_FILE, learn_merges(word_counts(texts), 26))
    return Tokenizer(tmp_path / BPE_FILE, SHAPE.context)


def fall(stage: object, steps: int, lr: float) -> tuple[float, float]:
    """The sum of a stage's losses at the beginning and after so many steps, each the mean of five."""
    optimizer = torch.optim.AdamW(stage.groups(lr))  # type: ignore[attr-defined]
    seen = []
    for _ in range(steps):
        loss = torch.stack(list(stage.losses().values())).sum()  # type: ignore[attr-defined]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen.append(loss.item())
    return float(np.mean(seen[:5])), float(np.mean(seen[-5:]))


def test_the_space_brings_images_and_their_names_together(materials: Materials) -> None:
    stage = SpaceStage(materials, 3)
    first, last = fall(stage, 60, 1e-3)
    assert last < 0.5 * first
    assert stage.measure()["colours"] == 1.0


def test_a_space_begins_with_the_directions_in_which_the_rows_differ() -> None:
    rows = torch.randn(6, trunk.FEATURES)
    mean = torch.randn(trunk.FEATURES)
    fresh = Space(Classifier(rows, torch.zeros(6)), mean, 5)
    centred = (rows - rows.mean(0)).double()
    torch.testing.assert_close(fresh.image(mean), torch.zeros(5), atol=1e-3, rtol=0)
    kept = fresh.image(mean + rows - rows.mean(0)).double()  # (6, 5): five directions hold all of six centred rows
    torch.testing.assert_close(kept @ kept.T, centred @ centred.T, atol=0.05, rtol=1e-3)


def test_only_the_last_convolutions_and_the_map_are_fitted(materials: Materials, lite0: nn.Module) -> None:
    fitted_space = SpaceStage(materials, 3).network
    stage = ImageStage(materials, lite0, fitted_space)
    before = {name: value.clone() for name, value in stage.network.state_dict().items()}
    fall(stage, 5, 1e-3)
    changed = {name for name, value in stage.network.state_dict().items() if not torch.equal(value, before[name])}
    assert {"image.weight", "image.bias", "logit_scale", "trunk.conv_head.weight"} <= changed
    blocks = {name.split(".")[2] for name in changed if name.startswith("trunk.blocks.")}
    assert blocks == {"4", "5", "6"}
    assert not [name for name in changed if ".bn" in name or "classifier" in name or "conv_stem" in name]


def test_the_text_tower_learns_both_languages_and_then_the_images(
    materials: Materials, lite0: nn.Module, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    space_stage = SpaceStage(materials, 3)
    fall(space_stage, 60, 1e-3)
    shared = space_stage.network.requires_grad_(False)
    tower = CLIP(SHAPE).text
    first, last = fall(reading := ReadingStage(materials, shared, tower, tokenizer), 60, 3e-3)
    assert last < 0.7 * first
    assert reading.measure() == {"english": 1.0, "korean": 1.0}

    images = shared.of_features(materials.features(np.arange(60))).detach()
    tuning = TuningStage(materials, shared, tower, tokenizer, images, shared.logit_scale)
    fall(tuning, 20, 1e-3)
    assert tuning.measure() == {"colours": 1.0, "colours in Korean": 1.0}
    vectors = read(tower, tokenizer, ["red", "a photo of a red", "blue"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]

    image = ImageStage(materials, lite0, shared).network
    state = build.model_state(image.state_dict(), tuning.network.state_dict(), SHAPE)
    export.write(tmp_path / "model", state, SHAPE, tmp_path / BPE_FILE)
    opened = open_folder("model", tmp_path / "model", torch.device("cpu"))
    pixels = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        ours, theirs = image(pixels)[1], opened.model.encode_image(pixels, normalize=True)
    assert float((ours * theirs).sum(-1).min()) > 0.99  # float16 and bfloat16 between them
    found = dict(measure.measure(tmp_path / "model", materials))
    assert found["colours"]["images"] == 15
    assert set(found["colours"]["top_1"]) == {"en", "ko"}


def test_a_published_file_of_another_network_is_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="another network"):
        trunk.published(tmp_path / "other.pth")


def test_the_published_tensors_are_taken_in_their_order(tmp_path: Path) -> None:
    import timm

    torch.manual_seed(3)
    theirs = timm.create_model(trunk.TRUNK, pretrained=False)
    values = [value for name, value in theirs.state_dict().items() if "num_batches" not in name]
    renamed = {f"layer{at}": value for at, value in enumerate(values)}
    torch.save(renamed, tmp_path / "lite0.pth")
    ours = trunk.published(tmp_path / "lite0.pth")
    pixels = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours(pixels), theirs.eval()(pixels))
        torch.testing.assert_close(trunk.features(ours, pixels), theirs.forward_features(pixels).mean((2, 3)))


@pytest.mark.parametrize("missing", ["index.json", "lite0.pth", "config.json", "data.noun", "index.sense"])
def test_what_is_missing_is_named_before_anything_begins(tmp_path: Path, missing: str) -> None:
    for name in {"index.json", "lite0.pth", "config.json", "data.noun", "index.sense"} - {missing}:
        (tmp_path / name).write_text("{}")
    paths = build.Paths(tmp_path, tmp_path / "lite0.pth", tmp_path, tmp_path, tmp_path / "cache")
    with pytest.raises(BadInput) as refused:
        next(build.build(paths, 1.0))
    assert refused.value.key in ("clip.no_corpus", "clip.no_material")
