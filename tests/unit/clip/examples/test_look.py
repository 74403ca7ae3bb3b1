"""What the page is told is what Match would say, and one visitor's labels are nobody else's."""

from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
import torch

from demos.clip import read_ahead
from demos.clip.data import File
from demos.clip.examples import judge, look, tab
from demos.clip.examples.label_set import LabelSet
from demos.clip.examples.prototypes import MIXES
from demos.clip.match.answers import Question, answer
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from demos.common.base64_arrays import decode_floats
from demos.common.settings import Settings
from tests.clip_fixtures import bad_files, photo, tiny_clip, tiny_siglip

TEMPLATES = ("{}", "a photo of a {}")


@pytest.fixture(scope="module", params=[tiny_clip, tiny_siglip], ids=["clip", "siglip"])
def matcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    folder = request.param(tmp_path_factory.mktemp("model"))
    return registry.open_model(str(folder), torch.device("cpu"), offline=True, local=True)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [str(photo(tmp_path / f"{seed}.png", seed)) for seed in range(3)]


def told(matcher: Matcher, labels: LabelSet, files: list[str], scoring: str = "trained") -> dict:
    return look.message(matcher, labels, files, TEMPLATES, scoring, "en")


@pytest.mark.parametrize("scoring", ["trained", "softmax", "independent"])
def test_labels_of_words_alone_are_answered_as_match_answers_them(matcher, files, scoring: str) -> None:
    labels = LabelSet()
    words = ["a cat", "a dog", "a bus"]
    for word in words:
        labels.add(word)
    message = told(matcher, labels, files, scoring)
    found = decode_floats(message["probabilities"]).reshape(len(MIXES), 3, 3)
    none = decode_floats(message["none_of_these"]).reshape(len(MIXES), 3)
    expected = list(answer(matcher, Question(words, TEMPLATES, scoring=scoring), [File(Path(file)) for file in files]))
    for at, one in enumerate(reversed(expected)):
        by_name = {each.label: each.probability for each in one.labels}
        for mix in (0, 10, 20):
            assert found[mix, at] == pytest.approx([by_name[word] for word in words], abs=1e-5)
            assert none[mix, at] == pytest.approx(one.none_of_these, abs=1e-5)
    assert message["judged"] == 0
    assert message["shares"] == (scoring == "softmax" or (scoring == "trained" and matcher.bias is None))


def test_the_page_and_the_command_line_give_the_same_at_every_mix(matcher, files) -> None:
    labels = LabelSet()
    first, _, third = labels.add("one", ""), labels.add("two", "a dog"), labels.add("three", "a bus")
    for label, given in ((first, files[:2]), (third, files[1:])):
        labels.add_examples(matcher, label.number, [File(Path(file)) for file in given], given)
    message = told(matcher, labels, files)
    made = judge.make(matcher, labels, TEMPLATES)
    for at in (0, 7, 20):
        weights = judge.weights(matcher, made, MIXES[at], TEMPLATES)
        found = answer(matcher, Question(["one", "two", "three"], TEMPLATES), [File(Path(files[-1]))], weights=weights)
        by_name = {each.label: each for each in next(iter(found)).labels}
        page = decode_floats(message["similarities"]).reshape(len(MIXES), 3, 3)[at, 0]
        assert page == pytest.approx([by_name[name].similarity for name in ("one", "two", "three")], abs=1e-5)
        share = decode_floats(message["probabilities"]).reshape(len(MIXES), 3, 3)[at, 0]
        assert share == pytest.approx([by_name[name].probability for name in ("one", "two", "three")], abs=1e-5)
        assert by_name["one"].low == pytest.approx(by_name["one"].high)  # no words, so no wordings
    assert message["examples"] == 4
    assert message["images"][1]["of"] == [first.number, third.number]


def test_a_label_of_nothing_is_there_and_not_compared_and_bad_images_are_named(matcher, files, tmp_path: Path) -> None:
    labels = LabelSet()
    empty = labels.add("later", "")
    assert told(matcher, labels, files)["columns"] == []
    labels.add("a cat")
    message = told(matcher, labels, [*files, str(bad_files(tmp_path)["cut.jpg"])])
    assert [label["known"] for label in message["labels"]] == [False, True]
    assert empty.number not in message["columns"]
    assert "cut.jpg" in message["images"][0]["error"]
    assert np.isfinite(decode_floats(message["probabilities"])).all()
    assert decode_floats(message["probabilities"]).shape == (len(MIXES) * 3,)
    assert told(matcher, labels, [])["waiting"]


def test_more_images_than_are_judged_are_said(matcher, files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "MOST_IMAGES", 2)
    labels = LabelSet()
    labels.add("a cat")
    message = told(matcher, labels, files)
    assert [image["name"] for image in message["images"]] == ["2.png", "1.png"]
    assert "1 older" in message["notes"][0]


def test_the_labels_of_a_visitor_are_forgotten_with_their_visit() -> None:
    handlers = tab.Handlers(Settings(offline=True))
    states = {name: tab.ExamplesState() for name in ("one", "two")}
    for name, state in states.items():
        state.labels.add(f"of {name}")
        handlers.visits.at_end(name, state.forget)
    handlers.visits.give_back("one")
    handlers.visits.give_back("a stranger")
    assert states["one"].labels.labels == []
    assert [label.name for label in states["two"].labels.labels] == ["of two"]


def test_of_two_questions_the_older_ones_answer_does_not_come_last(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers, state = tab.Handlers(Settings(offline=True)), tab.ExamplesState()
    monkeypatch.setattr(tab.Handlers, "_matcher", lambda self, model: None)
    monkeypatch.setattr(LabelSet, "prepare", lambda self, matcher, language: None)
    monkeypatch.setattr(look, "message", lambda *asked: {"scoring": asked[-2]})
    monkeypatch.setattr(read_ahead, "is_long", lambda *read: False)
    page = SimpleNamespace(session_hash="page")

    def ask(scoring: str, number: int) -> tuple:
        *_, answer = handlers.answer("en", state, "examples", [], "photo", "", scoring, False, "", number, page)
        return answer

    new, old = ask("softmax", 6), ask("trained", 5)
    assert "softmax" in new[0]
    assert old == (gr.skip(), gr.skip())
