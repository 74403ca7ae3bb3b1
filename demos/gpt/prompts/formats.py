"""What a model expects to be asked, and where its answer ends: free text, a chat, or a task with one right answer."""

from collections.abc import Callable
from dataclasses import dataclass

from demos.gpt.prompts.chat import as_asked
from demos.gpt.prompts.tasks import TASKS


@dataclass(frozen=True)
class PromptFormat:
    """How a visitor's words become a prompt, and the model's words an answer.

    `prompt` may raise BadInput; `example` is asked if nothing was typed; writing ends after `stop` ("" for never);
    `read` makes the answer readable ("0-padded and backwards" for the adder).
    """

    prompt: Callable[[str], str]
    example: str = ""
    stop: str = ""
    read: Callable[[str], str] = str


def _as_it_is(typed: str) -> str:
    return typed


def _line(typed: str) -> str:
    """A question is one line; the model was taught that its end is where the answer begins."""
    return as_asked(typed) + "\n"


PROMPT_FORMATS = {
    "text": PromptFormat(_as_it_is),
    "chat": PromptFormat(_line, example="안녕하세요", stop="\n", read=str.strip),
    "sort": PromptFormat(TASKS["sort"].ask, example="402913", stop="\n", read=TASKS["sort"].read),
    "adder": PromptFormat(TASKS["adder"].ask, example="27+45", stop="\n", read=TASKS["adder"].read),
}
