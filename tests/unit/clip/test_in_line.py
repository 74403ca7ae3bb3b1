"""What takes long in Match, in the matrix and in the gallery waits in line, leaves it when it is stopped; a few images
by a small model wait for nobody."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
import torch

from demos.clip import read_ahead
from demos.clip.data import File
from demos.clip.examples import tab as examples
from demos.clip.gallery import tab as gallery
from demos.clip.gallery.tab import GalleryState
from demos.clip.match import tab as match
from demos.clip.matrix import tab as matrix
from demos.clip.models.folder import open_folder
from demos.clip.zero_shot import Matcher
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.latest import Latest
from demos.common.settings import Settings
from tests.clip_fixtures import photo, tiny_clip


@pytest.fixture
def matcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Matcher:
    """A model that has read nothing yet, and answers whatever is asked."""
    found = open_folder("tiny", tiny_clip(tmp_path / "model"), torch.device("cpu"))
    monkeypatch.setattr("demos.clip.models.registry.open_model", lambda *given, **named: found)
    return found


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [str(photo(tmp_path / f"{number}.png", number, (40, 30))) for number in range(10)]


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Budgets:
    """Budgets of whose heavy turns somebody else holds the only one; and everything that is new takes long."""
    monkeypatch.setattr(read_ahead, "LIGHT", 0)
    budgets = Budgets.of(Settings())
    budgets.heavy.at_once = 1
    assert budgets.heavy.enter("another").take()
    return budgets


def go_on(budgets: Budgets) -> None:
    """The other one ends."""
    budgets.heavy.holding[0].leave()


def is_in_line(update: Any) -> bool:
    return update["visible"] and "1st in line" in update["value"]


def asked(files: list[str], latest: Latest, number: int) -> tuple[Any, ...]:
    return files, "a cat\na dog", "everyday", "", 5, "tiny", "centre", "trained", "", True, (0, 0), latest, number


def test_match_waits_in_line_and_then_answers_as_it_does_alone(
    matcher: Matcher, files: list[str], busy: Budgets
) -> None:
    handlers, latest = match.Handlers(Settings(), busy), Latest()
    given = handlers.answer_in_turn("en", *asked(files, latest, 1))
    next(given)
    assert is_in_line(next(given)[2])
    go_on(busy)
    *_, (told, page, problem) = given
    assert (page, problem["visible"]) == ((0, 10), False)
    alone = handlers.answer_quietly("en", *asked(files, Latest(), 1))
    assert json.loads(told) == json.loads(alone[0])
    assert len(json.loads(told)["images"]) == 10
    assert busy.heavy.count == 0


def test_match_answers_at_once_what_it_has_read_before_and_what_is_little(
    matcher: Matcher, files: list[str], busy: Budgets, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers = match.Handlers(Settings(), busy)
    monkeypatch.setattr(read_ahead, "LIGHT", float("inf"))
    *_, few = handlers.answer_in_turn("en", *asked(files[:2], Latest(), 1))
    monkeypatch.setattr(read_ahead, "LIGHT", 0)
    *_, again = handlers.answer_in_turn("en", *asked(files[:2], Latest(), 1))
    assert json.loads(few[0]) == json.loads(again[0])
    assert busy.heavy.count == 1  # the other one, who computes on


def test_a_question_that_is_asked_anew_leaves_the_line(matcher: Matcher, files: list[str], busy: Budgets) -> None:
    handlers, latest = match.Handlers(Settings(), busy), Latest()
    old = handlers.answer_in_turn("en", *asked(files, latest, 1))
    for _ in range(2):
        next(old)
    new = handlers.answer_in_turn("en", *asked(files[:3], latest, 2))
    next(new)
    assert is_in_line(next(new)[2])  # the older one does not stand before it
    assert list(old) == []
    go_on(busy)
    *_, (told, _, _) = new
    assert len(json.loads(told)["images"]) == 3


def test_more_at_once_than_one_visitor_may_is_a_sentence(
    matcher: Matcher, files: list[str], busy: Budgets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match, "visitor", lambda: "one")
    busy.heavy.most_of_one = 1
    handlers = match.Handlers(Settings(), busy)
    first = handlers.answer_in_turn("ko", *asked(files, Latest(), 1))
    assert next(first)
    next(first)
    *_, (_, _, refused) = handlers.answer_in_turn("en", *asked(files, Latest(), 1))
    assert refused["visible"]
    assert "in line" not in refused["value"]


def test_files_of_all_results_wait_in_line(matcher: Matcher, files: list[str], busy: Budgets) -> None:
    handlers = match.Handlers(Settings(), busy)
    event: Any = SimpleNamespace(_data={"what": "json", "number": 7})
    question = ("a cat\na dog", "everyday", "", 5, "tiny", "centre", "trained")
    given = handlers.hand_out("en", files, *question, event)
    assert is_in_line(next(given)[1])
    go_on(busy)
    *_, (told, beside) = given
    results = json.loads(json.loads(told)["content"])["results"]
    assert len({row["image"] for row in results}) == 10
    assert not beside["visible"]
    assert busy.heavy.count == 0


def test_the_matrix_waits_in_line(matcher: Matcher, files: list[str], busy: Budgets) -> None:
    handlers, latest = matrix.Handlers(Settings(), busy), Latest()
    given = handlers.compared("en", "matrix", files, "a cat\na dog", "tiny", latest, 1)
    next(given)
    assert is_in_line(next(given)[1])
    go_on(busy)
    *_, (told, problem) = given
    assert len(json.loads(told)["images"]) == 10
    assert not problem["visible"]
    assert busy.heavy.count == 0


def test_labels_by_example_wait_in_line(matcher: Matcher, files: list[str], busy: Budgets) -> None:
    handlers, state = examples.Handlers(Settings(), budgets=busy), examples.ExamplesState()
    page: Any = SimpleNamespace(session_hash="page")

    def asked(number: int) -> Iterator[tuple[Any, Any]]:
        shown = handlers.answer("en", state, "examples", files, "everyday", "", "trained", False, "tiny", number, page)
        next(shown)
        return shown

    old = asked(1)
    assert is_in_line(next(old)[1])
    new = asked(2)
    assert is_in_line(next(new)[1])
    assert list(old) == []  # it does not stand in line any more
    go_on(busy)
    *_, (told, problem) = new
    assert len(json.loads(told)["images"]) == 10
    assert not problem["visible"]
    assert busy.heavy.count == 0


def batch(files: list[str]) -> Any:
    images = [
        {"number": number, "name": Path(file).name, "shown": True,
         "data": base64.b64encode(Path(file).read_bytes()).decode()}
        for number, file in enumerate(files)
    ]  # fmt: skip
    return SimpleNamespace(_data={"batch": 1, "images": images})


def added(handlers: gallery.Handlers, state: GalleryState, files: list[str]) -> Iterator[dict[str, Any]]:
    return map(json.loads, handlers.add("en", state, "tiny", batch(files)))


def test_a_batch_of_the_gallery_waits_in_line_and_is_taken_in_whole(
    matcher: Matcher, files: list[str], busy: Budgets
) -> None:
    state = GalleryState()
    told = added(gallery.Handlers(Settings(), budgets=busy), state, files)
    waiting = next(told)
    assert (waiting["batch"], waiting["place"][:11]) == (1, "1st in line")
    go_on(busy)
    *_, last = told
    assert [item["number"] for item in last["items"]] == list(range(10))
    assert last["count"] == 10
    assert busy.heavy.count == 0


def test_a_batch_that_is_stopped_leaves_the_line_and_is_answered(
    matcher: Matcher, files: list[str], busy: Budgets
) -> None:
    state = GalleryState()
    told = added(gallery.Handlers(Settings(), budgets=busy), state, files)
    next(told)
    state.stops.request()
    (last,) = told
    assert (last["batch"], last["items"]) == (1, [])
    assert busy.heavy.count == 1


def test_a_few_images_of_the_gallery_wait_for_nobody(
    matcher: Matcher, files: list[str], busy: Budgets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "LIGHT", 3 * matcher.parameters)
    (last,) = added(gallery.Handlers(Settings(), budgets=busy), GalleryState(), files[:3])
    assert len(last["items"]) == 3


def test_the_apps_photos_are_read_in_turn_by_a_new_model_and_all_of_them_though_it_was_interrupted(
    matcher: Matcher, busy: Budgets
) -> None:
    handlers, state = gallery.Handlers(Settings(), budgets=busy), GalleryState()
    page: Any = SimpleNamespace(session_hash="page")

    def find(number: int) -> Iterator[Any]:
        return handlers.found_in_turn("en", state, "gallery", "", "tiny", number, page)

    old = find(1)
    next(old)
    assert is_in_line(next(old)[1])
    new = find(2)
    assert next(new) == (gr.skip(), gr.skip())
    assert is_in_line(next(new)[1])
    assert list(old) == []
    go_on(busy)
    *_, (told, problem) = new
    alone = GalleryState()
    alone.collection.prepare(matcher)
    assert json.loads(told)["count"] == len(alone.collection.items) > 0
    assert not problem["visible"]
    assert busy.heavy.enter("another").take()
    state = GalleryState()  # of the next visitor: the model knows the photos, and nobody has to wait
    *_, (told, _) = find(3)
    assert json.loads(told)["count"] == len(alone.collection.items)


def test_the_words_of_the_map_are_read_in_turn_and_too_many_are_refused_beside_them(
    matcher: Matcher, busy: Budgets
) -> None:
    handlers, state = gallery.Handlers(Settings(), budgets=busy), GalleryState()
    given = handlers.laid_out_in_turn("en", state, "a cat\na dog", "tiny", 1)
    assert next(given) == (gr.skip(), gr.skip())
    assert is_in_line(next(given)[1])
    go_on(busy)
    *_, (told, problem) = given
    assert json.loads(told)["words"] == ["a cat", "a dog"]
    assert not problem["visible"]
    many = "\n".join(f"word {number}" for number in range(100))
    *_, (told, problem) = handlers.laid_out_in_turn("en", state, many, "tiny", 2)
    assert told == gr.skip()
    assert problem["visible"]
    assert "100" in problem["value"]


def test_the_apps_photos_are_added_in_turn(matcher: Matcher, busy: Budgets) -> None:
    handlers, state = gallery.Handlers(Settings(), budgets=busy), GalleryState()
    state.collection.untouched = False
    given = handlers.add_photos("en", state, "tiny")
    assert next(given) == gr.skip()
    assert is_in_line(next(given))
    assert not state.collection.items
    go_on(busy)
    *_, problem = given
    assert not problem["visible"]
    assert state.collection.seen_by(matcher)[0] == list(state.collection.items.values()) != []


def test_what_was_read_ahead_is_known_and_is_what_is_read_otherwise(matcher: Matcher, files: list[str]) -> None:
    given, templates = [File(Path(file)) for file in (*files, "nothing here")], ("{}", "a photo of a {}")
    assert read_ahead.is_long(matcher, given) is (10 * matcher.parameters > read_ahead.LIGHT)
    assert [file.name for file in matcher.unread_files(given)] == [Path(file).name for file in files]
    pieces = list(read_ahead.read_ahead(matcher, given, ["a", "b"], templates))
    assert len(pieces) == 1 + 3
    assert matcher.unread_files(given) == matcher.unread_labels(["a", "b"], templates) == []
    assert matcher.unread_labels(["a", "c"], templates) == ["c"]
    assert len(matcher.unread_files(given, "tiles")) == len(matcher.unread_files(given, None)) == 10
