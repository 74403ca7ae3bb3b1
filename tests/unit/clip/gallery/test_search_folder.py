"""A folder is searched as a plain loop would, and only what is new in it is computed."""

import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image

from demos.clip import batch_encoding, data, prompts
from demos.clip.gallery import search_folder
from demos.clip.gallery.query import parse
from demos.clip.gallery.search_folder import Answer, Progress
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput
from tests.clip_fixtures import bad_files, photo, tiny_clip


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return registry.open_model(str(tiny_clip(tmp_path_factory.mktemp("model"))), torch.device("cpu"), local=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve images in two folders."""
    for seed in range(12):
        place = tmp_path / "images" / ("even" if seed % 2 == 0 else "odd")
        place.mkdir(parents=True, exist_ok=True)
        photo(place / f"{seed:02}.png", seed)
    return tmp_path / "images"


def search(matcher: Matcher, folder: Path, query: str, top: int = 5, kept: Path | None = None) -> Answer:
    *progress, answer = search_folder.search(matcher, folder, query, top, kept)
    assert all(isinstance(each, Progress) for each in progress)
    assert progress[-1].done == progress[-1].total
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.parametrize("query", ["a dog", "2:a dog + beach - people", "[03.png] - a dog", "[even/04.png]"])
def test_what_is_found_is_what_a_plain_loop_finds(matcher: Matcher, folder: Path, query: str) -> None:
    query = query.replace("[03.png]", f"[{folder / 'odd' / '03.png'}]")
    total = torch.zeros(24)
    for term in parse(query):
        if term.is_image:
            [vector] = matcher.encode_images([data.read(folder / term.text)])
        else:
            [vector] = matcher.encode_labels([term.text], prompts.templates("everyday"))
        total += term.weight * vector
    cosines = {
        str(path): float(matcher.encode_images([data.read(path)])[0] @ total / total.norm())
        for path in folder.rglob("*.png")
    }
    expected = sorted(cosines, key=lambda path: -cosines[path])[:5]
    found = search(matcher, folder, query).found
    assert [each.image for each in found] == expected
    assert [each.similarity for each in found] == pytest.approx([cosines[path] for path in expected], abs=1e-5)


def test_a_second_time_nothing_is_computed_and_later_only_what_is_new(
    matcher: Matcher, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = search(matcher, folder, "a dog", kept=tmp_path / "index")
    read: list[str] = []
    original = data.read
    monkeypatch.setattr(data, "read", lambda file, *more: (read.append(Path(file.name).name), original(file, *more))[1])
    matcher._vectors.clear()  # as if another program searched
    second = search(matcher, folder, "a dog", kept=tmp_path / "index")
    assert (first.computed, second.computed) == (12, 0)
    assert second.found == first.found
    assert read == []
    photo(folder / "new.png", 99)
    shutil.copy(folder / "even" / "00.png", folder / "00-again.png")
    shutil.move(folder / "odd" / "01.png", folder / "moved.png")
    third = search(matcher, folder, "a dog", 20, kept=tmp_path / "index")
    assert third.computed == 1
    assert read == ["new.png"]
    assert len(third.found) == third.images == 14
    by_name = {Path(each.image).name: each.similarity for each in third.found}
    assert by_name["00-again.png"] == by_name["00.png"]


def test_what_was_computed_is_kept_when_the_search_is_stopped(
    matcher: Matcher, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_encoding, "PART", 5)
    monkeypatch.setattr(Matcher, "at_once", 5)
    running = search_folder.search(matcher, folder, "a dog", 5, tmp_path / "index")
    assert next(running) == Progress(5, 12)
    running.close()
    assert search(matcher, folder, "a dog", kept=tmp_path / "index").computed == 7


def test_every_kind_of_image_is_found_and_what_cannot_be_read_is_named(matcher: Matcher, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    image = Image.open(photo(tmp_path / "one.png"))
    for name, kind in {"a.jfif": "JPEG", "b.jp2": "JPEG2000", "c.pnm": "PPM", "d.ico": "ICO", "e.TGA": "TGA",
                       "f.webp": "WEBP", "g.avif": "AVIF", "h.tif": "TIFF", "i.heic": "HEIF"}.items():  # fmt: skip
        image.save(folder / name, kind)
    bad = {name for name in bad_files(folder) if "." in name}
    (folder / "notes.txt").write_text("no image")
    answer = search(matcher, folder, "a dog", 50)
    assert sorted(Path(each.image).name for each in answer.found) == sorted(
        ["a.jfif", "b.jp2", "c.pnm", "d.ico", "e.TGA", "f.webp", "g.avif", "h.tif", "i.heic"]
    )
    assert len(answer.skipped) == len(bad)
    assert all(any(name in sentence for sentence in answer.skipped) for name in bad)


@pytest.mark.parametrize(
    ("query", "top", "key"),
    [
        ("dog +", 5, "clip.query_nothing_there"),
        ("[none.png]", 5, "clip.query_no_image"),
        ("dog", 0, "common.not_whole"),
    ],
)
def test_bad_input_is_refused(matcher: Matcher, folder: Path, query: str, top: int, key: str) -> None:
    with pytest.raises(BadInput) as refusal:
        search(matcher, folder, query, top)
    assert refusal.value.key == key


def test_a_folder_without_images_is_refused(matcher: Matcher, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        search(matcher, tmp_path, "dog")
    assert refusal.value.key == "clip.no_images"
