"""A device that is not there: tensors that say they lie on it, compute on the processor, and never mix with others.

What only a GPU would refuse is refused without one: an operation on tensors of two devices, a random generator of
another device, a tensor whose memory numpy would have to reach. Values are those of the processor, so whole jobs run.
After the wrapper tensors of torch.utils._python_dispatch and the device checks of torch._subclasses.FakeTensor.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

DEVICE = torch.device("ipu", 0)  # a name that torch knows, and has neither kernels nor a start-up for
CPU = torch.device("cpu")
# Operations that take tensors of two devices: copies, and on CUDA too an index that lies on the processor. Where one is
# differentiated, torch makes zeros for index_put by what it takes for the device itself.
COPIES = {"aten::_to_copy", "aten::copy_"}
INDEXING = {"aten::index", "aten::index_put", "aten::index_put_"}


class Mixed(RuntimeError):
    """Tensors of two devices met."""


class OnDevice(torch.Tensor):
    """A tensor on DEVICE; `held` has its values."""

    held: torch.Tensor

    @staticmethod
    def __new__(cls, held: torch.Tensor) -> "OnDevice":
        return torch.Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls, held.shape, strides=held.stride(), storage_offset=held.storage_offset(), dtype=held.dtype,
            device=CPU, requires_grad=False,
        )  # fmt: skip

    def __init__(self, held: torch.Tensor) -> None:
        self.held = held

    def __repr__(self) -> str:
        return f"OnDevice({self.held!r})"

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return DEVICE

    def to(self, *given: Any, **named: Any) -> torch.Tensor:
        """As Tensor.to. torch itself takes it to lie on the processor, and would give it back as it is."""
        device, dtype, *_ = torch._C._nn._parse_to(*given, **named)  # type: ignore[attr-defined]
        if device is None or torch.device(device) == DEVICE:
            return super().to(dtype=dtype or self.dtype)
        return torch.ops.aten._to_copy(self, device=device, dtype=dtype or self.dtype)

    def cpu(self) -> torch.Tensor:  # type: ignore[override]
        return self.to("cpu")

    def tolist(self) -> Any:
        return self.held.tolist()

    def numpy(self, *, force: bool = False) -> Any:
        raise Mixed("numpy reaches no memory but the processor's")

    __array__ = numpy

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return compute(func, args, kwargs or {})


def compute(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """What `func` gives, on the device of its arguments or the one that it names. Raises Mixed."""
    flat, _ = tree_flatten((args, kwargs))
    tensors = [each for each in flat if isinstance(each, torch.Tensor)]
    generators = [each for each in flat if isinstance(each, torch.Generator)]
    ours = any(isinstance(each, OnDevice) for each in tensors)
    asked = kwargs.get("device")
    name = func._schema.name
    if ours and name not in COPIES:
        theirs = [each for each in tensors if not isinstance(each, OnDevice) and each.dim()]
        if theirs and name not in INDEXING:
            raise Mixed(f"{name}: tensors of {DEVICE} and {theirs[0].device}")
        if generators:
            raise Mixed(f"{name}: tensors of {DEVICE} and a generator of {generators[0].device}")
    args, kwargs = tree_map(lambda each: each.held if isinstance(each, OnDevice) else each, (args, kwargs))
    if asked is not None and torch.device(asked) == DEVICE:
        kwargs["device"] = CPU
    result = func(*args, **kwargs)
    there = ours if asked is None else torch.device(asked) == DEVICE
    if name == "aten::copy_":
        there = isinstance(flat[0], OnDevice)
    if name.endswith("_") and there and result is not None:
        return flat[0]
    if not there:
        return result
    return tree_map(lambda each: OnDevice(each) if isinstance(each, torch.Tensor) else each, result)


class _Everywhere(TorchDispatchMode):
    """Sees the operations that have no tensor of DEVICE yet: those that make one, and copies to it."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return compute(func, args, kwargs or {})


class _Named(TorchFunctionMode):
    """What no dispatch sees: torch.tensor and torch.as_tensor, which fill the memory themselves, and `a.to(b)`."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        named = dict(kwargs or {})
        if func in (torch.tensor, torch.as_tensor) and named.get("device") == DEVICE:
            return func(*args, **(named | {"device": CPU})).to(DEVICE)
        if func is torch.Tensor.to and len(args) == 2 and isinstance(args[1], OnDevice):
            return args[0].to(DEVICE, args[1].dtype)
        return func(*args, **named)


@contextmanager
def pretend_device() -> Iterator[torch.device]:
    """DEVICE, as long as it lasts."""
    before = torch.__future__.get_overwrite_module_params_on_conversion()
    torch.__future__.set_overwrite_module_params_on_conversion(
        True
    )  # nn.Module.to else keeps the parameter's own memory
    # A mode of dispatch sees no tensors of inference mode; without gradients they are the same but for their marks.
    no_gradients = mock.patch.object(torch._C, "_InferenceMode", lambda on: torch.no_grad() if on else nullcontext())
    try:
        with no_gradients, _Everywhere(), _Named():
            yield DEVICE
    finally:
        torch.__future__.set_overwrite_module_params_on_conversion(before)
