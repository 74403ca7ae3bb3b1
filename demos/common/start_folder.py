"""A folder of its own for each start of the app: what visitors send, what is converted for them, what is at work.

While the app runs, what nobody needs is swept out of it; when the app ends it is removed. Who holds its lock is
running, so that of earlier starts that were killed the next one knows, and removes theirs.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "glassbox-"
LOCK = ".lock"
YOUNG = 60.0  # seconds in which a folder may have no lock yet: who made it is about to take it
SCRAP = 60.0  # seconds after which what lies unfinished among the uploads is what nobody finishes
UNUSED = 3600.0  # seconds after which what a visitor sent, or was given, is removed


@contextmanager
def start_folder() -> Iterator[Path]:
    """The folder of this start, below GRADIO_TEMP_DIR where that is set, else where temporary files lie.

    Until it is left, Gradio's uploads lie in its `uploads` (GRADIO_TEMP_DIR, read when a page is built), and what
    Python's tempfile makes in its `work`. Then it is removed. Folders of starts that are over are removed first.
    """
    named = os.environ.get("GRADIO_TEMP_DIR")
    place = Path(named or tempfile.gettempdir())
    place.mkdir(parents=True, exist_ok=True)
    remove_abandoned(place)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place)).resolve()  # for its owner alone
    lock = FileLock(folder / LOCK)
    before = tempfile.tempdir
    try:
        with lock:
            uploads, work = folder / "uploads", folder / "work"
            uploads.mkdir()
            work.mkdir()
            os.environ["GRADIO_TEMP_DIR"], tempfile.tempdir = str(uploads), str(work)
            yield folder
    finally:
        tempfile.tempdir = before
        if named is None:
            os.environ.pop("GRADIO_TEMP_DIR", None)
        else:
            os.environ["GRADIO_TEMP_DIR"] = named
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder and all in it, following no link; what is being written at this moment may stay."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(place: Path) -> None:
    """Remove the folders in `place` of starts that are over: ours, and nobody else's."""
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):
            state = folder.lstat()  # of a link itself
            if not stat.S_ISDIR(state.st_mode) or not _is_ours(state) or time.time() - state.st_mtime < YOUNG:
                continue
            lock = FileLock(folder / LOCK, timeout=0)
            with suppress(Timeout), lock:
                remove(folder)


def sweep(uploads: Path, kept: Set[Path] = frozenset(), now: float | None = None) -> None:
    """Remove what nobody needs any more from `uploads`, but for the files that are `kept`.

    Gradio moves what has arrived whole into a folder; what still lies beside the folders a minute after it changed last
    is half an upload, or the empty file that `gr.File.preprocess` leaves at each call. In the folders lies what
    visitors sent or were given: that is removed an hour after it changed last.
    """
    now = time.time() if now is None else now
    for folder, _, names in os.walk(uploads, topdown=False):  # follows no link
        longest = SCRAP if Path(folder) == uploads else UNUSED
        for file in (Path(folder) / name for name in names):
            with suppress(OSError):
                if file not in kept and now - _changed(file) > longest:
                    file.unlink()
        with suppress(OSError):
            if Path(folder) != uploads and now - _changed(Path(folder)) > SCRAP:
                os.rmdir(folder)  # an empty one


def _changed(path: Path) -> float:
    """When its content changed last, or it was put there: a copy keeps the date of its original, but not this one."""
    state = path.lstat()
    return max(state.st_mtime, state.st_ctime)


def _is_ours(state: os.stat_result) -> bool:
    return not hasattr(os, "getuid") or state.st_uid == os.getuid()
