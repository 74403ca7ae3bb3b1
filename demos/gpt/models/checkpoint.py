"""A model with all that belongs to it, in one safetensors file: weights, shape, vocabulary, and the facts about it.

The file's metadata holds three JSON texts: "config" (the fields of `model.Config`), "tokenizer" (`Tokenizer.to_json`)
and "facts" (free: what it was trained on, its held-out loss, …); "prompt_format" names one of PROMPT_FORMATS. Older
files call the last one "form", or have none.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_bytes
from safetensors.torch import save_file
from torch import Tensor

from demos.common.device import placed
from demos.common.errors import BadInput
from demos.common.models import weights
from demos.common.models.model_cache import ModelCache, file_key
from demos.common.whole_file import whole_file
from demos.gpt.model import GPT, Config
from demos.gpt.models.weight_layout import lay_out_by_input
from demos.gpt.prompts.formats import PROMPT_FORMATS
from demos.gpt.tokenizer import Tokenizer, tokenizer_from

EMBEDDED = {  # name: file below weights/, of those that were made
    name: file
    for name in ("shakespeare", "korean", "sort", "adder")
    if (file := f"gpt/{name}.safetensors") in weights.manifest()
}
LARGE = 20_000_000  # parameters
# By the content of the file.
_opened: "ModelCache[Checkpoint]" = ModelCache(kept=4, size=lambda checkpoint: checkpoint.bytes)


@dataclass(frozen=True)
class Checkpoint:
    """A trained model and its tokenizer. `facts` are for people: they are shown, never computed with.

    `prompt_format` (a key of PROMPT_FORMATS) says what the model expects to be asked. The model's weights are laid out
    for writing, wherever they came from: so the same weights compute the same to the last bit.
    """

    model: GPT
    tokenizer: Tokenizer
    facts: dict[str, Any] = field(default_factory=dict)
    prompt_format: str = "text"

    def __post_init__(self) -> None:
        lay_out_by_input(self.model)

    @property
    def bytes(self) -> int:
        """What the model's numbers take in memory."""
        return sum(value.nbytes for value in {*self.model.parameters(), *self.model.buffers()})


def takes_long(*checkpoints: Checkpoint) -> bool:
    """Whether one of them is so large that to read a text, and all that happens inside, may take over a second."""
    return any(checkpoint.model.parameter_count > LARGE for checkpoint in checkpoints)


def save(checkpoint: Checkpoint, path: Path, dtype: torch.dtype = torch.float32) -> None:
    """Write the file, its weights rounded to `dtype`. Raises BadInput where there is no room for it."""
    tensors, metadata = _content(checkpoint, dtype)
    with whole_file(path) as unfinished:
        save_file(tensors, unfinished, metadata)


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """The file that `save` would write."""
    return save_bytes(*_content(checkpoint, torch.float32))


def _content(checkpoint: Checkpoint, dtype: torch.dtype) -> tuple[dict[str, Tensor], dict[str, str]]:
    metadata = {
        "config": json.dumps(asdict(replace(checkpoint.model.config, dropout=0.0))),
        "tokenizer": json.dumps(checkpoint.tokenizer.to_json(), ensure_ascii=False),
        "facts": json.dumps(checkpoint.facts, ensure_ascii=False),
        "prompt_format": checkpoint.prompt_format,
    }
    tensors = {name: tensor.to(dtype).cpu().contiguous() for name, tensor in checkpoint.model.state_dict().items()}
    return tensors, metadata


def load(name: str, device: torch.device | None = None) -> Checkpoint:
    """The embedded model `name` (a key of EMBEDDED) or the one in the file at that path, computing in float32.

    Raises BadInput for a file that is missing or is none of ours, WeightsError for an embedded one that was altered.
    """
    path = weights.path(EMBEDDED[name]) if name in EMBEDDED else Path(name)
    if not path.is_file():
        raise BadInput("gpt.model_missing", name=name, embedded=", ".join(EMBEDDED))
    device = device or torch.device("cpu")
    return _opened.get((file_key([path]), str(device)), lambda: _read(path, device))


def is_ours(path: Path) -> bool:
    """Whether a .safetensors file was written by `save`."""
    try:
        with safe_open(path, framework="pt") as file:
            return "config" in (file.metadata() or {})
    except (SafetensorError, OSError):
        return True  # `load` says what is wrong with it


def _read(path: Path, device: torch.device) -> Checkpoint:
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            # Copied, so that they are aligned wherever they lie in the file: else sums differ in their last bit.
            tensors = {name: file.get_tensor(name).to(torch.float32, copy=True) for name in file.keys()}  # noqa: SIM118
        config = Config(**json.loads(metadata["config"]))
        tokenizer = tokenizer_from(json.loads(metadata["tokenizer"]))
        facts = json.loads(metadata["facts"])
        prompt_format = metadata.get("prompt_format") or metadata.get("form", "text")
        if config.layers > len(tensors) or len(tokenizer) != config.vocab_size or prompt_format not in PROMPT_FORMATS:
            raise ValueError("config, tokenizer and weights do not belong together")
        with torch.device("meta"):  # takes no memory, whatever the file claims
            model = GPT(config)
        model.load_state_dict(tensors, assign=True)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise BadInput("gpt.model_unreadable", path=path.name) from error
    if not all(tensor.isfinite().all() for tensor in tensors.values()):
        raise BadInput("gpt.model_not_finite", path=path.name)
    return Checkpoint(placed(model, device).eval().requires_grad_(False), tokenizer, facts, prompt_format)
