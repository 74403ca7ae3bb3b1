"""Where the models run."""

from collections.abc import Callable
from typing import TypeVar

import torch

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.notices import notice
from demos.common.scheduling.cores import cores
from demos.common.scheduling.threads import process_with

Model = TypeVar("Model", bound=torch.nn.Module)
T = TypeVar("T")
CHOICES = ("auto", "cpu", "cuda", "mps")


def select_device(choice: str = "auto") -> torch.device:
    """The torch device for a choice of CHOICES; "auto" takes CUDA, then MPS, then the CPU.

    Also gives torch as many threads as this process has cores. Raises BadInput for an unknown choice and for one that
    this machine does not have.
    """
    if choice not in CHOICES:
        raise BadInput("common.device_unknown", choice=choice, choices=", ".join(CHOICES))
    process_with(cores())
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if choice == "auto":
        return torch.device(next(name for name, here in available.items() if here))
    if not available[choice]:
        raise BadInput("common.device_missing", choice=choice)
    return torch.device(choice)


def placed(model: Model, device: torch.device) -> Model:
    """The model on `device`; on the processor where a GPU has no room for it, with a notice."""
    try:
        return model.to(device)
    except torch.OutOfMemoryError:
        return moved_off(model)


def device_of(model: torch.nn.Module) -> torch.device:
    """Where the model lies."""
    return next(model.parameters()).device


def moved_off(model: Model) -> Model:
    """The model on the processor, as a GPU's memory is full: with a notice, and what it held there free for others."""
    with torch.inference_mode(False):  # else its weights could take no part in learning any more
        model.to("cpu")
    notice("common.gpu_full")
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return model


def computed(model: torch.nn.Module, compute: Callable[[], T]) -> T:
    """What `compute` gives with the model; where a GPU's memory is full, or another thread has just moved the model off
    for that, computed once more on the processor."""
    before = device_of(model)
    try:
        return compute()
    except torch.OutOfMemoryError:
        moved_off(model)
    except RuntimeError:  # part of it on either device
        if device_of(model) == before:
            raise
    return compute()


def describe(device: torch.device, language: str = "en") -> str:
    """One line for the header: "CPU · 2 threads" or the name of the GPU."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU (MPS)"
    return text("common.device_cpu", language, threads=torch.get_num_threads())
