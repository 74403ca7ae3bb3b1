"""Writing: read the prompt, pick a token by its probability, read that too, again.

Sources
- top-k: Fan et al. 2018, "Hierarchical Neural Story Generation", section 5.1.
- repetition penalty: Keskar et al. 2019, "CTRL: A Conditional Transformer Language Model", section 4.1.
- top-p: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.gpt.model import GPT, Cache
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.formats import FORMS

MAX_PROMPT = 10_000  # characters
MAX_TOKENS = 10_000
MAX_SEED = 2**53  # what JSON numbers hold exactly


@dataclass(frozen=True)
class Sampling:
    """How to pick. Raises BadInput for a number out of range.

    `temperature` 0 takes the likeliest token always (greedy); `top_k` 0 and `top_p` 1 keep all tokens;
    `repetition_penalty` 1 is none, above it tokens of the text so far get less likely; writing ends after `tokens`
    tokens, or once `stop` was written.
    """

    tokens: int = 200
    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    stop: str = ""
    repetition_penalty: float = 1.0

    def __post_init__(self) -> None:
        for name, low, high, whole in (
            ("tokens", 0, MAX_TOKENS, True),
            ("temperature", 0, 100, False),
            ("top_k", 0, 10_000_000, True),
            ("top_p", 0, 1, False),
            ("seed", 0, MAX_SEED, True),
            ("repetition_penalty", 1, 10, False),
        ):
            value = getattr(self, name)
            if not _is_number(value) or not low <= value <= high or (whole and value != int(value)):
                kind = "gpt.not_a_whole_number" if whole else "gpt.not_a_number"
                raise BadInput(kind, name=name, low=f"{low:,}", high=f"{high:,}", value=value)
            object.__setattr__(self, name, int(value) if whole else float(value))
        if not isinstance(self.stop, str):
            raise BadInput("gpt.not_a_text", name="stop")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True)
class Choice:
    """A token and its probability: by the model itself, and after penalty, temperature and cuts (`chance`)."""

    token: int
    probability: float
    chance: float


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
    come after the temperature, so that "the likeliest that make up 90 %" are counted as they will be drawn; top-k
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


def draw(chances: Tensor, generator: torch.Generator) -> int:
    """A token, drawn with the probabilities (V,): where a uniform number falls among their running sums."""
    sums = chances.double().cumsum(0)
    place = torch.rand((), generator=generator, dtype=torch.float64) * sums[-1]
    return int(torch.searchsorted(sums, place, right=True).clamp(max=len(chances) - 1))


class Context:
    """What a model has read, in `rows` texts side by side that begin with the same prompt and grow in step.

    Of a context longer than the block, the model reads the end. When the block is full, the older half is forgotten
    and the newer half read again at its new positions (they are learned, so they cannot slide along); this costs one
    reading for every half block. Without `cached` the whole context is read for every token: same result, only slower.
    """

    def __init__(self, model: GPT, prompt: Sequence[int], rows: int = 1, *, cached: bool = True) -> None:
        """`prompt` is at least one token."""
        self.model, self.rows, self.cached = model, rows, cached
        self.block = model.config.block_size
        self.tokens = torch.tensor([list(prompt[-self.block :])] * rows)  # (B, T), what is not forgotten
        self._cache: Cache | None = None

    def logits(self) -> Tensor:
        """Logits (B, V) of the next token of each text."""
        if not self.cached:
            return self._read(self.tokens)
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
        if kept.size(1) == self.block:
            kept = kept[:, self.block - self.block // 2 :]
            self._cache = None
        self.tokens = torch.cat([kept, torch.tensor(tokens)[:, None]], dim=1)

    def _read(self, tokens: Tensor) -> Tensor:
        logits = self.model(tokens.to(self.model.device), self._cache if self.cached else None, only_last=True)
        return logits[:, 0].float().cpu()  # (B, 1, V) → (B, V)


@torch.inference_mode()
def sample_many(
    model: GPT, prompt: Sequence[int], samplings: Sequence[Sampling], *, cached: bool = True
) -> Iterator[list[Choice | None]]:
    """Tokens after `prompt`, one for each of `samplings` at a time; each picks in its own way, with its own seed.

    All are computed together, and each gives what it would give alone. None stands for one that has all its tokens.
    """
    generators = [torch.Generator().manual_seed(sampling.seed) for sampling in samplings]
    context = Context(model, prompt, len(samplings), cached=cached)
    seen = [torch.tensor(sorted(set(prompt)))] * len(samplings)
    for step in range(max((sampling.tokens for sampling in samplings), default=0)):
        choices: list[Choice | None] = []
        for row, (logits, sampling) in enumerate(zip(context.logits(), samplings, strict=True)):
            weighed = penalised(logits, seen[row], sampling.repetition_penalty)
            if sampling.temperature == 0:  # nothing to draw: `distribution` would give this token 1
                token, chance = int(weighed.argmax()), 1.0
            else:
                chances = distribution(weighed, sampling.temperature, sampling.top_k, sampling.top_p)
                token = draw(chances, generators[row])
                chance = float(chances[token])
            choice = Choice(token, float(torch.exp(logits[token] - logits.logsumexp(0))), chance)
            choices.append(choice if step < sampling.tokens else None)
            if sampling.repetition_penalty != 1:
                seen[row] = torch.cat([seen[row], torch.tensor([token])]).unique()
        yield choices
        context.append([choice.token if choice else 0 for choice in choices])


def sample(model: GPT, prompt: Sequence[int], sampling: Sampling, *, cached: bool = True) -> Iterator[Choice]:
    """Tokens after `prompt` (at least one token), one at a time; knows nothing of text."""
    for (choice,) in sample_many(model, prompt, [sampling], cached=cached):
        if choice:
            yield choice


@torch.inference_mode()
def probabilities(model: GPT, tokens: Sequence[int]) -> list[float]:
    """How likely each of `tokens` (at most block size + 1) but the first was, given those before it."""
    if len(tokens) < 2:
        return []
    ids = torch.tensor(tokens, device=model.device)
    return model(ids[None, :-1])[0].float().softmax(-1).gather(1, ids[1:, None])[:, 0].tolist()


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
    form = FORMS[checkpoint.form]
    typed = prompt if prompt.strip() or not form.example else form.example
    encoding = checkpoint.tokenizer.encode(form.prompt(typed.replace("\r\n", "\n")))
    return judge(checkpoint, encoding.tokens, encoding.unknown)


def judge(checkpoint: Checkpoint, tokens: list[int], unknown: tuple[str, ...] = ()) -> Prompt:
    """Tokens as a prompt: the way to go on from any place of a text that was written."""
    read = tokens[-checkpoint.model.config.block_size :]
    judged: list[float | None] = [None] * (len(tokens) - max(len(read) - 1, 0))
    judged += probabilities(checkpoint.model, read)
    return Prompt(tokens, checkpoint.tokenizer.decode(tokens), unknown, len(read), judged)


@dataclass(frozen=True)
class Piece:
    """A token that was written.

    `text` is what it adds to the text ("" while a character is open), `probability` how likely the model held it,
    `chance` how likely it was to be drawn, after penalty, temperature and cuts.
    """

    text: str
    probability: float
    token: int = -1
    chance: float = 1.0


def write(checkpoint: Checkpoint, prompt: Prompt, sampling: Sampling) -> Iterator[Piece]:
    """Continue the prompt, piece by piece. An empty prompt starts as if after a line break."""
    for (piece,) in write_many(checkpoint, prompt, [sampling]):
        if piece:
            yield piece


def write_many(checkpoint: Checkpoint, prompt: Prompt, samplings: Sequence[Sampling]) -> Iterator[list[Piece | None]]:
    """Several continuations side by side, a piece of each at a time; None for one that has come to its end."""
    tokens = prompt.tokens or [checkpoint.tokenizer.start]
    writers = [_Writer(checkpoint, sampling) for sampling in samplings]
    for choices in sample_many(checkpoint.model, tokens, samplings):
        pieces = [writer.read(choice) for writer, choice in zip(writers, choices, strict=True)]
        if any(pieces):
            yield pieces
        if all(writer.ended for writer in writers):
            return


class _Writer:
    """Turns the choices of one continuation into pieces, until its stop text is complete."""

    def __init__(self, checkpoint: Checkpoint, sampling: Sampling) -> None:
        self.reader, self.stop = checkpoint.tokenizer.reader(), sampling.stop or FORMS[checkpoint.form].stop
        self.left = sampling.tokens
        self.tail, self.ended = "", False  # the end of what was written, as long as the stop text may reach back

    def read(self, choice: Choice | None) -> Piece | None:
        if choice is None or self.ended:
            return None
        self.left -= 1
        text = self.reader.read(choice.token) + ("" if self.left else self.reader.close())
        written = self.tail + text
        if self.stop and (found := written.find(self.stop)) >= 0:
            self.ended = True
            text = text[: found + len(self.stop) - len(self.tail)]
        self.tail = written[len(written) - len(self.stop) + 1 :] if len(self.stop) > 1 else ""
        return Piece(text, choice.probability, choice.token, choice.chance)
