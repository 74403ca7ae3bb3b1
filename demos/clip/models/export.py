"""A trained checkpoint as a model folder in open_clip's format, with what was measured of it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from demos.clip.corpus.tasks import Corpus
from demos.clip.learn import CHECKPOINT, measure
from demos.clip.model import CLIP, Shape, config
from demos.clip.models.configuration import CONFIG_FILE
from demos.clip.models.folder import WEIGHT_FILES
from demos.clip.tokenizer import BPE_FILE, Tokenizer, cut_bpe

WEIGHTS_FILE, MEASURED_FILE = WEIGHT_FILES[0], "measured.json"
FILES = (BPE_FILE, WEIGHTS_FILE, CONFIG_FILE, MEASURED_FILE)


def export(cache: Path, folder: Path, corpus: Corpus) -> dict[str, Any]:
    """Turn the averaged weights of `cache/CHECKPOINT` into a model folder that open_clip opens, and measure it.

    Weights are stored as float16, the normalisation layers' statistics as float32. What is measured are the stored
    weights; the results are returned and kept in the folder as `measured.json`.
    """
    from safetensors.torch import save_file

    saved = torch.load(cache / CHECKPOINT, weights_only=True)
    shape = Shape(**saved["shape"])
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        name: (value if "running" in name or not value.dtype.is_floating_point else value.half()).contiguous()
        for name, value in saved["average"].items()
    }
    save_file(state, folder / WEIGHTS_FILE)
    cut_bpe(folder / BPE_FILE, shape.vocabulary)
    settings = config(shape)
    settings["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"bpe_path": BPE_FILE}
    (folder / CONFIG_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    model = CLIP(shape)
    model.load_state_dict(state)
    accuracy = measure(model, corpus, Tokenizer(folder / BPE_FILE, shape.context))
    trained_on = len(np.unique(np.concatenate([task.rows for task in corpus.train])))
    result = {name: saved[name] for name in ("step", "samples", "seconds")} | {"images": trained_on}
    result["accuracy"] = {name: round(share, 4) for name, share in accuracy.items()}
    (folder / WEIGHTS_FILE).chmod(0o644)
    (folder / MEASURED_FILE).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return result
