"""A model folder in open_clip's format: `open_clip_config.json`, weights, and perhaps a tokeniser of its own."""

import gzip
import importlib.util
import math
import zlib
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

import demos.common.models.torchvision_guard  # noqa: F401  (before open_clip, which imports torchvision)
from demos.clip.models import configuration, json_tokenizer
from demos.clip.models.configuration import CONFIG_FILE, Configuration
from demos.clip.models.json_tokenizer import JsonTokenizer
from demos.clip.zero_shot import Matcher
from demos.common.device import device_of, placed
from demos.common.errors import BadInput

WEIGHT_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin")
SHARD = "open_clip_model-{:05}-of-{:05}.safetensors"
SUFFIXES = (".json", ".safetensors", ".bin", ".gz")
MOST_MERGES = 16 << 20  # bytes that a tokeniser's merges may unpack to
MOST_NUMBERS = 6_000_000_000  # of a model; the largest that open_clip lists has five thousand millions


def files_of(folder: Path) -> list[Path]:
    """The files that make the model what it is, of those that are there."""
    return [file for file in sorted(folder.iterdir()) if file.is_file() and file.suffix in SUFFIXES]


def open_folder(name: str, folder: Path, device: torch.device) -> Matcher:
    """The model in `folder`, its every number from the weights there.

    Raises BadInput, each with its own sentence, if the configuration asks for what is not allowed, the weights are
    missing, cannot be read, are not those of the configuration or are no numbers, or the tokeniser's files are missing.
    """
    from open_clip.transform import PreprocessCfg, image_transform_v2, merge_preprocess_dict

    settings = configuration.read(name, folder)
    tokenizer = _tokenizer(name, folder, settings)
    model = placed(_with_weights(name, folder, settings), device)
    told = merge_preprocess_dict(PreprocessCfg(), settings.preprocess)
    if hasattr(model.visual, "image_size"):  # the size that the tower takes, whatever is told
        told["size"] = model.visual.image_size
    return Matcher(name, model, image_transform_v2(PreprocessCfg(**told), is_train=False), tokenizer, device_of(model))


def _tokenizer(name: str, folder: Path, settings: Configuration) -> Any:
    """What turns a list of texts into (N, T); no code of the folder's runs for it."""
    from open_clip.tokenizer import DEFAULT_CONTEXT_LENGTH, HFTokenizer, SimpleTokenizer

    options = dict(settings.text.get("tokenizer_kwargs") or {})
    length = settings.text.get("context_length", DEFAULT_CONTEXT_LENGTH)
    if settings.tokenizer_repository:
        options |= {"tokenizer_mode": settings.text.get("tokenizer_mode")}
        if (folder / json_tokenizer.FILE).is_file():
            return read_tokenizer(name, folder, length, **options)
        check_tokenizer(name, settings.text)
        options |= {"trust_remote_code": False}
        try:
            return HFTokenizer(str(folder.resolve()), length, **options, local_files_only=True)
        except Exception as error:
            raise BadInput("clip.no_tokenizer", name=name[:200]) from error
    if settings.merges:
        options["bpe_path"] = str(merges_in(name, folder, settings.merges))
    try:
        return SimpleTokenizer(context_length=length, **options)
    except Exception as error:
        raise BadInput("clip.no_tokenizer", name=name[:200]) from error


def read_tokenizer(name: str, folder: Path, length: int, **options: Any) -> JsonTokenizer:
    """The tokeniser that `tokenizer.json` in `folder` describes. Raises BadInput if it describes none."""
    options.pop("bpe_path", None)
    try:
        return JsonTokenizer(folder, length, **options)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise BadInput("clip.no_tokenizer", name=name[:200]) from error


def merges_in(name: str, folder: Path, file_name: str) -> Path:
    """The file of the tokeniser's merges, which unpacks to no more than MOST_MERGES bytes."""
    path = folder / file_name
    try:
        with gzip.open(path) as packed:
            if len(packed.read(MOST_MERGES + 1)) > MOST_MERGES:
                raise ValueError("too long")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise BadInput("clip.no_tokenizer", name=name[:200]) from error
    return path


def check_tokenizer(name: str, text: dict[str, Any]) -> None:
    """Some models read text with another tokeniser, which the transformers package holds."""
    if text.get("hf_tokenizer_name") and importlib.util.find_spec("transformers") is None:
        raise BadInput("clip.needs_transformers", name=name[:200])


