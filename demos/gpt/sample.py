"""Sampling: read the prompt, draw a token by its probability, read that too, again. Tokens only: no text in here.

Sources
- top-k: Fan et al. 2018, "Hierarchical Neural Story Generation", section 5.1.
- repetition penalty: Keskar et al. 2019, "CTRL: A Conditional Transformer Language Model", section 4.1.
- top-p: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.common import validate
from demos.common.device import computed
from demos.gpt.model import GPT, Cache

MAX_TOKENS = 10_000
MAX_SEED = 2**53  # what JSON numbers hold exactly


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn. Raises BadInput for a number out of range.

    `temperature` 0 takes the likeliest token always (greedy); `top_k` 0 and `top_p` 1 keep all tokens;
    `repetition_penalty` 1 is none, above it tokens of the text so far get less likely; `max_tokens` are drawn.
    """

    max_tokens: int = 200
    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    repetition_penalty: float = 1.0

    def __post_init__(self) -> None:
        whole = {"max_tokens": (0, MAX_TOKENS), "top_k": (0, 10_000_000), "seed": (0, MAX_SEED)}
        numbers = {"temperature": (0, 100), "top_p": (0, 1), "repetition_penalty": (1, 10)}
        for name, limits in whole.items():
            object.__setattr__(self, name, validate.whole(name, getattr(self, name), *limits))
        for name, limits in numbers.items():
            object.__setattr__(self, name, validate.number(name, getattr(self, name), *limits))


@dataclass(frozen=True)
class SampledToken:
    """A token and its probability: by the model itself, and the `final` one, after penalty, temperature and cuts."""

    token: int
    probability: float
    final: float


def penalised(logits: Tensor, seen: Tensor, penalty: float) -> Tensor:
    """Logits (V,) with those of the tokens `seen` (any number, int64) moved towards "unlikely" by a factor.

    Keskar divides by the penalty, which makes a negative logit likelier; as everyone since, multiply those instead.
    """
    if penalty == 1 or not len(seen):
        return logits
    chosen = logits[seen]
    return logits.index_copy(0, seen, torch.where(chosen > 0, chosen / penalty, chosen * penalty))


