"""What lies on one visitor's desk: the model, everything written with it, and the place the visitor looks at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import ref

from demos.common.errors import BadInput
from demos.gpt.lessons import Setup
from demos.gpt.models.registry import EMBEDDED, FIRST, HUB, SHELF, TRAINING, Entry
from demos.gpt.write.token_tree import ROOT, Branches

if TYPE_CHECKING:
    from torch import Tensor

    from demos.common.hub import Download
    from demos.gpt.models.checkpoint import Checkpoint
    from demos.gpt.train.trainer import Studio


@dataclass
class Sheet:
    """What was written with one model: the `tree`, the `tips` (nodes) on show side by side under their `titles`, and
    the `chosen` token.

    `tips[0]` is the passage the other views look at. `facing` keeps the logits of a place while it is looked at, so
    that turning the temperature does not read the passage anew: (node, logits (V,)). `judged_by` is the model that the
    tree's probabilities are of.
    """

    tree: Branches = field(default_factory=Branches)
    tips: list[int] = field(default_factory=lambda: [ROOT])
    titles: list[str] = field(default_factory=lambda: [""])
    chosen: int | None = None
    facing: "tuple[int, Tensor] | None" = None
    judged_by: "ref[Checkpoint] | None" = None

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
    or wants it to end: a writer that sees a later turn than its own stops. `takings` counts the models that were asked
    for: the newest is laid on the desk, whenever an older one arrives. `device` is one of device.CHOICES;
    `offline` forbids downloads. `studio` is set by the training view; its model is the one called "training".
    `coming` is the model that is being fetched, `in_int8` the model on the desk with its weights in 8 bits, if the
    visitor writes with those.
    `wanted` is the setup of a lesson that the writing view has still to arrange, `sight` what the inside view has,
    `reading` the text (texts.EXAMPLES) that the training view has.
    """

    device: str = "auto"
    offline: bool = False
    name: str = FIRST
    coming: str = ""
    turn: int = 0
    takings: int = 0
    changes: int = 0
    opened: "Checkpoint | None" = None
    in_int8: "Checkpoint | None" = None
    studio: "Studio | None" = None
    wanted: Setup | None = None
    sight: dict | None = None
    reading: str = ""
    sheets: dict[str, Sheet] = field(default_factory=dict)

    @property
    def entry(self) -> Entry:
        """The model's entry on the shelf; a visitor's file has the one of "file"."""
        return SHELF.get(self.name, SHELF["file"])

    @property
    def example(self) -> str:
        """A text for views that have none yet: what a model in training wrote last, else one of its beginnings."""
        report = self.studio.report() if self.studio and self.name == TRAINING else None
        return report.samples[-1].text if report and report.samples else max(self.entry.beginnings, key=len)

    @property
    def sheet(self) -> Sheet:
        """What was written with the present model. A model that was put away and taken up again finds its own."""
        return self.sheets.setdefault(self.name, Sheet())

    def take(self, name: str, **hints: object) -> "Iterator[Download]":
        """Work with the model `name` from now on. Yields the progress of its download; to cancel, stop iterating.

        What is being written with the old model ends, but it stays on the desk until the new one is there, and can
        write. If another model is asked for meanwhile, this one is given up. `hints` are those of models.loading.
        Raises BadInput if there is no such model or its files cannot be read.
        """
        from demos.common.device import pick  # torch is loaded here, after the page was served
        from demos.gpt.models import loading as models
        from demos.gpt.models.checkpoint import Checkpoint

        self.stop()
        self.stay()
        mine = self.takings
        if name == TRAINING:
            self.lay(name, self._trained())
            return
        self.coming = name
        try:
            for event in models.loading(name, pick(self.device), self.offline, **hints):  # type: ignore[arg-type]
                if self.takings != mine:
                    return
                if isinstance(event, Checkpoint):
                    self.lay(name, event)
                else:
                    yield event
        except BadInput:
            if self.takings == mine:
                raise
        finally:
            if self.takings == mine:
                self.coming = ""

    def stay(self) -> None:
        """Give up the model that is being fetched."""
        self.takings, self.coming = self.takings + 1, ""

    def lay(self, name: str, checkpoint: "Checkpoint") -> None:
        """Lay a model on the desk under that name; what is being written ends, what is being fetched is given up."""
        self.stop()
        self.stay()
        self._place(name, checkpoint)

    def checkpoint(self) -> "Checkpoint":
        """The model, read on first use. Raises BadInput if its file is none that can be read."""
        if self.opened is None:
            own = Visit(self.device, self.offline, self.name, studio=self.studio)
            for _ in own.take(self.name):
                pass
            if self.opened is None and own.opened is not None:  # nobody laid another one there meanwhile
                self._place(own.name, own.opened)
        assert self.opened is not None
        return self.opened

    @property
    def writer(self) -> "Checkpoint":
        """The model that writes; the views that look inside take `checkpoint`."""
        return self.in_int8 or self.checkpoint()

    def changed(self) -> int:
        """A number that was never given before: the new value of a counter of frame_tab.Desk."""
        self.changes += 1
        return self.changes

    def clear(self) -> None:
        """Throw away what was written with the present model."""
        self.stop()
        self.sheets[self.name] = Sheet(judged_by=self.sheet.judged_by)

    def stop(self) -> None:
        """End what is being written."""
        self.turn += 1

    def _trained(self) -> "Checkpoint":
        trained = self.studio.checkpoint() if self.studio else None
        if trained is None:
            raise BadInput("gpt.nothing_trained")
        return trained

    def _place(self, name: str, checkpoint: "Checkpoint") -> None:
        self.name, self.opened, self.in_int8 = name, checkpoint, None
        if self.entry.source in (EMBEDDED, HUB):
            return  # the same weights whenever they are read
        if self.sheet.judged_by is None or self.sheet.judged_by() is not checkpoint:
            self.sheets[name] = Sheet(judged_by=ref(checkpoint))
