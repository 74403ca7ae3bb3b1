"""The tab's endpoint for programs."""

import time
from collections.abc import Iterator
from typing import Any

from demos.common.errors import BadInput
from demos.common.ui import says
from demos.gpt.models.registry import EMBEDDED, FIRST, REGISTRY
from demos.gpt.write.tab import PACES, UPDATE


def gpt_generate(
    prompt: str = "",
    tokens: int = 200,
    temperature: float = 0.8,
    top_k: int = 0,
    top_p: float = 1.0,
    seed: int = 0,
    until: str = "",
    pace: str = "full",
    repetition_penalty: float = 1.0,
    model: str = FIRST,
    language: str = "en",
) -> Iterator[dict[str, Any]]:
    """Continue a prompt with an embedded model. Streams the passage as it is written; the last message is whole.

    `tokens` and `until` are called max_tokens and stop everywhere else; programs name them so, and a list that is sent
    by position must have a value for each parameter, so neither can be renamed nor given a second name.

    Args:
        prompt: What the text starts with; may be empty. Characters the model never saw are skipped and named in notes.
        tokens: How many tokens to write at most.
        temperature: 0 takes the likeliest token always, 1 follows the model.
        top_k: Choose among the k likeliest tokens only; 0 for all.
        top_p: Choose among the likeliest tokens that make up this probability; 1 for all.
        seed: The same seed writes the same text.
        until: Writing ends once this text was written.
        pace: "full" for as fast as it can, "reading" for about 25 tokens a second.
        repetition_penalty: Above 1, tokens that already stand in the text get less likely.
        model: The name of an embedded model.
        language: "en" or "ko", for the sentences in the answer and for refusals.
    Returns:
        pieces (the text of each token, the prompt's first), probabilities (the model's own, null where it had nothing
        to judge from), bytes (of tokens that are a part of a character, by place), given (how many pieces are the
        prompt), text (what was written), tokens_per_second, nats_per_token, writing, status, facts, notes.
    """
    yield from _generate(
        language, prompt, pace, model, until, (tokens, temperature, top_k, top_p, seed, repetition_penalty)
    )


@says
def _generate(
    language: str, prompt: str, pace: str, name: str, stop: str, settings: tuple[Any, ...]
) -> Iterator[dict[str, Any]]:
    from demos.common.device import select_device
    from demos.gpt.models import checkpoint
    from demos.gpt.prompts.prompt import prepare
    from demos.gpt.sample import Sampling
    from demos.gpt.text_stream import stop_text
    from demos.gpt.write.generate import generate
    from demos.gpt.write.look import Passage, facts, notes
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
    said = {"facts": facts(model, REGISTRY[name], language), "notes": notes(prepared, language)}

    def picture(*, writing: bool) -> dict[str, Any]:
        speed, surprise = passage.tokens_per_second, passage.surprise
        return {
            **passage.picture(language, writing=writing),
            **said,
            "text": passage.written,
            "tokens_per_second": speed and round(speed, 1),
            "nats_per_token": surprise and round(surprise, 3),
        }

    yield picture(writing=True)
    drawn = began = time.perf_counter()
    for (tip,) in generate(model, tree, start, [sampling], [stop]):
        now = time.perf_counter()
        passage.seconds += now - began
        passage.extend_to(tip)
        if now - drawn >= UPDATE:
            yield picture(writing=True)
            drawn = time.perf_counter()
        time.sleep(max(0.0, PACES[pace] - (time.perf_counter() - began)))
        began = time.perf_counter()
    yield picture(writing=False)