def _with_weights(name: str, folder: Path, settings: Configuration) -> nn.Module:
    """The net that the configuration describes with the numbers of the folder's weights, ready to answer.

    Shapes are compared before the net takes any memory: torch's "meta" device knows them without their numbers.
    """
    files = weight_files(folder)
    if not files:
        raise BadInput("clip.no_weights", name=name[:200], files=", ".join(WEIGHT_FILES))
    try:
        with torch.device("meta"):
            shapes = {key: value.shape for key, value in _net(settings).state_dict().items()}
    except Exception as error:
        raise BadInput("clip.unreadable_configuration", name=name[:200], file=CONFIG_FILE) from error
    if sum(shape.numel() for shape in shapes.values()) > MOST_NUMBERS:
        raise BadInput("clip.too_large", name=name[:200], limit=MOST_NUMBERS // 10**6)
    weights = {key: value for file in files for key, value in _weights(name, file).items()}
    weights = _as_named_today(weights, shapes)
    _compare(name, shapes, {key: value.shape for key, value in weights.items()})
    for key, value in weights.items():
        if not bool(value.isfinite().all()):
            raise BadInput("clip.not_finite", name=name[:200], weight=key[:80])
    if not math.isfinite(float(weights["logit_scale"].float().exp().max())):
        raise BadInput("clip.not_finite", name=name[:200], weight="logit_scale")
    net = _net(settings)
    net.load_state_dict(weights)
    return net.eval()


def weight_files(folder: Path) -> list[Path]:
    """The file of the weights, or all its parts, named as Hugging Face names shards; none if one of them is missing."""
    for file in WEIGHT_FILES:
        if (folder / file).is_file():
            return [folder / file]
    parts = sorted(folder.glob("open_clip_model-?????-of-?????.safetensors"))
    wanted = [folder / SHARD.format(part + 1, len(parts)) for part in range(len(parts))]
    return parts if parts == wanted else []


def _net(settings: Configuration) -> nn.Module:
    """open_clip's net of this configuration, as open_clip chooses it; the numbers are random."""
    import open_clip

    told = dict(settings.model)
    custom_text = told.pop("custom_text", False)
    kind = open_clip.CoCa if "multimodal_cfg" in told else open_clip.CustomTextCLIP if custom_text else open_clip.CLIP
    net: nn.Module = kind(**told)
    return net


def _weights(name: str, file: Path) -> dict[str, Tensor]:
    """The tensors in the file by their names; no pickle is run."""
    from open_clip.factory import load_state_dict

    try:
        weights = dict(load_state_dict(str(file), weights_only=True))
        if not all(isinstance(value, Tensor) for value in weights.values()):
            raise ValueError("not only tensors")
    except Exception as error:
        raise BadInput("clip.unreadable_weights", name=name[:200], file=file.name) from error
    return weights


def _as_named_today(weights: dict[str, Tensor], shapes: dict[str, torch.Size]) -> dict[str, Tensor]:
    """Weights of open_clip's earlier versions under the names and shapes of this one, as its own loading does it."""
    from open_clip.model import convert_to_custom_text_state_dict

    if "positional_embedding" in weights and "positional_embedding" not in shapes:
        weights = convert_to_custom_text_state_dict(weights)
    for key in ("logit_scale", "logit_bias"):  # one number, alone or in a list
        if key in weights and key in shapes and weights[key].numel() == 1:
            weights[key] = weights[key].reshape(shapes[key])
    weights.pop("text.transformer.embeddings.position_ids", None)  # once part of transformers' towers
    return weights


def _compare(name: str, wanted: dict[str, torch.Size], found: dict[str, torch.Size]) -> None:
    if missing := sorted(wanted.keys() - found.keys()):
        raise BadInput("clip.weights_missing", name=name[:200], count=len(missing), weight=missing[0])
    if more := sorted(found.keys() - wanted.keys()):
        raise BadInput("clip.weights_too_many", name=name[:200], count=len(more), weight=more[0][:80])
    for key, shape in wanted.items():
        if shape != found[key]:
            has, wants = ("×".join(map(str, size)) or "1" for size in (found[key], shape))
            raise BadInput("clip.weight_shape", name=name[:200], weight=key, has=has, wants=wants)
