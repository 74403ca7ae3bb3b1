"""Labels by example outside the page: a question whose labels stand in a file, and a file made of folders of images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demos.clip import data
from demos.clip.data import File
from demos.clip.examples import judge, label_file
from demos.clip.examples.label_set import ExampleLabel, LabelSet
from demos.clip.gallery.saved import model_key
from demos.clip.match.answers import Question, Weights
from demos.clip.prompts import templates
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
    wording: Sequence[str],
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
    made = judge.make(matcher, labels, wording, more)
    if not made.labels:
        raise BadInput("clip.no_labels")
    question = Question([label.name for label in made.labels], wording, fit, scoring)
    told = {"mix": mix, "made_anew": found.vectors is None, **_told(found.labels, made, mix)}
    return FromFile(question, judge.weights(matcher, made, mix, wording), told)


@dataclass(frozen=True)
class Written:
    """`content` of a file of labels; `told` says of it: labels and leave_one_out, as in FromFile."""

    content: str
    told: dict[str, Any]


def make_of_folder(matcher: Matcher, folder: Path, words: bool, mix: float) -> tuple[Written, list[str]]:
    """A label of the images in each FOLDER/<name>, and a sentence for each file that is none of its examples.

    With `words` the name says what it shows, underscores being spaces. Raises BadInput if there is nothing of the kind.
    """
    if not folder.is_dir():
        raise BadInput("clip.no_such_folder", name=str(folder))
    places = sorted(each for each in folder.iterdir() if each.is_dir())
    classes = {place.name: [File(path) for path in data.images_in(place)] for place in places}
    written, skipped = make_of_classes(matcher, classes, words, mix)
    if written is None:
        raise BadInput("clip.no_classes", name=str(folder))
    return written, skipped


def make_of_classes(
    matcher: Matcher, classes: Mapping[str, Sequence[File]], words: bool, mix: float
) -> tuple[Written | None, list[str]]:
    """`make_of_folder` for the images of each name; None where no image can be used."""
    labels, skipped = LabelSet(), []
    for given, files in classes.items():
        if not files:
            continue
        name = given.replace("_", " ")
        label = labels.add(name, name if words else "")
        refused = labels.add_examples(matcher, label.number, files, [file.name for file in files])
        skipped += [str(error) for error in refused]
    found = labels.labels
    if not any(label.examples for label in found):
        return None, skipped
    made = judge.make(matcher, labels, templates("everyday"))
    return Written(label_file.write(matcher, labels, mix), _told(found, made, mix)), skipped


def _told(labels: Sequence[ExampleLabel], made: judge.Made, mix: float) -> dict[str, Any]:
    left_out = made.leave_one_out([mix])
    return {
        "labels": [{"name": each.name, "words": each.words, "examples": len(each.examples)} for each in labels],
        "leave_one_out": {"right": left_out.right[0], "judged": left_out.judged},
    }
