"""Whatever comes in, also what nobody would think of: it is read, or refused by a sentence, and comes back the same.

The examples are drawn by Hypothesis from a seed of each test's own (`derandomize`): the same on every machine. `make
soak` tries many more.
"""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demos.clip.tokenizer import learn_merges, word_counts
from demos.common.base64_arrays import decode_floats, encode_floats
from demos.common.errors import BadInput
from demos.common.valid_text import valid_json, valid_text
from demos.gpt.models.checkpoint import load
from demos.gpt.tokenizer import BytePairTokenizer, CharTokenizer, tokenizer_from
from demos.posture.exercises import find_exercise
from demos.posture.teach.exercise_file import read, write
from demos.xor.csv_table import read_csv
from demos.xor.settings.setup import Setup

FEW, MANY = 50, 1000
ANY = st.text(st.characters(codec=None), max_size=60)  # halves of characters too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
CELL = st.sampled_from(
    ["0", "1", "-1.5", "1e999", "nan", "x", "", '"', "a,b", "\ufeff", "١", " ", "#", "sep=;", "\x00"]
)
TABLE = st.lists(st.lists(CELL, max_size=5), max_size=8)
FIELDS = [*json.loads(json.dumps(Setup().to_json())), "data", "hidden", "activation", "points", "view", "weights", "lr"]
PAIRS = BytePairTokenizer.learn(["the cat sat on the mat\n", "안녕하세요 오늘은\n"] * 20, 280)
EXERCISE = write(find_exercise("squat"))


PROPERTIES: list[tuple[tuple[st.SearchStrategy[Any], ...], Callable[..., None]]] = []  # what is drawn, what must hold


def holds(*drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def noted(check: Callable[..., None]) -> Callable[..., None]:
        PROPERTIES.append((drawn, check))
        return check

    return noted


@holds(TABLE, st.sampled_from([",", ";", "\t", " "]), ANY)
def table(cells: list[list[str]], between: str, rest: str) -> None:
    try:
        points = read_csv("\n".join(between.join(row) for row in cells) + rest)
    except BadInput as refused:
        said(refused)
    else:
        assert np.isfinite(points.x).all()


@holds(st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON, ANY)
def link(found: object, address: str) -> None:
    for reading in (lambda: Setup.from_json(found), lambda: Setup.from_link(address)):
        try:
            setup = reading()
        except BadInput as refused:
            said(refused)
        else:
            again = Setup.from_link(setup.to_link())
            assert again.to_json() == setup.to_json()


@holds(st.lists(st.floats(width=32), max_size=40), ANY)
def arrays(numbers: list[float], text: str) -> None:
    np.testing.assert_array_equal(decode_floats(encode_floats(numbers)), np.array(numbers, np.float32))
    try:
        read = decode_floats(text)
    except ValueError:
        return
    assert decode_floats(encode_floats(read)).tobytes() == read.tobytes()


@holds(ANY, JSON)
def texts(text: str, message: object) -> None:
    valid = valid_text(text)
    assert valid.encode().decode() == valid
    assert len(valid) == len(text)
    assert valid_text(valid) == valid
    body = json.dumps([text, message])
    assert json.loads(valid_json(body.encode()))[0] == valid_text(json.loads(body)[0])


@holds(ANY)
def gpt_tokens(text: str) -> None:
    valid = valid_text(text)
    characters = CharTokenizer.of(valid)
    for tokenizer in (characters, PAIRS, tokenizer_from(json.loads(json.dumps(characters.to_json())))):
        encoding = tokenizer.encode(valid)
        assert encoding.unknown == ()
        assert tokenizer.decode(encoding.tokens) == valid
        assert b"".join(tokenizer.bytes_of(token) for token in encoding.tokens).decode() == valid


@holds(st.lists(st.text(max_size=8), max_size=4))
def clip_merges(captions: list[str]) -> None:
    counts = word_counts(captions)
    merges = learn_merges(counts, 20)
    assert len(merges) == len(set(merges)) <= 20


@holds(st.data())
def exercise(data: st.DataObject) -> None:
    """A file of ours, a part of it replaced."""
    begin = data.draw(st.integers(0, len(EXERCISE)))
    end = data.draw(st.integers(begin, min(len(EXERCISE), begin + 30)))
    put = data.draw(ANY | st.sampled_from(["1e999", "-1", "nan", "[", "''", "99999999999999999999", "{}", "true"]))
    changed = valid_text(EXERCISE[:begin] + put + EXERCISE[end:])
    try:
        read(changed.encode(), "own")
    except BadInput as refused:
        said(refused)


@holds(JSON, st.binary(max_size=40), st.integers(0, 2**64 - 1) | st.none())
def model_header(header: object, rest: bytes, length: int | None) -> None:
    """The head of a safetensors file: its length in eight bytes, then JSON."""
    body = json.dumps(header).encode()
    MODEL[0].write_bytes(struct.pack("<Q", len(body) if length is None else length) + body + rest)
    try:
        load(str(MODEL[0]))
    except BadInput as refused:
        said(refused)
    else:
        raise AssertionError("that is no model")


MODEL: list[Path] = []


def said(refused: BadInput) -> None:
    """A sentence in either language, which can be sent."""
    for language in ("en", "ko"):
        assert refused.in_language(language).strip().encode()


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
@pytest.mark.parametrize(("drawn", "check"), [pytest.param(*one, id=one[1].__name__) for one in PROPERTIES])
def test_whatever_comes_in(
    drawn: tuple[st.SearchStrategy[Any], ...], check: Callable[..., None], examples: int, tmp_path: Path
) -> None:
    MODEL[:] = [tmp_path / "model.safetensors"]
    often = settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow],
    )
    often(given(*drawn)(check))()
