"""What the page of “Why?” is told: the image and its guesses, the heat maps, what a written word does."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from torch import Tensor

from demos.clip.data import LoadedImage
from demos.clip.images.framing import Framed, framed
from demos.clip.images.thumbnails import data_address
from demos.clip.model import similarity
from demos.clip.prompts import wordings
from demos.clip.why import gradient, occlusion
from demos.clip.why.occlusion import Covered, Grid
from demos.clip.why.words import leave_one_out, tokens
from demos.clip.why.written import Written
from demos.clip.zero_shot import Matcher, log_probabilities
from demos.common.base64_arrays import encode_floats
from demos.common.i18n import text
from demos.common.numbers import few_digits

SHOWN = 8  # guesses that are explained, the best ones; the visitor's own question is always among them
NOTED = 320
MEASURES = ("cosine", "share")


@dataclass(frozen=True)
class Question:
    """One image and all its guesses, with everything that every map needs.

    `framed` is what the model sees of the image; texts (M, E); `shown` are the guesses to explain, by number.
    """

    matcher: Matcher
    image: LoadedImage
    labels: tuple[str, ...]
    templates: tuple[str, ...]
    framed: Framed
    texts: Tensor
    shown: tuple[int, ...]

    @property
    def pixels(self) -> Tensor:
        """(3, S, S)."""
        return self.framed.pixels

    @property
    def whole(self) -> Tensor:
        """The unit vector (E,) of what the model sees, with nothing covered."""
        return self.framed.vector


def question(
    matcher: Matcher,
    image: LoadedImage,
    labels: Sequence[str],
    templates: Sequence[str],
    own: str = "",
    fit: str = "centre",
) -> Question:
    """Everything computed that the maps share. `own`, one of `labels`, comes first, then the best guesses."""
    texts = matcher.encode_labels(labels, templates)
    seen = framed(matcher, image, fit, texts)
    best = similarity(seen.vector[None], texts)[0].argsort(descending=True).tolist()
    shown = sorted(best, key=lambda at: labels[at] != own)[:SHOWN]
    return Question(matcher, image, tuple(labels), tuple(templates), seen, texts, tuple(shown))


def guesses_view(asked: Question, language: str) -> dict[str, Any]:
    """The image as the model sees it, and for each guess its scores, its words without each of them, its tokens.

    {seen: data address, size, model, guesses: [{label, similarity, probability, sentence, words: [{word, similarity,
    probability}], tokens: [{id, text}]}], note}.
    """
    cosines = similarity(asked.whole[None], asked.texts)[0]
    shares = log_probabilities(cosines, asked.matcher.scale, asked.matcher.bias).exp()
    guesses = []
    for at in asked.shown:
        left_out = leave_one_out(asked.matcher, asked.whole, asked.labels, at, asked.templates)
        sentence, *_ = wordings(asked.labels[at], [_plainest(asked.templates)])
        guesses.append(
            {
                "label": asked.labels[at],
                "similarity": few_digits(float(cosines[at])),
                "probability": few_digits(float(shares[at])),
                "words": [
                    {
                        "word": one.word,
                        "similarity": few_digits(one.similarity),
                        "probability": few_digits(one.probability),
                    }
                    for one in left_out
                ],
                "sentence": sentence,
                "tokens": [{"id": token.id, "text": token.text} for token in tokens(asked.matcher.tokenizer, sentence)],
            }
        )
    return {
        "seen": data_address(asked.matcher.picture(asked.pixels), quality=95),
        "size": asked.pixels.shape[-1],
        "guesses": guesses,
        "note": asked.framed.said(asked.matcher.name, language),
    }


def occlusion_view(asked: Question, covered: Covered) -> dict[str, Any]:
    """The heat maps so far: {method, rows, columns, done, total, maps: [{cosine, share}]}, one for each guess shown.

    A map is base64 of float32, row by row, NaN where nothing was covered yet. A cell's number is what is lost when it
    is covered: of the cosine, or of the logarithm of the share in nats.
    """
    lost = occlusion.drops(asked.whole, covered.vectors, asked.texts, asked.matcher.scale, asked.matcher.bias)
    maps = [[occlusion.heat_map(each[:, at], covered.grid) for each in lost] for at in asked.shown]
    cells = covered.grid.cells
    return _maps_view("occlusion", cells, cells, maps) | {"done": covered.done, "total": len(covered.grid.windows)}


def gradient_view(asked: Question) -> dict[str, Any] | None:
    """The same by Grad-CAM; a number is the cell's part of the gradient times the maps. None without feature maps."""
    found = gradient.relevance(asked.matcher, asked.pixels, asked.texts)
    if found is None:
        return None
    matcher = asked.matcher
    shares = log_probabilities(similarity(asked.whole[None], asked.texts)[0], matcher.scale, matcher.bias).exp()
    of_shares = gradient.of_shares(found, shares, matcher.scale, sigmoid=matcher.bias is not None)
    maps = [[each[at] for each in (found, of_shares)] for at in asked.shown]
    rows, columns = found.shape[1:]
    return _maps_view("gradient", rows, columns, maps) | {"done": 1, "total": 1}


def grid_of(cells: int) -> Grid:
    """A grid whose windows cover two sevenths of the image's side: a face or a wheel, and not a speck of it."""
    return Grid(cells, max(1, round(2 * cells / 7)))


def written_view(written: Written, images: Sequence[Image.Image], language: str) -> dict[str, Any]:
    """What writing a word did, in one sentence, and each of the three images with the best guess and the word's scores.

    `images`: as it is, with a blank note, with the word on it.
    """
    shown = []
    for name, image, scores in zip(
        ("plain", "blank", "noted"), images, (written.plain, written.blank, written.noted), strict=True
    ):
        own = next(score for score in scores if score.label == written.word)
        small = image.copy()
        small.thumbnail((NOTED, NOTED))
        shown.append(
            {
                "title": text(f"clip.why_note_{name}", language),
                "thumbnail": data_address(small),
                "best": scores[0].label,
                "best_probability": few_digits(scores[0].probability),
                "similarity": few_digits(own.similarity),
                "probability": few_digits(own.probability),
            }
        )
    said = text(f"clip.why_verdict_{written.verdict}", language, word=written.word, best=written.noted[0].label)
    return {
        "word": written.word,
        "verdict": written.verdict,
        "said": said,
        "pull": few_digits(written.pull),
        "shown": shown,
    }


def attacks_view(written: Sequence[Written], total: int, language: str) -> dict[str, Any]:
    """Of all guesses written on all images so far: how many fooled the model, and how far their words were pulled."""
    count = len(written)
    fooled = sum(each.verdict == "fooled" for each in written)
    mean = math.fsum(each.pull for each in written) / max(1, count)
    values = {"count": count, "fooled": fooled, "pull": f"{mean:+.3f}".replace("-", "−")}
    key = "clip.why_attacks" if count else "clip.why_attacks_none"
    return {"said": text(key, language, **values) if count else text(key, language), "done": count, "total": total}


def _maps_view(method: str, rows: int, columns: int, maps: Sequence[Sequence[Tensor]]) -> dict[str, Any]:
    named = [
        {measure: encode_floats(each.numpy()) for measure, each in zip(MEASURES, both, strict=True)} for both in maps
    ]
    return {"method": method, "rows": rows, "columns": columns, "maps": named}


def _plainest(templates: Sequence[str]) -> str:
    """“a photo of a {}” if it is among them, else the first."""
    return next((each for each in templates if each.startswith("a photo of a {}")), templates[0])
