"""One visitor's training: in a thread of its own, watched, paused, sampled and inspected while it goes on.

    trainer = Trainer()
    trainer.start(text, PRESETS["small"])
    for report in trainer.watch():       # whole reports, a few a second; leaving the loop stops nothing
        ...
    trainer.checkpoint()                 # at any time: a copy to sample from, to look into, to save

Nothing here is shared between visitors but the turns in which they compute.
"""

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import torch

from demos.common.errors import BadInput
from demos.common.scheduling.turns import Turns
from demos.common.settings import Settings
from demos.common.valid_text import valid_text
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.tokenizer import BytePairTokenizer, CharTokenizer, Tokenizer
from demos.gpt.train.job import Report, TrainingJob
from demos.gpt.train.sessions import turns_of
from demos.gpt.train.shapes import Shape, check

MAX_PROMPT = 1000  # characters that every sample of the time line begins with
TOKENIZERS = ("characters", "byte pairs")
READS = ("text", "examples")  # what a row of a step is: a window of the text, or one of its lines
BYTE_PAIRS = 1000  # tokens that are learned for "byte pairs"


class Trainer:
    """One training at a time. Every method may be called from any thread."""

    def __init__(self, settings: Settings | None = None, turns: Turns | None = None, device: str = "cpu") -> None:
        """`turns` are those of all visitors together; the tab makes them once for all."""
        self.settings = settings or Settings()
        self.turns = turns or turns_of(self.settings)
        self.device = torch.device(device)
        self._changed = threading.Condition()  # guards all that follows
        self._job: TrainingJob | None = None

    def start(
        self,
        text: str,
        shape: Shape,
        *,
        tokenizer: str = "characters",
        begin: Checkpoint | None = None,
        prompt: str = "",
        seed: int = 0,
        minutes: float = math.inf,
        reads: str = "text",
    ) -> None:
        """Begin to train on `text`, in place of what was trained before.

        It ends after `shape.steps` or `minutes`, whichever comes first: minutes of its own computation, in which the
        wait for its turn does not count. `minutes` is no more than the settings allow.
        With `begin`, that model is trained on: its shape and tokenizer count, of `shape` only dropout and how it is
        trained. Where it is what `checkpoint` returned, and its training is over, the optimisers go on as well.
        `prompt` and `seed` are those of the time line. `reads` is one of READS; "examples" are lines of a question that
        ends in "=", and an answer. Raises BadInput if text, prompt or shape is beyond the limits
        (demos.common.settings), if the text is too short, and if too many train already; then the former training goes
        on. Half characters in `text` and `prompt` are read as U+FFFD.
        """
        text, prompt = valid_text(text), valid_text(prompt)
        if reads not in READS:
            raise BadInput("gpt.reads_unknown", name=reads, choices=", ".join(READS))
        if len(text) > self.settings.training_characters:
            raise BadInput("gpt.text_too_long", limit=f"{self.settings.training_characters:,}")
        if len(prompt) > MAX_PROMPT:
            raise BadInput("gpt.prompt_too_long", length=f"{len(prompt):,}", limit=f"{MAX_PROMPT:,}")
        own_tokenizer = begin.tokenizer if begin else tokenizer_for(text, tokenizer)
        config = replace(begin.model.config, dropout=shape.dropout) if begin else shape.config(len(own_tokenizer))
        check(config, shape.batch, self.settings)
        recipe = shape.recipe(minutes=min(minutes, self.settings.training_minutes), seed=seed)
        shared = self.turns, self._changed, self.device
        former = self._job if begin and self._job and self._job.copy and begin is self._job.copy[1] else None
        job = TrainingJob(text, config, recipe, own_tokenizer, begin, prompt, *shared, reads=reads, former=former)
        self.stop()
        with self._changed:
            self._job = job
        job.thread.start()

    def watch(self, seconds: float = 0.25) -> Iterator[Report]:
        """A report every `seconds` if there is something new, the last one when it is over."""
        before = None
        while (job := self._job) is not None:
            report = job.report()
            if report != before:
                yield report
            before = report
            if report.over:
                return
            time.sleep(seconds)

    def report(self) -> Report | None:
        """The state now; None if nothing was started."""
        return self._job.report() if self._job else None

    def pause(self) -> None:
        """Hold on after the present step."""
        self._tell(paused=True)

    def resume(self) -> None:
        """Go on after a pause."""
        self._tell(paused=False)

    def stop(self) -> None:
        """End after the present step; what was learned stays. A sample that is being written is left out."""
        self._tell(stopped=True)

    def checkpoint(self) -> Checkpoint | None:
        """A copy of the model as it is now, or a step later, which later steps do not change; None before a start.

        The same object as long as no further step was made. Waits for the present step, but not for the measurement
        after the last one.
        """
        return self._job.checkpoint() if self._job else None

    def _tell(self, **flags: bool) -> None:
        with self._changed:
            if self._job:
                for name, value in flags.items():
                    setattr(self._job, name, value)
                if self._job.state == "paused" and (self._job.stopped or not self._job.paused):
                    self._job.state = "training"  # at once: who asks now shall not be told of the pause
                self._changed.notify_all()


def tokenizer_for(text: str, kind: str) -> Tokenizer:
    """A tokenizer of that kind (one of TOKENIZERS), made from the text. Raises BadInput for another kind."""
    if kind not in TOKENIZERS:
        raise BadInput("gpt.tokenizer_unknown", name=kind, choices=", ".join(TOKENIZERS))
    if not text:
        raise BadInput("gpt.text_empty")
    if kind == "characters":
        return CharTokenizer.of(text)
    return BytePairTokenizer.learn(text[: int(0.9 * len(text))].splitlines(keepends=True), BYTE_PAIRS)
