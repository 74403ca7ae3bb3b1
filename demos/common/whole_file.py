"""A file is written whole or not at all, and a full disk is a sentence."""

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demos.common.errors import BadInput

NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # a disk, a limit, a quota is reached
# safetensors (written in Rust) and torch's files tell of it in words alone.
IN_WORDS = (*(f"os error {number}" for number in sorted(NO_ROOM)), "failed writing file", "unexpected pos")
PARTLY = "requested and"  # numpy's "100000 requested and 6234 written", which carries no number


def is_full(error: BaseException) -> bool:
    """Whether this says that there was no room to write."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM or (error.errno is None and PARTLY in str(error))
    return any(words in str(error) for words in IN_WORDS)


@contextmanager
def said_when_full() -> Iterator[None]:
    """Raise BadInput for whatever inside finds no room to write."""
    try:
        yield
    except BadInput:
        raise
    except Exception as error:
        if is_full(error):
            raise BadInput("common.disk_full") from error
        raise


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Where to write what shall stand at `path` once all of it is there; what fails, or is given up, leaves nothing.

    What stood at `path` stays until then. What is no file (a pipe, a terminal) is written as it is. Raises BadInput
    where there is no room for it.
    """
    path = Path(os.path.realpath(path))  # what a link leads to
    if path.exists() and not path.is_file():
        with said_when_full():
            yield path
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"unfinished-{uuid.uuid4().hex}{path.suffix}")
    try:
        with said_when_full():
            yield unfinished
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_text(path: Path, content: str) -> None:
    """Write a text as UTF-8 and with the line ends it has: whole, or not at all. Raises BadInput as `whole_file`."""
    write_bytes(path, content.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all. Raises BadInput as `whole_file`."""
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
