"""The same model with shorter numbers for weights: what it gives on this machine, and what it costs."""

import threading
import time
from copy import copy
from dataclasses import dataclass
from weakref import WeakKeyDictionary, WeakValueDictionary

import torch
from torch import Tensor, nn

from demos.gpt.model import GPT
from demos.gpt.models.packed import PRECISIONS, PackedLinear

_twins: "WeakKeyDictionary[GPT, WeakValueDictionary[str, GPT]]" = WeakKeyDictionary()
_lock = threading.Lock()


def in_precision(model: GPT, precision: str) -> GPT:
    """The same model, writing with weights of a key of PRECISIONS. The rest stays as it is, uncopied.

    One for all who ask, as long as somebody holds it; the model's weights must not change.
    """
    with _lock:
        twins = _twins.setdefault(model, WeakValueDictionary())
        twin = twins.get(precision)
        if twin is None:
            twin = twins[precision] = _twin(model, PRECISIONS[precision])
        return twin


def _twin(model: GPT, packed: type[PackedLinear]) -> GPT:
    twin = _with_layers(model, packed)
    assert isinstance(twin, GPT)
    head = model.transformer.wte.weight if model.lm_head is None else model.lm_head.weight
    twin.lm_head = packed(head.detach(), None)  # type: ignore[assignment]
    return twin


def _with_layers(module: nn.Module, packed: type[PackedLinear]) -> nn.Module:
    if isinstance(module, nn.Linear):
        return packed(module.weight.detach(), None if module.bias is None else module.bias.detach())
    twin = copy(module)
    twin._modules = {name: child and _with_layers(child, packed) for name, child in module._modules.items()}
    return twin


@dataclass(frozen=True)
class Comparison:
    """A precision against the full one, measured here."""

    precision: str
    speedup: float  # of writing one token
    largest_difference: float  # between the logits, over all tokens of the vocabulary and 16 steps
    spread: float  # standard deviation of the logits, to judge the difference by

    @property
    def worth_it(self) -> bool:
        """Whether it should be taken."""
        return self.speedup > 1.1


@torch.inference_mode()
def compare(model: GPT, precision: str, tokens: Tensor, steps: int = 16) -> Comparison:
    """Read `tokens` (N,), at least `steps` + 1 and at most the block size, one by one at the end, both ways in turn."""
    twins = model, in_precision(model, precision)
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
    full, short = (sorted(times)[steps // 2] for times in seconds)
    return Comparison(precision, full / short, difference, spread)
