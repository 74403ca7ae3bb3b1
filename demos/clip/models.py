"""Which model answers: the embedded one, any of open_clip's by name, one on the hub, or a folder.

`embedded`; `ViT-B-32/laion2b_s34b_b79k` (architecture/weights, see `open_clip.list_pretrained()`); `hf-hub:owner/name`;
a path to a folder in open_clip's format.
"""

import difflib
import json
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Generator, Iterator
from pathlib import Path

import torch

import demos.common.torchvision_guard  # noqa: F401  (before open_clip, which imports torchvision)
from demos.clip.match import Matcher
from demos.common import hub, weights
from demos.common.errors import BadInput
from demos.common.hub import Download

EMBEDDED = "embedded"
CONFIG_FILE = "open_clip_config.json"
WEIGHT_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin")
SUGGESTED = (  # in the tab's list, beside whatever the visitor writes
    "ViT-B-32-256/datacomp_s34b_b86k",
    "ViT-B-32/laion2b_s34b_b79k",
    "ViT-B-16/datacomp_xl_s13b_b90k",
    "RN50/cc12m",
)
_ready: "OrderedDict[tuple[str, str], Matcher]" = OrderedDict()  # the last few, by name and device
_lock = threading.Lock()
KEPT = 2


def load(name: str, device: torch.device, offline: bool = False) -> Matcher:
    """The matcher called `name`, waiting for its download if it needs one. Raises as `loading` does."""
    for event in loading(name, device, offline):
        if isinstance(event, Matcher):
            return event
    raise AssertionError("loading ends with a matcher")


def loading(
    name: str, device: torch.device, offline: bool = False, *, token: bool = False
) -> Iterator[Download | Matcher]:
    """Progress of the download, if one is needed, then the matcher. To cancel, stop iterating.

    `token` is that of hub.fetch: True on the command line alone.
    Raises BadInput if the name means no model, the model can't be fetched or its files can't be opened; WeightsError if
    the embedded model was altered.
    """
    name = name.strip() or EMBEDDED
    key = (name, str(device))
    with _lock:
        if key in _ready:
            _ready.move_to_end(key)
    if key in _ready:
        yield _ready[key]
        return
    if name == EMBEDDED:
        matcher = _open_folder(name, weights.folder_of("clip/small"), device)
    elif name.startswith("hf-hub:"):
        matcher = yield from _from_repository(name, name.removeprefix("hf-hub:"), device, offline, token)
    elif os.path.isdir(name):
        matcher = _open_folder(name, Path(name), device)
    else:
        matcher = yield from _from_tag(name, device, offline, token)
    with _lock:
        _ready[key] = matcher
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    yield matcher


def known_names() -> list[str]:
    """Every architecture/weights pair of open_clip."""
    import open_clip

    return [f"{architecture}/{tag}" for architecture, tag in open_clip.list_pretrained()]


def _from_tag(name: str, device: torch.device, offline: bool, token: bool) -> Generator[Download, None, Matcher]:
    """A pretrained pair of open_clip; its preprocessing and activation come from open_clip's own table."""
    import open_clip
    from open_clip.pretrained import get_pretrained_cfg

    architecture, _, tag = name.replace(":", "/").partition("/")
    entry = get_pretrained_cfg(architecture, tag) if tag else {}
    if not entry:
        known = known_names()
        near = difflib.get_close_matches(name, known, 3, 0.3) or known[:3]
        raise BadInput("clip.unknown_model", name=name[:80], near=", ".join(near))
    if not entry.get("hf_hub"):
        raise BadInput("clip.not_on_hub", model=name)
    owner, repository, *file = entry["hf_hub"].split("/")
    names = (file[0],) if file and file[0] else WEIGHT_FILES
    path = yield from _file(f"{owner}/{repository}", names, offline, token)
    settings = open_clip.get_model_config(architecture) or {}
    _check_tokenizer(name, settings)
    try:
        model, _, preprocess = open_clip.create_model_and_transforms(
            architecture,
            pretrained=str(path),
            force_quick_gelu=bool(entry.get("quick_gelu")),
            image_mean=entry.get("mean"),
            image_std=entry.get("std"),
            image_interpolation=entry.get("interpolation"),
            image_resize_mode=entry.get("resize_mode"),
            device=device,
        )
        tokenizer = open_clip.get_tokenizer(architecture)
    except Exception as error:
        raise BadInput("clip.cannot_open_model", name=name) from error
    return Matcher(name, model.eval(), preprocess, tokenizer, device)


