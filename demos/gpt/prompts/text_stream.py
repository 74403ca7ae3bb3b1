"""From tokens to text while it is written: whole characters only, and the one rule by which a text ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from demos.common.errors import BadInput
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.formats import PROMPT_FORMATS
from demos.gpt.prompts.prompt import Prompt
from demos.gpt.sample import Sampling, sample_many


def stop_text(checkpoint: Checkpoint, stop: str = "") -> str:
    """The text after which writing ends: `stop`, else that of the model's form; "" for none.

    Raises BadInput if `stop` is no text.
    """
    if not isinstance(stop, str):
        raise BadInput("gpt.not_a_text", name="stop")
    return stop or PROMPT_FORMATS[checkpoint.prompt_format].stop


class TextStream:
    """The text of one continuation, token by token. It has `ended` once its stop text is complete.

    The stop text may reach over several tokens, and end inside one: what that token says after it is left out.
    """

    def __init__(self, checkpoint: Checkpoint, stop: str = "") -> None:
        self.ended = False
        self._reader, self._stop = checkpoint.tokenizer.reader(), stop_text(checkpoint, stop)
        self._tail = ""  # the end of what was written, as long as the stop text may reach back

    def read(self, token: int, *, last: bool = False) -> str:
        """What `token` adds to the text, "" while a character is open. The `last` one closes it."""
        text = self._reader.read(token) + (self._reader.close() if last else "")
        written = self._tail + text
        if self._stop and (found := written.find(self._stop)) >= 0:
            self.ended = True
            text = text[: found + len(self._stop) - len(self._tail)]
        self._tail = written[len(written) - len(self._stop) + 1 :] if len(self._stop) > 1 else ""
        return text


@dataclass(frozen=True)
class Piece:
    """A token that was written.

    `text` is what it adds to the text ("" while a character is open), `probability` how likely the model held it.
    """

    text: str
    probability: float
    token: int


def write(checkpoint: Checkpoint, prompt: Prompt, sampling: Sampling, stop: str = "") -> Iterator[Piece]:
    """Continue the prompt, piece by piece, up to `stop`. An empty prompt starts as if after a line break."""
    for (piece,) in write_many(checkpoint, prompt, [sampling], stop):
        if piece:
            yield piece


def write_many(
    checkpoint: Checkpoint, prompt: Prompt, samplings: Sequence[Sampling], stop: str = ""
) -> Iterator[list[Piece | None]]:
    """Several continuations side by side, a piece of each at a time; None for one that has come to its end."""
    tokens = prompt.tokens or [checkpoint.tokenizer.start]
    streams = [TextStream(checkpoint, stop) for _ in samplings]
    for step, sampled in enumerate(sample_many(checkpoint.model, tokens, samplings), 1):
        pieces: list[Piece | None] = []
        for stream, token, sampling in zip(streams, sampled, samplings, strict=True):
            if token is None or stream.ended:
                pieces.append(None)
                continue
            text = stream.read(token.token, last=step == sampling.max_tokens)
            pieces.append(Piece(text, token.probability, token.token))
        if any(pieces):
            yield pieces
        if all(stream.ended for stream in streams):
            return