def distribution(logits: Tensor, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Tensor:
    """Probabilities (V,) for logits (V,): divided by the temperature, cut to top-k, then to top-p, summing to 1.

    The order matters. The penalty comes before all (`penalised`): it is defined on the model's own logits. The cuts
    come after the temperature, so that "the likeliest that make up 90%" are counted as they will be drawn; top-k
    comes before top-p, which then shares out what top-k has left.
    Exactly `top_k` tokens stay, also where some are equally likely. Of the sorted tokens, top-p keeps those before
    which less than `top_p` was gathered, so at least the first.
    """
    if temperature == 0:
        return torch.zeros_like(logits).index_fill_(0, logits.argmax(), 1.0)
    # In float64 and with the maximum at 0, so that even a temperature of 1e-300 gives numbers.
    logits = (logits - logits.max()).double() / temperature
    if not 0 < top_k < len(logits):
        kept, order = _top_p(logits.softmax(0), top_p), None
    else:
        best, order = logits.topk(top_k)
        kept = _top_p(best.softmax(0), top_p)
    return kept if order is None else torch.zeros_like(logits).index_copy_(0, order, kept)


def _top_p(probabilities: Tensor, top_p: float) -> Tensor:
    if top_p == 1:
        return probabilities
    ordered, order = probabilities.topk(min(1000, len(probabilities)))
    if ordered.sum() < top_p:  # seldom; sorting a whole vocabulary is slow
        ordered, order = probabilities.sort(descending=True, stable=True)
    kept = ordered.cumsum(0) - ordered < top_p
    kept[0] = True
    kept_probabilities = torch.where(kept, ordered, 0)
    return torch.zeros_like(probabilities).index_copy_(0, order, kept_probabilities / kept_probabilities.sum())


def sample_token(probabilities: Tensor, generator: torch.Generator) -> int:
    """A token, drawn with the probabilities (V,): where a uniform number falls among their running sums."""
    sums = probabilities.double().cumsum(0)
    place = torch.rand((), generator=generator, dtype=torch.float64) * sums[-1]
    return int(torch.searchsorted(sums, place, right=True).clamp(max=len(probabilities) - 1))


class Context:
    """What a model has read, in `rows` texts side by side that begin with the same prompt and grow in step.

    Of a context longer than the block size, the model reads the end. When it is full, the older half is forgotten
    and the newer half read again at its new positions (they are learned, so they cannot slide along): one reading each
    time. Without `cached` the whole context is read for every token: same result, only slower.
    """

    def __init__(self, model: GPT, prompt: Sequence[int], rows: int, *, cached: bool) -> None:
        """`prompt` is at least one token."""
        self.model, self.rows, self.cached = model, rows, cached
        self.block_size = model.config.block_size
        self.tokens = torch.tensor([list(prompt[-self.block_size :])] * rows)  # (B, T), what is not forgotten
        self._cache: Cache | None = None

    def logits(self) -> Tensor:
        """Logits (B, V) of the next token of each text. Where a GPU's memory is full, the processor reads on."""
        return computed(self.model, self._logits)

    def _logits(self) -> Tensor:
        if not self.cached:
            return self._read(self.tokens)
        if self._cache is not None and self._cache.keys.device != self.model.device:
            self._cache = None  # what was read on a GPU is read again
        if self._cache is None or self._cache.length == self.tokens.size(1):
            self._cache = self.model.new_cache()
        if self._cache.length:
            return self._read(self.tokens[:, self._cache.length :])
        same = self.rows > 1 and bool((self.tokens == self.tokens[0]).all())
        if same:  # the prompt, read once for all
            logits = self._read(self.tokens[:1]).expand(self.rows, -1)
            self._cache = self._cache.repeat(self.rows)
            return logits
        self._cache = self.model.new_cache(self.rows)
        return self._read(self.tokens)

    def append(self, tokens: Sequence[int]) -> None:
        """One more token for each text."""
        kept = self.tokens
        if kept.size(1) == self.block_size:
            kept = kept[:, self.block_size - self.block_size // 2 :]
            self._cache = None
        self.tokens = torch.cat([kept, torch.tensor(tokens)[:, None]], dim=1)

    def _read(self, tokens: Tensor) -> Tensor:
        cache, self._cache = self._cache, None  # should it fail, of no use
        logits: Tensor = self.model(tokens.to(self.model.device), cache if self.cached else None, only_last=True)
        self._cache = cache
        return logits[:, 0].float().cpu()  # (B, 1, V) → (B, V)


@torch.inference_mode()
def sample_many(
    model: GPT, prompt: Sequence[int], samplings: Sequence[Sampling], *, cached: bool = True
) -> Iterator[list[SampledToken | None]]:
    """Tokens after `prompt`, one for each of `samplings` at a time; each picks in its own way, with its own seed.

    All are computed together, and each gives what it would give alone. None stands for one that has all its tokens.
    """
    generators = [torch.Generator().manual_seed(sampling.seed) for sampling in samplings]
    context = Context(model, prompt, len(samplings), cached=cached)
    seen = [torch.tensor(sorted(set(prompt)))] * len(samplings)
    for step in range(max((sampling.max_tokens for sampling in samplings), default=0)):
        sampled: list[SampledToken | None] = []
        for row, (logits, sampling) in enumerate(zip(context.logits(), samplings, strict=True)):
            weighed = penalised(logits, seen[row], sampling.repetition_penalty)
            if sampling.temperature == 0:  # nothing to draw: `distribution` would give this token 1
                token, final = int(weighed.argmax()), 1.0
            else:
                drawn_from = distribution(weighed, sampling.temperature, sampling.top_k, sampling.top_p)
                token = sample_token(drawn_from, generators[row])
                final = float(drawn_from[token])
            probability = float(torch.exp(logits[token] - logits.logsumexp(0)))
            sampled.append(SampledToken(token, probability, final) if step < sampling.max_tokens else None)
            if sampling.repetition_penalty != 1:
                seen[row] = torch.cat([seen[row], torch.tensor([token])]).unique()
        yield sampled
        context.append([each.token if each else 0 for each in sampled])


def sample(model: GPT, prompt: Sequence[int], sampling: Sampling, *, cached: bool = True) -> Iterator[SampledToken]:
    """Tokens after `prompt` (at least one token), one at a time."""
    for (sampled,) in sample_many(model, prompt, [sampling], cached=cached):
        if sampled:
            yield sampled


@torch.inference_mode()
def probabilities(model: GPT, tokens: Sequence[int]) -> list[float]:
    """How likely each of `tokens` (at most block size + 1) but the first was, given those before it."""
    if len(tokens) < 2:
        return []
    ids = torch.tensor(tokens)

    def read() -> list[float]:
        predicted: Tensor = model(ids[None, :-1].to(model.device))[0].float().softmax(-1)  # (T, V)
        found: list[float] = predicted.gather(1, ids[1:, None].to(model.device))[:, 0].tolist()
        return found

    return computed(model, read)
