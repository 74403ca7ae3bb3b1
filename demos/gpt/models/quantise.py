"""Whole numbers for weights: a quarter of the memory to read for each token, and reading it is what writing waits for.

A row of weights is divided by its largest value and rounded to −127 … 127; what goes in is rounded likewise for every
token ("dynamic": Wu et al. 2020, "Integer Quantization for Deep Learning Inference", section 3). The products are then
sums of whole numbers, by torch's own kernels for x86 processors (fbgemm).
"""

import threading
import time
import warnings
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from demos.gpt.model import GPT

ROWS = 4  # tokens at a time for which whole numbers are faster; more (a prompt) are computed in full precision
_twins: "WeakKeyDictionary[GPT, GPT]" = WeakKeyDictionary()
_lock = threading.Lock()


class Int8Linear(nn.Module):
    """A linear layer for up to ROWS tokens at a time in whole numbers, each token by itself; for more as it was."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias  # shared with the model this was made from
        scale = weight.abs().amax(1).clamp_min(1e-12).double() / 127
        zeros = torch.zeros(len(weight), dtype=torch.long)
        with warnings.catch_warnings():  # torch means to replace these tensors, but has nothing as fast yet
            warnings.simplefilter("ignore", UserWarning)
            rounded = torch.quantize_per_channel(weight.float(), scale, zeros, 0, torch.qint8)
        self.prepacked = torch.ops.quantized.linear_prepack(rounded, bias)

    def forward(self, x: Tensor) -> Tensor:
        """(…, in) → (…, out)."""
        rows = x.reshape(-1, x.size(-1))
        if len(rows) > ROWS:
            return nn.functional.linear(x, self.weight, self.bias)
        # One call a row: a call rounds all its rows by the largest value in them, and rows would change each other.
        made = [torch.ops.quantized.linear_dynamic(row, self.prepacked, not _vnni()) for row in rows.split(1)]
        return (made[0] if len(made) == 1 else torch.cat(made)).view(*x.shape[:-1], -1)


def quantised(model: GPT) -> GPT:
    """The same model, writing in whole numbers, keys and values kept in bfloat16. The rest stays as it is, uncopied.

    One for all who ask, as long as the model is in use; its weights must not change.
    """
    with _lock:
        if model not in _twins:
            _twins[model] = _twin(model)
        return _twins[model]


def _twin(model: GPT) -> GPT:
    twin = _with_int8_layers(model)
    assert isinstance(twin, GPT)
    head = model.transformer.wte.weight if model.lm_head is None else model.lm_head.weight
    twin.cache_dtype = torch.bfloat16
    twin.lm_head = Int8Linear(head.detach(), None)  # type: ignore[assignment]
    return twin


def _with_int8_layers(module: nn.Module) -> nn.Module:
    if isinstance(module, nn.Linear):
        bias = None if module.bias is None else module.bias.detach()
        return Int8Linear(module.weight.detach(), bias)
    twin = copy(module)
    twin._modules = {name: child and _with_int8_layers(child) for name, child in module._modules.items()}
    return twin


@dataclass(frozen=True)
class Comparison:
    """Whole numbers against full precision, measured here."""

    speedup: float  # of writing one token
    largest_difference: float  # between the logits, over all tokens of the vocabulary and 16 steps
    spread: float  # standard deviation of the logits, to judge the difference by

    @property
    def worth_it(self) -> bool:
        """Whether it should be offered."""
        return self.speedup > 1.1


@torch.inference_mode()
def compare(model: GPT, tokens: Tensor, steps: int = 16) -> Comparison:
    """Read `tokens` (N,), at least `steps` + 1 and at most the block size, one by one at the end, both ways in turn."""
    twins = model, quantised(model)
    prompt, last = tokens[None, :-steps], tokens[None, -steps:]
    caches = [model.new_cache(), model.new_cache()]
    seconds: list[list[float]] = [[], []]
    difference, spread = 0.0, 0.0
    for twin, cache in zip(twins, caches, strict=True):
        twin(prompt, cache, only_last=True)
    for token in last.split(1, dim=1):
        logits = []
        for twin, cache, times in zip(twins, caches, seconds, strict=True):
            began = time.perf_counter()
            logits.append(twin(token, cache))
            times.append(time.perf_counter() - began)
        difference = max(difference, float((logits[0] - logits[1]).abs().max()))
        spread = max(spread, float(logits[0].std()))
    full, whole = (sorted(times)[steps // 2] for times in seconds)
    return Comparison(full / whole, difference, spread)


@lru_cache(maxsize=1)
def available() -> bool:
    """Whether this machine has the kernels: an x86 processor."""
    try:
        Int8Linear(torch.eye(8), None)(torch.ones(1, 8))
    except (RuntimeError, NotImplementedError):
        return False
    return True


@lru_cache(maxsize=1)
def _vnni() -> bool:
    """Without these instructions sums of two products can run over, and the inputs must be rounded to 7 bits."""
    return torch.cpu._is_vnni_supported()
