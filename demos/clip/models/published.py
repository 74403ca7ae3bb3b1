"""Models that others published: open_clip's own pretrained pairs, and repositories of the hub in its format."""

import difflib
import shutil
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import torch

import demos.common.models.torchvision_guard  # noqa: F401  (before open_clip, which imports torchvision)
from demos.clip.models import configuration, json_tokenizer
from demos.clip.models.configuration import CONFIG_FILE
from demos.clip.models.folder import WEIGHT_FILES, check_tokenizer, read_tokenizer
from demos.clip.zero_shot import Matcher
from demos.common.device import device_of, placed
from demos.common.errors import BadInput
from demos.common.models import hub
from demos.common.models.hub import Download

MOST_BYTES = 6 * 10**9  # of a file that a visitor of the page may have fetched


def known_names() -> list[str]:
    """Every architecture/weights pair of open_clip."""
    import open_clip

    return [f"{architecture}/{tag}" for architecture, tag in open_clip.list_pretrained()]


def from_tag(
    name: str, device: torch.device, offline: bool, local: bool
) -> Generator[Download, None, tuple[list[Path], Callable[[], Matcher]]]:
    """Fetch a pretrained pair of open_clip: returns its file, and what opens it.

    Its preprocessing and activation come from open_clip's own table.
    """
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
    path = yield from _file(f"{owner}/{repository}", names, offline, local)
    text = dict((open_clip.get_model_config(architecture) or {}).get("text_cfg", {}))
    words = yield from _tokenizer_files(f"{owner}/{repository}", text.get("hf_tokenizer_name"), offline, local)
    return [path, *words], partial(_open_pretrained, name, architecture, entry, path, words, device)


def _open_pretrained(
    name: str, architecture: str, entry: dict[str, Any], path: Path, words: list[Path], device: torch.device
) -> Matcher:
    import open_clip
    from open_clip.tokenizer import DEFAULT_CONTEXT_LENGTH

    text = dict((open_clip.get_model_config(architecture) or {}).get("text_cfg", {}))
    if not words or text.get("hf_model_name"):
        check_tokenizer(name, text)
    if words:
        length, options = text.get("context_length", DEFAULT_CONTEXT_LENGTH), dict(text.get("tokenizer_kwargs") or {})
        mode = text.get("tokenizer_mode")
        own = read_tokenizer(name, words[0].parent, length, **options, tokenizer_mode=mode)
    try:
        model, _, preprocess = open_clip.create_model_and_transforms(
            architecture,
            pretrained=str(path),
            force_quick_gelu=bool(entry.get("quick_gelu")),
            image_mean=entry.get("mean"),
            image_std=entry.get("std"),
            image_interpolation=entry.get("interpolation"),
            image_resize_mode=entry.get("resize_mode"),
        )
        tokenizer = own if words else open_clip.get_tokenizer(architecture)
    except Exception as error:
        raise BadInput("clip.cannot_open_model", name=name) from error
    model = placed(model.eval(), device)
    return Matcher(name, model, preprocess, tokenizer, device_of(model))


def from_repository(name: str, offline: bool, local: bool) -> Generator[Download, None, Path]:
    """Fetch a repository of the hub in open_clip's format ("hf-hub:owner/name"): returns the folder with its files."""
    repository = name.removeprefix("hf-hub:")
    if repository.count("/") != 1 or not configuration.repository(repository):
        raise BadInput("clip.unknown_model", name=name[:80], near="hf-hub:laion/CLIP-ViT-B-32-laion2B-s34B-b79K")
    settings = yield from _file(repository, (CONFIG_FILE,), offline, local)
    files = [settings]
    told = configuration.read(name, settings.parent)
    if told.merges:
        files.append((yield from _file(repository, (told.merges,), offline, local)))
    files += yield from _tokenizer_files(repository, told.tokenizer_repository, offline, local)
    files.append((yield from _file(repository, WEIGHT_FILES, offline, local)))
    return _together(repository, *files)


def _tokenizer_files(
    repository: str, named: str | None, offline: bool, local: bool
) -> Generator[Download, None, list[Path]]:
    """The files of a tokeniser of Hugging Face's, if the model has one, `tokenizer.json` first, all in one folder.

    The model's own repository mostly holds a copy; else they are in the one that its configuration names.
    """
    for place in dict.fromkeys((repository, named)) if named else ():
        assert place is not None
        found = []
        for file in (json_tokenizer.FILE, *json_tokenizer.SETTINGS):
            try:
                found.append((yield from _file(place, (file,), offline, local)))
            except BadInput as error:
                if error.key not in ("clip.not_on_hub", "clip.offline"):
                    raise
                if not found:
                    break  # no tokenizer.json, so no tokeniser
        if found:
            return [_together(place, *found) / file.name for file in found]
    return []


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


def _file(repository: str, names: tuple[str, ...], offline: bool, local: bool) -> Generator[Download, None, Path]:
    """The downloads' progress; returns the file's path. Whoever is not `local` may fetch MOST_BYTES."""
    for event in hub.fetch("clip", repository, names, offline, token=local):
        if isinstance(event, Path):
            return event
        if not local and max(event.total, event.received) > MOST_BYTES:
            size, limit = event.total // 10**9, MOST_BYTES // 10**9
            raise BadInput("clip.download_too_large", model=repository, size=size, limit=limit)
        yield event
    raise AssertionError("a fetch ends with a path")
