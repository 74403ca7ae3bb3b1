"""The models that the page offers, with what one wants to know before one fetches one."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Offered:
    """`name` is what the registry opens; `imagenet` the zero-shot top-1 in percent, None where nobody told us."""

    name: str
    megabytes: int
    licence: str
    imagenet: float | None = None

    @property
    def line(self) -> str:
        """The same in every language: "ViT-B-32/laion2b_s34b_b79k · 605 MB · ImageNet 66.6% · MIT"."""
        accuracy = () if self.imagenet is None else (f"ImageNet {self.imagenet:g}%",)
        size = f"{self.megabytes} MB" if self.megabytes < 1000 else f"{self.megabytes / 1000:.1f} GB"
        return " · ".join((self.name, size, *accuracy, self.licence))


@cache
def offered() -> tuple[Offered, ...]:
    """All of them, in the table's order."""
    table = tomllib.loads(Path(__file__).with_name("offered.toml").read_text(encoding="utf-8"))
    return tuple(Offered(**entry) for entry in table["model"])
