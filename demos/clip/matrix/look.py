"""The matrix as the page draws it: images, captions, three tables of numbers, and what was found in sentences."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from demos.clip import data
from demos.clip.data import LoadedImage
from demos.clip.images.thumbnails import thumbnail
from demos.clip.matrix.compare import MAX_IMAGES, Comparison, compare, own_captions
from demos.clip.zero_shot import Matcher
from demos.common.base64_arrays import encode_floats
from demos.common.errors import BadInput
from demos.common.i18n import text

MOST_CONFUSIONS = 6  # that are told


def message(matcher: Matcher, files: Sequence[str], captions: Sequence[str], language: str) -> dict[str, Any]:
    """What `steps` end with."""
    *_, last = steps(matcher, files, captions, language)
    assert last is not None
    return last


def steps(
    matcher: Matcher, files: Sequence[str], captions: Sequence[str], language: str
) -> Iterator[dict[str, Any] | None]:
    """None after each piece of the work, and at last
    {images: [{name, thumbnail}], captions, own: each image's caption or null, cosines, over_captions, over_images:
    base64 floats (N, M), assignment: [[image, caption]], notes, confusions, skipped: sentences}.

    The k-th caption describes the k-th file. A file that cannot be read is left out and gets its sentence.
    """
    positions, images, skipped = list[int](), list[LoadedImage](), list[str]()
    vectors = []
    for position, file in enumerate(files[:MAX_IMAGES]):
        try:
            images.append(data.read(file))
            vectors.append(matcher.encode_images(images[-1:]))
            positions.append(position)
        except BadInput as error:
            skipped.append(error.in_language(language))
        yield None
    if len(files) > MAX_IMAGES:
        left = ", ".join(Path(file).name for file in files[MAX_IMAGES:])
        skipped.append(text("clip.matrix_too_many_images", language, limit=MAX_IMAGES, names=left))
    own = own_captions(positions, len(captions))
    texts = matcher.encode_labels(captions, ("{}",))
    found = compare(torch.cat([texts[:0], *vectors]), texts, captions, own, matcher.scale)
    yield {
        "images": [{"name": image.name, "thumbnail": thumbnail(image)} for image in images],
        "captions": list(captions),
        "own": own,
        "cosines": _numbers(found.cosines),
        "over_captions": _numbers(found.over_captions),
        "over_images": _numbers(found.over_images),
        "assignment": found.assignment,
        "notes": _notes(found, own, matcher.name, language) if images else [],
        "confusions": _confusions(found, images, captions, language),
        "skipped": skipped,
        "waiting": "" if images else text("clip.matrix_waiting", language),
    }


def _numbers(table: Tensor) -> str:
    return encode_floats(table.numpy())


def _notes(found: Comparison, own: Sequence[int | None], model: str, language: str) -> list[str]:
    notes = []
    partners = sum(caption is not None for caption in own)
    if partners:
        assert found.recall_of_images is not None
        assert found.recall_of_captions is not None
        notes.append(
            text(
                "clip.matrix_recall",
                language,
                images=round(found.recall_of_images * partners),
                captions=round(found.recall_of_captions * partners),
                count=partners,
            )
        )
        right = sum(own[image] == caption for image, caption in found.assignment)
        notes.append(text("clip.matrix_assigned", language, right=right, count=partners))
    return [*notes, f"{text('clip.answered_by', language)}: {model}."]


def _confusions(
    found: Comparison, images: Sequence[LoadedImage], captions: Sequence[str], language: str
) -> list[dict[str, Any]]:
    """The widest ones: the cell to look at, and what happened there."""
    told = []
    for each in found.confusions[:MOST_CONFUSIONS]:
        if each.of_image:
            cell = (each.asked, each.found)
            sentence = text(
                "clip.matrix_confused_image",
                language,
                image=images[each.asked].name,
                right=captions[each.right],
                found=captions[each.found],
                margin=f"{each.margin:.2f}",
            )
        else:
            cell = (each.found, each.asked)
            sentence = text(
                "clip.matrix_confused_caption",
                language,
                caption=captions[each.asked],
                right=images[each.right].name,
                found=images[each.found].name,
                margin=f"{each.margin:.2f}",
            )
        told.append({"image": cell[0], "caption": cell[1], "sentence": sentence})
    return told
