"""The strip of a visitor's images from which a view lets one be chosen."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from demos.common.errors import BadInput

MOST_IMAGES = 16  # to choose from, the newest first
THUMBNAIL = 160  # pixels on the longer side


@dataclass
class ImageStrip:
    """`entries`: of each readable image, by its path, {name, thumbnail}; `chosen`: the path of one of them."""

    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    chosen: str = ""

    def read(self, files: Sequence[str]) -> None:
        """The newest of the files that can be read; one that cannot is left out: Match says why."""
        from demos.clip import data
        from demos.clip.images.thumbnails import thumbnail

        known, self.entries = self.entries, {}
        for path in reversed(files):
            if len(self.entries) == MOST_IMAGES:
                break
            if path in known:
                self.entries[path] = known[path]
                continue
            with suppress(BadInput):
                image = data.read(path, THUMBNAIL)
                self.entries[path] = {"name": image.name, "thumbnail": thumbnail(image, THUMBNAIL)}
        if self.chosen not in self.entries:
            self.chosen = next(iter(self.entries), "")

    def choose(self, at: Any) -> None:
        """The image at a place of the strip, which the page names; what is no place changes nothing."""
        if isinstance(at, int) and 0 <= at < len(self.entries):
            self.chosen = list(self.entries)[at]

    def shown(self) -> dict[str, Any]:
        """What the page is told of it: {images: [{name, thumbnail}], chosen: its number}."""
        return {"images": list(self.entries.values()), "chosen": list(self.entries).index(self.chosen)}
