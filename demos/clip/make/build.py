"""From what others published to the embedded model, stage by stage.

    python -m demos.clip train CORPUS --trunk FILE --sentences FOLDER --nouns FOLDER --out weights/clip/embedded

Each stage keeps what it made in the cache; the same command goes on where the last one stopped.
"""

import json
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from demos.clip.corpus import sources, texts
from demos.clip.corpus.batches import resized
from demos.clip.corpus.vocabulary import words
from demos.clip.learn import Progress, Schedule, Stage, train
from demos.clip.make import trunk
from demos.clip.make.features import Features
from demos.clip.make.image_tower import FittedTower, ImageStage
from demos.clip.make.materials import Materials, rows_to_keep
from demos.clip.make.measure import measure
from demos.clip.make.sentences import Sentences
from demos.clip.make.space import SpaceStage
from demos.clip.make.text_tower import ReadingStage, TuningStage
from demos.clip.model import CLIP, Shape
from demos.clip.models import export
from demos.clip.models.folder import files_of
from demos.clip.tokenizer import BPE_FILE, Tokenizer, learn_merges, word_counts, write_merges
from demos.common.errors import BadInput
from demos.common.models import weights

SCHEDULES = {
    "space": Schedule(minutes=5, lr=1e-3, beta=0.999),
    "image": Schedule(minutes=62, lr=3e-4, beta=0.99),
    "reading": Schedule(minutes=50, lr=1.5e-3, warmup=200),
    "tuning": Schedule(minutes=15, lr=5e-4, warmup=50),
}
COMMAND = "python -m demos.clip train CORPUS --trunk FILE --sentences FOLDER --nouns FOLDER --out weights/clip/{}"
LITE0 = "Apache-2.0 (Google, EfficientNet-Lite0), fitted here; training images: see the card"
LICENCES = {export.IMAGE_FILE: LITE0, export.CLASSIFIER_FILE: LITE0}
BYTES, MARKS = 512, 2  # of a vocabulary: each byte within a word and at its end; start and end of a text
VECTOR_SIZE = 160  # pixels a side of the images whose vectors the text tower is tuned on


@dataclass(frozen=True)
class Paths:
    """`corpus`: packed images; `trunk`: EfficientNet-Lite0's .pth; `sentences`: MiniLM's folder; `nouns`: WordNet's."""

    corpus: Path
    trunk: Path
    sentences: Path
    nouns: Path
    cache: Path

    def check(self) -> None:
        """Raises BadInput if one of them does not hold what it should."""
        if not (self.corpus / "index.json").is_file():
            raise BadInput("clip.no_corpus", name=str(self.corpus))
        needed = (self.trunk, self.sentences / "config.json", self.nouns / "data.noun", self.nouns / "index.sense")
        for file in needed:
            if not file.is_file():
                raise BadInput("clip.no_material", name=str(file))


def build(paths: Paths, minutes: float, shape: Shape | None = None) -> Iterator[tuple[str, Progress | float]]:
    """Run all stages, which share `minutes`; yields each one's name with its progress. `finish` makes a model of it."""
    paths.check()
    shape = shape or Shape()
    share = minutes / sum(schedule.minutes for schedule in SCHEDULES.values())
    published = trunk.published(paths.trunk)
    materials = gather(paths, published)
    for done in materials.features.compute(published):
        yield "features", done
    tokenizer = tokenizer_for(materials, shape, paths.cache)

    def run(name: str, stage: Stage) -> Iterator[tuple[str, Progress | float]]:
        schedule = SCHEDULES[name]
        schedule = replace(schedule, minutes=schedule.minutes * share)
        for progress in train(stage, schedule, paths.cache / f"{name}.pt"):
            yield name, progress

    space_stage = SpaceStage(materials, shape.embed)
    yield from run("space", space_stage)
    space = space_stage.network.requires_grad_(False)
    image_stage = ImageStage(materials, trunk.published(paths.trunk), space)
    yield from run("image", image_stage)
    tower = CLIP(shape).text
    yield from run("reading", ReadingStage(materials, space, tower, tokenizer))
    images = yield from vectors(materials, image_stage.network, paths.cache / "vectors.pt")
    scale = image_stage.network.logit_scale
    yield from run("tuning", TuningStage(materials, space, tower, tokenizer, images, scale))


