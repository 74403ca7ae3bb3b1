"""Which model answers: the embedded one, any of open_clip's by name, one on the hub, or on the command line a folder.

`embedded`; `ViT-B-32/laion2b_s34b_b79k` (architecture/weights, see `open_clip.list_pretrained()`); `hf-hub:owner/name`;
a path to a folder in open_clip's format, for whoever sits at this machine (`local`).
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import torch

from demos.clip.models.folder import files_of, open_folder
from demos.clip.models.published import from_repository, from_tag
from demos.clip.zero_shot import Matcher
from demos.common.models import weights
from demos.common.models.hub import Download
from demos.common.models.model_cache import ModelCache, file_key, wait_for

EMBEDDED = "embedded"
FOLDER = "clip/embedded"  # of weights/
CACHE: ModelCache[Matcher] = ModelCache(kept=2, size=lambda matcher: matcher.bytes)


def open_model(name: str, device: torch.device, offline: bool = False, *, local: bool = False) -> Matcher:
    """The matcher called `name`, waiting for its download if it needs one. Raises as `open_with_progress` does."""
    return wait_for(open_with_progress(name, device, offline, local=local))


def open_with_progress(
    name: str, device: torch.device, offline: bool = False, *, local: bool = False
) -> Iterator[Download | Matcher]:
    """Progress of the download, if one is needed, then the matcher. To cancel, stop iterating.

    A model that is open already is given as it is, unless its files have changed since. `local` is for the command line
    alone: whoever sits at this machine may name its folders, fetch as much as there is room for, and be known to the
    hub by this machine's token. Raises BadInput if the name means no model, the model can't be fetched or its files
    can't be opened; WeightsError if the embedded model was altered.
    """
    name = name.strip() or EMBEDDED
    is_folder = local and os.path.isdir(name)
    if name == EMBEDDED or name.startswith("hf-hub:") or is_folder:
        if name == EMBEDDED:
            folder = weights.folder_of(FOLDER)
        elif is_folder:
            folder = Path(name)
        else:
            folder = yield from from_repository(name, offline, local)
        files = files_of(folder)
        open: Callable[[], Matcher] = partial(open_folder, name, folder, device)
    else:
        files, open = yield from from_tag(name, device, offline, local)
    yield CACHE.get((name, str(device), *file_key(files)), open)
