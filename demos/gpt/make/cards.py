"""The measured part of a model card, written by the script that measured it."""

from collections.abc import Sequence
from pathlib import Path

from demos.common.models import cards
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling

SCRIPT = "demos.gpt.make.cards"


def update(card: Path, checkpoint: Checkpoint, size: int, prompts: Sequence[str]) -> None:
    """Put the facts of `checkpoint`, `size` bytes, and what it answers to `prompts` between the card's two marks."""
    config = checkpoint.model.config
    facts = {
        "parameters": checkpoint.model.parameter_count,
        "file": f"{size:,} bytes, float16",
        "shape": f"{config.layers} layers, {config.heads} heads, {config.width} channels, block {config.block_size}",
        "vocabulary": config.vocab_size,
    } | checkpoint.facts
    rows = "\n".join(f"| {name.replace('_', ' ')} | {_readable(value)} |" for name, value in facts.items())
    samples = "\n".join(f"| `{prompt}` | {_answer(checkpoint, prompt)} |" for prompt in prompts)
    asked = f"| asked | answered, at temperature 0 |\n|---|---|\n{samples}"
    cards.write(card, SCRIPT, f"| | |\n|---|---|\n{rows}\n\n{asked}")


def _readable(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _answer(checkpoint: Checkpoint, prompt: str) -> str:
    pieces = write(checkpoint, prepare(checkpoint, prompt), Sampling(max_tokens=60, temperature=0))
    return "".join(piece.text for piece in pieces).strip().replace("\n", " ").replace("|", "\\|")
