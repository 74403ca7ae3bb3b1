"""Questions and answers: a chatbot is a GPT that read lines of dialogue and is stopped at the end of its answer.

The text of a pair is "question⏎answer⏎", the question without its marks: a visitor who leaves "?" out asks the same.
The file is a CSV with the columns Q and A
(songys/Chatbot_data: everyday Korean, 11,823 pairs, MIT).
"""

import csv
import gzip
import random
import re
from dataclasses import dataclass
from pathlib import Path

from demos.common.errors import BadInput
from demos.gpt.corpus import Examples
from demos.gpt.tokenizer import Tokenizer

MARKS = str.maketrans(dict.fromkeys("?!.,~;:…·。、，？！～", " "))  # what people leave out as they type


@dataclass(frozen=True)
class Pair:
    """A question and an answer to it."""

    question: str
    answer: str


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of the CSV. Raises BadInput if it has no columns Q and A."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"Q", "A"} <= rows[0].keys():
        raise BadInput("gpt.no_pairs", path=path)
    clean = [(" ".join(row["Q"].split()), " ".join(row["A"].split())) for row in rows]
    return [Pair(question, answer) for question, answer in clean if question and answer]


def pack_pairs(pairs: list[Pair]) -> bytes:
    """The pairs as a file: a line each, a tab between question and answer, compressed."""
    return gzip.compress("".join(f"{pair.question}\t{pair.answer}\n" for pair in pairs).encode(), mtime=0)


def unpack_pairs(packed: bytes) -> list[Pair]:
    """What `pack_pairs` packed."""
    lines = gzip.decompress(packed).decode().splitlines()
    return [Pair(question, answer) for question, _, answer in (line.partition("\t") for line in lines)]


def as_asked(question: str) -> str:
    """A question as the model reads it: its words with one space between, and no marks unless there is nothing else."""
    return " ".join(question.translate(MARKS).split()) or " ".join(question.split())


def split_by_question(pairs: list[Pair], share: float = 0.1, seed: int = 0) -> tuple[list[Pair], list[Pair]]:
    """Pairs to train on, and about `share` of them to measure on.

    Questions that differ only in spaces and punctuation count as one, and all its pairs go to the same side, so no
    measured question was ever seen.
    """
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(re.sub(r"[\W_]+", "", pair.question) or pair.question, []).append(pair)
    keys = sorted(groups)
    random.Random(seed).shuffle(keys)
    cut = round(share * len(keys))
    return [p for key in keys[cut:] for p in groups[key]], [p for key in keys[:cut] for p in groups[key]]


def reworded(pairs: list[Pair], seed: int = 0) -> list[Pair]:
    """Each pair three times: as asked, without spaces between words, and with a word left out or a strange one put in.

    People space Korean as they like, and never ask in the words of a file. Source: J. Wei and K. Zou, "EDA: Easy Data
    Augmentation Techniques for Boosting Performance on Text Classification Tasks", EMNLP 2019, section 2 (random
    deletion and insertion; words put in are drawn from all questions).
    """
    chance = random.Random(seed)
    questions = [as_asked(pair.question).split() for pair in pairs]
    all_words = [word for words in questions for word in words]
    found = []
    for pair, words in zip(pairs, questions, strict=True):
        changed = list(words)
        place = chance.randrange(len(words) + 1)
        if len(words) > 1 and chance.random() < 0.5:
            del changed[min(place, len(words) - 1)]
        else:
            changed.insert(place, chance.choice(all_words))
        found += [pair, Pair("".join(words), pair.answer), Pair(" ".join(changed), pair.answer)]
    return found


def examples(pairs: list[Pair], tokenizer: Tokenizer, *, only_answers: bool = False) -> Examples:
    """The pairs as rows of tokens; `only_answers` predicts (and measures) the answers alone."""
    encode = tokenizer.encode
    rows = ((encode(as_asked(pair.question) + "\n").tokens, encode(pair.answer + "\n").tokens) for pair in pairs)
    return Examples(rows, only_answers=only_answers, alike=True)
