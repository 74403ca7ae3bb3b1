"""What is said beside a chatbot's answer: the nearest question it has read, and whether the answer repeats one."""

import pytest

from demos.gpt.models.registry import REGISTRY
from demos.gpt.prompts import nearest
from demos.gpt.prompts.chat import Pair
from demos.gpt.prompts.nearest import ReadQuestions
from demos.gpt.write.sources import sources

PAIRS = [Pair("밥 먹었어?", "네, 먹었어요."), Pair("잘 자", "좋은 꿈 꾸세요.")]
KOREAN = REGISTRY["korean"]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "read_by", {KOREAN.pairs: ReadQuestions(PAIRS)}.__getitem__)


def test_a_new_question_stands_beside_the_nearest_one_and_its_answer() -> None:
    question, answer = sources(KOREAN, ["아침밥 먹었어\n네, 자요.\n"], "en")
    assert "“밥 먹었어”" in question
    assert "“네, 먹었어요.”" in question
    assert "0." in question
    assert "nowhere" in answer


def test_a_question_it_has_read_and_an_answer_that_it_repeats_are_called_so() -> None:
    question, answer = sources(KOREAN, ["잘자\n좋은 꿈 꾸세요.\n"], "en")
    assert question.startswith("It has read this question: “잘 자”")
    assert "word for word" in answer


def test_several_answers_to_one_question_share_its_sentence_and_equal_ones_theirs() -> None:
    said = sources(KOREAN, ["잘 자\n네.\n", "잘 자\n네.\n", "잘 자\n좋은 꿈 꾸세요.\n"], "ko")
    assert len(said) == 3


def test_nothing_is_said_of_an_answer_that_has_not_begun_of_no_question_and_of_other_models() -> None:
    assert len(sources(KOREAN, ["잘 자\n"], "en")) == 1
    assert sources(KOREAN, ["", "\n"], "en") == []
    assert sources(REGISTRY["shakespeare"], ["잘 자\n네.\n"], "en") == []
    assert "no question" in sources(KOREAN, ["Hello\n"], "en")[0]
