"""Groups of near-duplicates against the cosines of all pairs, one by one."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch

from demos.clip import data
from demos.clip.gallery import duplicates
from demos.clip.images.photos import photos
from demos.clip.models import registry
from tests.clip_fixtures import tiny_clip, unit_vectors


def by_all_pairs(vectors: np.ndarray, at_least: float) -> list[list[int]]:
    """Whoever can be reached from each other over pairs that are near enough."""
    near = {row: {row} for row in range(len(vectors))}
    for one, two in combinations(range(len(vectors)), 2):
        if sum(float(a) * float(b) for a, b in zip(vectors[one], vectors[two], strict=True)) >= at_least:
            merged = near[one] | near[two]
            for row in merged:
                near[row] = merged
    found = {min(rows): sorted(rows) for rows in near.values() if len(rows) > 1}
    return [found[first] for first in sorted(found)]


@pytest.mark.parametrize("at_least", [0.6, 0.8, 0.95])
@pytest.mark.parametrize("seed", range(4))
def test_groups_are_those_of_all_pairs(at_least: float, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "BLOCK", 7)
    rng = np.random.default_rng(seed)
    some = unit_vectors(40, 6, seed)
    copies = some[rng.integers(0, 40, size=20)] + 0.05 * rng.normal(size=(20, 6)).astype(np.float32)
    vectors = rng.permutation(np.concatenate([some, copies / np.linalg.norm(copies, axis=1, keepdims=True)]))
    found = duplicates.groups(vectors, at_least)
    assert found == by_all_pairs(vectors, at_least)
    assert found


def test_nothing_is_like_nothing() -> None:
    assert duplicates.groups(np.zeros((0, 4), dtype=np.float32), 0.9) == []
    assert duplicates.groups(unit_vectors(1, 4), 0.9) == []
    assert duplicates.groups(np.eye(4, dtype=np.float32), 0.5) == []


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        (range(10), 0.9, 1),
        (range(10), 1.0, 0),
        (range(10), 0.5, 5),
        ([3.0], 0.9, 3.0),
        ([1.0, 2.0], 0.9, 1.0),
        (range(19), 0.9, 1),
        ([5, 1, 4, 2, 3], 0.8, 2),
    ],
)
def test_a_cut_off_keeps_the_share_it_should_and_is_as_high_as_it_can_be(values, share: float, expected: float) -> None:
    def kept(cut: float) -> float:
        return sum(value >= cut for value in values) / len(values)

    cut = duplicates.keeping([float(value) for value in values], share)
    assert cut == expected
    assert kept(cut) >= share
    assert all(kept(each) < share for each in values if each > cut)


def test_no_values_give_no_cut_off() -> None:
    with pytest.raises(ValueError, match="values"):
        duplicates.keeping([], 0.9)


def test_the_measured_cut_off_is_what_a_loop_over_the_copies_finds(tmp_path: Path) -> None:
    matcher = registry.open_model(str(tiny_clip(tmp_path / "model")), torch.device("cpu"), local=True)
    cosines = []
    for photo in photos()[: duplicates.COPIED]:
        image = data.read(photo.file)
        [[vector]] = matcher.encode_files([data.File(photo.file)])
        sizes = set()
        for copy in duplicates.copies(image):
            assert copy.key != image.key
            sizes.add(copy.image.size)
            cosines.append(float(vector @ matcher.encode_images([copy])[0]))
        assert len(sizes) == 3
    cut = duplicates.cut_off(matcher)
    assert cut == pytest.approx(sorted(cosines)[1], abs=1e-5)  # of 15, 90 % are 14
    assert duplicates.cut_off(matcher) == cut
