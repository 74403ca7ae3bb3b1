"""What is said of a model: what it learned, how well, and what had to be assumed of its file."""

from demos.common.i18n import text
from demos.gpt.models.checkpoint import Checkpoint


def about_file(checkpoint: Checkpoint, language: str) -> list[str]:
    """What a model from a file is known to have learned, and what had to be assumed of it."""
    known, said = checkpoint.facts, []
    if isinstance(steps := known.get("steps"), int):
        said.append(text("gpt.facts_steps", language, steps=f"{steps:,}"))
    said += loss_of(checkpoint, language)
    if known.get("assumed_heads"):
        said.append(text("gpt.facts_assumed_heads", language, heads=checkpoint.model.config.heads))
    if known.get("assumed") == "numbers":
        said.append(text("gpt.facts_assumed_numbers", language))
    return said


def loss_of(checkpoint: Checkpoint, language: str) -> list[str]:
    """Its loss on held-out text, if it is known: of a character beside what guessing gives, else of a token."""
    known = checkpoint.facts
    loss, unigram = known.get("held_out"), known.get("unigram")
    if isinstance(loss, float) and isinstance(unigram, float):
        return [text("gpt.facts_loss", language, loss=f"{loss:.2f}", unigram=f"{unigram:.2f}")]
    a_token = known.get("held_out_a_token", loss)
    return [text("gpt.facts_token_loss", language, loss=f"{a_token:.2f}")] if isinstance(a_token, float) else []
