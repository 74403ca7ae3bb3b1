"""The two documents of the lecture, read."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

DOCS = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True)
class Lecture:
    """`docs/lecture.md`, or its twin in Korean."""

    name: str

    @cached_property
    def text(self) -> str:
        return (DOCS / self.name).read_text(encoding="utf-8")

    @property
    def links(self) -> list[str]:
        """The addresses into the app, in their order."""
        return re.findall(r"\]\((http[^)]+)\)", self.text)

    @property
    def minutes(self) -> list[tuple[int, int]]:
        """From when to when each part takes."""
        return [(int(start), int(end)) for start, end in re.findall(r"^### (\d+)–(\d+) · ", self.text, re.MULTILINE)]

    @property
    def questions(self) -> list[str]:
        """Those of the worksheet."""
        return self._numbered(-2)

    @property
    def answers(self) -> list[str]:
        return self._numbered(-1)

    def _numbered(self, section: int) -> list[str]:
        text = re.split(r"^## .*$", self.text, flags=re.MULTILINE)[section]
        entries = re.findall(r"^(\d+)\. (.+)$", text, re.MULTILINE)
        assert [int(number) for number, _ in entries] == list(range(1, len(entries) + 1))
        return [entry for _, entry in entries]


LECTURES = {"en": Lecture("lecture.md"), "ko": Lecture("lecture.ko.md")}


def place(link: str) -> str:
    """What a link's fragment names, like "xor/fold/second"."""
    return urlsplit(link).fragment


def measured(answer: str) -> list[str]:
    """The numbers of an answer that it says were measured, as they are written, by their value."""
    return sorted((number.replace(",", "") for number in re.findall(r"\*\*(.+?)\*\*", answer)), key=float)
