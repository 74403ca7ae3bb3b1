"""Things a small GPT can learn until it makes no mistake: sorting digits and adding numbers.

Every question of a task is known, so a model can be asked all those it never saw. Both are minGPT's demonstrations
(its demo.ipynb and projects/adder); a question and its answer are one line of text, "5213=1235".
"""

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from demos.common.errors import BadInput
from demos.gpt.corpus import Examples
from demos.gpt.model import GPT
from demos.gpt.tokenizer import CharTokenizer

SORT_DIGITS = 6  # at most


@dataclass(frozen=True)
class Task:
    """`questions()` are all there are, each ending in "=". `answer` is the truth, as the model has to write it.

    `ask` turns what a visitor types into a question (BadInput if it is none); `read` turns the model's answer into
    what a visitor reads. Of the questions of each `kind` half, and at most `trained_on`, are for training; where there
    are only ten, all: a digit that was never alone in training cannot be known to stay as it is.
    """

    name: str
    questions: Callable[[], list[str]]
    answer: Callable[[str], str]
    ask: Callable[[str], str]
    read: Callable[[str], str]
    trained_on: int
    kind: Callable[[str], Any] = len

    def split(self, seed: int = 0) -> tuple[list[str], list[str]]:
        """The questions to train on, drawn by the seed, and all the others, which are the test."""
        trained, unseen = [], []
        for of_a_kind in self._by_kind(self.questions()):
            random.Random(seed).shuffle(of_a_kind)
            cut = min(len(of_a_kind) // 2, self.trained_on) if len(of_a_kind) > 10 else 10
            trained += of_a_kind[:cut]
            unseen += of_a_kind[cut:]
        return trained, unseen

    def balanced(self, questions: Sequence[str]) -> list[str]:
        """The questions, those of small kinds repeated: drawn fairly they would hardly be met."""
        groups = self._by_kind(questions)
        enough = max(map(len, groups)) // 2
        return [question for group in groups for question in group * max(1, enough // len(group))]

    def _by_kind(self, questions: Sequence[str]) -> list[list[str]]:
        ordered = sorted(questions, key=self.kind)
        return [list(group) for _, group in itertools.groupby(ordered, key=self.kind)]

    def examples(self, questions: Sequence[str]) -> Examples:
        """Questions with their answers, for training: only the answers are predicted."""
        encode = TASK_TOKENIZER.encode
        return Examples((encode(q).tokens, encode(self.answer(q) + "\n").tokens) for q in questions)

    def errors(self, model: GPT, questions: Sequence[str], batch: int = 4096) -> list[str]:
        """The questions that the model, always taking the likeliest token, answers wrongly.

        The right answer is read along instead of written: if each of its tokens is the likeliest after those before
        it, it is what the model would write.
        """
        wrong: list[str] = []
        for start in range(0, len(questions), batch):
            asked = questions[start : start + batch]
            (inputs, targets), *_ = self.examples(asked).all(batch)
            with torch.inference_mode():
                guesses = model(inputs.to(model.device)).argmax(-1).cpu()  # (B, T)
            right = ((guesses == targets) | (targets < 0)).all(1)
            wrong += [question for question, is_right in zip(asked, right.tolist(), strict=True) if not is_right]
        return wrong


def _sort_questions() -> list[str]:
    lengths = range(1, SORT_DIGITS + 1)
    return ["".join(digits) + "=" for length in lengths for digits in itertools.product("0123456789", repeat=length)]


def _ask_sort(typed: str) -> str:
    digits = "".join(typed.replace("=", " ").replace(",", " ").split())
    if not (digits.isascii() and digits.isdigit()) or len(digits) > SORT_DIGITS:
        raise BadInput("gpt.not_to_sort", limit=SORT_DIGITS)
    return digits + "="


def _add_questions() -> list[str]:
    return [f"{a:02}+{b:02}=" for a in range(100) for b in range(100)]


def _ask_add(typed: str) -> str:
    parts = [part.strip() for part in typed.replace("=", " ").split("+")]
    digits = [part.lstrip("0").zfill(2) for part in parts]
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts) or max(map(len, digits)) > 2:
        raise BadInput("gpt.not_to_add")
    return "+".join(digits) + "="


def _sum_backwards(question: str) -> str:
    """The last digit first, as one adds by hand: the carry is known when it is needed (minGPT's adder)."""
    a, b = question.rstrip("=").split("+")
    return f"{int(a) + int(b):03}"[::-1]


def _read_backwards(answer: str) -> str:
    """The sum, "" while its last digit is not written: read backwards, a part of it would be another number."""
    digits = answer.strip()
    return digits[::-1].lstrip("0") or "0" if len(digits) == 3 else ""


TASK_TOKENIZER = CharTokenizer("\n+0123456789=")
TASKS = {
    "sort": Task(
        "sort",
        questions=_sort_questions,
        answer=lambda question: "".join(sorted(question.rstrip("="))),
        ask=_ask_sort,
        read=str.strip,
        trained_on=5_000,
        kind=lambda question: (len(question), len(set(question))),  # 100000 is rare, and harder than 402913
    ),
    "adder": Task(
        "adder",
        questions=_add_questions,
        answer=_sum_backwards,
        ask=_ask_add,
        read=_read_backwards,
        trained_on=3_000,
    ),
}
