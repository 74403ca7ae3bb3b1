"""The query's little grammar: what it reads, what it refuses, and the vector it stands for."""

import numpy as np
import pytest

from demos.clip.gallery.query import MOST_TERMS, Term, combined, parse
from demos.common.errors import BadInput


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("a dog on grass", [Term(1, "a dog on grass")]),
        ("2:dog + beach - people", [Term(2, "dog"), Term(1, "beach"), Term(-1, "people")]),
        ("  2 :  dog+cat   +0.5:beach  ", [Term(2, "dog+cat"), Term(0.5, "beach")]),
        ("dog -people", [Term(1, "dog"), Term(-1, "people")]),
        ("-people + dog", [Term(-1, "people"), Term(1, "dog")]),
        ("+ dog", [Term(1, "dog")]),
        ("- people", [Term(-1, "people")]),
        ("a t-shirt - a half-open door", [Term(1, "a t-shirt"), Term(-1, "a half-open door")]),
        ("강아지 + 1,5:바닷가 − 사람", [Term(1, "강아지"), Term(1.5, "바닷가"), Term(-1, "사람")]),
        ("dog – cat", [Term(1, "dog"), Term(-1, "cat")]),
        ("[rocket.jpg]", [Term(1, "rocket.jpg", True)]),
        ("3:[a - b.jpg] - 2:night", [Term(3, "a - b.jpg", True), Term(-2, "night")]),
        ('"a + b: 2 - 1" - "12:30"', [Term(1, "a + b: 2 - 1"), Term(-1, "12:30")]),
        ("“black - white” + 2:“x”", [Term(1, "black - white"), Term(2, "x")]),
        ("dog: a portrait", [Term(1, "dog: a portrait")]),
        ("a photo, 3:4", [Term(1, "a photo, 3:4")]),
        ("C++ - [x]", [Term(1, "C++"), Term(-1, "x", True)]),
    ],
)
def test_what_is_read(query: str, terms: list[Term]) -> None:
    assert parse(query) == terms


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("", "clip.query_empty"),
        (" \n ", "clip.query_empty"),
        ("dog +", "clip.query_nothing_there"),
        ("dog + + cat", "clip.query_nothing_there"),
        ("dog - 2:", "clip.query_nothing_there"),
        ("-", "clip.query_nothing_there"),
        ('dog + ""', "clip.query_nothing_there"),
        ("[ ]", "clip.query_nothing_there"),
        ("0:dog", "clip.query_weight"),
        ("101:dog", "clip.query_weight"),
        ("[rocket.jpg", "clip.query_open"),
        ('dog + "cat', "clip.query_open"),
        ("[a.jpg] dog", "clip.query_no_sign"),
        ('"a"b', "clip.query_no_sign"),
        ("x" * 301, "clip.too_long"),
        (" + ".join("x" for _ in range(MOST_TERMS + 1)), "clip.query_too_many"),
    ],
)
def test_what_is_refused(query: str, key: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse(query)
    assert refusal.value.key == key
    assert refusal.value.in_language("ko") != str(refusal.value)


def test_the_vector_is_the_weighted_sum_of_length_one() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(3, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    total = [sum(weight * float(row[i]) for weight, row in zip((2, 1, -0.5), vectors, strict=True)) for i in range(8)]
    length = sum(part * part for part in total) ** 0.5
    np.testing.assert_allclose(combined(vectors, (2, 1, -0.5)), [part / length for part in total], atol=1e-6)


def test_terms_that_cancel_out_are_refused() -> None:
    same = np.array([[0.6, 0.8], [0.6, 0.8]], dtype=np.float32)
    with pytest.raises(BadInput) as refusal:
        combined(same, (1, -1))
    assert refusal.value.key == "clip.query_cancels"
