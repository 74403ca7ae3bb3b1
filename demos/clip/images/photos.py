"""Photos with captions, there before anybody brings their own: those of assets/photos, and four that Gradio carries."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from demos.clip.images import example_photos

FOLDER = Path(__file__).parents[3] / "assets" / "photos"
TABLE = Path(__file__).with_name("photos.toml")


@dataclass(frozen=True)
class Photo:
    """A photo's file, and what it shows in each language."""

    file: Path
    caption: dict[str, str]


@cache
def photos() -> tuple[Photo, ...]:
    """All of them in the table's order, but for those that this version of Gradio has not."""
    entries = tomllib.loads(TABLE.read_text(encoding="utf-8"))["photo"]
    of_gradio = {file.name: file for file in example_photos.found().values()}
    found = ((of_gradio.get(entry.get("gradio", "")) or FOLDER / entry.get("file", "-"), entry) for entry in entries)
    return tuple(Photo(file, {"en": entry["en"], "ko": entry["ko"]}) for file, entry in found if file.is_file())
