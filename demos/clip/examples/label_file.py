"""Labels by example as one file: JSON, in which nothing is code and nothing names a file of the server.

    {"format": "glassbox-labels-by-example", "version": 1, "model": {"key", "dimensions"}, "mix": 0 to 1,
     "labels": [{"name", "words", "examples": [{"name", "key", "vector", "thumbnail"}]}]}

`model.key` is the sha256 of a model's content. `vector` is base64 of E little-endian 32-bit floats, `thumbnail` base64
of a JPEG. Another model than the file's makes its own vectors of the thumbnails.
"""

import base64
import io
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

import torch
from PIL import Image
from torch import Tensor

from demos.clip.data import STUMBLES
from demos.clip.examples.label_set import MOST_EXAMPLES, MOST_LABELS, MOST_NAME, SIDE, Example, ExampleLabel, LabelSet
from demos.clip.gallery.saved import model_key
from demos.clip.zero_shot import Matcher
from demos.common.base64_arrays import decode_floats, encode_bytes, encode_floats
from demos.common.errors import BadInput

FORMAT = "glassbox-labels-by-example"
VERSION = 1
MOST_BYTES = 24_000_000  # of a file
MOST_THUMBNAIL = 64_000  # bytes of one
MOST_DIMENSIONS = 4096
KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Opened:
    """`labels` as the file has them, `mix` 0 to 1. `vectors` are the examples' unit vectors (E,) by their key if this
    model made them, else None."""

    labels: list[ExampleLabel]
    mix: float
    vectors: dict[str, Tensor] | None


def write(matcher: Matcher, labels: LabelSet, mix: float) -> str:
    """The file's text."""
    keys, rows = labels.vectors(matcher)
    vectors = {key: encode_floats(row.numpy()) for key, row in zip(keys, rows, strict=True)}
    model = {"key": model_key(matcher), "dimensions": rows.shape[1]}
    content = {
        "format": FORMAT,
        "version": VERSION,
        "model": model,
        "mix": mix,
        "labels": [
            {
                "name": label.name,
                "words": label.words,
                "examples": [
                    {
                        "name": each.name,
                        "key": each.key,
                        "vector": vectors[each.key],
                        "thumbnail": encode_bytes(each.thumbnail),
                    }
                    for each in label.examples
                    if each.key in vectors  # not one that came meanwhile
                ],
            }
            for label in labels.labels
        ],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)


def read(content: bytes, matcher: Matcher) -> Opened:
    """What a file holds, checked whole. Raises BadInput if it is too large, or is not what `write` makes."""
    if len(content) > MOST_BYTES:
        raise BadInput("clip.examples_file_too_large", limit=MOST_BYTES // 1_000_000)
    try:
        found = json.loads(content, parse_constant=_no_number)
        if _object(found).get("format") != FORMAT:
            raise ValueError("format")
    except (ValueError, RecursionError) as error:
        raise BadInput("clip.examples_file_foreign") from error
    if found.get("version") != VERSION:
        raise BadInput("clip.examples_file_version", version=str(found.get("version"))[:20], known=VERSION)
    try:
        return _opened(found, matcher)
    except BadInput:
        raise
    except (ValueError, *STUMBLES) as error:
        raise BadInput("clip.examples_file_damaged") from error


def _opened(found: dict[str, Any], matcher: Matcher) -> Opened:
    model, mix = _object(found.get("model")), found.get("mix")
    if not isinstance(mix, int | float) or isinstance(mix, bool) or not 0 <= mix <= 1:
        raise ValueError("mix")
    dimensions = model.get("dimensions")
    if not isinstance(dimensions, int) or not 1 <= dimensions <= MOST_DIMENSIONS:
        raise ValueError("dimensions")
    vectors: dict[str, Tensor] = {}
    checked = LabelSet()  # which refuses names and words that cannot be used
    labels = []
    for entry in _objects(found.get("labels"), MOST_LABELS):
        label = checked.add(_text(entry.get("name"), 1_000), _text(entry.get("words"), 1_000))
        examples: dict[str, Example] = {}
        for each in _objects(entry.get("examples"), MOST_EXAMPLES):
            example = _example(each)
            vectors[example.key] = _vector(each.get("vector"), dimensions)
            examples[example.key] = example
        labels.append(ExampleLabel(label.number, label.name, label.words, tuple(examples.values())))
    same = model.get("key") == model_key(matcher)
    if same and dimensions != matcher.encode_labels(["image"], ("{}",)).shape[1]:
        raise ValueError("dimensions")
    return Opened(labels, float(mix), vectors if same else None)


def _example(entry: dict[str, Any]) -> Example:
    name, key = _text(entry.get("name"), 1_000), _text(entry.get("key"), 64)
    content = base64.b64decode(_text(entry.get("thumbnail"), MOST_THUMBNAIL * 4 // 3 + 4), validate=True)
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
        if not KEY.fullmatch(key) or image.size != (SIDE, SIDE):
            raise ValueError("example")
        image.load()
    return Example(" ".join(name.split())[-MOST_NAME:], key, content)


def _vector(value: Any, dimensions: int) -> Tensor:
    vector = torch.from_numpy(decode_floats(_text(value, 4 * MOST_DIMENSIONS * 4 // 3 + 4)))
    if vector.shape != (dimensions,) or not vector.isfinite().all():
        raise ValueError("vector")
    length = float(vector.double().norm())
    if not 0.99 < length < 1.01:
        raise ValueError("length")
    return vector / length


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError("text")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("object")
    return value


def _objects(value: Any, most: int) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError("list")
    return [_object(each) for each in value]


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
