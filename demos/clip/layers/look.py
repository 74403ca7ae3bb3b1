"""What the page of “Layers” is told: the image, what each stage makes of it, and the two answers."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from demos.clip import data
from demos.clip.data import LoadedImage
from demos.clip.images.framing import Framed, framed
from demos.clip.images.thumbnails import data_address, thumbnail
from demos.clip.layers.classifier import Classifier, carried, class_names
from demos.clip.layers.peaks import Ranking
from demos.clip.layers.stages import Stage, Tower, walk
from demos.clip.model import similarity
from demos.clip.models import embedded
from demos.clip.zero_shot import Matcher, scores
from demos.common.base64_arrays import encode_bytes, encode_floats
from demos.common.i18n import text
from demos.common.numbers import few_digits

CHANNELS = 12  # of a stage that are shown
CLASSES = 10  # of the 1,000, the best
WANTED_BY = 3  # classes that are named for a channel of the last maps
GUESSES = 8
PICTURES = 6  # that move a channel most
FEW_PIXELS = ((16, "edges"), (48, "textures"), (160, "parts"))  # what a cell's field of so many pixels has room for
MEASURED = Path(__file__).with_name("measured.toml")


@dataclass(frozen=True)
class Question:
    """One image, what the model sees of it, its way through the tower (None for a transformer), and the guesses."""

    matcher: Matcher
    framed: Framed
    tower: Tower | None
    labels: tuple[str, ...]
    texts: Tensor


def question(
    matcher: Matcher, image: LoadedImage, labels: Sequence[str], templates: Sequence[str], fit: str
) -> Question:
    """Everything computed that the page shows."""
    texts = matcher.encode_labels(labels, templates)
    seen = framed(matcher, image, fit, texts)
    return Question(matcher, seen, walk(matcher, seen.pixels), tuple(labels), texts)


def view(asked: Question, language: str) -> dict[str, Any]:
    """{seen: data address, note, none: a sentence if there are no maps, stages, vector, classes, head, guesses}.

    A stage is {name, channels, side, said, about, shown}, each channel shown {channel, most, values, wanted: the
    classes that it speaks for}: `values` are bytes from −127 to 127, row by row, of which 127 stands for `most`. The
    vector is {means, values: base64 of float32}. A class is {number, name, english, probability, logit, rows, columns,
    map: base64 of float32}; the mean of its map is its logit. A guess is {label, similarity, probability}.
    """
    tower, matcher = asked.tower, asked.matcher
    head = carried() if tower is not None and has_classifier(matcher) else None
    [judged] = scores(similarity(asked.framed.vector[None], asked.texts), asked.labels, matcher.scale, matcher.bias)
    return {
        "seen": data_address(matcher.picture(asked.framed.pixels), quality=95),
        "note": asked.framed.said(matcher.name, language),
        "none": "" if tower else text("clip.layers_none", language, model=matcher.name),
        "stages": [_stage(stage, head, language) for stage in tower.stages] if tower else [],
        "vector": _vector(tower) if tower else None,
        "classes": _classes(tower, head, language) if tower and head else None,
        "head": _head(head, matcher, language),
        "guesses": [
            {"label": each.label, "similarity": round(each.similarity, 4), "probability": few_digits(each.probability)}
            for each in judged[:GUESSES]
        ],
        "guesses_said": text("clip.layers_guesses_said", language, count=len(asked.labels)),
    }


def has_classifier(matcher: Matcher) -> bool:
    """Whether the classifier beside the embedded model belongs to this model's tower."""
    return matcher.name == embedded.NAME


def pictures_view(ranking: Ranking, language: str) -> dict[str, Any]:
    """The images that move a channel most: {pictures: [{name, thumbnail, value}], done, total, said}."""
    best = ranking.peaks[:PICTURES]
    said = "clip.layers_pictures_done" if ranking.done == ranking.total else "clip.layers_pictures_running"
    return {
        "pictures": [
            {"name": each.file.name, "thumbnail": _small(each.file), "value": round(each.value, 3)} for each in best
        ],
        "said": text(said, language, done=ranking.done, total=ranking.total),
    }


