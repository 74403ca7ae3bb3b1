"""Models made elsewhere: GPT-2 in Hugging Face's format, minGPT's and nanoGPT's checkpoint files.

They all name their parameters as GPT-2 does ("transformer.h.0.attn.c_attn.weight"). What their files may lack is the
number of heads, which leaves no trace in the weights, and the vocabulary; both are looked up where they are known, and
the facts of the checkpoint say what was assumed.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.gpt.model import GPT, from_gpt2
from demos.gpt.models import weights_file
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.tokenizer import BytePairTokenizer, NumberTokenizer, Tokenizer

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


def open_file(path: Path, *, heads: int = 0, vocabulary: Tokenizer | None = None, strict: bool = False) -> Checkpoint:
    """The model in a .safetensors or .pt file, with names as in GPT-2.

    `heads` and `vocabulary` are taken if the file does not tell; without a vocabulary tokens are shown as numbers, and
    with `strict` one of another size is refused.
    Raises BadInput if there is no such model in it, or if its heads must be given. No pickle is ever run.
    """
    weights, hints = weights_file.read(path)
    said = hints.get("n_head") or heads
    heads = int(said) if isinstance(said, int) and said > 0 else _usual_heads(weights, path)
    model = _model(weights, heads, path.name, exact_gelu=_exact_gelu(weights, hints))
    facts: dict[str, Any] = {"from": path.name, "heads": heads}
    if not said:
        facts["assumed_heads"] = True
    if "steps" in hints:
        facts["steps"] = hints["steps"]
    if "held_out" in hints:
        facts["held_out_a_token"] = hints["held_out"]
    if strict and vocabulary is not None and len(vocabulary) != model.config.vocab_size:
        raise BadInput("gpt.vocabulary_size", given=len(vocabulary), size=model.config.vocab_size)
    return fit_vocabulary(model, vocabulary, facts)


def _model(weights: dict[str, Tensor], heads: int, name: str, *, exact_gelu: bool) -> GPT:
    width = weights["wte.weight"].size(-1)
    if heads < 1 or width % heads:
        raise BadInput("gpt.not_a_shape", width=width, heads=heads)
    try:
        model = from_gpt2(weights, heads, exact_gelu=exact_gelu)
    except (ValueError, KeyError, IndexError) as error:
        raise BadInput("gpt.imported_parts", path=name, parts=_misfits(weights)) from error
    if not all(parameter.isfinite().all() for parameter in model.parameters()):
        raise BadInput("gpt.model_not_finite", path=name)
    return model


def _misfits(weights: dict[str, Tensor]) -> str:
    """The names that a GPT-2 with as many layers has beside these, or has not, or "shapes" if all are there."""
    blocks = {name.split(".")[1] for name in weights if name.startswith("h.")}
    parts = ("ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj")
    wanted = {f"h.{block}.{part}.weight" for block in blocks for part in parts} | {"ln_f.weight"}
    biases = {name.replace(".weight", ".bias") for name in wanted}
    known = wanted | biases | {"wte.weight", "wpe.weight", "lm_head.weight"}
    masks = (".attn.bias", ".attn.masked_bias")
    strange = {name for name in weights if name not in known and not name.endswith(masks)}
    missing = {name for name in wanted | (biases if "ln_f.bias" in weights else set()) if name not in weights}
    return ", ".join(
        [f"+{name[:60]}" for name in sorted(strange)[:3]] + [f"−{name}" for name in sorted(missing)[:3]]
    ) or ("?")


def open_folder(files: dict[str, Path], name: str) -> Checkpoint:
    """A GPT-2 in Hugging Face's format, wherever the files {name: path} lie: "config.json"; "tokenizer.json", or
    "vocab.json" and "merges.txt"; "model.safetensors" or "pytorch_model.bin", or an index and the shards that it lists.
    """
    try:
        config = json.loads(files["config.json"].read_text(encoding="utf-8"))
        if config["model_type"] != "gpt2":
            raise BadInput("gpt.not_gpt2", model=name, kind=str(config["model_type"])[:40])
        if "tokenizer.json" in files:
            tokenizer = BytePairTokenizer(files["tokenizer.json"].read_text(encoding="utf-8"))
        else:
            tokenizer = BytePairTokenizer.from_files(files["vocab.json"], files["merges.txt"])
        exact = config.get("activation_function", "gelu_new") == "gelu"
        model = _model(weights_file.read_shards(files, name), int(config["n_head"]), name, exact_gelu=exact)
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


def _usual_heads(weights: dict[str, Tensor], path: Path) -> int:
    layers = sum(name.endswith("attn.c_attn.weight") for name in weights)
    width = next((tensor.size(-1) for name, tensor in weights.items() if name.endswith("wte.weight")), 0)
    if (layers, width) not in HEADS:
        raise BadInput("gpt.heads_unknown", path=path.name, layers=layers, width=width)
    return HEADS[layers, width]


def _exact_gelu(weights: dict[str, Tensor], hints: dict[str, Any]) -> bool:
    """nanoGPT's GELU is exact, minGPT's and GPT-2's the approximation; nanoGPT alone ties its head and has no mask."""
    head, first = weights.get("lm_head.weight"), weights.get("h.0.attn.c_attn.weight")
    if "nanogpt" in hints:
        return bool(hints["nanogpt"])
    torch_layout = first is not None and first.size(0) > first.size(-1)
    return torch_layout and head is not None and torch.equal(head, weights.get("wte.weight", head[:0]))
