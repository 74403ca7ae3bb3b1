"""Two models read the same text: what each expects, where they disagree, and whom the text proves right.

Both start where both have room (the shorter context counts), so that neither knows more of what came before.

Sources
- Kullback and Leibler 1951, "On Information and Sufficiency": D(A ‖ B) = Σ p_A log (p_A / p_B), here in nats.
- Bits per character, as in Graves 2013, "Generating Sequences With Recurrent Neural Networks": comparable across
  vocabularies, as nats per token are not.

Letters in the shapes: T tokens, V tokens in the vocabulary, S segments.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.common.scheduling.threads import single_threaded
from demos.common.valid_text import valid_text
from demos.gpt.compare.segments import Segment, by_token, same_vocabulary, segments
from demos.gpt.model import GPT
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.prompt import MAX_PROMPT

MOST_TOKENS = 256  # that either model reads; of a longer text, the last
LIKELIEST = 6  # next tokens of either model
SMALL = 512  # channels up to which one thread is enough
BLOCK = 64  # positions whose distributions are compared at once: 13 MB each with GPT-2's vocabulary

Choice = tuple[int, float, float]  # a token and its probability by A and by B


@dataclass(frozen=True)
class Place:
    """What both expect after the same text, before a segment or at the end.

    `choices` are the best of either where the vocabulary is one, with both probabilities, the larger first; else
    `best_a` and `best_b` are each model's own, (token, probability), likeliest first. `divergence` is D(A ‖ B) in nats,
    None where the vocabularies differ.
    """

    choices: list[Choice]
    best_a: list[tuple[int, float]]
    best_b: list[tuple[int, float]]
    divergence: float | None


@dataclass(frozen=True)
class Score:
    """One model over the segments that both predict; tokens are the model's own."""

    nats: float
    tokens: int
    characters: int

    @property
    def nats_per_token(self) -> float:
        return self.nats / self.tokens

    @property
    def bits_per_character(self) -> float:
        return self.nats / math.log(2) / self.characters


@dataclass(frozen=True)
class Compared:
    """Two models on one text.

    `losses_a` and `losses_b` (S,): −ln p of each segment given the text before it, in nats; None where one of the two
    had nothing before it or skipped some of it. `places` (S + 1,): before each segment and at the end, None where
    nothing was read. `dropped`: characters at the beginning for which there is no room. `unknown_a`, `unknown_b`: what
    either skipped.
    """

    same_vocabulary: bool
    segments: list[Segment]
    losses_a: list[float | None]
    losses_b: list[float | None]
    places: list[Place | None]
    score_a: Score
    score_b: Score
    dropped: int
    unknown_a: tuple[str, ...]
    unknown_b: tuple[str, ...]

    def difference(self, s: int) -> float:
        """How far the two are apart before a segment: by divergence, or else by the difference of their losses."""
        place, a, b = self.places[s], self.losses_a[s], self.losses_b[s]
        if place is not None and place.divergence is not None:
            return place.divergence
        return abs(a - b) if a is not None and b is not None else 0.0

    def most_different(self, count: int) -> list[int]:
        """The segments before which the two are furthest apart, none where they do not differ."""
        ranked = sorted(range(len(self.segments)), key=lambda s: (-self.difference(s), s))
        return [s for s in ranked[:count] if self.difference(s) > 0]


def compare_on(a: Checkpoint, b: Checkpoint, text: str) -> Compared:
    """Both models on `text`. Raises BadInput as `steps` does."""
    *_, compared = steps(a, b, text)
    assert isinstance(compared, Compared)
    return compared


