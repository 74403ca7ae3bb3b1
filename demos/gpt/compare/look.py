"""What the comparison sends to the page: one JSON message with all places: going along the text asks nothing."""

from dataclasses import asdict
from typing import Any

from demos.common.i18n import text
from demos.gpt.compare.predictions import Compared, Place, Score
from demos.gpt.compare.weight_distance import PartDistance, same_shape, weight_distances
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.tokenizer import Tokenizer, listed

MOST_DIFFERENT = 8  # segments that are listed


def compare_view(
    a: Checkpoint, b: Checkpoint, compared: Compared, names: tuple[str, str], language: str
) -> dict[str, Any]:
    """All that the page draws.

    segments: [text, loss by A, loss by B] in nats; places: {divergence, choices: [piece, p by A, p by B]} or, where the
    vocabularies differ, {a, b: [piece, p]}, before each segment and at the end, null where nothing was read; scores of
    A and B; most_different: segments; weights: PartDistance for each part, null where the shapes differ.
    """
    return {
        "names": names,
        "same_vocabulary": compared.same_vocabulary,
        "segments": [
            [_segment(a.tokenizer, compared, s), compared.losses_a[s], compared.losses_b[s]]
            for s in range(len(compared.segments))
        ],
        "places": [_place(a.tokenizer, b.tokenizer, place) for place in compared.places],
        "scores": [_score(compared.score_a), _score(compared.score_b)],
        "most_different": compared.most_different(MOST_DIFFERENT),
        "weights": distances(a, b),
        "notes": _notes(compared, names, language),
    }


def distances(a: Checkpoint, b: Checkpoint) -> list[dict[str, Any]] | None:
    """How far the weights lie apart, part by part; None where the shapes differ."""
    found: list[PartDistance] = weight_distances(a.model, b.model) if same_shape(a.model, b.model) else []
    return [asdict(each) for each in found] or None


def _segment(tokenizer: Tokenizer, compared: Compared, s: int) -> str:
    """Its text; of bytes that are no whole character, the bytes as <EA>."""
    content = compared.segments[s].content
    visible = content.decode("utf-8", errors="surrogateescape")
    return "".join(f"<{ord(c) - 0xDC00:02X}>" if "\udc80" <= c <= "\udcff" else c for c in visible)


def _place(a: Tokenizer, b: Tokenizer, place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    if place.divergence is None:
        return {
            "divergence": None,
            "a": [[_piece(a, token), _short(p)] for token, p in place.best_a],
            "b": [[_piece(b, token), _short(p)] for token, p in place.best_b],
        }
    choices = [[_piece(a, token), _short(by_a), _short(by_b)] for token, by_a, by_b in place.choices]
    return {"divergence": _short(place.divergence), "choices": choices}


def _score(score: Score) -> dict[str, float]:
    return {
        "bits_per_character": score.bits_per_character,
        "nats_per_token": score.nats_per_token,
        "tokens": score.tokens,
        "characters": score.characters,
    }


def _notes(compared: Compared, names: tuple[str, str], language: str) -> list[str]:
    """What was left out, and why."""
    notes = [
        text("gpt.compare_note_unknown", language, name=name, characters=listed(unknown))
        for name, unknown in zip(names, (compared.unknown_a, compared.unknown_b), strict=True)
        if unknown
    ]
    if compared.dropped:
        notes.append(text("gpt.compare_note_dropped", language, dropped=f"{compared.dropped:,}"))
    return notes


def _piece(tokenizer: Tokenizer, token: int) -> str:
    return tokenizer.pieces([token])[0].text


def _short(number: float) -> float:
    """Four significant digits."""
    return float(f"{number:.4g}")