def _small(file: data.File) -> str:
    return thumbnail(data.read(file, 160), 160)


def _stage(stage: Stage, head: Classifier | None, language: str) -> dict[str, Any]:
    channels, side, _ = stage.maps.shape
    last = head is not None and channels == head.rows.shape[1]
    return {
        "name": stage.name,
        "channels": channels,
        "side": side,
        "said": text("clip.layers_shape", language, channels=f"{channels:,}", side=side),
        "about": _about(stage, language),
        "shown": [
            _channel(stage.maps[channel], channel, head if last else None, language)
            for channel in stage.strongest(CHANNELS)
        ],
    }


def _channel(values: Tensor, channel: int, head: Classifier | None, language: str) -> dict[str, Any]:
    most = max(float(values.abs().max()), 1e-12)
    levels = (values * (127 / most)).round().to(torch.int8).numpy()
    return {
        "channel": channel,
        "most": round(most, 6),
        "values": encode_bytes(np.ascontiguousarray(levels).tobytes()),
        "wanted": _wanted(head, channel, language) if head else [],
    }


def _wanted(head: Classifier, channel: int, language: str) -> list[str]:
    """The classes whose rows have the largest numbers at a channel."""
    best = head.rows[:, channel].topk(WANTED_BY).indices.tolist()
    return [class_names()[at].in_language(language[:2]) for at in best]


def _about(stage: Stage, language: str) -> str:
    """How much of the image a cell stands for and sees, and what there is room for in that."""
    if stage.stride == 1 and stage.field == 1:
        return text("clip.layers_about_pixels", language)
    stands = text("clip.layers_stride", language, stride=stage.stride)
    if stage.field is None:
        return stands
    side = stage.stride * stage.maps.shape[-1]
    if stage.field > side:
        return f"{stands} {text('clip.layers_field_whole', language, field=stage.field, side=side)}"
    room = next((name for most, name in FEW_PIXELS if stage.field <= most), "parts")
    return f"{stands} {text(f'clip.layers_field_{room}', language, field=stage.field)}"


def _vector(tower: Tower) -> dict[str, Any]:
    return {
        "means": None if tower.means is None else encode_floats(tower.means.numpy()),
        "values": encode_floats(tower.vector.numpy()),
    }


def _classes(tower: Tower, head: Classifier, language: str) -> list[dict[str, Any]]:
    assert tower.means is not None
    logits = head.logits(tower.means[None])[0]
    best = logits.topk(CLASSES).indices
    shares, maps = logits.softmax(-1), head.activation_maps(tower.stages[-1].maps, best)
    names = class_names()
    return [
        {
            "number": at,
            "name": names[at].in_language(language[:2]),
            "english": names[at].english,
            "probability": few_digits(float(shares[at])),
            "logit": round(float(logits[at]), 4),
            "rows": each.shape[0],
            "columns": each.shape[1],
            "map": encode_floats(each.contiguous().numpy()),
        }
        for at, each in zip(best.tolist(), maps, strict=True)
    ]


def _head(head: Classifier | None, matcher: Matcher, language: str) -> list[str]:
    """What the classifier is, and how right it still is on the fitted trunk; or that there is none."""
    if head is None:
        return [text("clip.layers_no_head", language, model=matcher.name)]
    figures = {
        f"{images}_{of}": f"{100 * measured()[images][of]:.0f}%"
        for images in ("photos", "tiny_imagenet")
        for of in ("fitted", "published")
    }
    counts = {images: f"{measured()[images]['images']:,}" for images in measured()}
    return [text("clip.layers_must", language), text("clip.layers_trunk", language, **figures, **counts)]


@cache
def measured() -> dict[str, dict[str, Any]]:
    """How often the classifier was right, on the trunk as it is here (`fitted`) and as published (`published`)."""
    return tomllib.loads(MEASURED.read_text(encoding="utf-8"))
