"""The state of one visitor: the model, everything written with it, and the place the visitor looks at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import ref

from demos.common.errors import BadInput
from demos.common.i18n import Said
from demos.common.scheduling.latest import Latest
from demos.gpt.lessons import Setup
from demos.gpt.models.registry import EMBEDDED, FIRST, HUB, REGISTRY, TRAINING, Entry
from demos.gpt.write.token_tree import ROOT, TokenTree

MOST_EARLIER = 3  # models that were open before
MOST_PARAMETERS = 130_000_000  # of those together: GPT-2, or a few of one's own

if TYPE_CHECKING:
    from torch import Tensor

    from demos.common.models.hub import Download
    from demos.gpt.models.checkpoint import Checkpoint
    from demos.gpt.train.trainer import Trainer


@dataclass(frozen=True, eq=False)
class ModelOpened:
    """The visitor works with the model `name` from now on; a `lesson` that asked for it says what is to be written.

    With `keeps_prompt` it is what stands in the field. No two are equal: a lesson that is pressed twice begins twice.
    """

    name: str
    lesson: Setup | None = None
    keeps_prompt: bool = False


@dataclass(frozen=True)
class Earlier:
    """A model that the visitor had open before, under the `name` it had then; its `number` is no other one's."""

    number: int
    name: str
    checkpoint: "Checkpoint"


@dataclass(frozen=True)
class PassageOnShow:
    """Which passages are on show: where they end in their `tree`, and the token that is `chosen` in them."""

    tree: TokenTree
    tips: tuple[int, ...]
    chosen: int | None


@dataclass
class Workspace:
    """What was written with one model: the `tree`, the `tips` (nodes) on show side by side under their `titles`, and
    the `chosen` token.

    `settings` say with what the passage up to a tip was written. `tips[0]` is the passage the other views look at.
    `cached_logits` keeps the logits of a place while it is looked at, so that turning the temperature does not read
    the passage anew: (node, logits (V,)). `scored_by` is the model that the tree's probabilities are of.
    """

    tree: TokenTree = field(default_factory=TokenTree)
    tips: list[int] = field(default_factory=lambda: [ROOT])
    titles: list[Said] = field(default_factory=lambda: [{}])
    settings: dict[int, Said] = field(default_factory=dict)
    chosen: int | None = None
    cached_logits: "tuple[int, Tensor] | None" = None
    scored_by: "ref[Checkpoint] | None" = None

    @property
    def tip(self) -> int:
        """The end of the passage on show."""
        return self.tips[0]

    @property
    def on_show(self) -> PassageOnShow:
        return PassageOnShow(self.tree, tuple(self.tips), self.chosen)

    @property
    def tokens(self) -> list[int]:
        """The passage on show, up to the chosen token where one is chosen."""
        return self.tree.tokens(self.tip if self.chosen is None else self.chosen)


