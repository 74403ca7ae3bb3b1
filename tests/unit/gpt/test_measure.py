"""How much of what it was taught a chatbot still knows."""

import pytest
import torch

from demos.gpt.corpus import Pairs
from demos.gpt.learn import Recipe, Training
from demos.gpt.measure import likeliest_answers, recalled
from demos.gpt.model import Config
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.prompts.chat import Pair, examples
from demos.gpt.prompts.prompt import prepare
from demos.gpt.prompts.text_stream import write
from demos.gpt.sample import Sampling
from demos.gpt.tokenizer import CharTokenizer

TAUGHT = [Pair(f"{a}{b}?", f"{b}{a}.") for a in "가나다라" for b in "마바사"]


@pytest.fixture(scope="module")
def chatbot() -> Checkpoint:
    tokenizer = CharTokenizer.of("가나다라마바사.?! \n")
    rows = examples(TAUGHT, tokenizer)
    config = Config(len(tokenizer), block_size=16, layers=2, heads=2, width=32, bias=False)
    training = Training(Pairs(rows, rows), config, Recipe(steps=150, batch=12, precision="full"))
    for _ in training.run():
        pass
    return Checkpoint(training.average, tokenizer, prompt_format="chat")


def test_a_chatbot_that_learned_all_its_answers_recalls_all(chatbot: Checkpoint) -> None:
    assert recalled(chatbot, TAUGHT) == 1


def test_any_of_the_recorded_answers_is_right_and_no_other(chatbot: Checkpoint) -> None:
    others = [Pair(pair.question, "마마.") for pair in TAUGHT]
    assert recalled(chatbot, [*TAUGHT, *others]) == 1
    assert recalled(chatbot, others) == 0
    assert recalled(chatbot, [*TAUGHT[:6], *others[6:]]) == 0.5


def test_questions_that_differ_in_their_marks_alone_are_one(chatbot: Checkpoint) -> None:
    wrong_marks = [Pair("가마", "마가."), Pair("가마?!", "나나."), Pair("가바", "나나.")]
    assert recalled(chatbot, wrong_marks) == 0.5


def test_answers_computed_together_are_those_written_one_by_one(chatbot: Checkpoint) -> None:
    asked = ["가마", "나바?", "다", "라사 가", "마", "?"]
    alone = {
        question: "".join(
            piece.text for piece in write(chatbot, prepare(chatbot, question), Sampling(max_tokens=10, temperature=0))
        ).strip()
        for question in asked
    }
    torch.manual_seed(0)
    for rows in (1, 2, 256):
        together = likeliest_answers(chatbot, asked, rows)
        assert {question: together[question][:9] for question in asked} == {q: a[:9] for q, a in alone.items()}
