"""A model folder in open_clip's format: `open_clip_config.json`, weights, and perhaps a tokeniser of its own."""

import importlib.util
import json
import os
from pathlib import Path
from typing import Any, cast

import torch

import demos.common.models.torchvision_guard  # noqa: F401  (before open_clip, which imports torchvision)
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput

CONFIG_FILE = "open_clip_config.json"
WEIGHT_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin")
SUFFIXES = (".json", ".safetensors", ".bin", ".gz")


def files_of(folder: Path) -> list[Path]:
    """The files that make the model what it is, of those that are there."""
    return [file for file in sorted(folder.iterdir()) if file.is_file() and file.suffix in SUFFIXES]


def open_folder(name: str, folder: Path, device: torch.device) -> Matcher:
    """A folder with `open_clip_config.json` and weights.

    `bpe_path` in the configuration, a file name there, becomes absolute here: open_clip would look for it in the
    current directory.
    """
    import open_clip

    settings = settings_in(name, folder)
    check_tokenizer(name, settings)
    options = dict(settings["text_cfg"].get("tokenizer_kwargs") or {})
    if merges := bpe_file(settings):
        options["bpe_path"] = str(folder / merges)
    try:
        source = f"local-dir:{folder.resolve()}"
        model, _, preprocess = open_clip.create_model_and_transforms(source, device=device)
        tokenizer = open_clip.get_tokenizer(source, **options)
    except Exception as error:
        raise BadInput("clip.cannot_open_model", name=name[:200]) from error
    return Matcher(name, model.eval(), preprocess, tokenizer, device)


def settings_in(name: str, folder: Path) -> dict[str, Any]:
    """`model_cfg` of the folder's configuration. Raises BadInput if it is not one of open_clip."""
    try:
        settings = cast(dict[str, Any], json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))["model_cfg"])
        settings["text_cfg"].get("context_length")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("clip.cannot_open_model", name=name[:200]) from error
    return settings


def bpe_file(settings: dict[str, Any]) -> str:
    """The name of the tokeniser's own merges file, "" if it uses open_clip's."""
    return os.path.basename(str((settings["text_cfg"].get("tokenizer_kwargs") or {}).get("bpe_path", "")))


def check_tokenizer(name: str, settings: dict[str, Any]) -> None:
    """Some models read text with another tokeniser, which the transformers package holds."""
    if settings.get("text_cfg", {}).get("hf_tokenizer_name") and importlib.util.find_spec("transformers") is None:
        raise BadInput("clip.needs_transformers", name=name)
