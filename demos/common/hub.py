"""Fetching a model from the Hugging Face hub: found quickly or refused in one sentence, with progress, stoppable.

A demo is named first (`demo`): its folder of the cache is used, and its own words when something is refused (the keys
offline, no_network, not_on_hub, download_broke and no_room of its strings.toml).
Files already in the hub's own cache are used as they are; a download that was stopped goes on where it stopped. Two who
want the same file share one download: the second waits, and goes on with it if the first leaves.
"""

import concurrent.futures
import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demos.common.errors import BadInput

SECONDS_TO_ANSWER = 6.0
SECONDS_OF_SILENCE = 20.0
SECONDS_BETWEEN_LOOKS = 0.2  # at somebody else's download of the same file
CHUNK = 1 << 20
AS_IT_IS = {"Accept-Encoding": "identity"}  # sizes are those of the file, not of a compressed one
_fetching: dict[Path, threading.Lock] = {}  # who holds a file's lock is fetching it


@dataclass(frozen=True)
class Download:
    """How far a file is; `total` is 0 while unknown."""

    file: str
    received: int
    total: int


def endpoint() -> str:
    """The hub's address: HF_ENDPOINT, as huggingface_hub reads it."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def folder_for(demo: str, repository: str) -> Path:
    """Where this repository's files are kept."""
    cache = Path(os.environ.get("GLASSBOX_CACHE", Path.home() / ".cache" / "glassbox"))
    return cache / demo / "hub" / repository.replace("/", "--")


def present(demo: str, repository: str, file: str) -> Path | None:
    """The file if it is on this machine, here or in the hub's own cache."""
    ours = folder_for(demo, repository) / file
    if ours.is_file():
        return ours
    from huggingface_hub import try_to_load_from_cache

    theirs = try_to_load_from_cache(repository, file)
    return Path(theirs) if isinstance(theirs, str) else None


def fetch(demo: str, repository: str, names: tuple[str, ...], offline: bool) -> Iterator[Download | Path]:
    """Make one of the files `names` of `repository` available: yields its progress, last its path.

    The first name that the repository has is taken. Raises BadInput if this app is offline, the hub doesn't answer
    within SECONDS_TO_ANSWER, has no such file, falls silent, or sends something else than it announced.
    """
    for name in names:
        if found := present(demo, repository, name):
            yield found
            return
    if offline:
        raise BadInput(f"{demo}.offline", model=repository)
    name, size, digest = _probe(demo, repository, names)
    yield Download(name, 0, size)
    yield from _receive(demo, repository, name, size, digest)


def _probe(demo: str, repository: str, names: tuple[str, ...]) -> tuple[str, int, str]:
    """The first name the hub has, its size (0 for unknown) and (for large files) sha256, within a time limit that
    includes the name server's."""

    def ask() -> tuple[str, int, str] | None:
        import httpx

        for name in names:
            answer = httpx.head(
                _url(repository, name), headers=AS_IT_IS, timeout=SECONDS_TO_ANSWER, follow_redirects=False
            )
            if answer.status_code in (200, 302, 307):
                own = "0" if answer.is_redirect else answer.headers.get("content-length", "0")
                size = answer.headers.get("x-linked-size") or own
                return name, int(size), answer.headers.get("x-linked-etag", "").strip('"')
            if answer.status_code not in (401, 403, 404):
                answer.raise_for_status()
        return None

    runner = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="hub")
    try:
        found = runner.submit(ask).result(timeout=SECONDS_TO_ANSWER)
    except Exception as error:
        raise BadInput(f"{demo}.no_network", model=repository) from error
    finally:
        runner.shutdown(wait=False)
    if found is None:
        raise BadInput(f"{demo}.not_on_hub", model=repository)
    return found


def _receive(demo: str, repository: str, name: str, size: int, digest: str) -> Iterator[Download | Path]:
    """Progress, then the path. One at a time fetches a file; the others wait and see how far it is."""
    import httpx

    target = folder_for(demo, repository) / name
    unfinished = target.with_name(target.name + ".part")
    lock = _fetching.setdefault(target, threading.Lock())
    while not lock.acquire(timeout=SECONDS_BETWEEN_LOOKS):
        yield Download(name, _size(unfinished), size)
    try:
        if not target.is_file():  # nobody has finished it meanwhile
            target.parent.mkdir(parents=True, exist_ok=True)
            if not size or _size(unfinished) < size:
                yield from _download(repository, name, size, unfinished)
            if (size and _size(unfinished) != size) or (len(digest) == 64 and _sha256(unfinished) != digest):
                unfinished.unlink(missing_ok=True)
                raise BadInput(f"{demo}.download_broke", model=repository)
            unfinished.replace(target)
    except httpx.HTTPError as error:
        raise BadInput(f"{demo}.download_broke", model=repository) from error
    except OSError as error:
        raise BadInput(f"{demo}.no_room", model=repository, folder=str(target.parent)) from error
    finally:
        lock.release()
    yield target


def _download(repository: str, name: str, size: int, unfinished: Path) -> Iterator[Download]:
    """What is missing of the file; all of it where its size is unknown. Raises httpx.HTTPError and OSError."""
    import httpx

    received = _size(unfinished) if size else 0
    headers = AS_IT_IS | ({"Range": f"bytes={received}-"} if received else {})
    with httpx.stream(
        "GET", _url(repository, name), headers=headers, timeout=SECONDS_OF_SILENCE, follow_redirects=True
    ) as answer:
        answer.raise_for_status()
        if answer.status_code != 206:
            received = 0  # the server starts over
        with open(unfinished, "ab" if received else "wb") as file:
            for chunk in answer.iter_bytes(CHUNK):
                file.write(chunk)
                received += len(chunk)
                yield Download(name, received, size)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # not begun, or just finished by somebody else
        return 0


def _url(repository: str, name: str) -> str:
    return f"{endpoint()}/{repository}/resolve/main/{name}"


def _sha256(file: Path) -> str:
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
