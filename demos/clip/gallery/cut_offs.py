"""When an image fits a query at all, and when two images are nearly the same: measured, for whatever model answers.

A cosine says little by itself: what is high for one model or one image is low for another. So a query is compared with
words of every kind (background.toml): its margin is the logarithm of its share among them, in odds of the softmax over
that image. Where the line is drawn is measured on the photos that come with the app: it keeps KEPT of the captions on
their own photos, and of a photo's altered copies.
"""

import io
import threading
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from demos.clip import data
from demos.clip.data import LoadedImage
from demos.clip.photos import photos
from demos.clip.zero_shot import Matcher

Floats = NDArray[np.float32]
KEPT = 0.9  # of what is right
COPIED = 8  # photos of which altered copies are made
ALONE = ("{}",)  # a query is read as it is written


@dataclass(frozen=True)
class CutOffs:
    """An image fits words whose margin is `fit` at least; two images are nearly the same from a cosine of `alike` on.

    `wrong_fit` is the share of captions that would fit a photo of something else, `wrong_alike` that of pairs of
    different photos that would count as nearly the same, on the photos it was measured on.
    """

    fit: float
    wrong_fit: float
    alike: float
    wrong_alike: float


_measured: "WeakKeyDictionary[Any, CutOffs]" = WeakKeyDictionary()  # by the model
_lock = threading.Lock()


@cache
def background_words() -> tuple[str, ...]:
    """Everyday words of every kind."""
    return tuple(tomllib.loads(Path(__file__).with_name("background.toml").read_text(encoding="utf-8"))["words"])


def background(matcher: Matcher) -> Floats:
    """Their unit vectors (B, E)."""
    found: Floats = matcher.encode_labels(background_words(), ALONE).numpy()
    return found


def background_level(images: Floats, words: Floats, scale: float) -> Floats:
    """For images (N, E) the logarithm (N,) of the sum over background words (B, E) of e to the scaled cosine."""
    logits = scale * (images @ words.T)
    most = logits.max(axis=1)
    level: Floats = most + np.log(np.exp(logits - most[:, None]).sum(axis=1))
    return level


def keeping(right: Sequence[float] | Floats, share: float) -> float:
    """The highest cut-off that at least `share` of the values `right` reach. Raises ValueError for no values."""
    ascending = sorted(float(value) for value in right)
    if not ascending:
        raise ValueError("a cut-off is measured on values")
    return ascending[int(len(ascending) * (1 - share) + 1e-9)]


def measured(matcher: Matcher) -> CutOffs:
    """The cut-offs for this model, measured once."""
    with _lock:
        known = _measured.get(matcher.model)
        if known is None:
            known = _measured[matcher.model] = measure(matcher)
        return known


def measure(matcher: Matcher) -> CutOffs:
    """The cut-offs on the photos of photos.toml."""
    known = photos()
    images = [data.read(photo.file) for photo in known]
    captions = [photo.caption["en"] for photo in known]
    vectors: Floats = matcher.encode_images(images).numpy()
    level = background_level(vectors, background(matcher), matcher.scale)
    margins = matcher.scale * (vectors @ matcher.encode_labels(captions, ALONE).numpy().T) - level[:, None]
    same = np.array([[one == other for other in captions] for one in captions])
    fit = keeping(margins[same], KEPT)
    copied = [copy for image in images[:COPIED] for copy in copies(image)]
    of_copies = matcher.encode_images(copied).numpy().reshape(min(COPIED, len(images)), -1, vectors.shape[1])
    alike = keeping(np.einsum("ne,nke->nk", vectors[:COPIED], of_copies).ravel(), KEPT)
    cosines = vectors @ vectors.T
    return CutOffs(fit, float((margins[~same] >= fit).mean()), alike, float((cosines[~same] >= alike).mean()))


def copies(image: LoadedImage) -> list[LoadedImage]:
    """The same image as it comes back from elsewhere: half as large and saved badly, its edges cut off, brighter."""
    width, height = image.image.size
    buffer = io.BytesIO()
    half = image.image.resize((max(1, width // 2), max(1, height // 2)), Image.Resampling.LANCZOS)
    half.save(buffer, "JPEG", quality=40)
    edge = (width // 20, height // 20, width - width // 20, height - height // 20)
    altered = {
        "smaller": Image.open(buffer).convert("RGB"),
        "cut": image.image.crop(edge),
        "brighter": ImageEnhance.Brightness(image.image).enhance(1.25),
    }
    return [LoadedImage(image.name, f"{image.key} {how}", copy) for how, copy in altered.items()]
