"""The packed images of a corpus: mosaics of small tiles, unpacked once into one array."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from demos.clip.corpus.tasks import Geometry, Rows

SIZE = 64  # pixels a side
COLUMNS = 20  # tiles in a row of a mosaic
FORMATS = ("JPEG", "PNG", "WEBP")  # of a mosaic


def unpacked(
    folder: Path, index: dict[str, Any], cache: Path
) -> tuple[NDArray[np.uint8], dict[tuple[str, str], tuple[Rows, Rows]]]:
    """All tiles at SIZE pixels, and for each (source, split) its rows and labels."""
    parts, files = {}, []
    start = 0
    for source, entry in index.items():
        for split, part in entry["splits"].items():
            labels = np.array([label for file in part["files"] for label in file["labels"]])
            parts[source, split] = (np.arange(start, start + len(labels)), labels)
            files += [(file["file"], len(file["labels"]), part["tile"]) for file in part["files"]]
            start += len(labels)
    store = cache / f"pictures-{start}.npy"
    if not store.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = store.with_suffix(".part")
        images = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=(start, SIZE, SIZE, 3))
        row = 0
        for file, count, tile in files:
            mosaic = Image.open(folder / file, formats=FORMATS).convert("RGB")
            if tile != SIZE:
                scale = SIZE / tile
                mosaic = mosaic.resize(
                    (round(mosaic.width * scale), round(mosaic.height * scale)), Image.Resampling.BICUBIC
                )
            tiles = np.asarray(mosaic)
            for i in range(count):
                top, left = i // COLUMNS * SIZE, i % COLUMNS * SIZE
                images[row + i] = tiles[top : top + SIZE, left : left + SIZE]
            row += count
        images.flush()
        unfinished.rename(store)
    return np.load(store, mmap_mode="r"), parts


def geometry(file: Path) -> Geometry:
    """The nouns and their embeddings."""
    with np.load(file, allow_pickle=False) as stored:
        names = tuple(tuple(entry.split("|")) for entry in stored["synonyms"])
        embedding = stored["embedding"].astype(np.float32)
    return Geometry(names, embedding / np.linalg.norm(embedding, axis=1, keepdims=True))