@dataclass
class VisitorState:
    """What every view of the tab reads and changes: the same one for all of a visitor's views, kept in a gr.State.

    `name` is a key of REGISTRY, or the path of a file the visitor brought; `loaded` its model, once it was read, and
    `packed` that model with shorter numbers for weights, if the visitor writes with those. `fetching` is the name of
    the model that is being fetched. Of the models that were asked for (`opening`) the latest counts, whenever an older
    one arrives; so it is with `lessons` and `precisions` (of the weights). Whoever starts to write or wants it to end
    makes a request of `writing`: who writes for an earlier one stops. `device` is one of device.CHOICES; `offline`
    forbids downloads. `trainer` is set by the training view; its model is the one called "training".
    `earlier` are models that were open before and are not in every visitor's menu, the latest first: what was trained,
    at the step at which it was looked at, and files.
    Of a lesson, `inside_focus` is what the inside view has still to arrange, `train_text` the text (texts.EXAMPLES)
    that the training view has.
    """

    device: str = "auto"
    offline: bool = False
    name: str = FIRST
    fetching: str = ""
    writing: Latest = field(default_factory=Latest)
    opening: Latest = field(default_factory=Latest)
    lessons: Latest = field(default_factory=Latest)
    precisions: Latest = field(default_factory=Latest)
    loaded: "Checkpoint | None" = None
    packed: "Checkpoint | None" = None
    trainer: "Trainer | None" = None
    inside_focus: dict[str, Any] | None = None
    train_text: str = ""
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    earlier: list[Earlier] = field(default_factory=list)

    @property
    def entry(self) -> Entry:
        """The model's entry in the registry; a visitor's file has the one of "file"."""
        return REGISTRY.get(self.name, REGISTRY["file"])

    @property
    def example(self) -> str:
        """A text for views that have none yet: what a model in training wrote last, else one of its example_prompts."""
        report = self.trainer.report() if self.trainer and self.name == TRAINING else None
        return report.samples[-1].text if report and report.samples else max(self.entry.example_prompts, key=len)

    @property
    def workspace(self) -> Workspace:
        """What was written with the present model. A model that is chosen again finds its own."""
        return self.workspaces.setdefault(self.name, Workspace())

    def open_model(self, name: str, **hints: object) -> "Iterator[Download]":
        """Work with the model `name` from now on. Yields the progress of its download; to cancel, stop iterating.

        What is being written with the old model ends, but it stays until the new one is there, and can
        write. If another model is asked for meanwhile, this one is given up. `hints` are those of
        loading.open_with_progress.
        Raises BadInput if there is no such model or its files cannot be read.
        """
        from demos.common.device import select_device  # torch is loaded here, after the page was served
        from demos.gpt.models import loading
        from demos.gpt.models.checkpoint import Checkpoint

        self.stop()
        ours = self.cancel_opening()
        if name == TRAINING:
            self.set_model(name, self._trained())
            return
        self.fetching = name
        try:
            for event in loading.open_with_progress(name, select_device(self.device), self.offline, **hints):  # type: ignore[arg-type]
                if self.opening.number != ours:
                    return
                if isinstance(event, Checkpoint):
                    self.set_model(name, event)
                else:
                    yield event
        except BadInput:
            if self.opening.number == ours:
                raise
        finally:
            if self.opening.number == ours:
                self.fetching = ""

    def cancel_opening(self) -> int:
        """Give up the model that is being fetched. Returns the number of this request."""
        self.fetching = ""
        return self.opening.request()

    def set_model(self, name: str, checkpoint: "Checkpoint") -> None:
        """Work with this model, under that name; what is being written ends, what is being fetched is given up."""
        self.stop()
        self.cancel_opening()
        self._set(name, checkpoint)

    def checkpoint(self) -> "Checkpoint":
        """The model, read on first use. Raises BadInput if its file is none that can be read."""
        if self.loaded is None:
            own = VisitorState(self.device, self.offline, self.name, trainer=self.trainer)
            for _ in own.open_model(self.name):
                pass
            if self.loaded is None and own.loaded is not None:  # nobody chose another one meanwhile
                self._set(own.name, own.loaded)
        assert self.loaded is not None
        return self.loaded

    @property
    def writer(self) -> "Checkpoint":
        """The model that writes; the views that look inside take `checkpoint`."""
        return self.packed or self.checkpoint()

    def clear(self) -> None:
        """Throw away what was written with the present model."""
        self.stop()
        self.workspaces[self.name] = Workspace(scored_by=self.workspace.scored_by)

    def stop(self) -> None:
        """End what is being written."""
        self.writing.request()

    def _trained(self) -> "Checkpoint":
        trained = self.trainer.checkpoint() if self.trainer else None
        if trained is None:
            raise BadInput("gpt.nothing_trained")
        return trained

    def _set(self, name: str, checkpoint: "Checkpoint") -> None:
        self._keep_earlier(checkpoint)
        self.name, self.loaded, self.packed = name, checkpoint, None
        if self.entry.source in (EMBEDDED, HUB):
            return  # the same weights whenever they are read
        if self.workspace.scored_by is None or self.workspace.scored_by() is not checkpoint:
            self.workspaces[name] = Workspace(scored_by=ref(checkpoint))

    def _keep_earlier(self, coming: "Checkpoint") -> None:
        """Keep the present model among the earlier ones if it is the visitor's own or fetched, and `coming` is another.

        The oldest are forgotten where they are more than MOST_EARLIER, or together larger than MOST_PARAMETERS.
        """
        kept = [each for each in self.earlier if each.checkpoint is not coming]
        if self.loaded is not None and self.loaded is not coming and self.entry.source != EMBEDDED:
            kept = [each for each in kept if each.checkpoint is not self.loaded]
            number = 1 + max((each.number for each in self.earlier), default=0)
            kept.insert(0, Earlier(number, self.name, self.loaded))
        sizes = [each.checkpoint.model.parameter_count for each in kept]
        self.earlier = [each for i, each in enumerate(kept[:MOST_EARLIER]) if sum(sizes[: i + 1]) <= MOST_PARAMETERS]
