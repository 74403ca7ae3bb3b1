"""What "look inside" sends to the page: everything in one JSON message, attention as one byte a weight."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor

from demos.common.base64_arrays import encode_floats
from demos.common.i18n import text
from demos.gpt.attention import encode_attention
from demos.gpt.inside.forward import LONGEST, Inside
from demos.gpt.inside.forward_steps import STEPS, code, of_token, values, weights
from demos.gpt.inside.lens import Lens, Standing
from demos.gpt.inside.merges import Word, merges_of, readable
from demos.gpt.inside.query_key import query_key
from demos.gpt.model import GPT
from demos.gpt.prompts.prompt import skipped
from demos.gpt.tokenizer import BytePairTokenizer, Shown, Tokenizer

MOST_WEIGHTS = 1_200_000  # attention weights in one message, a byte each: 256 tokens of 6 × 4 heads, 128 of 12 × 12
MOST_LOGITS = 2_048  # of a larger vocabulary, only the best logits are drawn
SHORTENED = 12  # characters shown of a word that is too long for its merges
BEST = 10  # tokens on offer at the end of the steps


def most_tokens(model: GPT) -> int:
    """The longest text whose attention fits into one message: at most MOST_WEIGHTS for all pairs a token can see."""
    heads = model.config.layers * model.config.heads
    # T (T + 1) / 2 pairs a head
    fitting = int((math.sqrt(1 + 8 * MOST_WEIGHTS / heads) - 1) / 2)
    return max(1, min(LONGEST, model.config.block_size, fitting))


@dataclass(frozen=True)
class Source:
    """Where the text came from: the tokens before the cut, and the characters that the model does not know."""

    tokens: list[int]
    unknown: tuple[str, ...] = ()


def inside_view(model: GPT, tokenizer: Tokenizer, inside: Inside, source: Source, language: str) -> dict[str, Any]:
    """All that the page draws, but for the numbers of the steps (`steps_view`)."""
    tokens = inside.tokens.tolist()
    config = model.config
    return {
        "shape": {name: getattr(config, name) for name in ("layers", "heads", "width", "vocab_size", "block_size")},
        "tokens": _tokens(tokenizer, tokens),
        "pieces": _pieces(tokenizer, inside.lens.guesses.unique().tolist()),
        "attention": encode_attention(inside.attention),
        "lens": _lens(inside.lens),
        "norms": _rounded(inside.norms),
        "code": {step.name: [asdict(code(excerpt)) for excerpt in step.code] for step in STEPS},
        "weights": {step.name: weights(model, step) for step in STEPS},
        "words_merged": _words(tokenizer, source.tokens, len(tokens)),
        "notes": _notes(model, inside, source, language),
        "cut": text(
            "gpt.inside_cut", language, characters=f"{len(tokenizer.decode(tokens)):,}", tokens=f"{len(tokens):,}",
            vocabulary=f"{config.vocab_size:,}",
        ),
    }  # fmt: skip


def steps_view(model: GPT, tokenizer: Tokenizer, inside: Inside, layer: int, position: int) -> dict[str, Any]:
    """The numbers of all steps for one layer and one token.

    values: {field: {shape, numbers: base64 of float32 (null where there are too many), stats: [min, mean, max, norm]}};
    best: the likeliest next tokens as [piece, logit, probability].
    """
    whole = values(model, inside, layer)
    shown = {}
    for value in (value for step in STEPS for value in step.values):
        own = of_token(value, whole[value.field], position).float().cpu().contiguous()
        shown[value.field] = {
            "dims": f"B {value.dims}",
            "shape": [1, *whole[value.field].shape],
            "numbers": encode_floats(own.numpy()) if value.dims != "T V" or own.numel() <= MOST_LOGITS else None,
            "stats": [own.min().item(), own.mean().item(), own.max().item(), own.norm().item()],
        }
    logits = whole["logits"][position].cpu()
    best = logits.topk(min(BEST, len(logits)))
    probabilities = logits.softmax(0)[best.indices]
    pieces = [tokenizer.pieces([token])[0].text for token in best.indices.tolist()]
    listed = list(zip(pieces, best.values.tolist(), probabilities.tolist(), strict=True))
    return {"layer": layer, "position": position, "values": shown, "best": listed}


def query_key_view(model: GPT, inside: Inside, layer: int, head: int, position: int) -> dict[str, Any]:
    """One head at one token, see `QueryKey`: query, keys (row by row), scores and weights as base64 of float32."""
    found = query_key(model, inside, layer, head, position)
    arrays = {"query": found.query, "keys": found.keys, "scores": found.scores, "weights": found.weights}
    shown = {name: encode_floats(array.contiguous().numpy()) for name, array in arrays.items()}
    return {"layer": layer, "head": head, "position": position} | shown


def _tokens(tokenizer: Tokenizer, tokens: Sequence[int]) -> list[dict[str, Any]]:
    shown = tokenizer.pieces(tokens)
    return [
        {
            "id": token,
            "text": piece.text,
            "completes": piece.completes,
            "partial": piece.partial,
            "bytes": _bytes(piece),
        }
        for token, piece in zip(tokens, shown, strict=True)
    ]


def _words(tokenizer: Tokenizer, tokens: Sequence[int], last: int) -> list[dict[str, Any]]:
    """Of byte pair encoding: the words among the `last` tokens, each with its pieces after every merge.

    Of a word that is too long for that, only its length and how it begins.
    """
    if not isinstance(tokenizer, BytePairTokenizer):
        return []
    dropped = len(tokens) - last
    return [
        {
            "word": _name(word),
            "bytes": len(word.name),
            "first": max(0, word.first - dropped),
            "last": word.last - dropped,
            "steps": [[readable(piece) for piece in pieces] for pieces in word.steps],
            "same": word.same,
        }
        for word in merges_of(tokenizer).words(tokens, dropped)
    ]


def _name(word: Word) -> str:
    return readable(word.name) if word.steps else f"{readable(word.name)[:SHORTENED]}…"


def _bytes(piece: Shown) -> list[str]:
    """The token's bytes in UTF-8, two hexadecimal digits each. In a partial character they stand as <EA>."""
    if not piece.partial:
        return [f"{byte:02X}" for byte in piece.text.encode()]
    parts = piece.text.replace("<", "\0<").replace(">", ">\0").split("\0")
    whole = [
        [part[1:3]] if part[:1] == "<" and len(part) == 4 else [f"{b:02X}" for b in part.encode()] for part in parts
    ]
    return [byte for part in whole for byte in part]


