"""With which models the one that is open can be compared: those that this visitor can have at once, and no path.

- "untrained": the same shape before it learned anything;
- "earlier-3": a model that the visitor had open before (visitor.Earlier, by its number);
- "training": what the visitor trains, as it is now;
- the name of an embedded model.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from demos.common.i18n import text
from demos.gpt.models.registry import EMBEDDED, HUB, REGISTRY, TRAINING
from demos.gpt.visitor import MOST_PARAMETERS, VisitorState

if TYPE_CHECKING:
    from demos.gpt.models.checkpoint import Checkpoint

UNTRAINED = "untrained"
EARLIER = "earlier-"


@dataclass(frozen=True)
class Other:
    """A model on offer: its key, and what it is called in the visitor's language.

    `string` is the string of that name, "" for one of the visitor's own.
    """

    key: str
    label: str
    string: str = ""


def others(visitor: VisitorState, language: str) -> list[Other]:
    """What the visitor's model can be compared with, the most telling first."""
    offered = [
        Other(f"{EARLIER}{each.number}", named(each.name, each.checkpoint, language)) for each in visitor.earlier
    ]
    if visitor.trainer is not None and visitor.trainer.report() is not None:
        offered.append(_known(TRAINING, "gpt.compare_training_now", language))
    large = visitor.checkpoint().model.parameter_count > MOST_PARAMETERS
    return offered + [each for each in for_everybody(visitor.name, language) if not (large and each.key == UNTRAINED)]


def for_everybody(name: str, language: str = "en") -> list[Other]:
    """What a model of that name can be compared with, whoever has it open."""
    embedded = (entry for entry in REGISTRY.values() if entry.source == EMBEDDED and entry.name != name)
    untrained = _known(UNTRAINED, "gpt.compare_untrained", language)
    return [untrained, *(_known(entry.name, entry.key, language) for entry in embedded)]


def _known(key: str, string: str, language: str) -> Other:
    return Other(key, text(string, language), string)


def open_other(visitor: VisitorState, key: str) -> "Checkpoint | None":
    """The model that `others` offers under `key`; None for a key that it does not offer, or no longer."""
    from demos.common.device import select_device
    from demos.gpt.compare.untrained import untrained
    from demos.gpt.models import checkpoint

    if key.startswith(EARLIER):
        return next((each.checkpoint for each in visitor.earlier if f"{EARLIER}{each.number}" == key), None)
    if key == TRAINING:
        return visitor.trainer.checkpoint() if visitor.trainer else None
    own = visitor.checkpoint()
    if key == UNTRAINED and own.model.parameter_count <= MOST_PARAMETERS:
        return replace(own, model=untrained(own.model), facts={})
    if key in REGISTRY and REGISTRY[key].source == EMBEDDED:
        return checkpoint.load(key, select_device(visitor.device))
    return None


def named(name: str, checkpoint: "Checkpoint", language: str) -> str:
    """What a model is called: its entry in the menu or the name of its file, and after how many steps it is."""
    entry = REGISTRY.get(name)
    title = text(entry.key, language) if entry else Path(name).name
    steps = checkpoint.facts.get("steps")
    if isinstance(steps, int) and (entry is None or entry.source not in (EMBEDDED, HUB)):
        return text("gpt.compare_at_step", language, name=title, steps=f"{steps:,}")
    return title
