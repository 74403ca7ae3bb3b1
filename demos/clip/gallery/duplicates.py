"""Images that are nearly the same: copies, other sizes, frames of one moment. By the cosine between their vectors.

How high it has to be is measured for the model that answers: as high as keeps KEPT of altered copies of the photos that
come with the app.
"""

import io
import threading
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from demos.clip import data
from demos.clip.data import File, LoadedImage
from demos.clip.images.photos import photos
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput

Floats = NDArray[np.float32]
BLOCK = 1024  # rows that are compared with all others at once
KEPT = 0.9  # of the copies
COPIED = 5  # photos of which copies are made
_measured: "WeakKeyDictionary[Any, float]" = WeakKeyDictionary()  # by the model
_lock = threading.Lock()


def groups(vectors: Floats, at_least: float) -> list[list[int]]:
    """The rows of unit vectors (N, E) that hang together by cosines of `at_least`; rows alone are in none.

    Each group in ascending order, the groups by their first row.
    """
    first = np.arange(len(vectors))  # of the group that a row is in, so far
    for start in range(0, len(vectors), BLOCK):
        near = vectors[start : start + BLOCK] @ vectors[start:].T >= at_least
        for row in np.flatnonzero(near.sum(axis=1) > 1):
            joined = np.union1d(first[start:][near[row]], first[start + row])
            if len(joined) > 1:
                first[np.isin(first, joined)] = joined[0]
    found: dict[int, list[int]] = {}
    for member, of_group in enumerate(first.tolist()):
        found.setdefault(of_group, []).append(member)
    return [group for group in found.values() if len(group) > 1]


def cut_off(matcher: Matcher) -> float:
    """The cosine from which on two images are nearly the same to this model; measured once for each."""
    with _lock:
        known = _measured.get(matcher.model)
        if known is None:
            known = _measured[matcher.model] = measure(matcher)
        return known


def measure(matcher: Matcher) -> float:
    """The cut-off that keeps KEPT of the copies of the first COPIED photos."""
    chosen = photos()[:COPIED]
    altered = [copy for photo in chosen for copy in copies(data.read(photo.file))]
    of_copies = matcher.encode_images(altered).unflatten(0, (len(chosen), -1)).numpy()  # (N, C, E)
    seen = list(matcher.encode_files([File(photo.file) for photo in chosen]))
    vectors = np.concatenate([each.numpy() for each in seen if not isinstance(each, BadInput)])  # (N, E)
    return keeping(np.einsum("ne,nce->nc", vectors, of_copies).ravel().tolist(), KEPT)


def keeping(right: Sequence[float], share: float) -> float:
    """The highest cut-off that at least `share` of the values `right` reach. Raises ValueError for no values."""
    ascending = sorted(right)
    if not ascending:
        raise ValueError("a cut-off is measured on values")
    return ascending[int(len(ascending) * (1 - share) + 1e-9)]


def copies(image: LoadedImage) -> list[LoadedImage]:
    """The same image as it comes back from elsewhere: half as large and saved badly, its edges cut off, brighter."""
    width, height = image.image.size
    buffer = io.BytesIO()
    half = image.image.resize((max(1, width // 2), max(1, height // 2)), Image.Resampling.LANCZOS)
    half.save(buffer, "JPEG", quality=40)
    edge = (width // 20, height // 20, width - width // 20, height - height // 20)
    altered = {
        "smaller": Image.open(buffer, formats=("JPEG",)).convert("RGB"),
        "cut": image.image.crop(edge),
        "brighter": ImageEnhance.Brightness(image.image).enhance(1.25),
    }
    return [LoadedImage(image.name, f"{image.key} {how}", copy) for how, copy in altered.items()]