def gather(paths: Paths, published: Any) -> Materials:
    corpus = sources.read(paths.corpus, paths.cache)
    return Materials(
        corpus,
        Features(corpus.images, rows_to_keep(corpus), paths.cache),
        trunk.classifier_of(published),
        Sentences(paths.sentences, paths.cache / "sentences.npz"),
        words(),
        tuple(texts.common_nouns(paths.nouns)),
    )


def tokenizer_for(materials: Materials, shape: Shape, cache: Path) -> Tokenizer:
    """Byte-pair merges of the words that are read here, in both languages, written once."""
    file = cache / BPE_FILE
    if not file.exists():
        read: list[str] = []
        for word in materials.words:
            read += [*word.english] * 6 + [*word.korean] * 8 + [*word.look] * 3 + [*word.kind]
        read += [*materials.nouns] * 2
        read += [text.text for text in islice(texts.of_combinations(materials.words, Random(0)), 20_000)]
        counts: Counter[str] = word_counts(read)
        write_merges(file, learn_merges(counts, shape.vocabulary - BYTES - MARKS))
    return Tokenizer(file, shape.context)


def vectors(
    materials: Materials, network: FittedTower, file: Path
) -> Generator[tuple[str, Progress | float], None, Tensor]:
    """The fitted tower's unit vectors (N, E) of all images that have features, computed once."""
    rows = materials.features.rows
    if not file.exists():
        parts: list[Tensor] = []
        for start in range(0, len(rows), 100):
            pixels = torch.from_numpy(materials.corpus.images[rows[start : start + 100]])
            with torch.no_grad():
                parts.append(network(resized(pixels, VECTOR_SIZE))[1].half())
            yield "vectors", start / len(rows)
        torch.save(torch.cat(parts), file)
    return F.normalize(torch.load(file, weights_only=True).float(), dim=-1)


def finish(paths: Paths, out: Path, shape: Shape | None = None) -> dict[str, Any]:
    """Write the model of the last checkpoints to the folder `out`, and measure it as it is stored there."""
    from safetensors.torch import save_file

    shape = shape or Shape()
    stages = {name: torch.load(paths.cache / f"{name}.pt", weights_only=True) for name in SCHEDULES}
    image, text = stages["image"]["network"], stages["tuning"]["network"]
    export.write(out, model_state(image, text, shape), shape, paths.cache / BPE_FILE)
    classifier = {name: image[f"trunk.classifier.{name}"].half().contiguous() for name in ("weight", "bias")}
    save_file(classifier, out / export.CLASSIFIER_FILE)
    (out / export.CLASSIFIER_FILE).chmod(0o644)
    materials = gather(paths, trunk.published(paths.trunk))
    found = dict(measure(out, materials))
    result: dict[str, Any] = {
        "stages": {name: {"step": stage["step"], "seconds": round(stage["seconds"])} for name, stage in stages.items()},
        "images": len(np.unique(np.concatenate([task.rows for task in materials.corpus.train]))),
        "languages": ["en", "ko"],
        "accuracy": {name: entry["top_1"]["en"] for name, entry in found.items()},
        "korean": {name: entry["top_1"]["ko"] for name, entry in found.items()},
        "counts": {name: {key: entry[key] for key in ("images", "classes")} for name, entry in found.items()},
    }
    (out / export.MEASURED_FILE).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if weights.FOLDER.resolve() in out.resolve().parents:
        for file in files_of(out):
            licence = LICENCES.get(file.name, "MIT")
            weights.register(file, licence=licence, made_by=COMMAND.format(out.name), card=f"clip/{out.name}.md")
    return result


def model_state(image: dict[str, Tensor], text: dict[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    """A `CLIP`'s state from the fitted image tower's and the tuned text tower's."""
    model = CLIP(shape)
    state: dict[str, Tensor] = {"logit_scale": text["logit_scale"]}
    state |= {f"visual.trunk.{name}": image[f"trunk.{name}"] for name in model.visual.trunk.state_dict()}
    state |= {f"visual.head.proj.{part}": image[f"image.{part}"] for part in ("weight", "bias")}
    state |= {name: value for name, value in text.items() if name.startswith("text.")}
    model.load_state_dict(state)
    return model.state_dict()
