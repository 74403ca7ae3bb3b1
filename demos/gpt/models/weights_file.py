"""Weights in files of others, however their training wrapped them: the tensors by GPT-2's names, in float32.

No pickle is ever run: safetensors, or `torch.load(weights_only=True)`.
"""

import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from demos.common.errors import BadInput

MAX_PARAMETERS = 2_000_000_000  # GPT-2 XL has 1.56 billion
INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")  # of weights in several files
WRAPPINGS = ("model", "state_dict", "model_state_dict")  # nanoGPT's; Lightning's; PyTorch's tutorial's
PREFIXES = ("_orig_mod.", "module.", "model.", "transformer.")  # torch.compile, DistributedDataParallel, Lightning
NAMES = ("wte.weight", "wpe.weight", "h.0.attn.c_attn.weight")  # without which there is no GPT-2
SHOWN = 3  # names in a refusal

Weights = dict[str, Tensor]


def read(path: Path) -> tuple[Weights, dict[str, Any]]:
    """The weights by GPT-2's plain names ("h.0.attn.c_attn.weight"), and what else the file says: "n_head", "nanogpt"
    (whether nanoGPT wrote it), "steps", "held_out" (its validation loss).

    Raises BadInput, naming the cause, for a file that cannot be read safely or holds other weights.
    """
    weights, hints = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path)
    return _in_float32(plain(weights, path.name), path.name), hints


def read_shards(files: Mapping[str, Path], name: str) -> Weights:
    """The weights of a folder {file's name: file}, in one file or in those that its index lists."""
    index = next((files[key] for key in INDEXES if key in files), None)
    if index is None:
        whole = next((path for key, path in files.items() if key in ("model.safetensors", "pytorch_model.bin")), None)
        if whole is None:
            raise BadInput("gpt.imported_no_shard", path=name, shard="model.safetensors")
        return read(whole)[0]
    try:
        shards = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("gpt.imported_unreadable", path=index.name) from error
    weights: Weights = {}
    for shard in shards:
        if shard not in files:  # by its name among the folder's own files: never a path
            raise BadInput("gpt.imported_no_shard", path=name, shard=str(shard)[:80])
        part, _ = _read_safetensors(files[shard]) if shard.endswith(".safetensors") else _read_torch(files[shard])
        weights |= part
        if sum(tensor.numel() for tensor in weights.values()) > MAX_PARAMETERS:
            raise BadInput("gpt.imported_too_large", path=name, limit=f"{MAX_PARAMETERS:,}")
    return _in_float32(plain(weights, name), name)


def plain(weights: Weights, name: str) -> Weights:
    """The weights without the prefixes that wrappers put before all names. Raises BadInput for names not of a GPT-2."""
    names = {key: key for key in weights}
    while prefix := next((p for p in PREFIXES if any(short.startswith(p) for short in names.values())), None):
        names = {key: short.removeprefix(prefix) for key, short in names.items()}
    if len(set(names.values())) < len(names) or not set(NAMES) <= set(names.values()):
        strange = [key for key, short in names.items() if not short.startswith(("wte.", "wpe.", "ln_f.", "lm_head."))]
        found = sorted(strange, key=lambda key: (_known(names[key]), key))[:SHOWN]
        raise BadInput("gpt.imported_names", path=name, found=", ".join(key[:60] for key in found) or "–")
    return {names[key]: tensor for key, tensor in weights.items()}


def _known(name: str) -> bool:
    """Whether a block's parameter is named as in GPT-2."""
    return ".".join(name.split(".")[2:4]) in {
        "ln_1.weight", "ln_1.bias", "ln_2.weight", "ln_2.bias",
        "attn.c_attn", "attn.c_proj", "attn.bias", "attn.masked_bias", "mlp.c_fc", "mlp.c_proj",
    }  # fmt: skip


def _read_safetensors(path: Path) -> tuple[Weights, dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, {}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise BadInput("gpt.imported_unreadable", path=path.name) from error


def _read_torch(path: Path) -> tuple[Weights, dict[str, Any]]:
    """The weights in a file of torch.save, alone or under one of WRAPPINGS, and what the file says beside them."""
    try:
        content = torch.load(path, weights_only=True, map_location="cpu", mmap=zipfile.is_zipfile(path))
    except Exception as error:  # a file that is something else makes the unpickler stumble in many ways
        raise BadInput("gpt.imported_unreadable", path=path.name) from error
    hints: dict[str, Any] = {}
    if isinstance(content, dict):
        wrapping = next((key for key in WRAPPINGS if isinstance(content.get(key), dict)), None)
        if wrapping is not None:
            hints = _hints(content)
            content = content[wrapping]
    if not isinstance(content, dict) or not content or not all(isinstance(t, Tensor) for t in content.values()):
        found = ", ".join(str(key)[:40] for key in list(content)[:SHOWN]) if isinstance(content, dict) else ""
        raise BadInput("gpt.imported_no_weights", path=path.name, found=found or type(content).__name__)
    return {str(name): tensor for name, tensor in content.items()}, hints


def _hints(content: dict[Any, Any]) -> dict[str, Any]:
    hints: dict[str, Any] = {}
    for key in ("config", "model_args"):
        if isinstance(content.get(key), dict):
            hints |= content[key]
    hints["nanogpt"] = "model_args" in content
    steps, loss = content.get("iter_num"), content.get("best_val_loss")
    if isinstance(loss, Tensor) and loss.numel() == 1:
        loss = loss.item()
    if isinstance(steps, int) and 0 <= steps < 10**12:
        hints["steps"] = steps
    if isinstance(loss, float) and math.isfinite(loss):
        hints["held_out"] = loss
    return hints


def _in_float32(weights: Weights, name: str) -> Weights:
    """Raises BadInput before anything takes memory that the file itself does not take: a tensor's numbers may all be
    one number (`expand`), or be nowhere (sparse, meta)."""
    whole = all(
        tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and not tensor.is_quantized
        and tensor.untyped_storage().nbytes() >= tensor.numel() * tensor.element_size()
        for tensor in weights.values()
    )
    if not whole:
        raise BadInput("gpt.imported_unreadable", path=name)
    if sum(tensor.numel() for tensor in weights.values()) > MAX_PARAMETERS:
        raise BadInput("gpt.imported_too_large", path=name, limit=f"{MAX_PARAMETERS:,}")
    return {key: tensor.float() for key, tensor in weights.items()}
