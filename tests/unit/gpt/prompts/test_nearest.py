"""The nearest question that was read, by the characters it shares."""

import pytest

from demos.gpt.prompts.chat import Pair, pack_pairs, unpack_pairs
from demos.gpt.prompts.nearest import ReadQuestions

PAIRS = [
    Pair("밥 먹었어?", "네, 먹었어요."),
    Pair("밥 먹었어", "아직요."),
    Pair("뭐 먹었어?", "국수요."),
    Pair("잘 자", "좋은 꿈 꾸세요."),
    Pair("이름이 뭐야?", "위로봇이요."),
]


@pytest.fixture(scope="module")
def read() -> ReadQuestions:
    return ReadQuestions(PAIRS)


@pytest.mark.parametrize("asked", ["밥 먹었어?", "밥먹었어", " 밥  먹 었어!! "])
def test_a_question_that_was_read_is_its_own_nearest_whatever_its_spaces_and_marks(
    read: ReadQuestions, asked: str
) -> None:
    nearest = read.nearest(asked)
    assert nearest is not None
    assert (nearest.question, nearest.answers) == ("밥 먹었어", ("네, 먹었어요.", "아직요."))
    assert nearest.cosine == pytest.approx(1)
    assert nearest.same


@pytest.mark.parametrize(
    ("asked", "question"), [("아침밥 먹었어?", "밥 먹었어"), ("네 이름은?", "이름이 뭐야"), ("자", "잘 자")]
)
def test_a_new_question_is_nearest_to_the_one_it_shares_most_with(
    read: ReadQuestions, asked: str, question: str
) -> None:
    nearest = read.nearest(asked)
    assert nearest is not None
    assert nearest.question == question
    assert 0 < nearest.cosine < 1
    assert not nearest.same


@pytest.mark.parametrize("asked", ["", "?", "Hello", "😀"])
def test_what_shares_no_character_has_none(read: ReadQuestions, asked: str) -> None:
    assert read.nearest(asked) is None


def test_an_answer_is_known_word_for_word_or_not(read: ReadQuestions) -> None:
    assert read.holds_answer("아직요.")
    assert not read.holds_answer("아직요")


def test_pairs_come_out_as_they_were_packed() -> None:
    assert unpack_pairs(pack_pairs(PAIRS)) == PAIRS
    assert pack_pairs(PAIRS) == pack_pairs(list(PAIRS))
