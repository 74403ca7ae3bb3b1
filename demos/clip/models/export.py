"""A trained model as a folder in open_clip's format."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from demos.clip.model import Shape, config
from demos.clip.models.configuration import CONFIG_FILE
from demos.clip.models.folder import SHARD, WEIGHT_FILES, files_of, weight_files
from demos.clip.tokenizer import BPE_FILE
from demos.common.errors import BadInput
from demos.common.whole_file import whole_file

IMAGE_FILE, TEXT_FILE = (SHARD.format(part, 2) for part in (1, 2))
CLASSIFIER_FILE, MEASURED_FILE = "classifier.safetensors", "measured.json"


def write(folder: Path, state: Mapping[str, Tensor], shape: Shape, merges: Path) -> None:
    """The towers, a file each, with the configuration and the tokeniser's merges.

    Numbers are stored as float16, the statistics of the normalisation layers as float32.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    stored = {
        name: (value if "running" in name or not value.dtype.is_floating_point else value.half()).contiguous()
        for name, value in state.items()
    }
    text = {name: value for name, value in stored.items() if name.startswith("text.")}
    image = {name: value for name, value in stored.items() if name not in text}
    for name, tower in ((IMAGE_FILE, image), (TEXT_FILE, text)):
        with whole_file(folder / name) as unfinished:
            save_file(tower, unfinished)
    if merges.resolve() != (folder / BPE_FILE).resolve():
        shutil.copyfile(merges, folder / BPE_FILE)
    settings = config(shape)
    settings["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"bpe_path": BPE_FILE}
    (folder / CONFIG_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    for file in (IMAGE_FILE, TEXT_FILE):
        (folder / file).chmod(0o644)


def for_open_clip(source: Path, target: Path) -> list[Path]:
    """A copy of the model in `source` that open_clip itself opens ("local-dir:" + folder): all weights in one file.

    The tokeniser's path is written whole, as open_clip wants it. Raises BadInput if `target` holds something already.
    """
    from safetensors.torch import load_file, save_file

    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput("clip.not_empty", name=str(target))
    target.mkdir(parents=True, exist_ok=True)
    weights = {name: value for file in weight_files(source) for name, value in load_file(file).items()}
    with whole_file(target / WEIGHT_FILES[0]) as unfinished:
        save_file(weights, unfinished)
    shutil.copyfile(source / BPE_FILE, target / BPE_FILE)
    settings: dict[str, Any] = json.loads((source / CONFIG_FILE).read_text(encoding="utf-8"))
    settings["model_cfg"]["text_cfg"]["tokenizer_kwargs"]["bpe_path"] = str((target / BPE_FILE).resolve())
    (target / CONFIG_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    return files_of(target)
