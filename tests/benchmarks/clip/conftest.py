"""The embedded model as open_clip itself opens it: the peer of these benchmarks."""

from pathlib import Path

import pytest

from demos.clip.models import export
from demos.common.models import weights


@pytest.fixture(scope="session")
def open_clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for "local-dir:"."""
    folder = tmp_path_factory.mktemp("bare") / "embedded"
    export.for_open_clip(weights.folder_of("clip/embedded"), folder)
    return folder
