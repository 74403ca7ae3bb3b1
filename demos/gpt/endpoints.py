"""What a program can ask of minGPT: the command line's generate, evaluate and compare, with the carried models."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from demos.common.errors import BadInput
from demos.common.settings import Settings
from demos.common.validate import whole
from demos.gpt.models.registry import EMBEDDED, FIRST, REGISTRY

if TYPE_CHECKING:
    from demos.gpt.models.checkpoint import Checkpoint

MOST_MEASURED = 100_000  # characters of a text that one call measures


@dataclass(frozen=True)
class Endpoints:
    """Each public method is one, see common/ui/endpoint.py."""

    settings: Settings

    def gpt_generate(
        self,
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
        stop: str = "",
        samples: int = 1,
    ) -> Iterator[dict[str, Any]]:
        """Continue a text with a small GPT that was trained here. Streams what is written; the last message is whole.

        Args:
            prompt: What the text starts with; may be empty. Characters the model never saw are skipped and named.
            tokens: How many tokens to write at most.
            temperature: 0 takes the likeliest token always, 1 follows the model.
            top_k: Choose among the k likeliest tokens only; 0 for all.
            top_p: Choose among the likeliest tokens that make up this probability; 1 for all.
            seed: The same seed writes the same text.
            until: The old name of stop.
            pace: full for as fast as it can, reading for about 25 tokens a second.
            repetition_penalty: Above 1, tokens that already stand in the text get less likely.
            model: shakespeare (plays), korean (Korean sentences), adder (sums: "17+25="), sort (letters to be sorted).
            language: en or ko, for the sentences in the answer and for refusals.
            stop: Writing ends once this text was written.
            samples: Continuations side by side, with seeds from seed on; at most 8.
        Returns:
            prompt, text (the continuation), answer (of a task or a chatbot: the text as it is meant), tokens,
            nats_per_token, tokens_per_second, seconds, skipped_characters, model; samples where there are several, each
            with seed, text, answer, tokens, nats_per_token. For a page: pieces (the text of each token, the prompt's
            first), probabilities, bytes, given (how many pieces are the prompt), writing, status, facts, notes.
        """
        from demos.gpt.sample import MAX_TOKENS
        from demos.gpt.write.endpoint import stream

        whole("tokens", tokens, 0, MAX_TOKENS)  # which is called max_tokens everywhere else
        settings = (tokens, temperature, top_k, top_p, seed, repetition_penalty)
        checkpoint = self._embedded(model)
        yield from stream(language, checkpoint, REGISTRY[model], prompt, stop or until, settings, pace, samples)

    def gpt_evaluate(
        self, text: str, model: str = FIRST, held_out: bool = False, language: str = "en"
    ) -> dict[str, Any]:
        """Measure how well a small GPT predicts a text: mean cross-entropy, lower is better.

        Args:
            text: The text, at most 100,000 characters.
            model: shakespeare, korean, adder or sort.
            held_out: Only the last tenth of the tokens.
            language: en or ko, for refusals.
        Returns:
            nats_per_token, nats_per_character, unigram_nats_per_character (guessing by frequency), tokens, characters,
            skipped and unknown (characters that the model does not know).
        """
        from demos.gpt.measure import measure

        if len(text) > MOST_MEASURED:
            raise BadInput("gpt.text_too_long", limit=f"{MOST_MEASURED:,}")
        return asdict(measure(self._embedded(model), text, held_out=held_out))

    def gpt_compare(self, a: str, b: str, text: str, language: str = "en") -> dict[str, Any]:
        """Two small GPTs on the same text: which of them expected it, and where they disagree.

        Args:
            a: A model: shakespeare, korean, adder or sort.
            b: Another one.
            text: What both read; of a long text, the end that both contexts hold.
            language: en or ko, for refusals.
        Returns:
            a, b (model, nats_per_token, bits_per_character, tokens, unknown), characters, same_vocabulary,
            dropped_characters, segments (text, loss_a, loss_b, kl_divergence, best_a, best_b), most_different, weights.
        """
        from demos.gpt.compare import report
        from demos.gpt.compare.predictions import compare_on
        from demos.gpt.compare.weight_distance import same_shape, weight_distances

        first, second = self._embedded(a), self._embedded(b)
        compared = compare_on(first, second, text)
        apart = weight_distances(first.model, second.model) if same_shape(first.model, second.model) else None
        return report.as_json((a, b), first, second, compared, apart)

    def _embedded(self, name: str) -> "Checkpoint":
        """A carried model, and never a path on this machine. Raises BadInput."""
        from demos.common.device import select_device
        from demos.gpt.models import checkpoint

        embedded = [entry.name for entry in REGISTRY.values() if entry.source == EMBEDDED]
        if name not in embedded:
            raise BadInput("gpt.model_missing", name=name[:80], embedded=", ".join(embedded))
        return checkpoint.load(name, select_device(self.settings.device))
