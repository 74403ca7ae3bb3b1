"""A visitor's points as spreadsheets, numpy, pandas and people write them: read rightly, or refused in one sentence."""

import re
from pathlib import Path

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.xor.csv_table import read_csv, read_csv_file
from demos.xor.data import CORNERS

XOR = [0, 1, 1, 0]

# Every one of these says: the four corners of XOR.
READ = {
    "plain": "0,0,0\n0,1,1\n1,0,1\n1,1,0",
    "header": "x1,x2,label\n0,0,0\n0,1,1\n1,0,1\n1,1,0",
    "byte order mark and CRLF": "\ufeffx,y,label\r\n0,0,0\r\n0,1,1\r\n1,0,1\r\n1,1,0\r\n",
    "semicolons": "x;y;label\n0;0;0\n0;1;1\n1;0;1\n1;1;0",
    "tabs": "0\t0\ta\n0\t1\tb\n1\t0\tb\n1\t1\ta",
    "comma and blank": "0, 0, 0\n0, 1, 1\n1, 0, 1\n1, 1, 0",
    "labels -1 and 1": "0,0,-1\n0,1,1\n1,0,1\n1,1,-1",
    "labels False and True": "0,0,False\n0,1,True\n1,0,True\n1,1,False",
    "labels that are words": "0,0,cat\n0,1,dog\n1,0,dog\n1,1,cat",
    "labels 0.0 and 1.0": "0,0,0.0\n0,1,1.0\n1,0,1.0\n1,1,0.0",
    "quoted": '"x","y","label"\n"0","0","a"\n"0","1","b"\n"1","0","b"\n"1","1","a"',
    "a comment first": "# points\n0,0,0\n0,1,1\n1,0,1\n1,1,0",
    "Excel's line sep=;": "sep=;\n0;0;0\n0;1;1\n1;0;1\n1;1;0",
    "decimal commas between semicolons": "x;y;label\n0,0;0,0;0\n0,0;1,0;1\n1,0;0,0;1\n1,0;1,0;0",
    "blanks alone": "0.0 0.0 0\n0.0 1.0 1\n1.0 0.0 1\n1.0 1.0 0",
    "an index before them": ",x,y,label\n0,0,0,0\n1,0,1,1\n2,1,0,1\n3,1,1,0",
    "the label first": "label,x,y\ncat,0,0\ndog,0,1\ndog,1,0\ncat,1,1",
    "a comma at the end": "0,0,0,\n0,1,1,\n1,0,1,\n1,1,0,",
    "decimal commas between tabs": "x\ty\tlabel\n0,0\t0,0\t0\n0,0\t1,0\t1\n1,0\t0,0\t1\n1,0\t1,0\t0",
    "an index and the label first": "id,label,x,y\n1,a,0,0\n2,b,0,1\n3,b,1,0\n4,a,1,1",
    "numbered rows without names": "1;0;0;a\n2;0;1;b\n3;1;0;b\n4;1;1;a",
    "a comma at the end, and names": "x,y,label,\n0,0,0,\n0,1,1,\n1,0,1,\n1,1,0,",
    "Korean names": "가로,세로,레이블\n0,0,남\n0,1,여\n1,0,여\n1,1,남",
    "1 and 1.0": "0,0,0\n0,1,1.0\n1,0,1\n1,1,0.0",
    "comments between": "0,0,0\n# the second\n0,1,1\n1,0,1\n1,1,0",
}


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_the_same_table_in_many_spellings(text: str) -> None:
    points = read_csv(text)
    np.testing.assert_array_equal(points.x, CORNERS)
    assert points.y.tolist() == XOR


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        pytest.param("0,0,0\n0,1000,1\n1000,0,1", [[0, 0], [0, 1000], [1000, 0]], [0, 1, 1], id="thousand"),
        pytest.param("0,0,0\n0,0,0\n1,1,1\n1,1,1", [[0, 0], [0, 0], [1, 1], [1, 1]], [0, 0, 1, 1], id="twice"),
        pytest.param("0,0,0\n0,0,1", [[0, 0], [0, 0]], [0, 1], id="one place, two classes"),
        pytest.param("0,0,0\n1,1,1", [[0, 0], [1, 1]], [0, 1], id="two points"),
        pytest.param("5,0,0\n5,1,1\n5,2,0", [[5, 0], [5, 1], [5, 2]], [0, 1, 0], id="one column"),
        pytest.param("1e-9,0,0\n2e-9,0,1", [[1e-9, 0], [2e-9, 0]], [0, 1], id="tiny"),
        pytest.param("999.0001,0,0\n999.0002,0,1", [[999.0001, 0], [999.0002, 0]], [0, 1], id="far away"),
    ],
)
def test_unusual_points_are_read_as_they_are(text: str, x: list, y: list) -> None:
    points = read_csv(text)
    assert points.x.tolist() == x
    assert points.y.tolist() == y
    assert points.view[0] < points.x.min() <= points.x.max() < points.view[1]


