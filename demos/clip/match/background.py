"""“None of these”: a guess is believed as far as it fits an image better than everyday words that nobody asked for.

A softmax divides 100% among the guesses, however wrong they all are. A cosine alone tells little, too: what is high
for one image is low for another. So each guess's cosine is compared with those of a bank of background words to the
same image, by their mean and standard deviation; how far above them a guess has to be was measured on photos that the
model never saw (make/calibrate.py).
"""

import json
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from demos.clip.prompts import ARTICLE
from demos.clip.zero_shot import Matcher
from demos.common.models import weights

FILE = Path(__file__).with_name("calibration.json")
WEIGHTS = "clip/embedded/open_clip_model-00002-of-00002.safetensors"  # of the one model that was measured
TEMPLATES = ("a photo of a {}",)


@dataclass(frozen=True)
class Calibration:
    """How cosines become a belief: sigmoid(slope · (z − level) + offset).

    `z` says by how many standard deviations of the bank's cosines a guess's cosine lies above their mean. `level` is
    the soft maximum of the bank's own, log(mean(exp(sharpness · z))) / sharpness: 0 where `sharpness` is 0, the highest
    where it is large. A background word whose text has a cosine of at least `same` to a guess's means the same and is
    left out. `measured` is False where no photos were.
    """

    sharpness: float
    slope: float
    offset: float
    same: float
    measured: bool = True


UNMEASURED = Calibration(sharpness=0.0, slope=2.5, offset=-4.0, same=2.0, measured=False)


@cache
def bank() -> tuple[str, ...]:
    """The background words."""
    table = tomllib.loads(Path(__file__).with_name("background.toml").read_text(encoding="utf-8"))
    return tuple(word for words in table.values() for word in words)


def calibration(matcher: Matcher) -> Calibration:
    """The embedded model's as measured. Another model goes by the same distances, though nobody measured it."""
    if not FILE.is_file():
        return UNMEASURED
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    measured = Calibration(**stored["calibration"])
    if matcher.name == "embedded" and stored["sha256"] == weights.manifest()[WEIGHTS]["sha256"]:
        return measured
    return replace(measured, same=UNMEASURED.same, measured=False)  # texts lie closer in some models than in others


def background(matcher: Matcher) -> Tensor:
    """Unit vectors (K, E) of the bank."""
    return matcher.encode_labels(bank(), TEMPLATES)


def means_the_same(labels: Sequence[str], texts: Tensor, words: Tensor, same: float) -> Tensor:
    """Which words of the bank (K,) mean what one of the labels, with unit vectors texts (M, E), does."""
    asked = {ARTICLE.sub("", label).casefold() for label in labels}
    named = torch.tensor([word in asked for word in bank()])
    return named | ((words @ texts.T) >= same).any(dim=1)


def believed(cosines: Tensor, bank_cosines: Tensor, known: Calibration) -> Tensor:
    """How far each of M guesses is believed, 0 to 1: cosines (..., M) and the bank's (..., K) to the same image."""
    return (known.slope * above(cosines, bank_cosines, known.sharpness) + known.offset).sigmoid()


def above(cosines: Tensor, bank_cosines: Tensor, sharpness: float) -> Tensor:
    """z − level (..., M), as Calibration says."""
    mean = bank_cosines.mean(dim=-1, keepdim=True)
    spread = bank_cosines.std(dim=-1, keepdim=True).clamp(min=1e-6)
    z = (cosines - mean) / spread
    if not sharpness:
        return z
    count = math.log(bank_cosines.shape[-1])
    return z - ((sharpness * (bank_cosines - mean) / spread).logsumexp(dim=-1, keepdim=True) - count) / sharpness


def none_of_these(cosines: Tensor, bank_cosines: Tensor, known: Calibration) -> Tensor:
    """The probability that none of the M guesses fits: what the best of them is not believed. Shapes as `believed`."""
    return 1 - believed(cosines, bank_cosines, known).amax(dim=-1)
