"""What was typed, as the tokens that the model gets, each with the probability it had."""

from collections.abc import Sequence
from dataclasses import dataclass

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.formats import PROMPT_FORMATS
from demos.gpt.sample import probabilities
from demos.gpt.tokenizer import listed

MAX_PROMPT = 10_000  # characters


@dataclass(frozen=True)
class Prompt:
    """A prompt as the model gets it.

    `unknown` are its characters that were skipped, each once; only the last `read` tokens are read;
    `probabilities` has one entry a token, None where the model had nothing before it to judge from.
    """

    tokens: list[int]
    text: str
    unknown: tuple[str, ...]
    read: int
    probabilities: list[float | None]


def prepare(checkpoint: Checkpoint, prompt: str) -> Prompt:
    """Check and encode what was typed, in the form the model expects. Nothing typed is fine.

    Raises BadInput if it is longer than MAX_PROMPT characters or cannot be brought into that form.
    """
    if not isinstance(prompt, str):
        raise BadInput("gpt.not_a_text", name="prompt")
    if len(prompt) > MAX_PROMPT:
        raise BadInput("gpt.prompt_too_long", length=f"{len(prompt):,}", limit=f"{MAX_PROMPT:,}")
    format = PROMPT_FORMATS[checkpoint.prompt_format]
    typed = prompt if prompt.strip() or not format.example else format.example
    encoding = checkpoint.tokenizer.encode(format.prompt(typed.replace("\r\n", "\n")))
    return prompt_of(checkpoint, encoding.tokens, encoding.unknown)


def prompt_of(checkpoint: Checkpoint, tokens: list[int], unknown: tuple[str, ...] = ()) -> Prompt:
    """Tokens as a prompt: the way to go on from any place of a text that was written."""
    read = tokens[-checkpoint.model.config.block_size :]
    judged: list[float | None] = [None] * (len(tokens) - max(len(read) - 1, 0))
    judged += probabilities(checkpoint.model, read)
    return Prompt(tokens, checkpoint.tokenizer.decode(tokens), unknown, len(read), judged)


def skipped(unknown: Sequence[str], language: str) -> list[str]:
    """The note that names the characters that were skipped, if there are any."""
    if not unknown:
        return []
    return [text("gpt.note_unknown", language, characters=listed(unknown))]
