"""Where the models run."""

import os

import torch

from demos.common.errors import BadInput

CHOICES = ("auto", "cpu", "cuda", "mps")


def pick(choice: str = "auto") -> torch.device:
    """The torch device for a choice of CHOICES; "auto" takes CUDA, then MPS, then the CPU.

    Raises BadInput for an unknown choice and for one that this machine does not have.
    """
    if choice not in CHOICES:
        raise BadInput("common.device_unknown", choice=choice, choices=", ".join(CHOICES))
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if choice == "auto":
        return torch.device(next(name for name, here in available.items() if here))
    if not available[choice]:
        raise BadInput("common.device_missing", choice=choice)
    return torch.device(choice)


def describe(device: torch.device) -> str:
    """One line for the header: "CPU, 2 threads" or the name of the GPU."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU (MPS)"
    return f"CPU · {torch.get_num_threads()} threads"


def use_physical_cores() -> None:
    """Give torch every core this process may use (containers often show more cores than they grant)."""
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
