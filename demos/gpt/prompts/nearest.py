"""The nearest question that a chatbot has read: where an answer may come from.

Two questions are near if they share runs of one to three characters, rare ones counting more: the cosine of their
TF-IDF vectors (Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval"; idf smoothed as in
scikit-learn). Spaces and marks do not count: people leave them out. It is a measure of letters: it knows nothing of
what a question means.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from demos.common.models import weights
from demos.gpt.prompts.chat import Pair, as_asked, unpack_pairs

LONGEST = 3  # characters in a run


@dataclass(frozen=True)
class Neighbour:
    """A question that was read, the answers recorded to it, and its cosine with what was asked, 0 to 1.

    `same` if only spaces, marks and capitals differ.
    """

    question: str
    answers: tuple[str, ...]
    cosine: float
    same: bool


class ReadQuestions:
    """The questions of `pairs` as vectors; those asked in the same words are one."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        answers: dict[str, dict[str, None]] = {}  # dicts as sets that keep the order
        for pair in pairs:
            answers.setdefault(as_asked(pair.question), {})[pair.answer] = None
        self.questions = tuple(answers)
        self.answers = tuple(tuple(each) for each in answers.values())
        self._known_answers = frozenset(answer for each in self.answers for answer in each)
        counts = [runs(question) for question in self.questions]
        found: dict[str, list[tuple[int, int]]] = {}  # run: (question, how often it stands there)
        for number, counted in enumerate(counts):
            for run, count in counted.items():
                found.setdefault(run, []).append((number, count))
        self._idf = {run: self._rarity(len(counts), len(places)) for run, places in found.items()}
        self._idf_of_new = self._rarity(len(counts), 0)
        norms = np.array([self._norm(counted) for counted in counts])
        self._weights: dict[str, tuple[np.ndarray, np.ndarray]] = {}  # run: the questions it is in, its weight in each
        for run, places in found.items():
            numbers = np.array([number for number, _ in places])
            often = np.array([count for _, count in places])
            self._weights[run] = numbers, often * self._idf[run] / norms[numbers]

    def nearest(self, question: str) -> Neighbour | None:
        """The question with the largest cosine, the first read of equals; None if it shares no character with any."""
        counted = runs(question)
        cosines = np.zeros(len(self.questions))
        for run, count in counted.items():
            if run in self._weights:
                numbers, weight = self._weights[run]
                cosines[numbers] += count * self._idf[run] * weight
        if not cosines.any():
            return None
        cosines = (cosines / self._norm(counted)).round(9)  # so that equal ones are equal
        best = int(cosines.argmax())
        same = runs(self.questions[best]) == counted
        return Neighbour(self.questions[best], self.answers[best], float(cosines[best]), same)

    def holds_answer(self, answer: str) -> bool:
        """Whether `answer` stands in what was read, word for word, behind any question."""
        return answer in self._known_answers

    @staticmethod
    def _rarity(questions: int, places: int) -> float:
        """The inverse document frequency of a run that stands in `places` of the questions."""
        return math.log((1 + questions) / (1 + places)) + 1

    def _norm(self, counted: dict[str, int]) -> float:
        return math.sqrt(sum((count * self._idf.get(run, self._idf_of_new)) ** 2 for run, count in counted.items()))


def runs(question: str) -> Counter[str]:
    """The runs of one to LONGEST characters of a question without spaces and marks, and how often each stands there."""
    whole = "".join(as_asked(question).split()).lower()
    return Counter(whole[at : at + length] for length in range(1, LONGEST + 1) for at in range(len(whole) - length + 1))


@lru_cache(maxsize=2)
def read_by(name: str) -> ReadQuestions:
    """The questions in the file `name` of weights/, checked against its fingerprint; made once, in about a second."""
    return ReadQuestions(unpack_pairs(weights.path(name).read_bytes()))
