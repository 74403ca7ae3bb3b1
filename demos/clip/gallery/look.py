"""The gallery as the page draws it: what a query finds, and the map."""

from collections.abc import Iterator, Sequence
from typing import Any

from demos.clip import prompts
from demos.clip.gallery import query, ranking
from demos.clip.gallery.collection import MOST_IMAGES, Collection, Failed, Item
from demos.clip.gallery.plane import lay_out
from demos.clip.gallery.query import Term
from demos.clip.gallery.vectors import Floats
from demos.clip.match import background
from demos.clip.read_ahead import is_long, read_ahead
from demos.clip.zero_shot import Matcher
from demos.common.base64_arrays import encode_floats
from demos.common.errors import BadInput
from demos.common.i18n import text

MOST_SHOWN = 240  # images of an answer; the page shows them by and by
MOST_WORDS = 60  # on the map
Place = tuple[int, float | None, bool | None]  # a row, its similarity and whether it fits, where that was asked


def received(number: int, answers: Sequence[Item | Failed], collection: Collection, language: str) -> dict[str, Any]:
    """The answer to the page's batch `number`.

    {batch, items: [{number, name, thumbnail}], failed: [{number, name, sentence}], count: images that are there, most}.
    """
    return {
        "batch": number,
        "items": [_entry(answer) for answer in answers if isinstance(answer, Item)],
        "failed": [
            {"number": answer.number, "name": answer.name, "sentence": answer.error.in_language(language)}
            for answer in answers
            if isinstance(answer, Failed)
        ],
        "count": len(collection.items),
        "most": MOST_IMAGES,
    }


def found(matcher: Matcher, collection: Collection, wanted: str, language: str) -> dict[str, Any]:
    """What the query finds; without one, all images, the newest first.

    {query, hits: [{number, name, thumbnail, similarity or null, fits or null, alike: [numbers]}], others: entries of
    the alike ones that the page cannot show by itself, count, sentence,
    unseen: numbers of images that the page has to send again for this model, model}. Of images that are nearly the same
    the best stands for all of them. Raises BadInput for a query that cannot be read, or names an image that is not
    there.
    """
    items, images = collection.seen_by(matcher)
    if wanted.strip():
        terms = query.parse(wanted)
        vectors = _vectors(matcher, terms, collection, items, images)
        ranked = ranking.rank(matcher, images, terms, vectors, len(items))
        order: list[Place] = [(each.row, each.similarity, each.fits) for each in ranked]
    else:
        newest = sorted(range(len(items)), key=lambda row: _age(items[row]))
        order = [(row, None, None) for row in newest]
    hits = _grouped(items, collection.alike(matcher, items, images), order)
    alike = {number for hit in hits[:MOST_SHOWN] for number in hit["alike"]}
    fitting = [hit["fits"] for hit in hits if hit["fits"] is not None]
    return {
        "query": wanted.strip(),
        "hits": hits[:MOST_SHOWN],
        "others": [_entry(item) for item in items if item.thumbnail and item.number in alike],
        "count": len(items),
        "sentence": _sentence(wanted.strip(), len(items), fitting, language),
        "nothing_fits": bool(fitting) and not any(fitting),
        "unseen": [number for number in collection.unseen_by(matcher) if number >= 0],
        "model": matcher.name,
    }


def laid_out(matcher: Matcher, collection: Collection, words: Sequence[str]) -> dict[str, Any]:
    """The map: {items: [{number, name, thumbnail}], points: base64 floats (N, 2), words, word_points (M, 2)}.

    Raises BadInput for too many words.
    """
    items, images = collection.seen_by(matcher)
    named = _named(words)
    reference = background.background(matcher).numpy()
    texts = matcher.encode_labels(named, prompts.templates("everyday")).numpy() if named else reference[:0]
    points, of_words = lay_out(images, texts, reference)
    return {
        "items": [_entry(item) for item in items],
        "points": encode_floats(points),
        "words": named,
        "word_points": encode_floats(of_words),
    }


def _named(words: Sequence[str]) -> list[str]:
    named = prompts.read_labels(words) if any(word.strip() for word in words) else []
    if len(named) > MOST_WORDS:
        raise BadInput("clip.gallery_too_many_words", count=len(named), limit=MOST_WORDS)
    return named


def reading(matcher: Matcher, words: Sequence[str]) -> Iterator[None]:
    """All that is read for `laid_out`, a few at a time. Raises BadInput as it does."""
    yield from read_ahead(matcher, (), background.bank(), background.TEMPLATES)
    yield from read_ahead(matcher, (), _named(words), prompts.templates("everyday"))


def reads_long(matcher: Matcher, words: Sequence[str]) -> bool:
    """Whether `reading` may take over a second. Raises BadInput as `laid_out` does."""
    return is_long(matcher, (), background.bank(), background.TEMPLATES) or is_long(
        matcher, (), _named(words), prompts.templates("everyday")
    )


def _entry(item: Item) -> dict[str, Any]:
    return {"number": item.number, "name": item.name, "thumbnail": item.thumbnail}


def _age(item: Item) -> int:
    """The newest first, then the photos of the app in their order."""
    return -item.number if item.number >= 0 else 10 * MOST_IMAGES - item.number


def _vectors(matcher: Matcher, terms: list[Term], collection: Collection, items: list[Item], images: Floats) -> Floats:
    """The terms' unit vectors (T, E), those of its images too."""
    vectors = ranking.encode(matcher, terms)
    for at, term in enumerate(terms):
        if term.is_image:
            item = collection.called(term.text)
            if item is None or item not in items:
                raise BadInput("clip.query_no_image", name=term.text)
            vectors[at] = images[items.index(item)]
    return vectors


def _grouped(items: list[Item], groups: list[list[int]], order: Sequence[Place]) -> list[dict[str, Any]]:
    """The hits in their order, the first of each group of near-duplicates for all of them."""
    group_of = {row: group for group in groups for row in group}
    hits, told = [], set()
    for row, similarity, fits in order:
        if row in told:
            continue
        group = group_of.get(row, [row])
        told.update(group)
        alike = [items[other].number for other in group if other != row]
        rounded = None if similarity is None else round(similarity, 4)
        hits.append(_entry(items[row]) | {"similarity": rounded, "fits": fits, "alike": alike})
    return hits


def _sentence(wanted: str, count: int, fitting: list[bool], language: str) -> str:
    if not count:
        return text("clip.gallery_nothing_here", language)
    if not wanted:
        return text("clip.gallery_all", language, count=f"{count:,}")
    if not fitting:
        return text("clip.gallery_nearest", language, count=f"{count:,}")
    if not any(fitting):
        return text("clip.gallery_nothing_fits", language, query=wanted)
    return text("clip.gallery_fits", language, fitting=f"{sum(fitting):,}", count=f"{count:,}", query=wanted)