def test_as_many_points_as_may_be_read_are_read_below_a_header() -> None:
    lines = [f"{row / 2000},{row % 2},{row % 2}" for row in range(2000)]
    assert len(read_csv("\n".join(["x,y,label", *lines])).y) == 2000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0,0\n0,1", id="two columns"),
        pytest.param("0,0,1\n0,1,1", id="one class"),
        pytest.param("", id="empty"),
        pytest.param("x,y,label", id="a header alone"),
        pytest.param("0,0,0\nnan,1,1\n1,0,1", id="NaN"),
        pytest.param("0,0,0\ninf,1,1\n1,0,1", id="infinity"),
        pytest.param("0,0,0\n,1,1\n1,0,1", id="an empty cell"),
        pytest.param("0,0,0\n1e6,1,1\n1,0,1", id="too far"),
        pytest.param("\n".join(f"{row / 9999},{row % 2},{row % 2}" for row in range(10_000)), id="too many"),
        pytest.param("0,0,0\n1,1,1,1\n1,0,1", id="rows of different lengths"),
        pytest.param("0,0,nan\n0,1,1\n1,0,1", id="NaN as a label"),
        pytest.param("0,O,0\n0,1,1\n1,0,1\n1,1,0", id="a first line with a letter for a number"),
        pytest.param("x,y\n0,0,0\n0,1,1\n1,0,1", id="a name too few"),
        pytest.param("x1,x,y,label\n0,0,0,0\n1,0,1,1", id="three coordinates"),
        pytest.param("1_0,0,0\n0,1,1", id="a number that only Python reads"),
        pytest.param("\n".join(f"{row / 2001},{row % 2},{row % 2}" for row in range(2001)), id="the 2,001st"),
    ],
)
def test_what_holds_no_two_classes_of_points_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_csv(text)
    assert len(str(refused.value)) < 200
    assert refused.value.in_language("ko") != str(refused.value)


def test_three_labels_are_three_classes() -> None:
    assert read_csv("0,0,0\n0,1,1\n1,0,2").y.tolist() == [0, 1, 2]
    assert read_csv("0,0,hen\n0,1,cat\n1,0,dog\n1,1,cat").y.tolist() == [2, 0, 1, 0]
    assert read_csv("0,0,No\n0,1,Yes\n1,0,yes\n1,1,no").y.tolist() == [0, 1, 1, 0]  # two, however they are written


@pytest.mark.parametrize(
    "text",
    [
        "x,y,z,label\n0,0,5,0\n0,1,6,1",
        "0,0,0\n0,1,1.0\n1,0,1\n1,1,0",
        "0,0,No\n0,1,Yes\n1,0,yes\n1,1,No",
        '0,0,"a, b"\n0,1,"c"',
        "0,0,0\n# x\n0,1,1\n1,0,1",
        "1_0,0,0\n0,1,1",
        "0,0,0\n\u22121,1,1",
        "0\uff0c0\uff0c0\n1\uff0c1\uff0c1",
        "[[0,0,0],[0,1,1]]",
        "my data\nx,y,label\n0,0,0\n1,1,1",
    ],
)
def test_anything_else_is_read_or_refused_and_never_breaks(text: str) -> None:
    try:
        points = read_csv(text)
    except BadInput:
        return
    assert np.isfinite(points.x).all()
    assert len(points.x) == len(points.y) >= 2


def test_a_file_of_korean_windows_is_read(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_bytes("가로,세로,레이블\n0,0,남\n0,1,여\n1,0,여\n1,1,남".encode("cp949"))
    assert read_csv_file(file).y.tolist() == XOR
    file.write_bytes(bytes(range(256)))
    with pytest.raises(BadInput, match=re.escape("points.csv")):
        read_csv_file(file)
