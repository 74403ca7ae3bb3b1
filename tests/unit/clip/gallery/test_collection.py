"""A visitor's images: each is computed once for a model, has a name of its own, and is forgotten with the page."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch

from demos.clip import data
from demos.clip.gallery import collection
from demos.clip.gallery.batch import Sent
from demos.clip.gallery.collection import Collection, Failed, Item, readable
from demos.clip.images.photos import photos
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from tests.clip_fixtures import bad_files, photo, tiny_clip


def opened(folder: Path, seed: int = 0) -> Matcher:
    return registry.open_model(str(tiny_clip(folder, seed)), torch.device("cpu"), local=True)


@pytest.fixture
def matcher(tmp_path: Path) -> Matcher:
    matcher = opened(tmp_path / "model")
    matcher._vectors.clear()
    return matcher


def images(folder: Path, count: int) -> list[Sent]:
    return [Sent(n, f"{n}.png", photo(folder / f"{n}.png", n).read_bytes()) for n in range(count)]


def test_vectors_are_those_of_the_files(matcher: Matcher, tmp_path: Path) -> None:
    own = Collection()
    answers = own.add(matcher, images(tmp_path, 5))
    assert [answer.name for answer in answers] == ["0.png", "1.png", "2.png", "3.png", "4.png"]
    items, vectors = own.seen_by(matcher)
    assert [item.number for item in items] == [0, 1, 2, 3, 4]
    expected = matcher.encode_images([data.read(tmp_path / item.name) for item in items]).numpy()
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_what_was_seen_is_not_computed_again(matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, sent = Collection(), images(tmp_path, 4)
    own.add(matcher, sent[:3])
    computed: list[int] = []
    original = Matcher.encode_files
    monkeypatch.setattr(
        Matcher, "encode_files", lambda self, files: (computed.append(len(files)), original(self, files))[1]
    )
    own.add(matcher, [*sent, Sent(9, "copy.png", sent[0].content)])
    assert computed == [1]
    assert own.called("copy.png").key == own.called("0.png").key  # type: ignore[union-attr]
    own.remove([0, 1])
    own.add(matcher, sent[:2])
    assert computed == [1, 0]


def test_another_model_has_seen_nothing_until_it_is_sent_again(matcher: Matcher, tmp_path: Path) -> None:
    own, other, sent = Collection(), opened(tmp_path / "other", 1), images(tmp_path, 3)
    first = own.add(matcher, sent)
    assert own.unseen_by(other) == [0, 1, 2]
    assert own.seen_by(other)[0] == []
    assert own.add(other, sent) == first  # the same items, by the same names
    assert own.unseen_by(other) == []
    assert not np.allclose(own.seen_by(other)[1], own.seen_by(matcher)[1])
    third = opened(tmp_path / "third", 2)
    assert own.unseen_by(third) == [0, 1, 2]
    assert own.unseen_by(matcher) == []
    assert own.unseen_by(other) == [0, 1, 2]  # the one that was asked longest ago is forgotten


def test_what_was_taken_out_does_not_stay_in_memory_for_ever(
    matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "MOST_IMAGES", 2)
    own, sent = Collection(), images(tmp_path, 9)
    for each in sent:
        own.remove([each.number - 2])
        assert isinstance(own.add(matcher, [each])[0], Item)
        assert sum(map(len, own._tables.values())) <= 6
    items, vectors = own.seen_by(matcher)
    assert [item.number for item in items] == [7, 8]
    expected = matcher.encode_images([data.read(tmp_path / item.name) for item in items]).numpy()
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_a_bad_image_is_named_and_the_others_are_there(matcher: Matcher, tmp_path: Path) -> None:
    bad = bad_files(tmp_path)["cut.jpg"].read_bytes()
    own = Collection()
    answers = own.add(matcher, [*images(tmp_path, 2), Sent(2, "holiday/cut.jpg", bad), Sent(3, "empty.gif", b"")])
    assert [type(answer) for answer in answers] == [Item, Item, Failed, Failed]
    assert "holiday/cut.jpg" in str(answers[2].error)  # type: ignore[union-attr]
    assert "empty.gif" in str(answers[3].error)  # type: ignore[union-attr]
    assert list(own.items) == [0, 1]


def test_names_are_unique_and_readable(matcher: Matcher, tmp_path: Path) -> None:
    content = photo(tmp_path / "one.png").read_bytes()
    own = Collection()
    names = ["a.png", "a.png", "a.png", "trip/a.png", "b[1].png", "x\n\ty.png", "../../etc/passwd", "", "n" * 400]
    answers = own.add(matcher, [Sent(number, name, content) for number, name in enumerate(names)])
    assert [answer.name for answer in answers[:7]] == [
        *("a.png", "a (2).png", "a (3).png", "trip/a.png", "b(1).png", "x y.png", "etc/passwd"),
    ]
    assert answers[7].name == "image"
    assert len(answers[8].name) == collection.LONGEST_NAME
    assert readable("[a]") == "(a)"


def test_one_too_many_is_refused(matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MOST_IMAGES", 2)
    own, sent = Collection(), images(tmp_path, 3)
    answers = own.add(matcher, sent)
    assert [type(answer) for answer in answers] == [Item, Item, Failed]
    assert answers[2].error.key == "clip.gallery_full"  # type: ignore[union-attr]
    assert [type(answer) for answer in own.add(matcher, sent[:2])] == [Item, Item]  # they are in already


def test_an_image_that_the_page_cannot_show_gets_a_thumbnail(matcher: Matcher, tmp_path: Path) -> None:
    file = photo(tmp_path / "one.tif", size=(900, 600))
    own = Collection()
    hidden, shown = own.add(matcher, [Sent(n, "a.tif", file.read_bytes(), shown=n == 1) for n in range(2)])
    assert isinstance(hidden, Item)
    assert hidden.thumbnail.startswith("data:image/jpeg;base64,")
    assert isinstance(shown, Item)
    assert shown.thumbnail == ""


def test_the_photos_of_the_app_come_and_go(matcher: Matcher, tmp_path: Path) -> None:
    own, sent = Collection(), images(tmp_path, 2)
    assert own.untouched
    own.add_photos(matcher)
    assert not own.untouched
    assert len(own.items) == len(photos())
    assert own.called("rocket.jpg").thumbnail  # type: ignore[union-attr]
    own.make_way()
    own.add(matcher, sent[:1])
    assert list(own.items) == [0]
    own.add_photos(matcher)  # asked for beside one's own, they stay
    own.make_way()
    own.add(matcher, sent[1:])
    assert len(own.items) == len(photos()) + 2
    own.clear()
    assert own.items == {}
    assert own.unseen_by(matcher) == []


def test_a_new_collection_is_prepared_with_the_photos_and_another_model_sees_those_that_are_left(
    matcher: Matcher, tmp_path: Path
) -> None:
    own, other = Collection(), opened(tmp_path / "other", 1)
    own.prepare(matcher)
    assert len(own.items) == len(photos())
    own.remove([-1, -2])
    own.prepare(matcher)
    own.prepare(other)
    assert len(own.items) == len(own.seen_by(other)[0]) == len(photos()) - 2
    own.clear()
    own.prepare(matcher)
    assert own.items == {}  # whoever took all out wants none


def test_each_visitor_begins_with_a_collection_of_their_own() -> None:
    first = Collection()
    second = copy.deepcopy(first)
    second.items[1] = Item(1, "a", "b")
    assert first.items == {}


def test_vectors_that_are_kept_are_not_computed_in_the_next_visit(
    matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, sent = Collection(tmp_path / "kept"), images(tmp_path, 4)
    first.add(matcher, sent[:3])
    _, vectors = first.seen_by(matcher)
    first.clear()
    matcher._vectors.clear()
    computed: list[int] = []
    encode = matcher.encode_files
    monkeypatch.setattr(matcher, "encode_files", lambda files: encode([computed.append(1) or file for file in files]))
    second, elsewhere = Collection(tmp_path / "kept"), Collection()
    second.add(matcher, sent)
    assert len(computed) == 1
    np.testing.assert_array_equal(second.seen_by(matcher)[1][:3], vectors)
    elsewhere.add(matcher, sent)
    assert len(computed) == 5
    other = Collection(tmp_path / "kept")
    other.add(opened(tmp_path / "other", 1), sent)  # another model's vectors are its own
    assert len(other.seen_by(matcher)[0]) == 4
