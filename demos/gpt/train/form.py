"""What one visitor has entered to train with. No torch before it is needed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demos.common.settings import Settings

if TYPE_CHECKING:
    from demos.gpt.models.checkpoint import Checkpoint


@dataclass
class TrainingForm:
    """What the fields of the training view hold, and what they cannot.

    `text` is the whole text where its field shows only the beginning (`long`). `prompt` begins the samples on show.
    `uploaded` is a model brought in a file, to be trained on, `uploaded_path` where that file lay.
    `turn` is raised by whoever wants the progress; an older stream of it ends. `export` is a file that is being
    downloaded in parts, `export_name` its name. `cost_requests` counts the questions what a shape costs.
    `limits` are the launcher's.
    """

    text: str = ""
    long: bool = False
    prompt: str = ""
    uploaded: "Checkpoint | None" = None
    uploaded_path: str = ""
    turn: int = 0
    cost_requests: int = 0
    export: bytes = b""
    export_name: str = ""
    limits: Settings = field(default_factory=Settings)
