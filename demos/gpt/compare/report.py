"""The comparison for the command line: as one JSON object, and as text."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from demos.gpt.compare.predictions import Compared
from demos.gpt.compare.weight_distance import PartDistance
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.tokenizer import Tokenizer

MOST = 8  # segments that are named
BEFORE = 16  # segments of the text before one


def as_json(
    names: tuple[str, str], a: Checkpoint, b: Checkpoint, compared: Compared, apart: list[PartDistance] | None
) -> dict[str, Any]:
    """All of it, in the words of `python -m demos.gpt compare --help`."""
    scores = (compared.score_a, compared.score_b)
    sides = [
        {
            "model": name,
            "nats_per_token": score.nats_per_token,
            "bits_per_character": score.bits_per_character,
            "tokens": score.tokens,
            "unknown": list(unknown),
        }
        for name, score, unknown in zip(names, scores, (compared.unknown_a, compared.unknown_b), strict=True)
    ]
    return {
        "a": sides[0],
        "b": sides[1],
        "characters": compared.score_a.characters,
        "same_vocabulary": compared.same_vocabulary,
        "dropped_characters": compared.dropped,
        "segments": [_segment(a.tokenizer, b.tokenizer, compared, s) for s in range(len(compared.segments))],
        "most_different": compared.most_different(MOST),
        "weights": apart and [asdict(each) for each in apart],
    }


def as_text(names: tuple[str, str], compared: Compared, apart: list[PartDistance] | None) -> str:
    """The scores, where the two are furthest apart, and how far each part of the weights is."""
    lines = [
        f"{letter}  {name}: {score.bits_per_character:.3f} bits per character, {score.nats_per_token:.3f} nats a token"
        for letter, name, score in zip("AB", names, (compared.score_a, compared.score_b), strict=True)
    ]
    measure = "KL(A‖B)" if compared.same_vocabulary else "the difference of their losses, as their vocabularies differ"
    lines.append(f"over {compared.score_a.characters:,} characters. Furthest apart, by {measure}, in nats:")
    for s in compared.most_different(MOST):
        before = "".join(each.text for each in compared.segments[max(0, s - BEFORE) : s])
        losses = f"loss {_number(compared.losses_a[s])} and {_number(compared.losses_b[s])}"
        lines.append(f"  {compared.difference(s):6.3f}  {before!r} then {compared.segments[s].text!r}: {losses}")
    for each in apart or []:
        layer = f" {each.layer}" if each.layer else ""
        lines.append(f"  {each.name}{layer}: ‖A − B‖ / ‖A‖ {_number(each.relative)}, cosine {_number(each.cosine)}")
    return "\n".join(lines)


def _segment(a: Tokenizer, b: Tokenizer, compared: Compared, s: int) -> dict[str, Any]:
    place = compared.places[s]
    return {
        "text": compared.segments[s].text,
        "loss_a": compared.losses_a[s],
        "loss_b": compared.losses_b[s],
        "kl_divergence": place and place.divergence,
        "best_a": _best(a, place.best_a) if place else [],
        "best_b": _best(b, place.best_b) if place else [],
    }


def _best(tokenizer: Tokenizer, likeliest: Sequence[tuple[int, float]]) -> list[dict[str, Any]]:
    return [{"text": tokenizer.pieces([token])[0].text, "probability": p} for token, p in likeliest]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
