"""What the endpoint for programs streams: passages as they are written, as plain data."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from demos.common.errors import BadInput
from demos.common.validate import whole
from demos.gpt.models.registry import Entry

if TYPE_CHECKING:
    from demos.gpt.models.checkpoint import Checkpoint
    from demos.gpt.write.look import Passage

UPDATE = 0.05  # seconds between two views of a passage that is being written
PACES = {"full": 0.0, "reading": 0.04}  # least seconds a token
MOST_SAMPLES = 8


def stream(
    language: str,
    model: "Checkpoint",
    entry: Entry,
    prompt: str,
    stop: str,
    settings: tuple[Any, ...],
    pace: str,
    samples: int = 1,
) -> Iterator[dict[str, Any]]:
    """What `model`, the registry's `entry`, writes after `prompt`, again and again, the finished one last.

    `settings` are those of a Sampling, in its order; each of several `samples` has the next seed. Raises BadInput as
    Sampling and prepare do.
    """
    from demos.gpt.prompts.prompt import prepare
    from demos.gpt.prompts.text_stream import stop_text
    from demos.gpt.sample import Sampling
    from demos.gpt.write.generate import generate
    from demos.gpt.write.look import Passage, facts, notes
    from demos.gpt.write.sources import sources
    from demos.gpt.write.token_tree import TokenTree

    if pace not in PACES:
        raise BadInput("gpt.pace_unknown", pace=pace)
    whole("samples", samples, 1, MOST_SAMPLES)
    sampling = Sampling(*settings)
    samplings = [replace(sampling, seed=sampling.seed + row) for row in range(samples)]
    stop = stop_text(model, stop)
    prepared, tree = prepare(model, prompt or ""), TokenTree()
    start = tree.add_prompt(prepared.tokens, prepared.probabilities, len(prepared.tokens) - prepared.read)
    passages = [Passage(model, tree, start) for _ in samplings]
    said: dict[str, Any] = {"facts": facts(model, entry, language), "notes": notes(prepared, language)}
    began = time.perf_counter()

    def view(*, writing: bool) -> dict[str, Any]:
        first, speed = passages[0], passages[0].tokens_per_second
        told = [{"seed": each.seed, **_told(passage)} for passage, each in zip(passages, samplings, strict=True)]
        return {
            **first.view(writing=writing),
            **said,
            "status": first.status(language),
            "prompt": prepared.text,
            **told[0],
            "tokens_per_second": speed and round(speed * samples, 1),
            "seconds": round(time.perf_counter() - began, 3),
            "skipped_characters": list(prepared.unknown),
            "model": entry.name,
            **({"samples": told} if samples > 1 else {}),
        }

    yield view(writing=True)
    shown = last = time.perf_counter()
    for tips in generate(model, tree, start, samplings, [stop] * samples):
        now = time.perf_counter()
        for passage, tip in zip(passages, tips, strict=True):
            passage.seconds += now - last
            passage.extend_to(tip)
        if now - shown >= UPDATE:
            yield view(writing=True)
            shown = time.perf_counter()
        time.sleep(max(0.0, PACES[pace] - (time.perf_counter() - last)))
        last = time.perf_counter()
    said["notes"] += sources(entry, ["".join(passages[0].pieces)], language)
    yield view(writing=False)


def _told(passage: "Passage") -> dict[str, Any]:
    """One continuation in the command line's words."""
    from demos.gpt.prompts.formats import PROMPT_FORMATS

    text, surprise = passage.written, passage.surprise
    return {
        "text": text,
        "answer": PROMPT_FORMATS[passage.checkpoint.prompt_format].read(text),
        "tokens": len(passage.pieces) - passage.given,
        "nats_per_token": surprise and round(surprise, 3),
    }
