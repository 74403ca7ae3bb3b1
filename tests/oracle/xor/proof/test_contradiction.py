"""The two contradicting inequalities, checked in exact numbers."""

from fractions import Fraction

import numpy as np
import pytest

from demos.xor.data import DATASETS, Points, sample
from demos.xor.proof.contradiction import contradiction, proof_data, shown, total
from demos.xor.proof.separable import witness

TWO_CLASSES = [name for name, dataset in DATASETS.items() if dataset.classes == 2 and not dataset.values]


def points(x: list, y: list) -> Points:
    return Points(np.array(x, dtype=float), np.array(y), (-1, 1))


def check(cloud: Points) -> bool:
    """True if there is a contradiction; then that it is one."""
    found = contradiction(cloud)
    assert (found is None) == (witness(cloud) is None)
    if found is None:
        return False
    assert total(found.ones) == total(found.zeros) == found.total
    assert found.total[2] > 0
    for terms, label in ((found.ones, 1), (found.zeros, 0)):
        assert terms
        for term in terms:
            assert term.factor > 0
            assert cloud.y[term.index] == label
            assert term.x == tuple(map(Fraction, cloud.x[term.index].tolist()))
    return True


def test_random_points_contradict_themselves_or_a_line_separates_them() -> None:
    random = np.random.default_rng(0)
    answers = []
    for _ in range(300):
        count = int(random.integers(2, 9))
        draw = random.normal(size=(count, 2)) if random.random() < 0.5 else random.integers(0, 3, (count, 2))
        answers.append(check(points(draw.tolist(), random.integers(0, 2, count).tolist())))
    assert 50 < sum(answers) < 250


@pytest.mark.parametrize("name", TWO_CLASSES)
def test_every_dataset_has_a_contradiction_exactly_if_no_line_separates_it(name: str) -> None:
    assert check(sample(name, DATASETS[name].count, 0.0, 0)) == (name not in ("and", "or", "nand", "gaussians"))


def test_the_contradiction_of_xor_is_the_textbooks() -> None:
    found = proof_data(contradiction(sample("xor", 4, 0, 0)))  # type: ignore[arg-type]
    assert found["exact"]
    assert [term["x"] for term in found["ones"]] == [["0", "1"], ["1", "0"]]
    assert [term["x"] for term in found["zeros"]] == [["0", "0"], ["1", "1"]]
    assert {term["factor"] for term in [*found["ones"], *found["zeros"]]} == {"1"}
    assert found["total"] == ["1", "1", "2"]  # w₁ + w₂ + 2b


def test_special_places() -> None:
    assert proof_data(contradiction(points([[2, 3], [2, 3]], [0, 1])))["total"] == ["2", "3", "1"]  # type: ignore[arg-type]
    between = proof_data(contradiction(points([[0, 0], [3, 0], [1, 0]], [0, 0, 1])))  # type: ignore[arg-type]
    assert [term["factor"] for term in between["zeros"]] == ["2", "1"]
    assert check(points([[0, 0], [4, 0], [0, 4], [1, 1]], [0, 0, 0, 1]))
    assert check(points([[0, 0], [2, 0], [1, 0], [3, 0]], [0, 0, 1, 1]))  # two segments on one line


def test_of_all_fours_that_meet_the_largest_is_named() -> None:
    touching = points([[0, 0], [2, 0], [1, 0], [1, 1]], [0, 0, 1, 1])  # the end of one segment on the other
    assert witness(touching) == [0, 1, 2, 3]
    skew = points([[0, 0], [4, 4], [0, 3], [3, 0], [1, 0], [2, 2]], [0, 0, 1, 1, 1, 0])
    assert witness(skew) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("value", "said", "exact"),
    [
        ("-7", "-7", True),
        ("999999", "999999", True),
        ("1000000", "1e+06", False),
        ("-1000000", "-1e+06", False),
        ("1/4", "0.25", True),
        ("-0.001", "-0.001", True),
        ("1/2000", "0.0005", False),  # more than three decimals
        ("1/3", "1/3", True),
        ("-22/7", "-22/7", True),
        ("7/60", "7/60", True),
        ("1/61", "0.0164", False),
        ("1999999/2", "1999999/2", True),  # too long for six digits
        ("1234.567", "1.23e+03", False),
    ],
)
def test_a_number_is_read_exactly_where_that_is_short(value: str, said: str, exact: bool) -> None:
    assert shown(Fraction(value)) == (said, exact)


def test_huge_factors_are_told_as_shares() -> None:
    """Coordinates with many digits: the smallest whole factors have thirty digits, which nobody reads."""
    found = proof_data(contradiction(sample("spiral", 200, 0.2, 0)))  # type: ignore[arg-type]
    assert not found["exact"]
    factors = [[float(term["factor"]) for term in found[side]] for side in ("ones", "zeros")]
    assert [sum(side) for side in factors] == pytest.approx([1, 1], abs=0.01)
    assert not any("e+" in number for number in found["total"])
