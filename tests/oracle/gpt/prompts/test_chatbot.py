"""The chatbot on everyday questions of ours.

How many questions of its own data it answers as recorded there is measured over all that it has read when it is made
(`demos.gpt.make.weights`), and stands in its model card; here a sample of them is asked.

Whether an answer is sensible is for people to say: `everyday.toml`, written before the training, says what kinds of
answer are; `everyday_judged.toml` holds the answers and two judgements of each, which are no longer any if the chatbot
says something else.
"""

import random
import tomllib
from pathlib import Path

import pytest

from demos.common.models import weights
from demos.gpt.measure import recalled
from demos.gpt.models.checkpoint import load
from demos.gpt.models.registry import REGISTRY
from demos.gpt.prompts.chat import unpack_pairs
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling

QUESTIONS = (
    "이름이 뭐야",
    "오늘 날씨 어때",
    "지금 뭐 하고 있어",
    "저녁에 뭐 먹을까",
    "주말에 어디 갈까",
    "요즘 어떻게 지내",
    "내일 일찍 일어날 수 있을까",
    "우리 언제 만날까",
)
SENSIBLE = 14  # of the eighteen


def table(name: str, entry: str) -> list[dict]:
    """The entries of a TOML file beside this one."""
    return tomllib.loads((Path(__file__).with_name(name)).read_text(encoding="utf-8"))[entry]


def answer(question: str) -> str:
    """The likeliest answer."""
    chatbot = load("korean")
    pieces = write(chatbot, prepare(chatbot, question), Sampling(max_tokens=60, temperature=0))
    return "".join(piece.text for piece in pieces).strip()


def test_a_question_has_one_answer_with_and_without_its_mark() -> None:
    with_mark, without = ([answer(question + mark) for question in QUESTIONS] for mark in ("?", ""))
    assert all(with_mark)
    assert with_mark == without


def test_it_remembers_most_of_what_it_has_read() -> None:
    pairs = unpack_pairs(weights.path(REGISTRY["korean"].pairs).read_bytes())
    chatbot = load("korean")
    some = recalled(chatbot, random.Random(1).sample(pairs, 300))
    assert some >= 0.6
    assert some == pytest.approx(chatbot.facts["recalled"], abs=0.06)  # of all of them


def test_everyday_questions_get_the_answers_that_were_judged() -> None:
    judged = table("everyday_judged.toml", "judged")
    assert [each["question"] for each in judged] == [each["question"] for each in table("everyday.toml", "asked")]
    assert [answer(each["question"]) for each in judged] == [each["answer"] for each in judged]


SHORT = pytest.mark.xfail(strict=True, raises=AssertionError, reason="13 of the 18 are sensible")


@pytest.mark.parametrize("judgement", ["first", pytest.param("second", marks=SHORT)])
def test_most_everyday_questions_are_answered_sensibly(judgement: str) -> None:
    judged = table("everyday_judged.toml", "judged")
    assert len(judged) == 18
    assert sum(each[judgement] for each in judged) >= SENSIBLE