def steps(a: Checkpoint, b: Checkpoint, text: str) -> "Iterator[float | Compared]":
    """`compare_on`, yielding the share that is done, and at last the Compared.

    Raises BadInput for a text of more than MAX_PROMPT characters, and where no two characters in a row are known to
    both.
    """
    if len(text) > MAX_PROMPT:
        raise BadInput("gpt.prompt_too_long", length=f"{len(text):,}", limit=f"{MAX_PROMPT:,}")
    text = valid_text(text).replace("\r\n", "\n")
    one = a.model.config.vocab_size == b.model.config.vocab_size and same_vocabulary(a.tokenizer, b.tokenizer)
    read_a = a.tokenizer.encode(text)
    read_b = read_a if one else b.tokenizer.encode(text)
    try:
        cut = (
            by_token(a.tokenizer, read_a.tokens)
            if one
            else segments(text, a.tokenizer, b.tokenizer, read_a.tokens, read_b.tokens)
        )
    except ValueError as error:  # numbers in the place of text
        raise BadInput("gpt.compare_no_text") from error
    first = _first_with_room(cut, *(min(MOST_TOKENS, each.model.config.block_size) for each in (a, b)))
    kept = cut[first:]
    starts = (kept[0].a.start, kept[0].b.start) if kept else (0, 0)
    told = [s.spelled and s.a.start > starts[0] and s.b.start > starts[1] for s in kept]
    if not any(told):
        raise BadInput("gpt.compare_nothing_known")
    said_a = _log_probabilities(a.model, read_a.tokens[starts[0] :])
    yield 0.4
    said_b = _log_probabilities(b.model, read_b.tokens[starts[1] :])
    yield 0.8
    losses_a = _losses(said_a, read_a.tokens, starts[0], [s.a for s in kept], told)
    losses_b = _losses(said_b, read_b.tokens, starts[1], [s.b for s in kept], told)
    ends = [(s.a.start, s.b.start) for s in kept] + [(kept[-1].a.stop, kept[-1].b.stop)]
    places = _places(said_a, said_b, [(x - starts[0] - 1, y - starts[1] - 1) for x, y in ends], one)
    characters = len(
        b"".join(s.content for s, is_told in zip(kept, told, strict=True) if is_told).decode("utf-8", "replace")
    )
    yield Compared(
        same_vocabulary=one,
        segments=kept,
        losses_a=losses_a,
        losses_b=losses_b,
        places=places,
        score_a=_score(losses_a, [s.a for s in kept], characters),
        score_b=_score(losses_b, [s.b for s in kept], characters),
        dropped=len(b"".join(s.content for s in cut[:first]).decode("utf-8", "replace")),
        unknown_a=read_a.unknown,
        unknown_b=read_b.unknown,
    )


def _first_with_room(cut: Sequence[Segment], room_a: int, room_b: int) -> int:
    """The first segment from which either model has room for all that follows."""
    if not cut:
        return 0
    end_a, end_b = cut[-1].a.stop, cut[-1].b.stop
    fits = (i for i, s in enumerate(cut) if end_a - s.a.start <= room_a and end_b - s.b.start <= room_b)
    return next(fits, len(cut))


@torch.inference_mode()
def _log_probabilities(model: GPT, tokens: Sequence[int]) -> Tensor:
    """ln p of every next token after each of `tokens`, (T, V), on the processor."""
    with single_threaded(model.config.width <= SMALL):
        logits: Tensor = model(torch.tensor([tokens], device=model.device))[0]  # (T, V)
        return logits.float().log_softmax(-1).cpu()


def _losses(
    said: Tensor, tokens: Sequence[int], start: int, spelled: Sequence[range], told: Sequence[bool]
) -> list[float | None]:
    """−ln p of each segment, spelled by a range of the tokens; `said` (T, V) begins after token `start`."""
    asked = torch.tensor(tokens[start + 1 :])
    loss = -said[: len(asked)].gather(1, asked[:, None])[:, 0].double()  # of each token but the first
    return [
        loss[each.start - start - 1 : each.stop - start - 1].sum().item() if is_told else None
        for each, is_told in zip(spelled, told, strict=True)
    ]


def _score(losses: Sequence[float | None], spelled: Sequence[range], characters: int) -> Score:
    told = [(loss, len(each)) for loss, each in zip(losses, spelled, strict=True) if loss is not None]
    return Score(sum(loss for loss, _ in told), sum(tokens for _, tokens in told), characters)


def _places(said_a: Tensor, said_b: Tensor, rows: Sequence[tuple[int, int]], one: bool) -> list[Place | None]:
    """Of each pair of rows of `said_a` and `said_b`; a row below zero is one of which nothing was read."""
    places: list[Place | None] = [None] * len(rows)
    known = [place for place, pair in enumerate(rows) if min(pair) >= 0]
    for some in (known[first : first + BLOCK] for first in range(0, len(known), BLOCK)):
        here_a, here_b = said_a[[rows[place][0] for place in some]], said_b[[rows[place][1] for place in some]]
        divergences = kl_divergence(here_a, here_b).tolist() if one else [None] * len(some)
        best = [here.topk(min(LIKELIEST, here.size(-1))) for here in (here_a, here_b)]
        for row, place in enumerate(some):
            own = [list(zip(each.indices[row].tolist(), each.values[row].exp().tolist(), strict=True)) for each in best]
            choices = _choices(here_a[row], here_b[row], {token for each in own for token, _ in each}) if one else []
            places[place] = Place(choices, own[0], own[1], divergences[row])
    return places


def _choices(said_a: Tensor, said_b: Tensor, tokens: set[int]) -> list[Choice]:
    chosen = [(token, said_a[token].exp().item(), said_b[token].exp().item()) for token in tokens]
    return sorted(chosen, key=lambda choice: (-max(choice[1:]), choice[0]))


def kl_divergence(log_p: Tensor, log_q: Tensor) -> Tensor:
    """D(P ‖ Q) in nats, (T,), of logarithms of probabilities (T, V); never below zero."""
    return (log_p.exp() * (log_p - log_q)).sum(-1).clamp_min(0)
