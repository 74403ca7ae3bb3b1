"""The answer as the stage shows it: small images, labels with shares, and what the model can be expected to know."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from demos.clip import data, prompts
from demos.clip.data import File
from demos.clip.images.thumbnails import thumbnail
from demos.clip.match import answers, background
from demos.clip.match.answers import Answer, Question
from demos.clip.match.pictures import Pictures
from demos.clip.models import embedded
from demos.clip.read_ahead import is_long, read_ahead
from demos.clip.zero_shot import Matcher
from demos.common import numbers
from demos.common.errors import BadInput
from demos.common.i18n import text

IMAGES_A_PAGE = 48
LARGE = 1600  # pixels on the longer side


def answer(
    matcher: Matcher,
    files: Sequence[str],
    question: Question,
    top: int,
    language: str,
    page: int | None = None,
    second: Matcher | None = None,
) -> dict[str, Any]:
    """What the stage draws, as JSON.

    {images: [{name, number, key, thumbnail, seen, boxes, labels: [{label, similarity, probability, share, low, high,
    crop}], none_of_these} or {name, number, key, error}], side, shares (whether the probabilities add up to 1), notes:
    [{title, text}], model, cosine_name, waiting, page, pages, count}. An image that cannot be read gets its sentence in
    its place; the others are answered. Of many images a `page` holds IMAGES_A_PAGE, page 0 the newest, which stand
    last; without a page all are answered. With a `second` model there is {second: {model, shares}}, and of each image
    {second: {probabilities (of the labels shown), none_of_these, best (label)}}; its best label is among those shown.
    """
    pages = max(1, -(-len(files) // IMAGES_A_PAGE))
    page = page if page is None else max(0, min(page, pages - 1))
    start, given = on_page(files, page)
    pictures = Pictures(matcher, question.fit)
    found = answers.answer(matcher, question, given, pictures.keep)
    others = list(answers.answer(second, question, given)) if second else []
    best = [other.labels[0].label if other.labels else "" for other in others] or [""] * len(given)
    images = [_entry(one, pictures, top, language, too) for one, too in zip(found, best, strict=True)]
    for image, other in zip(images, others, strict=False):
        if other.labels and "labels" in image:
            image["second"] = _beside(other, [bar["label"] for bar in image["labels"]])
    before: Counter[str] = Counter()
    for number, image in enumerate(images):
        before[image["key"]] += 1
        image |= {"number": start + number, "key": f"{before[image['key']]} {image['key']}"}
    beside = {"second": {"model": second.name, "shares": not _alone(second, question)}} if second else {}
    return {
        **beside,
        "images": images,
        "side": matcher.side,
        "notes": _notes(matcher, question, language),
        "model": matcher.name,
        "cosine_name": text("clip.cosine", language),
        "waiting": "" if images else text("clip.waiting", language),
        "shares": not _alone(matcher, question),
        "page": page or 0,
        "pages": 1 if page is None else pages,
        "count": len(files),
    }


def on_page(files: Sequence[str], page: int | None) -> tuple[int, list[File]]:
    """The number of the first image of a page, the last page for any later one, and its files; all for None."""
    if page is None:
        return 0, [File(Path(file)) for file in files]
    end = len(files) - IMAGES_A_PAGE * max(0, min(page, -(-len(files) // IMAGES_A_PAGE) - 1))
    start = max(0, end - IMAGES_A_PAGE)
    return start, [File(Path(file)) for file in files[start:end]]


def reads_long(matcher: Matcher, question: Question, files: Sequence[File]) -> bool:
    """Whether `reading` may take over a second."""
    return is_long(matcher, files, question.labels, question.templates, fit=question.fit) or is_long(
        matcher, (), background.bank(), background.TEMPLATES
    )


def reading(matcher: Matcher, question: Question, files: Sequence[File]) -> Iterator[None]:
    """All that is read for an answer, a few at a time."""
    yield from read_ahead(matcher, (), background.bank(), background.TEMPLATES)
    pictures = Pictures(matcher, question.fit)
    yield from read_ahead(matcher, files, question.labels, question.templates, fit=question.fit, seen=pictures.keep)


def _beside(other: Answer, labels: Sequence[str]) -> dict[str, Any]:
    """What another model says of the same labels."""
    of = {judged.label: judged.probability for judged in other.labels}
    probabilities = [numbers.few_digits(of[label]) for label in labels]
    none = numbers.few_digits(other.none_of_these)
    return {"probabilities": probabilities, "none_of_these": none, "best": other.labels[0].label}


def _entry(one: Answer, pictures: Pictures, top: int, language: str, too: str = "") -> dict[str, Any]:
    if one.error is not None:
        return {"name": one.file.name, "key": one.file.name, "error": one.error.in_language(language)}
    bars = [
        {
            "label": judged.label,
            "similarity": round(judged.similarity, 4),
            "probability": numbers.few_digits(judged.probability),
            "share": numbers.probability(judged.probability),
            "low": numbers.few_digits(judged.low),
            "high": numbers.few_digits(judged.high),
            "crop": judged.crop,
        }
        for at, judged in enumerate(one.labels)
        if at < top or judged.label == too
    ]
    picture = pictures.of(one.file)
    return {
        "name": one.file.name,
        "key": one.file.key,
        "thumbnail": picture.thumbnail,
        "seen": picture.seen[one.labels[0].crop],
        "boxes": [[round(side, 4) for side in box] for box in picture.boxes],
        "labels": bars,
        "none_of_these": numbers.few_digits(one.none_of_these),
    }


def number_of(files: Sequence[str], number: int, key: str) -> int | None:
    """Where the image with the `key` of an answer stands now that stood at `number`; None if it is gone."""
    content = key.partition(" ")[2]
    here = [at for at, file in enumerate(files) if content in (Path(file).name, _content(file))]
    return min(here, key=lambda at: abs(at - number), default=None)


def large(file: str) -> str:
    """An image as large as a screen shows it, as a data address. Raises BadInput."""
    return thumbnail(data.read(file, LARGE // 2), LARGE)


def as_csv(matcher: Matcher, files: Sequence[str], question: Question) -> str:
    """All answers as a table with a row for each image and guess; Excel knows by the first mark that it is UTF-8."""
    rows = answers.as_table(_all(matcher, files, question))
    written = io.StringIO()
    columns = ("image", "label", "similarity", "probability", "low", "high", "none_of_these", "error")
    table = csv.DictWriter(written, columns)
    table.writeheader()
    table.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return "\ufeff" + written.getvalue()


def _plain(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets a mark that says it is text (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def as_json(matcher: Matcher, files: Sequence[str], question: Question) -> str:
    """All answers, and what was asked."""
    asked = {"model": matcher.name, "templates": list(question.templates), "fit": question.fit}
    results = answers.as_table(_all(matcher, files, question))
    return json.dumps({**asked, "scoring": question.scoring, "results": results}, ensure_ascii=False, indent=1)


def _all(matcher: Matcher, files: Sequence[str], question: Question) -> Iterator[Answer]:
    return answers.answer(matcher, question, [File(Path(file)) for file in files])


def _content(file: str) -> str:
    try:
        return File(Path(file)).key
    except BadInput:
        return ""


def _notes(matcher: Matcher, question: Question, language: str) -> list[dict[str, Any]]:
    labels, notes = question.labels, []
    foreign = [label for label in labels if not reads(matcher, label)]
    if foreign:
        notes.append(("", text("clip.not_read", language, label=foreign[0])))
    if cut := matcher.cut_short(labels, question.templates):
        notes.append(("", text("clip.cut_short", language, label=cut[0])))
    notes.append((f"{text('clip.answered_by', language)}: {matcher.name}.", knows(matcher, language)))
    notes.append(
        ("", text("clip.alone_note" if _alone(matcher, question) else "clip.share_note", language, count=len(labels)))
    )
    if matcher.bias is None:
        measured = background.calibration(matcher).measured
        key = "clip.none_measured" if measured else "clip.none_unmeasured"
        notes.append(("", text(key, language, count=len(background.bank()))))
    return [{"title": title, "text": sentence} for title, sentence in notes]


def _alone(matcher: Matcher, question: Question) -> bool:
    """Whether a percentage speaks of one guess alone."""
    return question.scoring == "independent" or (question.scoring == "trained" and matcher.bias is not None)


def reads(matcher: Matcher, label: str) -> bool:
    """Whether a label is in a script that the model learnt; of others' models nobody knows."""
    return (
        matcher.name != embedded.NAME
        or prompts.reads_as_english(label)
        or ("ko" in embedded.languages() and _korean(label))
    )


def _korean(label: str) -> bool:
    return all(prompts.HANGUL.match(each) or prompts.reads_as_english(each) for each in label)


def knows(matcher: Matcher, language: str) -> str:
    """What the model can be expected to know; the embedded one's figures are those measured when it was made."""
    parameters = f"{matcher.parameters / 1e6:.1f}" if matcher.parameters < 2e7 else f"{matcher.parameters / 1e6:.0f}"
    if matcher.name != embedded.NAME:
        return text("clip.knows_other", language, name=matcher.name, parameters=parameters)
    measured = embedded.measured()
    return text(
        "clip.knows_embedded",
        language,
        parameters=parameters,
        images=f"{measured['images']:,}",
        cifar=round(100 * measured["accuracy"]["cifar100"]),
        unseen=round(100 * measured["accuracy"]["unseen"]),
    )
