"""What a Hugging Face Space is to the app: its folder, its environment, and the package `spaces`."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parent.parent
NOWHERE = "/proc/nowhere"  # a folder that nobody can make, root included

# What a Space of the Gradio SDK sets (https://huggingface.co/docs/hub/spaces-overview#helper-environment-variables, and
# the image it is built with). On its small disk only /tmp and /home/user can be written; here HOME cannot.
ENVIRONMENT = {
    "SYSTEM": "spaces",
    "SPACE_ID": "someone/glassbox",
    "SPACE_HOST": "someone-glassbox.hf.space",
    "SPACE_AUTHOR_NAME": "someone",
    "SPACE_REPO_NAME": "glassbox",
    "SPACE_TITLE": "Glassbox",
    "CPU_CORES": "2",
    "MEMORY": "16Gi",
    "GRADIO_ALLOW_FLAGGING": "never",
    "GRADIO_NUM_PORTS": "1",
    "GRADIO_SERVER_NAME": "0.0.0.0",
    "GRADIO_SSR_MODE": "True",
    "GRADIO_THEME": "huggingface",
    "PYTHONUNBUFFERED": "1",
    "TQDM_POSITION": "-1",
    "TQDM_MININTERVAL": "1",
    "HOME": NOWHERE,
    "XDG_CACHE_HOME": f"{NOWHERE}/.cache",
}


def script() -> ModuleType:
    """`.ci/space.py` as a module."""
    specification = importlib.util.spec_from_file_location("space", ROOT / ".ci" / "space.py")
    assert specification is not None
    assert specification.loader is not None
    module: Any = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def stub_of_spaces(folder: Path) -> Path:
    """A folder for PYTHONPATH with as much of the package `spaces` as Gradio asks for when it starts on a Space."""
    package, information = folder / "spaces", folder / "spaces-0.51.3.dist-info"
    for each in (package, information):
        each.mkdir(parents=True)
    package.joinpath("__init__.py").write_text("def gradio_auto_wrap(function):\n    return function\n")
    package.joinpath("reloading.py").write_text("def start_reload_server(**given):\n    pass\n")
    information.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: spaces\nVersion: 0.51.3\n")
    return folder
