"""What the gallery's page is told: hits in their order, near-duplicates behind the best of them, and the map."""

from pathlib import Path

import numpy as np
import pytest
import torch

from demos.clip.gallery import duplicates, look, ranking
from demos.clip.gallery.batch import Sent
from demos.clip.gallery.collection import Collection, Failed, Item
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from demos.common.base64_arrays import decode_floats
from demos.common.errors import BadInput
from tests.clip_fixtures import photo, tiny_clip


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return registry.open_model(str(tiny_clip(tmp_path_factory.mktemp("model"))), torch.device("cpu"), local=True)


@pytest.fixture
def collection(matcher: Matcher, tmp_path: Path) -> Collection:
    """Six images, the last one a copy of the first."""
    own = Collection()
    seeds = [*range(5), 0]
    own.add(
        matcher, [Sent(n, f"{n}.png", photo(tmp_path / f"{n}.png", seed).read_bytes()) for n, seed in enumerate(seeds)]
    )
    return own


@pytest.fixture
def only_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.clip.gallery.collection.cut_off", lambda matcher: 0.99999)


@pytest.mark.usefixtures("only_copies")
def test_without_a_query_all_are_there_the_newest_first(matcher: Matcher, collection: Collection) -> None:
    answer = look.found(matcher, collection, "  ", "en")
    assert [hit["number"] for hit in answer["hits"]] == [5, 4, 3, 2, 1]
    assert answer["hits"][0]["alike"] == [0]
    assert {hit["similarity"] for hit in answer["hits"]} == {None}
    assert answer["count"] == 6
    assert not answer["nothing_fits"]
    assert answer["unseen"] == []


@pytest.mark.usefixtures("only_copies")
def test_an_image_behind_another_comes_with_what_the_page_needs_to_show_it(matcher: Matcher, tmp_path: Path) -> None:
    content, own = photo(tmp_path / "one.tif").read_bytes(), Collection()
    own.add(matcher, [Sent(n, f"{n}.tif", content, shown=n == 1) for n in range(3)])
    answer = look.found(matcher, own, "", "en")
    [hit] = answer["hits"]
    assert sorted([hit["number"], *hit["alike"]]) == [0, 1, 2]
    [other] = answer["others"]  # the page shows 1 by itself, and 2 is the hit
    assert other["number"] == 0
    assert other["thumbnail"].startswith("data:image/jpeg")


@pytest.mark.usefixtures("only_copies")
def test_a_query_ranks_them_and_the_best_stands_for_its_copies(
    matcher: Matcher, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for believed, nothing in ((0.2, True), (0.8, False)):
        monkeypatch.setattr(
            ranking, "believed", lambda matcher, images, *rest, value=believed: np.full((len(images), 1), value)
        )
        answer = look.found(matcher, collection, "a dog", "en")
        assert answer["nothing_fits"] == nothing
        assert {hit["fits"] for hit in answer["hits"]} == {not nothing}
        assert ("Nothing here fits" in answer["sentence"]) == nothing
    similarities = [hit["similarity"] for hit in answer["hits"]]
    assert similarities == sorted(similarities, reverse=True)
    assert len(similarities) == 5
    items, images = collection.seen_by(matcher)
    [dog] = matcher.encode_labels(["a dog"], look.prompts.templates("everyday")).numpy()
    cosines = {item.number: float(image @ dog) for item, image in zip(items, images, strict=True)}
    assert similarities == pytest.approx(sorted((cosines[number] for number in range(5)), reverse=True), abs=1e-3)
    assert cosines[answer["hits"][0]["number"]] == pytest.approx(max(cosines.values()), abs=1e-6)


@pytest.mark.usefixtures("only_copies")
def test_more_like_an_image_begins_with_it(matcher: Matcher, collection: Collection) -> None:
    answer = look.found(matcher, collection, "[3.png]", "ko")
    first = answer["hits"][0]
    assert (first["number"], first["fits"]) == (3, None)
    assert first["similarity"] == pytest.approx(1, abs=1e-3)
    for query, key in (("[none.png]", "clip.query_no_image"), ("[3.png] -", "clip.query_nothing_there")):
        with pytest.raises(BadInput) as refusal:
            look.found(matcher, collection, query, "en")
        assert refusal.value.key == key


def test_what_another_model_has_not_seen_is_asked_for(matcher: Matcher, collection: Collection, tmp_path: Path) -> None:
    other = registry.open_model(str(tiny_clip(tmp_path / "other", 1)), torch.device("cpu"), local=True)
    answer = look.found(other, collection, "a dog", "en")
    assert (answer["hits"], answer["unseen"]) == ([], [0, 1, 2, 3, 4, 5])


def test_the_answer_to_a_batch_names_what_failed(collection: Collection) -> None:
    bad = Failed(7, "cut.jpg", BadInput("clip.damaged", name="cut.jpg"))
    answer = look.received(3, [Item(6, "a.png", "key"), bad], collection, "ko")
    assert answer["batch"] == 3
    assert answer["items"] == [{"number": 6, "name": "a.png", "thumbnail": ""}]
    [failed] = answer["failed"]
    assert failed["number"] == 7
    assert failed["sentence"] == bad.error.in_language("ko")
    assert answer["count"] == 6


def test_the_map_has_a_place_for_each_image_and_word(matcher: Matcher, collection: Collection) -> None:
    laid = look.laid_out(matcher, collection, ["animal", " ", "a red car", "ANIMAL"])
    assert laid["words"] == ["animal", "a red car"]
    assert decode_floats(laid["points"]).shape == (12,)
    assert decode_floats(laid["word_points"]).shape == (4,)
    points = decode_floats(laid["points"]).reshape(6, 2)
    np.testing.assert_allclose(points[0], points[5], atol=1e-4)  # the copy lies where the first one lies
    assert look.laid_out(matcher, collection, [""])["words"] == []
    assert look.laid_out(matcher, Collection(), ["animal"])["items"] == []
    with pytest.raises(BadInput) as refusal:
        look.laid_out(matcher, collection, [f"word {number}" for number in range(look.MOST_WORDS + 1)])
    assert refusal.value.key == "clip.gallery_too_many_words"


def test_near_duplicates_are_computed_once_for_the_same_images(
    matcher: Matcher, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    monkeypatch.setattr("demos.clip.gallery.collection.cut_off", lambda matcher: 0.99999)
    monkeypatch.setattr(
        "demos.clip.gallery.collection.groups",
        lambda images, cut: (counted.append(len(images)), duplicates.groups(images, cut))[1],
    )
    for query in ("", "a dog", "a cat"):
        look.found(matcher, collection, query, "en")
    collection.remove([5])
    assert all(not hit["alike"] for hit in look.found(matcher, collection, "", "en")["hits"])
    assert counted == [6, 5]
