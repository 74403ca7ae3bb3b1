"""Which model writes: an embedded one, GPT-2 from the hub, or a file.

`shakespeare`, `korean`, `sort`, `adder`; `gpt2`, `gpt2-medium`, `gpt2-large`, `gpt2-xl`; `hf-hub:owner/name` for any
other GPT-2 on the hub; a path to a file saved here, by minGPT or by nanoGPT, or to a folder in Hugging Face's format.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import torch

from demos.common.device import placed
from demos.common.errors import BadInput
from demos.common.models import hub
from demos.common.models.hub import Download
from demos.common.models.model_cache import ModelCache, file_key, wait_for
from demos.gpt.models import checkpoint as checkpoints
from demos.gpt.models import imported
from demos.gpt.models.checkpoint import EMBEDDED, Checkpoint
from demos.gpt.models.vocabulary import read_vocabulary
from demos.gpt.tokenizer import BytePairTokenizer, Tokenizer

PUBLISHED = {  # name: (repository, parameters)
    "gpt2": ("openai-community/gpt2", 124_439_808),
    "gpt2-medium": ("openai-community/gpt2-medium", 354_823_168),
    "gpt2-large": ("openai-community/gpt2-large", 774_030_080),
    "gpt2-xl": ("openai-community/gpt2-xl", 1_557_611_200),
}
WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
# Made elsewhere, by the content of their files.
_opened: ModelCache[Checkpoint] = ModelCache(kept=2, size=lambda checkpoint: checkpoint.bytes)


def open_model(name: str, device: torch.device, offline: bool = False, **hints: object) -> Checkpoint:
    """The model called `name`, waiting for its download if it needs one. Raises as `open_with_progress` does."""
    return wait_for(open_with_progress(name, device, offline, **hints))  # type: ignore[arg-type]


def open_with_progress(
    name: str,
    device: torch.device,
    offline: bool = False,
    *,
    heads: int = 0,
    vocabulary: str = "",
    vocabulary_file: Path | None = None,
    token: bool = False,
) -> Iterator[Download | Checkpoint]:
    """Progress of the download, if one is needed, then the checkpoint. To cancel, stop iterating.

    `heads` and `vocabulary` ("gpt2", "shakespeare" or "" for numbers) are for files that do not tell, and so is
    `vocabulary_file`: the text that the model was trained on, or a list of its characters. `token` is that
    of hub.fetch: True on the command line alone.
    Raises BadInput if the name means no model, the model cannot be fetched or its files cannot be opened.
    """
    name = name.strip()
    repository = PUBLISHED[name][0] if name in PUBLISHED else name.removeprefix("hf-hub:")
    if name in PUBLISHED or name.startswith("hf-hub:"):
        yield from _from_hub(name, repository, device, offline, token)
    elif name in EMBEDDED or not (path := Path(name)).exists():
        yield checkpoints.load(name, device)
    elif path.is_dir():
        yield _open_folder({file.name: file for file in path.iterdir()}, path.name, device)
    elif not path.is_file() or (path.suffix == ".safetensors" and checkpoints.is_ours(path)):
        yield checkpoints.load(name, device)  # which refuses a pipe, a device: they have no end
    else:
        yield _open_file(path, device, heads, vocabulary, vocabulary_file)


def _from_hub(
    name: str, repository: str, device: torch.device, offline: bool, token: bool
) -> Generator[Download | Checkpoint, None, None]:
    if not re.fullmatch(r"[\w.-]{1,96}/[\w.-]{1,96}", repository):
        raise BadInput("gpt.model_missing", name=name[:80], embedded=", ".join([*EMBEDDED, *PUBLISHED]))
    files: dict[str, Path] = {}
    wanted: list[tuple[str, ...]] = [("config.json",), ("tokenizer.json", "vocab.json"), WEIGHT_FILES]
    while wanted:
        names = wanted.pop(0)
        for event in hub.fetch("gpt", repository, names, offline, token=token):
            if isinstance(event, Download):
                yield event
            else:
                files[event.name] = event
        if "vocab.json" in files and "merges.txt" not in files:
            wanted.insert(0, ("merges.txt",))
    yield _open_folder(files, repository, device)


def _open_file(
    path: Path, device: torch.device, heads: int, vocabulary: str, vocabulary_file: Path | None
) -> Checkpoint:
    own = read_vocabulary(vocabulary_file) if vocabulary_file else None
    key = file_key([path]), str(device), heads, own.characters if own else vocabulary

    def open_file() -> Checkpoint:
        known = own or _vocabulary(vocabulary)
        return _on(imported.open_file(path, heads=heads, vocabulary=known, strict=own is not None), device)

    return _opened.get(key, open_file)


def _open_folder(files: dict[str, Path], name: str, device: torch.device) -> Checkpoint:
    key = file_key(files.values()), str(device)
    return _opened.get(key, lambda: _on(imported.open_folder(files, name), device))


def _vocabulary(name: str) -> Tokenizer | None:
    """The tokenizer a visitor chose for a file that has none. GPT-2's is used if it is on this machine."""
    if name == "shakespeare":
        return checkpoints.load("shakespeare").tokenizer
    if name == "gpt2":
        repository = PUBLISHED["gpt2"][0]
        if whole := hub.present("gpt", repository, "tokenizer.json"):
            return BytePairTokenizer(whole.read_text(encoding="utf-8"))
        parts = [hub.present("gpt", repository, file) for file in ("vocab.json", "merges.txt")]
        if parts[0] and parts[1]:
            return BytePairTokenizer.from_files(parts[0], parts[1])
        raise BadInput("gpt.offline", model="gpt2")
    if name:
        raise BadInput("gpt.tokenizer_unknown", name=name, choices="gpt2, shakespeare")
    return None


def _on(checkpoint: Checkpoint, device: torch.device) -> Checkpoint:
    return replace(checkpoint, model=placed(checkpoint.model, device))
