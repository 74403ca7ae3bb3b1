"""What the tab's endpoint for programs streams: one passage as it is written, as plain data."""

import time
from collections.abc import Iterator
from typing import Any

from demos.common.errors import BadInput
from demos.gpt.models.registry import EMBEDDED, REGISTRY

UPDATE = 0.05  # seconds between two views of a passage that is being written
PACES = {"full": 0.0, "reading": 0.04}  # least seconds a token


def stream(
    language: str, name: str, prompt: str, stop: str, settings: tuple[Any, ...], pace: str
) -> Iterator[dict[str, Any]]:
    """The passage that the embedded model `name` writes after `prompt`, again and again, the finished one last.

    `settings` are those of a Sampling, in its order. Raises BadInput for a model that is not embedded, and as Sampling
    and prepare do.
    """
    from demos.common.device import select_device
    from demos.gpt.models import checkpoint
    from demos.gpt.prompts.prompt import prepare
    from demos.gpt.prompts.text_stream import stop_text
    from demos.gpt.sample import Sampling
    from demos.gpt.write.generate import generate
    from demos.gpt.write.look import Passage, facts, notes
    from demos.gpt.write.sources import sources
    from demos.gpt.write.token_tree import TokenTree

    if pace not in PACES:
        raise BadInput("gpt.pace_unknown", pace=pace)
    embedded = [entry.name for entry in REGISTRY.values() if entry.source == EMBEDDED]
    if name not in embedded:  # and never a path on this machine
        raise BadInput("gpt.model_missing", name=name, embedded=", ".join(embedded))
    sampling = Sampling(*settings)
    model = checkpoint.load(name, select_device("auto"))
    stop = stop_text(model, stop)
    prepared, tree = prepare(model, prompt or ""), TokenTree()
    start = tree.add_prompt(prepared.tokens, prepared.probabilities, len(prepared.tokens) - prepared.read)
    passage = Passage(model, tree, start)
    said: dict[str, Any] = {"facts": facts(model, REGISTRY[name], language), "notes": notes(prepared, language)}

    def view(*, writing: bool) -> dict[str, Any]:
        speed, surprise = passage.tokens_per_second, passage.surprise
        return {
            **passage.view(writing=writing),
            **said,
            "status": passage.status(language),
            "text": passage.written,
            "tokens_per_second": speed and round(speed, 1),
            "nats_per_token": surprise and round(surprise, 3),
        }

    yield view(writing=True)
    shown = began = time.perf_counter()
    for (tip,) in generate(model, tree, start, [sampling], [stop]):
        now = time.perf_counter()
        passage.seconds += now - began
        passage.extend_to(tip)
        if now - shown >= UPDATE:
            yield view(writing=True)
            shown = time.perf_counter()
        time.sleep(max(0.0, PACES[pace] - (time.perf_counter() - began)))
        began = time.perf_counter()
    said["notes"] += sources(REGISTRY[name], ["".join(passage.pieces)], language)
    yield view(writing=False)
