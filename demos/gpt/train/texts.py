"""Texts to train on that are here from the start: old enough to belong to everyone, made here, or Python's own.

A text is small on purpose: a small model gets visibly better at it within a minute on two processor cores.
"""

import inspect
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parent.parent.parent.parent / "assets" / "gpt" / "texts"


@dataclass(frozen=True)
class Example:
    """One text. `prompt` begins the time line's samples; `preset` (a key of shapes.PRESETS) and `steps` suit it.

    `reads` is one of trainer.READS: "examples" of a text that is a list of questions and answers.
    """

    read: Callable[[], str]
    prompt: str
    preset: str = "pocket"
    steps: int = 1000
    reads: str = "text"

    @property
    def text(self) -> str:
        """The text itself, made or read anew."""
        return self.read()


def _file(name: str) -> Callable[[], str]:
    return lambda: FOLDER.joinpath(name).read_text(encoding="utf-8")


def _sums() -> str:
    """Sums in an order drawn once, a line each, "27+45=270": the answer's last digit first, as for the adder."""
    from demos.gpt.prompts.tasks import TASKS  # brings torch, which the page is served without

    task = TASKS["adder"]
    questions = task.questions()
    random.Random(0).shuffle(questions)
    return "".join(f"{question}{task.answer(question)}\n" for question in questions)


def _source(*modules: ModuleType) -> Callable[[], str]:
    """Programs that come with Python: read where they stand, so nothing has to be carried."""
    return lambda: "\n".join(inspect.getsource(module) for module in modules)


EXAMPLES = {
    "romeo": Example(_file("romeo-and-juliet.txt"), prompt="ROMEO:\n", steps=600),
    "sums": Example(_sums, prompt="27+45=", reads="examples"),
    "poems": Example(_file("korean-poems.txt"), prompt="나는 ", steps=500),
    "python": Example(_source(random, statistics), prompt="def "),
}
