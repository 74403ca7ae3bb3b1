"""A text of examples, a line each ("27+45=270"): a question up to its "=", and an answer, which alone is predicted.

Windows of running text spend most of a step on what nobody can know, the next question; and a question stands at
another place in each of them. A line by itself always begins at the first position (minGPT's projects/adder).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from demos.common.errors import BadInput
from demos.gpt.corpus import IGNORED, Examples, Pairs
from demos.gpt.model import GPT
from demos.gpt.prompts.tasks import TASKS
from demos.gpt.tokenizer import Tokenizer

ENDS = "="  # of a question
LEAST = 20  # lines: of fewer, a tenth is nothing to measure on
MOST_CELLS = 20_000_000  # lines × tokens of the longest; as inputs and targets 320 MB
ASKED = 400  # held-out questions that are asked at each sample
SUM = re.compile(r"\d+\+\d+=")

Line = tuple[str, str]  # question and answer


@dataclass(frozen=True)
class Answers:
    """Of `count` held-out questions of a kind ("all", or sums "plain" and with a "carry"), how many were right."""

    kind: str
    right: int
    count: int

    @property
    def share(self) -> float:
        return self.right / self.count


def read_lines(text: str) -> list[Line]:
    """The questions, each ending in "=", and their answers; blank lines are none. Raises BadInput for other lines."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        question, separator, answer = line.partition(ENDS)
        if not line.strip():
            continue
        if not separator or not answer:
            raise BadInput("gpt.not_examples", number=f"{number:,}", line=line[:40])
        lines.append((question + separator, answer))
    if len(lines) < LEAST:
        raise BadInput("gpt.too_few_examples", lines=len(lines), needed=LEAST)
    return lines


def split_lines(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The first 90 % to train on; of the last 10 % those that are not among them, to measure on."""
    cut = int(0.9 * len(lines))
    known = set(lines[:cut])
    measured = [line for line in lines[cut:] if line not in known]
    if not measured:
        raise BadInput("gpt.only_known_examples")
    return list(lines[:cut]), measured


def corpus_of(lines: Sequence[Line], tokenizer: Tokenizer, block_size: int, rows: int) -> tuple[Pairs, list[Line]]:
    """What is trained on and measured on, and the lines of the latter. Raises BadInput for a line beyond the block."""
    trained, measured = split_lines(lines)
    longest = max(len(tokenizer.encode(f"{question}{answer}\n").tokens) for question, answer in lines) - 1
    if longest > block_size:
        raise BadInput("gpt.example_too_long", tokens=longest, block_size=block_size)
    if longest * len(lines) > MOST_CELLS:
        raise BadInput("gpt.too_many_examples", limit=f"{MOST_CELLS:,}")
    return Pairs(encoded(trained, tokenizer), encoded(measured, tokenizer), rows), measured


def encoded(lines: Sequence[Line], tokenizer: Tokenizer) -> Examples:
    """Questions, and answers that are to be predicted up to their line's end."""
    return Examples(
        (tokenizer.encode(question).tokens, tokenizer.encode(answer + "\n").tokens) for question, answer in lines
    )


def asked(model: GPT, lines: Sequence[Line], tokenizer: Tokenizer) -> tuple[Answers, ...]:
    """How many of the first ASKED questions the model answers, taking the likeliest token always; sums by their carry.

    As in `Task.errors` the right answer is read along: where each of its tokens is the likeliest, it would be written.
    """
    lines = lines[:ASKED]
    examples = encoded(lines, tokenizer)
    with torch.inference_mode():
        guesses = model(examples.inputs.to(model.device)).argmax(-1).cpu()  # (N, T)
    right = ((guesses == examples.targets) | (examples.targets == IGNORED)).all(1).tolist()
    kinds: dict[str, list[bool]] = {}
    for (question, _), is_right in zip(lines, right, strict=True):
        kinds.setdefault(kind(question), []).append(is_right)
    return tuple(Answers(name, sum(kinds[name]), len(kinds[name])) for name in sorted(kinds, reverse=True))


def kind(question: str) -> str:
    """ "carry" for a sum whose last digits make ten or more, "plain" for another sum, "all" for all other questions."""
    if not SUM.fullmatch(question):
        return "all"
    one, other = question.rstrip(ENDS).split("+")
    return "carry" if int(one[-1]) + int(other[-1]) >= 10 else "plain"


def prompt_format_of(lines: Sequence[Line]) -> str:
    """ "adder" if the lines are sums as the adder writes them, so that it may be asked as the adder is; else "text"."""
    task = TASKS["adder"]
    known = re.compile(r"\d\d\+\d\d=")
    fits = all(known.fullmatch(question) and task.answer(question) == answer for question, answer in lines)
    return task.name if fits else "text"
