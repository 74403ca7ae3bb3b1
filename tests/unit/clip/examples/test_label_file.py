"""The file of labels: what was written is read again, and what nobody wrote is refused in a sentence."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from demos.clip.data import File
from demos.clip.examples import label_file
from demos.clip.examples.label_set import LabelSet
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from demos.common.base64_arrays import encode_floats
from demos.common.errors import BadInput
from tests.clip_fixtures import photo, tiny_clip


@pytest.fixture(scope="module")
def matchers(tmp_path_factory: pytest.TempPathFactory) -> list[Matcher]:
    folders = (tiny_clip(tmp_path_factory.mktemp(f"model{seed}"), seed) for seed in range(2))
    return [registry.open_model(str(folder), torch.device("cpu"), offline=True, local=True) for folder in folders]


@pytest.fixture(scope="module")
def labels(matchers, tmp_path_factory: pytest.TempPathFactory) -> LabelSet:
    folder = tmp_path_factory.mktemp("photos")
    made = LabelSet()
    for name, words, seeds in (("내 머그잔", "", (0, 1)), ("a bus", "a red bus", (2,)), ("only words", "words", ())):
        files = [File(photo(folder / f"{seed}.png", seed)) for seed in seeds]
        made.add_examples(matchers[0], made.add(name, words).number, files, [file.name for file in files])
    return made


@pytest.fixture
def content(matchers, labels) -> str:
    return label_file.write(matchers[0], labels, 0.3)


def test_what_was_written_is_read_again_to_the_bit(matchers, labels, content: str) -> None:
    found = label_file.read(content.encode(), matchers[0])
    assert found.mix == 0.3
    assert [(each.name, each.words, each.examples) for each in found.labels] == [
        (each.name, each.words, each.examples) for each in labels.labels
    ]
    keys, rows = labels.vectors(matchers[0])
    assert found.vectors is not None
    assert set(found.vectors) == set(keys)
    for key, row in zip(keys, rows, strict=True):
        torch.testing.assert_close(found.vectors[key], row, atol=1e-7, rtol=0)


def test_nothing_in_it_names_the_server(content: str) -> None:
    assert "/" not in json.dumps([each["examples"][0]["name"] for each in json.loads(content)["labels"][:2]])
    assert "/tmp" not in content


def test_another_model_makes_its_vectors_of_the_small_images(matchers, content: str) -> None:
    found = label_file.read(content.encode(), matchers[1])
    assert found.vectors is None
    again = LabelSet()
    again.replace(found.labels)
    keys, vectors = again.vectors(matchers[1])
    assert len(keys) == 3
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))


def jpeg(side: int, kind: str = "JPEG") -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side)).save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def example(**changed: Any) -> Callable[[dict[str, Any]], None]:
    return lambda file: file["labels"][0]["examples"][0].update(changed)


def whole(**changed: Any) -> Callable[[dict[str, Any]], None]:
    return lambda file: file.update(changed)


def vector(values: Any) -> Callable[[dict[str, Any]], None]:
    return example(vector=encode_floats(np.asarray(values, dtype=np.float32)))


UNIT = np.eye(24, dtype=np.float32)[0]
HOSTILE: dict[str, Callable[[dict[str, Any]], None]] = {
    "NaN": vector(np.full(24, np.nan)),
    "infinite": vector(np.full(24, np.inf)),
    "no direction": vector(UNIT * 0),
    "long": vector(UNIT * 9),
    "too few numbers": vector(UNIT[:23]),
    "too many numbers": vector(np.eye(48)[0]),
    "no base64": example(vector="*" * 128),
    "half a number": example(vector=base64.b64encode(b"12345").decode()),
    "a list of numbers": example(vector=[0.1] * 24),
    "a vector without end": example(vector="A" * 100_000),
    "no image": example(thumbnail=base64.b64encode(b"GIF89a").decode()),
    "another format": example(thumbnail=jpeg(256, "PNG")),
    "another size": example(thumbnail=jpeg(4000)),
    "an image cut off": example(thumbnail=jpeg(256)[:400]),
    "an image too large": example(thumbnail="A" * 200_000),
    "a path for a key": example(key="../../etc/passwd"),
    "a name that is none": example(name=None),
    "dimensions without end": whole(model={"key": "0" * 64, "dimensions": 10**9}),
    "no dimensions": whole(model={"key": "0" * 64}),
    "no model": whole(model=None),
    "no mix": whole(mix=None),
    "a mix beyond": whole(mix=1.5),
    "a mix that is true": whole(mix=True),
    "labels that are none": whole(labels={"a": 1}),
    "a label that is none": whole(labels=["a"]),
    "too many labels": whole(labels=[{"name": str(at), "words": "", "examples": []} for at in range(25)]),
    "no examples": lambda file: file["labels"][0].pop("examples"),
    "too many examples": lambda file: file["labels"][0].update(examples=file["labels"][0]["examples"] * 9),
    "words that are none": lambda file: file["labels"][0].update(words=3),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_damaged_file_is_refused(matchers, content: str, what: str) -> None:
    file = json.loads(content)
    HOSTILE[what](file)
    with pytest.raises(BadInput) as refusal:
        label_file.read(json.dumps(file).encode(), matchers[0])
    assert refusal.value.key == "clip.examples_file_damaged"


@pytest.mark.parametrize(
    ("file", "key"),
    [
        (b"", "foreign"),
        (b"{", "foreign"),
        (b"\x80\x04\x95 pickle", "foreign"),
        (b"[" * 100_000, "foreign"),
        (b"[]", "foreign"),
        (b'{"format": "another"}', "foreign"),
        (b'{"format": "glassbox-labels-by-example", "mix": NaN}', "foreign"),
        (b'{"format": "glassbox-labels-by-example", "version": ' + b"9" * 5_000 + b"}", "foreign"),
        (b'{"format": "glassbox-labels-by-example", "version": 2}', "version"),
        (b" " * (label_file.MOST_BYTES + 1), "too_large"),
    ],
    ids=["empty", "broken", "pickle", "deep", "list", "another", "NaN", "number", "version", "large"],
)
def test_what_is_no_such_file_is_refused(matchers, file: bytes, key: str) -> None:
    with pytest.raises(BadInput) as refusal:
        label_file.read(file, matchers[0])
    assert refusal.value.key == f"clip.examples_file_{key}"


def test_two_labels_of_one_name_are_refused(matchers, content: str) -> None:
    file = json.loads(content)
    file["labels"][1]["name"] = file["labels"][0]["name"]
    with pytest.raises(BadInput) as refusal:
        label_file.read(json.dumps(file).encode(), matchers[0])
    assert refusal.value.key == "clip.examples_name_taken"


def test_the_file_of_a_full_set_is_small_enough_to_be_opened(matchers, content: str) -> None:
    from demos.clip.examples.label_set import MOST_EXAMPLES, MOST_LABELS

    thumbnail = label_file.MOST_THUMBNAIL * 4 / 3
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    from demos.clip.examples.label_set import thumbnail as small

    assert len(small(Image.fromarray(noise))) < label_file.MOST_THUMBNAIL  # the hardest image there is
    assert MOST_LABELS * MOST_EXAMPLES * (thumbnail * 0.7 + 512 * 4 * 4 / 3) < label_file.MOST_BYTES


def test_files_are_read_no_further_than_their_limit(matchers, tmp_path: Path) -> None:
    from demos.clip.examples import from_file

    place = tmp_path / "large.json"
    with place.open("wb") as file:
        file.truncate(10**10)  # a hole: nothing of it lies on the disk
    with pytest.raises(BadInput) as refusal:
        from_file.ask(matchers[0], place, [], ("{}",))
    assert refusal.value.key == "clip.examples_file_too_large"