def _pieces(tokenizer: Tokenizer, tokens: Iterable[int]) -> dict[str, str]:
    return {str(token): tokenizer.pieces([token])[0].text for token in tokens}


def _lens(lens: Lens) -> dict[str, Any]:
    return {
        "guesses": lens.guesses.tolist(),
        "probabilities": _rounded(lens.probabilities),
        "answers": lens.answers.tolist(),
        "answer": _standing(lens.answer),
        "actual": _standing(lens.actual),
        "first": lens.first.tolist(),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {"p": _rounded(standing.probability), "rank": standing.rank.tolist()}


def _rounded(tensor: Tensor) -> Any:
    """Nested lists with four significant digits."""

    def short(item: Any) -> Any:
        return [short(each) for each in item] if isinstance(item, list) else float(f"{item:.4g}")

    return short(tensor.tolist())


def _notes(model: GPT, inside: Inside, source: Source, language: str) -> list[str]:
    notes = skipped(source.unknown, language)
    if inside.dropped:
        kept, all_tokens = f"{len(inside.tokens):,}", f"{len(source.tokens):,}"
        notes.append(text("gpt.inside_note_last", language, kept=kept, tokens=all_tokens))
    if inside.dropped and len(inside.tokens) == most_tokens(model) < min(LONGEST, model.config.block_size):
        heads = f"{model.config.layers} × {model.config.heads}"
        notes.append(text("gpt.inside_note_heads", language, heads=heads, kept=f"{len(inside.tokens):,}"))
    return notes
