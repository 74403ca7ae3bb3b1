"""Writing: read the prompt, pick a token by its probability, read that too, again.

Sources
- top-k: Fan et al. 2018, "Hierarchical Neural Story Generation", section 5.1.
- top-p: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.gpt.checkpoint import Checkpoint
from demos.gpt.model import GPT

MAX_PROMPT = 10_000  # characters
MAX_TOKENS = 10_000
MAX_SEED = 2**53  # what JSON numbers hold exactly


@dataclass(frozen=True)
class Sampling:
    """How to pick. Raises BadInput for a number out of range.

    `temperature` 0 takes the likeliest token always (greedy); `top_k` 0 and `top_p` 1 keep all tokens; writing ends
    after `tokens` tokens, or once `stop` was written.
    """

    tokens: int = 200
    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    stop: str = ""

    def __post_init__(self) -> None:
        for name, low, high, whole in (
            ("tokens", 0, MAX_TOKENS, True),
            ("temperature", 0, 100, False),
            ("top_k", 0, 10_000_000, True),
            ("top_p", 0, 1, False),
            ("seed", 0, MAX_SEED, True),
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
    """A token and its probability: by the model itself, and after temperature, top-k and top-p (`chance`)."""

    token: int
    probability: float
    chance: float


def distribution(logits: Tensor, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Tensor:
    """Probabilities (V,) for logits (V,): divided by the temperature, cut to top-k, then to top-p, summing to 1.

    Exactly `top_k` tokens stay, also where some are equally likely. Of the sorted tokens, top-p keeps those before
    which less than `top_p` was gathered, so at least the first.
    """
    if temperature == 0:
        return torch.zeros_like(logits).index_fill_(0, logits.argmax(), 1.0)
    # In float64 and with the maximum at 0, so that even a temperature of 1e-300 gives numbers.
    logits = (logits - logits.max()).double() / temperature
    if 0 < top_k < len(logits):
        best = logits.topk(top_k).indices
        logits = torch.full_like(logits, -math.inf).index_copy_(0, best, logits[best])
    probabilities = logits.softmax(0)
    if top_p < 1:
        ordered, order = probabilities.sort(descending=True, stable=True)
        dropped = ordered.cumsum(0) - ordered >= top_p
        dropped[0] = False
        probabilities[order[dropped]] = 0
        probabilities /= probabilities.sum()
    return probabilities


@torch.inference_mode()
def sample(model: GPT, prompt: Sequence[int], sampling: Sampling, *, cached: bool = True) -> Iterator[Choice]:
    """Tokens after `prompt` (at least one token), one at a time; knows nothing of text.

    Of a context longer than the block, the model reads the end. When the block is full, the older half is forgotten
    and the newer half read again at its new positions (they are learned, so they cannot slide along); this costs one
    reading for every half block. `cached=False` reads the whole context for every token: same result, only slower.
    """
    generator = torch.Generator().manual_seed(sampling.seed)
    block = model.config.block_size
    context = list(prompt[-block:])
    cache = model.new_cache() if cached else None
    unread = context
    for _ in range(sampling.tokens):
        tokens = torch.tensor([unread if cache else context], device=model.device)  # (1, T)
        logits = model(tokens, cache)[0, -1].float().cpu()  # (1, T, V) → (V,)
        chances = distribution(logits, sampling.temperature, sampling.top_k, sampling.top_p)
        token = int(torch.multinomial(chances, 1, generator=generator))
        yield Choice(token, float(logits.softmax(0)[token]), float(chances[token]))
        if len(context) < block:
            unread = [token]
            context.append(token)
        else:
            unread = context = [*context[block - block // 2 :], token]
            cache = model.new_cache() if cached else None


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
    """Check and encode a prompt. An empty one is fine. Raises BadInput if it is longer than MAX_PROMPT characters."""
    if not isinstance(prompt, str):
        raise BadInput("gpt.not_a_text", name="prompt")
    if len(prompt) > MAX_PROMPT:
        raise BadInput("gpt.prompt_too_long", length=f"{len(prompt):,}", limit=f"{MAX_PROMPT:,}")
    encoding = checkpoint.tokenizer.encode(prompt.replace("\r\n", "\n"))
    tokens = encoding.tokens
    read = tokens[-checkpoint.model.config.block_size :]
    judged: list[float | None] = [None] * (len(tokens) - max(len(read) - 1, 0))
    judged += probabilities(checkpoint.model, read)
    return Prompt(tokens, checkpoint.tokenizer.decode(tokens), encoding.unknown, len(read), judged)


@dataclass(frozen=True)
class Piece:
    """A piece of written text, and how likely the model held its token (before temperature and cuts)."""

    text: str
    probability: float


def write(checkpoint: Checkpoint, prompt: Prompt, sampling: Sampling) -> Iterator[Piece]:
    """Continue the prompt, piece by piece. An empty prompt starts as if after a line break."""
    tokens = prompt.tokens or [checkpoint.tokenizer.start]
    written = ""
    for choice in sample(checkpoint.model, tokens, sampling):
        piece = checkpoint.tokenizer.decode([choice.token])
        yield Piece(piece, choice.probability)
        written = (written + piece)[-len(sampling.stop) - len(piece) :]
        if sampling.stop and sampling.stop in written:
            return
