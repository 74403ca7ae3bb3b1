"""The nearest question against scikit-learn's TF-IDF over the same runs of characters."""

import random

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from demos.gpt.models.registry import REGISTRY
from demos.gpt.prompts.chat import as_asked
from demos.gpt.prompts.nearest import ReadQuestions, read_by


@pytest.fixture(scope="module")
def read() -> ReadQuestions:
    return read_by(REGISTRY["korean"].pairs)


def asked(questions: tuple[str, ...]) -> list[str]:
    """Questions that were read, with a character lost, two joined, their words in another order; and some of ours."""
    chance = random.Random(0)
    made = ["이름이 뭐야?", "대한민국의 수도는 어디야?", "1 더하기 1은?", "저녁 뭐 먹을까?"]
    for _ in range(60):
        one, other = chance.sample(questions, 2)
        cut = chance.randrange(len(one))
        made += [
            one[:cut] + one[cut + 1 :],
            f"{one[:cut]} {other}",
            " ".join(chance.sample(one.split(), one.count(" ") + 1)),
        ]
    return made


def test_the_cosine_is_that_of_scikit_learn_and_no_other_question_is_nearer(read: ReadQuestions) -> None:
    joined = ["".join(question.split()) for question in read.questions]
    new = asked(read.questions)
    new_joined = ["".join(as_asked(each).split()) for each in new]
    runs = {"analyzer": "char", "ngram_range": (1, 3)}
    vocabulary = CountVectorizer(**runs).fit([*joined, *new_joined]).vocabulary_  # what was never read counts, too
    vectorizer = TfidfVectorizer(**runs, vocabulary=vocabulary).fit(joined)
    cosines = (vectorizer.transform(new_joined) @ vectorizer.transform(joined).T).toarray()
    for question, row in zip(new, cosines, strict=True):
        nearest = read.nearest(question)
        if nearest is None:
            assert row.max() == 0
            continue
        assert nearest.cosine == pytest.approx(row.max(), abs=2e-9)
        assert row[read.questions.index(nearest.question)] == pytest.approx(row.max(), abs=2e-9)
    assert np.median(cosines.max(1)) > 0.5  # the questions asked are near enough to tell something
