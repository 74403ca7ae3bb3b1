"""Photos to try: they come with Gradio, so that nothing has to be downloaded and nobody's image is copied here."""

import shutil
from importlib.util import find_spec
from pathlib import Path

EXAMPLES = {
    "lion": "lion.jpg",
    "tower": "tower.jpg",
    "bus": "bus.png",
    "cheetah": "cheetah1.jpg",
}  # what it shows: file


def found() -> dict[str, Path]:
    """What each example shows, and its file, for those that this version of Gradio carries."""
    spec = find_spec("gradio")  # finds the package without importing it
    folders = spec.submodule_search_locations if spec else None
    place = Path(next(iter(folders or ["."]))) / "media_assets" / "images"
    return {name: place / file for name, file in EXAMPLES.items() if (place / file).is_file()}


def copy_to(folder: Path) -> list[Path]:
    """Copy the examples to FOLDER/<what it shows>/<file>, the layout that `evaluate` reads; returns the new files."""
    copies = []
    for name, file in found().items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        copies.append(Path(shutil.copy(file, folder / name / file.name)))
    return copies