def _from_repository(
    name: str, repository: str, device: torch.device, offline: bool, token: bool
) -> Generator[Download, None, Matcher]:
    """A repository of the hub in open_clip's format."""
    if repository.count("/") != 1 or not all(repository.split("/")):
        raise BadInput("clip.unknown_model", name=name[:80], near="hf-hub:laion/CLIP-ViT-B-32-laion2B-s34B-b79K")
    settings = yield from _file(repository, (CONFIG_FILE,), offline, token)
    files = [settings]
    if merges := _bpe_file(_settings_in(name, settings.parent)):
        files.append((yield from _file(repository, (merges,), offline, token)))
    files.append((yield from _file(repository, WEIGHT_FILES, offline, token)))
    return _open_folder(name, _together(repository, *files), device)


def _together(repository: str, *files: Path) -> Path:
    """The folder that holds all `files`, some of which may lie in the hub's own cache."""
    if len({file.parent for file in files}) == 1:
        return files[0].parent
    folder = hub.folder_for("clip", repository)
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        if not (folder / file.name).exists():
            try:
                (folder / file.name).symlink_to(file.resolve())
            except OSError:  # Windows without the right to make links
                shutil.copyfile(file, folder / file.name)
    return folder


def _file(repository: str, names: tuple[str, ...], offline: bool, token: bool) -> Generator[Download, None, Path]:
    """The downloads' progress; returns the file's path."""
    for event in hub.fetch("clip", repository, names, offline, token=token):
        if isinstance(event, Path):
            return event
        yield event
    raise AssertionError("a fetch ends with a path")


def _open_folder(name: str, folder: Path, device: torch.device) -> Matcher:
    """A folder with `open_clip_config.json` and weights.

    `bpe_path` in the configuration, a file name there, becomes absolute here: open_clip would look for it in the
    current directory.
    """
    import open_clip

    settings = _settings_in(name, folder)
    _check_tokenizer(name, settings)
    options = dict(settings["text_cfg"].get("tokenizer_kwargs") or {})
    if merges := _bpe_file(settings):
        options["bpe_path"] = str(folder / merges)
    try:
        source = f"local-dir:{folder.resolve()}"
        model, _, preprocess = open_clip.create_model_and_transforms(source, device=device)
        tokenizer = open_clip.get_tokenizer(source, **options)
    except Exception as error:
        raise BadInput("clip.cannot_open_model", name=name[:200]) from error
    return Matcher(name, model.eval(), preprocess, tokenizer, device)


def _settings_in(name: str, folder: Path) -> dict:
    """`model_cfg` of the folder's configuration. Raises BadInput if it is not one of open_clip."""
    try:
        settings = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))["model_cfg"]
        settings["text_cfg"].get("context_length")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("clip.cannot_open_model", name=name[:200]) from error
    return settings


def _bpe_file(settings: dict) -> str:
    """The name of the tokeniser's own merges file, "" if it uses open_clip's."""
    return os.path.basename((settings["text_cfg"].get("tokenizer_kwargs") or {}).get("bpe_path", ""))


def _check_tokenizer(name: str, settings: dict) -> None:
    """Some models read text with another tokeniser, which the transformers package holds."""
    import importlib.util

    if settings.get("text_cfg", {}).get("hf_tokenizer_name") and importlib.util.find_spec("transformers") is None:
        raise BadInput("clip.needs_transformers", name=name)
