"""The answer as the stage shows it: small images, labels with shares, and what the model can be expected to know."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demos.clip import data, prompts
from demos.clip.thumbnails import thumbnail
from demos.clip.zero_shot import Matcher
from demos.common import numbers
from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.models import weights

MAX_IMAGES = 48


def answer(
    matcher: Matcher, files: Sequence[str], labels: Sequence[str], templates: Sequence[str], top: int, language: str
) -> dict[str, Any]:
    """What the stage draws, as JSON.

    {images: [{name, key, thumbnail, labels: [{label, similarity, probability, share}]} or {name, key, error}],
    notes: [{title, text}], model, cosine_name, waiting}. An image that cannot be read gets its sentence in its place;
    the others are answered.
    """
    images = [_entry(matcher, file, labels, templates, top, language) for file in files[:MAX_IMAGES]]
    for number, image in enumerate(images):
        image["key"] = f"{number} {image['key']}"
    return {
        "images": images,
        "notes": _notes(matcher, len(files), labels, language),
        "model": matcher.name,
        "cosine_name": text("clip.cosine", language),
        "waiting": "" if images else text("clip.waiting", language),
    }


def _entry(
    matcher: Matcher, file: str, labels: Sequence[str], templates: Sequence[str], top: int, language: str
) -> dict[str, Any]:
    try:
        image = data.read(file)
    except BadInput as error:
        return {"name": Path(file).name, "key": Path(file).name, "error": error.in_language(language)}
    [scores] = matcher.match([image], labels, templates)
    bars = [
        {
            "label": score.label,
            "similarity": round(score.similarity, 4),
            "probability": round(score.probability, 6),
            "share": numbers.probability(score.probability),
        }
        for score in scores[:top]
    ]
    return {"name": image.name, "key": image.key, "thumbnail": thumbnail(image), "labels": bars}


def _notes(matcher: Matcher, files: int, labels: Sequence[str], language: str) -> list[dict[str, Any]]:
    notes = []
    if files > MAX_IMAGES:
        notes.append(("", text("clip.too_many_images", language, count=files, limit=MAX_IMAGES)))
    foreign = [label for label in labels if not prompts.reads_as_english(label)]
    if foreign and matcher.name == "embedded":
        notes.append(("", text("clip.not_english", language, label=foreign[0])))
    notes.append((f"{text('clip.answered_by', language)}: {matcher.name}.", knows(matcher, language)))
    notes.append(("", text("clip.share_note", language, count=len(labels))))
    return [{"title": title, "text": sentence} for title, sentence in notes]


def knows(matcher: Matcher, language: str) -> str:
    """What the model can be expected to know; the embedded one's figures are those measured when it was made."""
    parameters = f"{matcher.parameters / 1e6:.1f}" if matcher.parameters < 2e7 else f"{matcher.parameters / 1e6:.0f}"
    if matcher.name != "embedded":
        return text("clip.knows_other", language, name=matcher.name, parameters=parameters)
    measured = json.loads(weights.path("clip/small/measured.json").read_text(encoding="utf-8"))
    return text(
        "clip.knows_embedded",
        language,
        parameters=parameters,
        images=f"{measured['images']:,}",
        cifar=round(100 * measured["accuracy"]["cifar100"]),
        unseen=round(100 * measured["accuracy"]["unseen"]),
    )
