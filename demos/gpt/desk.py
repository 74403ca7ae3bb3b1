"""What lies on one visitor's desk: the model, everything written with it, and the place the visitor looks at."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demos.gpt.branches import ROOT, Branches
from demos.gpt.shelf import FIRST, SHELF, Entry

if TYPE_CHECKING:
    from torch import Tensor

    from demos.gpt.checkpoint import Checkpoint


@dataclass
class Sheet:
    """What was written with one model: the `tree`, the `tips` (nodes) on show side by side, and the `chosen` token.

    `tips[0]` is the passage the other views look at. `facing` keeps the logits of the chosen place while it is looked
    at, so that turning the temperature does not read the passage anew: (node, logits (V,)).
    """

    tree: Branches = field(default_factory=Branches)
    tips: list[int] = field(default_factory=lambda: [ROOT])
    chosen: int | None = None
    facing: "tuple[int, Tensor] | None" = None

    @property
    def tip(self) -> int:
        """The end of the passage on show."""
        return self.tips[0]

    @property
    def tokens(self) -> list[int]:
        """The passage on show, up to the chosen token where one is chosen."""
        return self.tree.tokens(self.tip if self.chosen is None else self.chosen)


@dataclass
class Visit:
    """One visitor's desk. Every view of the tab reads and changes the same one, kept in a gr.State.

    `name` is a key of SHELF, or the path of a file the visitor brought. `turn` is raised by whoever starts to write
    or wants it to end: a writer that sees a later turn than its own stops. `device` is one of device.CHOICES.
    """

    device: str = "auto"
    name: str = FIRST
    turn: int = 0
    changes: int = 0
    opened: "Checkpoint | None" = None
    sheets: dict[str, Sheet] = field(default_factory=dict)

    @property
    def entry(self) -> Entry:
        """The model's entry on the shelf; a visitor's file has the one of "file"."""
        return SHELF.get(self.name, SHELF["file"])

    @property
    def sheet(self) -> Sheet:
        """What was written with the present model. A model that was put away and taken up again finds its own."""
        return self.sheets.setdefault(self.name, Sheet())

    def take(self, name: str) -> None:
        """Work with the model `name` from now on; what is being written with the old one ends. Loads nothing yet."""
        if name != self.name:
            self.stop()
            self.name, self.opened = name, None

    def checkpoint(self) -> "Checkpoint":
        """The model, read on first use. Raises BadInput if its file is none that can be read."""
        from demos.common.device import pick  # torch is loaded here, after the page was served
        from demos.gpt import checkpoint

        if self.opened is None:
            self.opened = checkpoint.load(self.name, pick(self.device))
        return self.opened

    def changed(self) -> int:
        """A number that was never given before: the new value of a counter of tab_desk.Desk."""
        self.changes += 1
        return self.changes

    def stop(self) -> None:
        """End what is being written."""
        self.turn += 1
