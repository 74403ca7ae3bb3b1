"""Models made elsewhere: GPT-2 in Hugging Face's format, minGPT's and nanoGPT's checkpoint files.

They all name their parameters as GPT-2 does ("transformer.h.0.attn.c_attn.weight"). What their files may lack is the
number of heads, which leaves no trace in the weights, and the vocabulary; both are looked up where they are known, and
the facts of the checkpoint say what was assumed.
"""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from demos.common.errors import BadInput
from demos.gpt.model import GPT, from_gpt2
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.tokenizer import BytePairTokenizer, NumberTokenizer, Tokenizer

MAX_PARAMETERS = 2_000_000_000  # GPT-2 XL has 1.56 billion
HEADS = {  # (layers, width): heads, of the shapes that minGPT and nanoGPT name
    (3, 48): 3,  # gpt-nano
    (4, 128): 4,  # gpt-micro
    (6, 192): 6,  # gpt-mini
    (8, 512): 16,  # gopher-44m
    (4, 64): 4,
    (6, 384): 6,  # nanoGPT on Shakespeare's characters
    (12, 768): 12,  # GPT-2
    (24, 1024): 16,
    (36, 1280): 20,
    (48, 1600): 25,
}


def open_file(path: Path, *, heads: int = 0, vocabulary: Tokenizer | None = None) -> Checkpoint:
    """The model in a .safetensors or .pt file, with names as in GPT-2.

    `heads` and `vocabulary` are taken if the file does not tell; without a vocabulary tokens are shown as numbers.
    Raises BadInput if there is no such model in it, or if its heads must be given. No pickle is ever run.
    """
    weights, hints = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path)
    heads = int(hints.get("n_head") or heads or _usual_heads(weights, path))
    try:
        model = from_gpt2(weights, heads, exact_gelu=_exact_gelu(weights, hints))
    except (ValueError, KeyError, IndexError) as error:
        raise BadInput("gpt.imported_unreadable", path=path.name) from error
    if not all(parameter.isfinite().all() for parameter in model.parameters()):
        raise BadInput("gpt.model_not_finite", path=path.name)
    return fit_vocabulary(model, vocabulary, {"from": path.name, "heads": heads})


def open_folder(files: dict[str, Path], name: str) -> Checkpoint:
    """A GPT-2 in Hugging Face's format: {"config.json", "model.safetensors" or "pytorch_model.bin", "tokenizer.json" or
    "vocab.json" and "merges.txt"}, wherever the files lie.
    """
    try:
        config = json.loads(files["config.json"].read_text(encoding="utf-8"))
        if config["model_type"] != "gpt2":
            raise BadInput("gpt.not_gpt2", model=name, kind=str(config["model_type"])[:40])
        if "tokenizer.json" in files:
            tokenizer = BytePairTokenizer(files["tokenizer.json"].read_text(encoding="utf-8"))
        else:
            tokenizer = BytePairTokenizer.from_files(files["vocab.json"], files["merges.txt"])
        weights = next(path for key, path in files.items() if key in ("model.safetensors", "pytorch_model.bin"))
        tensors, _ = _read_safetensors(weights) if weights.suffix == ".safetensors" else _read_torch(weights)
        exact = config.get("activation_function", "gelu_new") == "gelu"
        model = from_gpt2(tensors, int(config["n_head"]), exact_gelu=exact)
    except BadInput:
        raise
    except Exception as error:  # the tokenizers library raises bare Exception
        raise BadInput("gpt.imported_unreadable", path=name) from error
    return fit_vocabulary(model, tokenizer, {"from": name})


def fit_vocabulary(model: GPT, vocabulary: Tokenizer | None, facts: dict[str, Any]) -> Checkpoint:
    """Model and vocabulary brought to the same size.

    nanoGPT rounds the vocabulary up to a multiple of 64; those rows were never trained and are cut off. Where the
    vocabulary does not fit, tokens are shown as numbers.
    """
    size = model.config.vocab_size
    if vocabulary is None or not 0 <= size - len(vocabulary) < 64:
        facts["assumed"] = "numbers"
        vocabulary = NumberTokenizer(size)
    if len(vocabulary) < size:
        state = {
            name: tensor[: len(vocabulary)] if name in ("transformer.wte.weight", "lm_head.weight") else tensor
            for name, tensor in model.state_dict().items()
        }
        with torch.device("meta"):
            model = GPT(replace(model.config, vocab_size=len(vocabulary)))
        model.load_state_dict(state, assign=True)
    return Checkpoint(model.eval().requires_grad_(False), vocabulary, facts)


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            return _in_float32({name: file.get_tensor(name) for name in file.keys()}, path), {}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise BadInput("gpt.imported_unreadable", path=path.name) from error


def _read_torch(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights in a file of torch.save, alone or under "model", and what the file says of the shape.

    Raises BadInput if anything but tensors and plain values would have to be unpickled.
    """
    try:
        content = torch.load(path, weights_only=True, map_location="cpu", mmap=zipfile.is_zipfile(path))
    except Exception as error:  # a file that is something else makes the unpickler stumble in many ways
        raise BadInput("gpt.imported_unreadable", path=path.name) from error
    hints: dict[str, Any] = {}
    if isinstance(content, dict) and isinstance(content.get("model"), dict):
        for key in ("config", "model_args"):
            if isinstance(content.get(key), dict):
                hints |= content[key]
        hints["nanogpt"] = "model_args" in content
        content = content["model"]
    if not isinstance(content, dict) or not all(isinstance(tensor, Tensor) for tensor in content.values()):
        raise BadInput("gpt.imported_unreadable", path=path.name)
    return _in_float32({str(name): tensor for name, tensor in content.items()}, path), hints


def _in_float32(weights: dict[str, Tensor], path: Path) -> dict[str, Tensor]:
    """Raises BadInput before anything takes memory that the file itself does not take: a tensor's numbers may all be
    one number (`expand`), or be nowhere (sparse, meta)."""
    whole = all(
        tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and not tensor.is_quantized
        and tensor.untyped_storage().nbytes() >= tensor.numel() * tensor.element_size()
        for tensor in weights.values()
    )
    if not whole or sum(tensor.numel() for tensor in weights.values()) > MAX_PARAMETERS:
        raise BadInput("gpt.imported_unreadable", path=path.name)
    return {name: tensor.float() for name, tensor in weights.items()}


def _usual_heads(weights: dict[str, Tensor], path: Path) -> int:
    layers = sum(name.endswith("attn.c_attn.weight") for name in weights)
    width = next((tensor.size(-1) for name, tensor in weights.items() if name.endswith("wte.weight")), 0)
    if (layers, width) not in HEADS:
        raise BadInput("gpt.heads_unknown", path=path.name, layers=layers, width=width)
    return HEADS[layers, width]


def _exact_gelu(weights: dict[str, Tensor], hints: dict[str, Any]) -> bool:
    """nanoGPT's GELU is exact, minGPT's and GPT-2's the approximation; nanoGPT alone ties its head and has no mask."""
    names = {name.removeprefix("_orig_mod.").removeprefix("transformer."): tensor for name, tensor in weights.items()}
    head, first = names.get("lm_head.weight"), names.get("h.0.attn.c_attn.weight")
    if "nanogpt" in hints:
        return bool(hints["nanogpt"])
    torch_layout = first is not None and first.size(0) > first.size(-1)
    return torch_layout and head is not None and torch.equal(head, names.get("wte.weight", head[:0]))
