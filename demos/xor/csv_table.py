"""Points from a table as text: as spreadsheets, numpy, pandas and people write them.

A line is x, y and a label. What is to be known of a table is found in this order: what divides its columns, whether a
line of names stands first, which column holds what. A cell that does not fit is not guessed at: its line is named.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from demos.common.errors import BadInput
from demos.xor.data import FARTHEST, MOST_CLASSES, MOST_POINTS, VALUE_DIGITS, Points, view_of

BLANKS = " "  # any number of them
DELIMITERS = (";", "\t", ",", "\uff0c", BLANKS)  # a comma last but blanks: it may be a decimal one
ENCODINGS = ("utf-8-sig", "cp949")  # cp949: of Korean Windows, older spreadsheets
LABEL_NAMES = {"label", "labels", "class", "target", "category", "species", "레이블", "라벨", "클래스", "분류"}
LEAST_REACH = 1e-5  # of points from their middle; closer together they are not told apart
INDEX_NAMES = {"", "index", "id", "no", "no.", "#", "번호", "인덱스"}
NO_LABEL = {"", "nan", "na", "n/a", "none", "null"}


@dataclass(frozen=True)
class Row:
    """The cells of a line, which line it is, from 1, and how it begins, to be shown."""

    line: int
    cells: tuple[str, ...]
    text: str

    def only(self, cells: slice) -> "Row":
        """The same line without its other cells."""
        return replace(self, cells=self.cells[cells])


def read_csv(text: str) -> Points:
    """Points from lines of x, y and a label; commas, semicolons, tabs or blanks may stand between.

    A line of names, comments (#), an index column before them, the label in front if its name says so, a comma at each
    line's end and decimal commas (not between commas) are understood. There must be two to five labels, of any kind
    ("0" and "1", "cat", "dog" and "hen"); the first in order becomes class 0. Labels from 0 to 1 that are not all whole
    are values. Coordinates stay as they are. Raises
    BadInput, naming the line, for anything else.
    """
    names, rows = _table(text)
    if len(rows) > MOST_POINTS:
        raise BadInput("xor.csv_too_long", most=f"{MOST_POINTS:,}")
    label_first = bool(names) and names[0] in LABEL_NAMES
    places, labels = [], []
    for row in rows:
        if len(row.cells) != 3:
            raise BadInput("xor.csv_line", line=row.line, given=row.text)
        label, *place = row.cells if label_first else (row.cells[2], *row.cells[:2])
        if label.lower() in NO_LABEL:
            raise BadInput("xor.csv_no_label", line=row.line, given=row.text)
        places.append([_coordinate(cell, row.line) for cell in place])
        labels.append(label)
    named = [_named(label) for label in labels]
    classes = sorted(set(named), key=lambda label: (isinstance(label, str), label))
    y = _values(classes, named)
    if y is None:
        if not 2 <= len(classes) <= MOST_CLASSES:
            raise BadInput("xor.csv_classes", count=len(classes), most=MOST_CLASSES)
        y = np.array([classes.index(label) for label in named])
    x = np.array(places)
    middle, reach = float((x.min() + x.max()) / 2), float(np.ptp(x) / 2)
    half = 2 * reach if LEAST_REACH < reach < 0.05 else 0.5  # what is tiny fills the view as well
    return Points(x, y, view_of(x, (middle - half, middle + half)))


def _values(labels: Sequence[str | float], of_points: Sequence[str | float]) -> np.ndarray | None:
    """The labels as values (P,), if they are numbers from 0 to 1 and not all of them whole; else None."""
    numbers = [label for label in labels if isinstance(label, float)]
    whole = len(numbers) < len(labels) or all(label.is_integer() for label in numbers)
    if whole or not 0 <= numbers[0] <= numbers[-1] <= 1:
        return None
    return np.array(of_points, dtype=np.float64).round(VALUE_DIGITS)


def read_csv_file(file: Path) -> Points:
    """`read_csv` of a file in UTF-8, or in Windows' Korean. Raises BadInput also if it cannot be read."""
    try:
        if not file.is_file():  # a device has no end
            raise FileNotFoundError(file)
        content = file.read_bytes()
    except OSError as error:
        raise BadInput("xor.csv_missing", name=file.name) from error
    for encoding in ENCODINGS:
        try:
            return read_csv(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadInput("xor.csv_no_text", name=file.name)


def _table(text: str) -> tuple[tuple[str, ...], list[Row]]:
    """The columns' names in lower case, () where no line says them, and the rows, without an index of their own."""
    lines = [(number, line.strip()) for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if lines and re.match("sep=", lines[0][1], re.IGNORECASE):  # Excel's own first line
        del lines[0]
    rows = _divided(lines)
    if len(rows) > 1 and all(not row.cells[-1] for row in rows[1:]):  # a comma at each line's end
        rows = [row if row.cells[-1] else row.only(slice(-1)) for row in rows]
    names: tuple[str, ...] = ()
    if rows and not any(_is_number(cell) for cell in rows[0].cells) and _same_length(rows):
        names = tuple(cell.lower() for cell in rows[0].cells)
        del rows[0]
    if _has_index(names, rows):
        names, rows = names[1:], [row.only(slice(1, None)) for row in rows]
    return names, rows


def _divided(lines: Sequence[tuple[int, str]]) -> list[Row]:
    """The rows, divided by the first of DELIMITERS that makes a point of the last line; if none does, by one in it."""
    last = lines[-1][1] if lines else ""
    fitting = (one for one in DELIMITERS if _looks_like_a_point(tuple(_cells(last, one))))
    delimiter = next(fitting, None) or next((one for one in DELIMITERS if one in last), BLANKS)
    return [Row(number, tuple(_cells(line, delimiter)), line[:40]) for number, line in lines]


def _cells(line: str, delimiter: str) -> Iterator[str]:
    if delimiter == BLANKS:
        yield from line.split()
        return
    try:
        [cells] = csv.reader([line], delimiter=delimiter, skipinitialspace=True)
    except csv.Error:  # no table at all
        cells = [line]
    for cell in cells:
        yield cell.strip()


def _looks_like_a_point(cells: Sequence[str]) -> bool:
    return len(cells) >= 3 and sum(map(_is_number, cells)) >= 2


def _same_length(rows: Sequence[Row]) -> bool:
    """Whether the first line has as many cells as the next: else it is no line of names, but a broken one."""
    return len(rows) == 1 or len(rows[0].cells) == len(rows[1].cells)


def _has_index(names: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether a fourth column in front numbers the rows, from 0 or 1."""
    if not rows or any(len(row.cells) != 4 for row in rows) or (names and names[0] not in INDEX_NAMES):
        return False
    return [row.cells[0] for row in rows] in ([str(at + first) for at in range(len(rows))] for first in (0, 1))


def _coordinate(cell: str, line: int) -> float:
    value = _number(cell)
    if value is None or not abs(value) <= FARTHEST:  # NaN is not
        raise BadInput("xor.csv_number", line=line, value=cell[:40], far=f"{FARTHEST:,}")
    return value


def _named(label: str) -> str | float:
    """The label as it is compared: 1 and 1.0 are one, and so are Yes and yes."""
    value = _number(label)
    return label.casefold() if value is None else value


def _is_number(cell: str) -> bool:
    return _number(cell) is not None


def _number(cell: str) -> float | None:
    """What a cell says, or None if it is no number. One comma in it is a decimal comma."""
    if "_" in cell:  # Python's way of writing thousands, and nobody else's
        return None
    try:
        return float(cell.replace("\u2212", "-").replace(",", ".", 1))
    except ValueError:
        return None
