"""How well a model predicts a text, in one number."""

import math
from collections import Counter
from dataclasses import dataclass

from demos.common.errors import BadInput
from demos.gpt.corpus import IGNORED, all_windows, split
from demos.gpt.learn import evaluate
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.chat import Pair, examples


@dataclass(frozen=True)
class Measurement:
    """Mean cross-entropy over `tokens` predicted tokens, in nats; and what knowing only the frequencies gives."""

    nats_per_token: float
    nats_per_character: float
    unigram_nats_per_character: float  # entropy of the text's own characters: the score of guessing by frequency
    tokens: int
    characters: int
    skipped: int  # characters of the text that the model does not know
    unknown: tuple[str, ...]


def measure(checkpoint: Checkpoint, text: str, *, held_out: bool = False) -> Measurement:
    """The model's loss on `text`, in windows of the block size side by side, in the weights' own precision.

    With `held_out`, on the last tenth of its tokens, those that training leaves out (`corpus.split`); `skipped` and
    `unknown` are of the whole text nevertheless. Raises BadInput if fewer than two of its characters are known to the
    model.
    """
    encoding = checkpoint.tokenizer.encode(text)
    tokens = split(encoding.tensor())[1] if held_out else encoding.tensor()
    if len(tokens) < 2:
        raise BadInput("gpt.text_unknown")
    loss = evaluate(checkpoint.model, all_windows(tokens, checkpoint.model.config.block_size), exact=True)
    predicted = len(tokens) - 1
    characters = len(checkpoint.tokenizer.decode(tokens[1:].tolist()))
    return Measurement(
        nats_per_token=loss,
        nats_per_character=loss * predicted / characters,
        unigram_nats_per_character=entropy(checkpoint.tokenizer.decode(tokens.tolist()) if held_out else text),
        tokens=predicted,
        characters=characters,
        skipped=sum(character in encoding.unknown for character in text) if encoding.unknown else 0,
        unknown=encoding.unknown,
    )


def measure_answers(checkpoint: Checkpoint, pairs: list[Pair]) -> Measurement:
    """The loss of a chatbot on the answers of `pairs`, each with the line break that ends it, given the questions."""
    asked = examples(pairs, checkpoint.tokenizer, only_answers=True)
    text = "".join(f"{pair.answer}\n" for pair in pairs)
    unknown = checkpoint.tokenizer.encode(text).unknown
    skipped = sum(character in unknown for character in text)
    loss = evaluate(checkpoint.model, asked.all(), exact=True)
    predicted, characters = int((asked.targets != IGNORED).sum()), len(text) - skipped
    return Measurement(
        loss, loss * predicted / characters, entropy(text), predicted, characters, skipped=skipped, unknown=unknown
    )


def entropy(text: str) -> float:
    """Entropy of the characters of `text` in nats a character, each by itself."""
    return sum(count / len(text) * math.log(len(text) / count) for count in Counter(text).values())
