"""The published trunk's features of the corpus's images, computed once and kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from demos.clip.corpus.batches import resized
from demos.clip.make import trunk

SIZE = 128  # pixels a side: twice what the images have
BATCH = 64
ROWS, VALUES = "feature_rows.npy", "features.npy"


class Features:
    """(N, 1280) of the images in the given rows of `images`, those of `rows` only."""

    def __init__(self, images: NDArray[np.uint8], rows: NDArray[Any], cache: Path) -> None:
        self.images, self.rows, self.cache = images, np.sort(rows), cache
        self.place = np.full(len(images), -1)
        self.place[self.rows] = np.arange(len(self.rows))

    def compute(self, net: Any) -> Iterator[float]:
        """Compute what `cache` does not hold yet; yields the share that is done."""
        file, listing = self.cache / VALUES, self.cache / ROWS
        if not (listing.exists() and np.array_equal(np.load(listing), self.rows)):
            unfinished = file.with_suffix(".part")
            store = np.lib.format.open_memmap(
                unfinished, mode="w+", dtype=np.float16, shape=(len(self.rows), trunk.FEATURES)
            )
            for start in range(0, len(self.rows), BATCH):
                pixels = torch.from_numpy(self.images[self.rows[start : start + BATCH]])
                with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                    store[start : start + BATCH] = trunk.features(net, resized(pixels, SIZE)).half().numpy()
                yield start / len(self.rows)
            store.flush()
            unfinished.rename(file)
            np.save(listing, self.rows)
        self.values = np.load(file, mmap_mode="r")

    def has(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of the rows have features."""
        return np.asarray(self.place[rows] >= 0)

    def __call__(self, rows: NDArray[Any]) -> Tensor:
        return torch.from_numpy(self.values[self.place[rows]].astype(np.float32))
