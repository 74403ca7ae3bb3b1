"""The packed images are unpacked in order, and what is kept out stays out."""

from pathlib import Path

import numpy as np
from PIL import Image

from demos.clip.corpus import mosaics, sources


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
