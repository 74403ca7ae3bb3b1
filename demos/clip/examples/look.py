"""Labels by example as the page draws them: their cards, the images with bars at every mix, and the curve."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from demos.clip.data import File
from demos.clip.examples import judge
from demos.clip.examples.label_set import LabelSet
from demos.clip.examples.prototypes import MIXES, LeaveOneOut
from demos.clip.match import background
from demos.clip.match.pictures import Pictures
from demos.clip.zero_shot import Matcher
from demos.common.base64_arrays import encode_floats
from demos.common.errors import BadInput
from demos.common.i18n import text

MOST_IMAGES = 96  # that are judged, the newest


def message(
    matcher: Matcher, labels: LabelSet, files: Sequence[str], templates: Sequence[str], scoring: str, language: str
) -> dict[str, Any]:
    """What the stage draws; the newest image comes first.

    {labels: [{number, name, words, known, examples: [{key, name, thumbnail}]}], mixes (A), images: [{number, key, name,
    thumbnail (what the model sees), of: numbers of the labels that it is an example of} or {number, name, key, error}],
    columns: numbers of the M labels that are compared, similarities, probabilities: base64 floats (A, N, M) and
    none_of_these: (A, N) of the N images that can be read, in their order, right (A), judged, examples, shares (whether
    the probabilities add up to 1), notes: sentences, waiting}.
    """
    made = judge.make(matcher, labels, templates)
    images, vectors = _images(matcher, labels, files, language)
    tables: dict[str, Any] = {"similarities": "", "probabilities": "", "none_of_these": ""}
    found = LeaveOneOut([0] * len(MIXES), 0, 0)
    if made.labels:
        found = made.leave_one_out()
    if made.labels and vectors:
        shares = judge.judged(matcher, made, torch.stack(vectors), templates, scoring)
        tables = {name: encode_floats(getattr(shares, name).numpy()) for name in tables}
    return {
        "labels": [
            {
                "number": label.number,
                "name": label.name,
                "words": label.words,
                "known": label.known,
                "examples": [{"key": each.key, "name": each.name, "thumbnail": each.small} for each in label.examples],
            }
            for label in labels.labels
        ],
        "mixes": list(MIXES),
        "images": images,
        "columns": [label.number for label in made.labels],
        **tables,
        "right": list(found.right),
        "judged": found.judged,
        "examples": found.examples,
        "shares": scoring == "softmax" or (scoring == "trained" and matcher.bias is None),
        "notes": _notes(matcher, made, len(files), scoring, language),
        "waiting": "" if images else text("clip.examples_waiting", language),
    }


def _images(
    matcher: Matcher, labels: LabelSet, files: Sequence[str], language: str
) -> tuple[list[dict[str, Any]], list[torch.Tensor]]:
    """What the page is told of each image, the newest first, and the unit vectors (E,) of those that can be read."""
    pictures = Pictures(matcher, "centre")
    given = [File(Path(file)) for file in files[-MOST_IMAGES:]][::-1]
    of: dict[str, list[int]] = {}
    for label in labels.labels:
        for example in label.examples:
            of.setdefault(example.key, []).append(label.number)
    images: list[dict[str, Any]] = []
    vectors = []
    for at, (file, vector) in enumerate(zip(given, matcher.encode_files(given, seen=pictures.keep), strict=True)):
        number = len(files) - 1 - at
        entry: dict[str, Any] = {"number": number, "name": file.name}
        try:
            if isinstance(vector, BadInput):
                raise vector
            entry |= {"key": file.key, "thumbnail": pictures.of(file).seen[0], "of": of.get(file.key, [])}
            vectors.append(vector[0])
        except BadInput as error:
            entry |= {"key": "", "error": error.in_language(language)}
        images.append(entry)
    return images, vectors


def _notes(matcher: Matcher, made: judge.Made, count: int, scoring: str, language: str) -> list[str]:
    alone = scoring == "independent" or (scoring == "trained" and matcher.bias is not None)
    notes = [
        text("clip.examples_note_mix", language),
        text("clip.examples_note_alone" if alone else "clip.examples_note_share", language),
        text("clip.examples_note_none", language, count=len(background.bank())),
        text("clip.examples_note_left_out", language),
        f"{text('clip.answered_by', language)}: {matcher.name}.",
    ]
    words = [label.words for label in made.labels if label.words]
    if cut := matcher.cut_short(words, ("{}",)):
        notes.insert(0, text("clip.cut_short", language, label=cut[0]))
    if count > MOST_IMAGES:
        notes.insert(0, text("clip.examples_too_many_images", language, limit=MOST_IMAGES, left=count - MOST_IMAGES))
    return notes
