"""A question about images whose labels stand in a file: for the command line and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demos.clip.examples import judge, label_file
from demos.clip.examples.label_set import ExampleLabel, LabelSet
from demos.clip.gallery.saved import model_key
from demos.clip.match.answers import Question, Weights
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput


@dataclass(frozen=True)
class FromFile:
    """`question` and `weights` are for `answers.answer`. `told` says of the file: mix, made_anew (whether its vectors
    were made by another model), labels: [{name, words, examples (how many)}], leave_one_out: {right, judged}."""

    question: Question
    weights: Weights
    told: dict[str, Any]


def ask(
    matcher: Matcher,
    file: Path,
    guesses: Sequence[str],
    templates: Sequence[str],
    mix: float | None = None,
    fit: str = "centre",
    scoring: str = "trained",
) -> FromFile:
    """The labels of `file`, and `guesses` of words alone beside them, at a mix from 0 to 1: None for the file's own.

    Raises BadInput for a file that cannot be used, or if a guess has the name of one of its labels.
    """
    if not file.is_file():
        raise BadInput("clip.no_such_file", name=file.name)
    with file.open("rb") as content:
        found = label_file.read(content.read(label_file.MOST_BYTES + 1), matcher)
    names = {label.name.casefold() for label in found.labels}
    for guess in guesses:
        if guess.casefold() in names:
            raise BadInput("clip.examples_name_taken", name=guess[:40])
    labels = LabelSet()
    labels.replace(found.labels, found.vectors, model_key(matcher))
    mix = found.mix if mix is None else mix
    more = [ExampleLabel(-1 - at, guess, guess) for at, guess in enumerate(guesses)]
    made = judge.make(matcher, labels, templates, more)
    if not made.labels:
        raise BadInput("clip.no_labels")
    question = Question([label.name for label in made.labels], templates, fit, scoring)
    left_out = made.leave_one_out([mix])
    told = {
        "mix": mix,
        "made_anew": found.vectors is None,
        "labels": [{"name": each.name, "words": each.words, "examples": len(each.examples)} for each in found.labels],
        "leave_one_out": {"right": left_out.right[0], "judged": left_out.judged},
    }
    return FromFile(question, judge.weights(matcher, made, mix, templates), told)
