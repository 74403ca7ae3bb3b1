"""What a passage looks like: its tokens, and how surprised the model was by each."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from demos.common.i18n import text
from demos.gpt.checkpoint import Checkpoint
from demos.gpt.sample import Piece, Prompt


@dataclass
class Passage:
    """A prompt and what was written after it so far. `seconds` is the model's time, without any waiting."""

    checkpoint: Checkpoint
    prompt: Prompt
    seconds: float = 0.0
    pieces: list[Piece] = field(default_factory=list)

    def add(self, piece: Piece, seconds: float) -> None:
        """One more piece, which took the model `seconds`."""
        self.pieces.append(piece)
        self.seconds += seconds

    @property
    def surprise(self) -> float | None:
        """Mean surprise of what was written, −ln p, in nats per token; None before the first."""
        if not self.pieces:
            return None
        return -sum(math.log(max(piece.probability, 1e-45)) for piece in self.pieces) / len(self.pieces)

    def picture(self, language: str, *, writing: bool) -> dict:
        """The passage as JSON for the page.

        pieces, probabilities (null where the model had nothing before it to judge from), given (how many pieces are
        the prompt), text (what was written), tokens_per_second, nats_per_token, writing, and the sentences facts,
        status and notes in `language`. The two lists only grow from one picture of a passage to the next.
        """
        decode = self.checkpoint.tokenizer.decode
        rate = len(self.pieces) / self.seconds if self.seconds else None
        return {
            "pieces": [decode([token]) for token in self.prompt.tokens] + [piece.text for piece in self.pieces],
            "probabilities": _rounded(self.prompt.probabilities) + _rounded(piece.probability for piece in self.pieces),
            "given": len(self.prompt.tokens),
            "text": "".join(piece.text for piece in self.pieces),
            "tokens_per_second": rate and round(rate, 1),
            "nats_per_token": self.surprise and round(self.surprise, 3),
            "writing": writing,
            "facts": facts(self.checkpoint, language),
            "status": self._status(language, rate),
            "notes": self._notes(language),
        }

    def _status(self, language: str, rate: float | None) -> str:
        if rate is None or self.surprise is None:
            return ""
        values = {"tokens": f"{len(self.pieces):,}", "rate": f"{rate:,.0f}", "surprise": f"{self.surprise:.2f}"}
        return text("gpt.status", language, **values)

    def _notes(self, language: str) -> list[str]:
        notes = []
        if self.prompt.unknown:
            characters = " ".join(self.prompt.unknown[:20]) + (" …" if len(self.prompt.unknown) > 20 else "")
            notes.append(text("gpt.note_unknown", language, characters=characters))
        if self.prompt.read < len(self.prompt.tokens):
            count = f"{len(self.prompt.tokens):,}"
            notes.append(text("gpt.note_long", language, tokens=count, read=f"{self.prompt.read:,}"))
        return notes


def facts(checkpoint: Checkpoint, language: str) -> str:
    """The model in one line: what it is, how large, how good on text it never saw."""
    config = checkpoint.model.config
    size = f"{checkpoint.model.parameter_count:,}"
    line = text("gpt.facts", language, parameters=size, block=config.block_size)
    loss, unigram = checkpoint.facts.get("held_out"), checkpoint.facts.get("unigram")
    if loss is None or unigram is None:
        return line
    return f"{line} {text('gpt.facts_loss', language, loss=f'{loss:.2f}', unigram=f'{unigram:.2f}')}"


def _rounded(probabilities: Iterable[float | None]) -> list[float | None]:
    """Three digits are enough to look at, and travel faster."""
    return [None if p is None else float(f"{p:.3g}") for p in probabilities]
