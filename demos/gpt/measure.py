"""How well a model predicts a text, in one number."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.gpt.corpus import IGNORED, all_windows, split
from demos.gpt.learn import evaluate
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.chat import Pair, as_asked, examples
from demos.gpt.prompts.formats import PROMPT_FORMATS

CHAT = PROMPT_FORMATS["chat"]


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


def recalled(checkpoint: Checkpoint, pairs: list[Pair]) -> float:
    """The share of the questions of `pairs` that a chatbot answers with an answer recorded there, greedily, 0 to 1.

    Questions that are asked in the same words count as one, and any of their answers is right.
    """
    recorded: dict[str, set[str]] = {}
    for pair in pairs:
        recorded.setdefault(as_asked(pair.question), set()).add(pair.answer)
    answers = likeliest_answers(checkpoint, recorded)
    return sum(answer in recorded[question] for question, answer in answers.items()) / len(recorded)


@torch.inference_mode()
def likeliest_answers(checkpoint: Checkpoint, questions: Iterable[str], rows: int = 256) -> dict[str, str]:
    """What a chatbot answers at temperature 0, by question; up to `rows` of the same length are computed together."""
    alike: dict[int, list[tuple[str, list[int]]]] = {}
    for question in questions:
        tokens = checkpoint.tokenizer.encode(CHAT.prompt(question)).tokens
        alike.setdefault(len(tokens), []).append((question, tokens))
    answers: dict[str, str] = {}
    for asked in alike.values():
        for first in range(0, len(asked), rows):
            some = asked[first : first + rows]
            lines = _next_lines(checkpoint, torch.tensor([tokens for _, tokens in some]))
            answers |= {question: line for (question, _), line in zip(some, lines, strict=True)}
    return answers


def _next_lines(checkpoint: Checkpoint, prompts: Tensor) -> list[str]:
    """The likeliest line after each of the prompts (B, T)."""
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    cache, read, written = model.new_cache(len(prompts)), prompts, prompts[:, :0]
    texts = [""] * len(prompts)
    while not all(CHAT.stop in text for text in texts) and prompts.size(1) + written.size(1) < model.config.block_size:
        read = model(read.to(model.device), cache, only_last=True)[:, -1].argmax(-1, keepdim=True).cpu()  # (B, 1)
        written = torch.cat([written, read], dim=1)
        texts = [tokenizer.decode(line) for line in written.tolist()]
    return [text.partition(CHAT.stop)[0].strip() for text in texts]


def entropy(text: str) -> float:
    """Entropy of the characters of `text` in nats a character, each by itself."""
    return sum(count / len(text) * math.log(len(text) / count) for count in Counter(text).values())
