"""Fetching a model from the Hugging Face hub: found quickly or refused in one sentence, with progress, stoppable.

A demo is named first (`demo`): its own words are used when something is refused (the keys offline, no_network,
not_on_hub, gated, download_broke and no_room of its strings.toml).

What huggingface_hub says of a file, its token and its cache are used; the bytes are received here. Its own
`hf_hub_download` (2.4) writes each attempt into a file of a new name and throws that away when it is stopped, goes on
in threads of its own where a repository lies in Xet storage, and makes the second of two readers wait without a sign of
life. Here a stopped download goes on where it stopped, and two who want the same file share one download: the second
waits, sees how far it is, and goes on with it if the first leaves.

The files lie as huggingface_hub lays them (blobs, snapshots and refs, and its lock files:
https://huggingface.co/docs/huggingface_hub/guides/manage-cache), so transformers and open_clip find what was fetched
here, and the other way round. `GLASSBOX_CACHE` names another folder to keep them in.

Whoever serves the app to strangers bounds what they can have fetched: a file of more than `GLASSBOX_MOST_DOWNLOAD`
bytes is refused, and one with which the cache would hold more than `GLASSBOX_MOST_CACHED` (keys download_too_large and
cache_full). `app.py` sets both from its settings, where they are not set already.

`token` is for the command line alone: with it the token of whoever runs the program (HF_TOKEN, `hf auth login`) opens
gated and private repositories. A served page never passes it, or any visitor could have them with its host's token.
"""

import concurrent.futures
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demos.common.errors import BadInput
from demos.common.whole_file import is_full

SECONDS_TO_ANSWER = 6.0
SECONDS_OF_SILENCE = 20.0
SECONDS_BETWEEN_LOOKS = 0.2  # at somebody else's download of the same file
CHUNK = 1 << 20
AS_IT_IS = {"Accept-Encoding": "identity"}  # sizes are those of the file, not of a compressed one


@dataclass(frozen=True)
class Download:
    """How far a file is; `total` is 0 while unknown."""

    file: str
    received: int
    total: int


@dataclass(frozen=True)
class _Remote:
    """A file of the hub: its size (0 for unknown), its entity tag (the sha256 of a large file) and its commit."""

    repository: str
    name: str
    size: int
    etag: str
    commit: str

    @property
    def _folder(self) -> str:
        from huggingface_hub.file_download import repo_folder_name

        return repo_folder_name(repo_id=self.repository, repo_type="model")

    @property
    def storage(self) -> Path:
        """The repository's folder in the cache."""
        return cache() / self._folder

    @property
    def blob(self) -> Path:
        """Where the content lies."""
        return self.storage / "blobs" / self.etag

    @property
    def unfinished(self) -> Path:
        """Where the content grows."""
        return self.blob.with_name(f"{self.etag}.incomplete")

    @property
    def lock(self) -> Path:
        """Who holds this file's lock is fetching it; huggingface_hub takes the same one."""
        return cache() / ".locks" / self._folder / f"{self.etag}.lock"

    @property
    def pointer(self) -> Path:
        """Where the file is found by its name."""
        return self.storage / "snapshots" / self.commit / self.name


def endpoint() -> str:
    """The hub's address: HF_ENDPOINT, as huggingface_hub reads it."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def cache() -> Path:
    """Where files are kept: GLASSBOX_CACHE, or else the cache of huggingface_hub."""
    from huggingface_hub import constants

    return Path(os.environ.get("GLASSBOX_CACHE") or os.environ.get("HF_HUB_CACHE") or constants.HF_HUB_CACHE)


def folder_for(demo: str, repository: str) -> Path:
    """A folder of this demo for a repository: files of several snapshots together, and what older versions fetched."""
    ours = Path(os.environ.get("GLASSBOX_CACHE", Path.home() / ".cache" / "glassbox"))
    return ours / demo / "hub" / repository.replace("/", "--")


def present(demo: str, repository: str, file: str) -> Path | None:
    """The file if it is on this machine, fetched by us or by any other program that uses the hub's cache."""
    ours = folder_for(demo, repository) / file
    if ours.is_file():
        return ours
    from huggingface_hub import constants, try_to_load_from_cache

    for place in (cache(), Path(os.environ.get("HF_HUB_CACHE") or constants.HF_HUB_CACHE)):
        found = try_to_load_from_cache(repository, file, cache_dir=place)
        if isinstance(found, str):
            return Path(found)
    return None


def fetch(
    demo: str, repository: str, names: tuple[str, ...], offline: bool, *, token: bool = False
) -> Iterator[Download | Path]:
    """Make one of the files `names` of `repository` available: yields its progress, last its path.

    The first name that the repository has is taken. `token` sends this machine's own token, if it has one: for the
    command line alone. Raises BadInput if this app is offline, the hub doesn't answer within SECONDS_TO_ANSWER, has no
    such file, gives it only to some (gated), falls silent, or sends something else than it announced.
    """
    for name in names:
        if found := present(demo, repository, name):
            yield found
            return
    if offline:
        raise BadInput(f"{demo}.offline", model=repository)
    remote = _probe(demo, repository, names, token)
    _check_size(demo, remote, remote.size)
    yield Download(remote.name, 0, remote.size)
    for event in _receive(demo, remote, token):
        if isinstance(event, Download) and not remote.size:
            _check_size(demo, remote, event.received)  # it did not say how large it is
        yield event


def _check_size(demo: str, remote: _Remote, size: int) -> None:
    """Raises BadInput for more bytes than may be fetched, or than the cache has room for."""
    most = {name: float(os.environ.get(f"GLASSBOX_MOST_{name}", "inf")) for name in ("DOWNLOAD", "CACHED")}
    if size > most["DOWNLOAD"]:
        told = {"size": f"{size / 1e9:.2f}", "limit": f"{most['DOWNLOAD'] / 1e9:g}"}
        raise BadInput(f"{demo}.download_too_large", model=remote.repository, **told)
    if most["CACHED"] < float("inf"):
        held = sum(_size(file) for file in cache().glob("models--*/blobs/*") if file != remote.unfinished)
        if held + size > most["CACHED"]:
            raise BadInput(f"{demo}.cache_full", model=remote.repository, limit=f"{most['CACHED'] / 1e9:g}")


def _probe(demo: str, repository: str, names: tuple[str, ...], token: bool) -> _Remote:
    """The first file of these names that the hub has, within a time limit that includes the name server's."""

    def ask() -> _Remote | None:
        from huggingface_hub import get_hf_file_metadata
        from huggingface_hub.errors import EntryNotFoundError, GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

        for name in names:
            try:
                found = get_hf_file_metadata(_url(repository, name), token=_token(token), timeout=SECONDS_TO_ANSWER)
            except GatedRepoError as error:
                raise BadInput(f"{demo}.gated", model=repository) from error
            except (EntryNotFoundError, RepositoryNotFoundError):
                continue
            except HfHubHTTPError as error:
                if error.response.status_code not in (401, 403, 404):
                    raise
                continue
            etag, commit = found.etag or "", found.commit_hash or ""
            if not re.fullmatch(r"[\w-]{1,128}", etag) or not re.fullmatch(r"\w{1,64}", commit):
                raise ValueError(f"{endpoint()} names no content or no commit: it is no hub.")  # they become file names
            return _Remote(repository, name, found.size or 0, etag, commit)
        return None

    runner = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="hub")
    try:
        found = runner.submit(ask).result(timeout=SECONDS_TO_ANSWER)
    except BadInput:
        raise
    except Exception as error:
        raise BadInput(f"{demo}.no_network", model=repository) from error
    finally:
        runner.shutdown(wait=False)
    if found is None:
        raise BadInput(f"{demo}.not_on_hub", model=repository)
    return found


def _receive(demo: str, remote: _Remote, token: bool) -> Iterator[Download | Path]:
    """Progress, then the path. One at a time fetches a file; the others wait and see how far it is."""
    import filelock
    import httpx

    size, unfinished = remote.size, remote.unfinished
    try:
        for folder in (remote.blob.parent, remote.lock.parent):
            folder.mkdir(parents=True, exist_ok=True)
        # A generator may be closed by another thread than the one that began it.
        lock = filelock.FileLock(remote.lock, thread_local=False)
        while True:
            try:
                lock.acquire(timeout=SECONDS_BETWEEN_LOOKS)
                break
            except filelock.Timeout:
                yield Download(remote.name, _size(unfinished), size)
        try:
            if not remote.blob.is_file():  # nobody has finished it meanwhile
                if not size or _size(unfinished) < size:
                    yield from _download(remote, token)
                digest = remote.etag if len(remote.etag) == 64 else ""
                if (size and _size(unfinished) != size) or (digest and _sha256(unfinished) != digest):
                    unfinished.unlink(missing_ok=True)
                    raise BadInput(f"{demo}.download_broke", model=remote.repository)
                unfinished.replace(remote.blob)
            _enter(remote)
        finally:
            lock.release()
    except httpx.HTTPError as error:
        raise BadInput(f"{demo}.download_broke", model=remote.repository) from error
    except OSError as error:
        if is_full(error):
            unfinished.unlink(missing_ok=True)  # half a model, which takes what room there is
        raise BadInput(f"{demo}.no_room", model=remote.repository, folder=str(remote.storage)) from error
    yield remote.pointer


def _download(remote: _Remote, token: bool) -> Iterator[Download]:
    """What is missing of the file; all of it where its size is unknown. Raises httpx.HTTPError and OSError."""
    import httpx

    received = _size(remote.unfinished) if remote.size else 0
    headers = AS_IT_IS | ({"Range": f"bytes={received}-"} if received else {})
    if own := _token(token):
        headers["Authorization"] = f"Bearer {own}"
    # httpx takes the token off when it is led to another host, which large files lie on.
    url = _url(remote.repository, remote.name, remote.commit)
    with httpx.stream("GET", url, headers=headers, timeout=SECONDS_OF_SILENCE, follow_redirects=True) as answer:
        answer.raise_for_status()
        if answer.status_code != 206:
            received = 0  # the server starts over
        with open(remote.unfinished, "ab" if received else "wb") as file:
            for chunk in answer.iter_bytes(CHUNK):
                file.write(chunk)
                received += len(chunk)
                yield Download(remote.name, received, remote.size)


def _enter(remote: _Remote) -> None:
    """Make the finished content known by the file's name, and its commit as the newest."""
    pointer = remote.pointer
    pointer.parent.mkdir(parents=True, exist_ok=True)
    if not pointer.exists():
        pointer.unlink(missing_ok=True)  # a link that leads nowhere
        try:
            pointer.symlink_to(os.path.relpath(remote.blob, pointer.parent))
        except OSError:  # Windows without the right to make links
            remote.blob.replace(pointer)
    newest = remote.storage / "refs" / "main"
    newest.parent.mkdir(parents=True, exist_ok=True)
    newest.write_text(remote.commit, encoding="utf-8")


def _token(allowed: bool) -> str | bool:
    """This machine's token; False sends none."""
    from huggingface_hub import get_token

    return (allowed and get_token()) or False


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # not begun, or just finished by somebody else
        return 0


def _url(repository: str, name: str, revision: str = "main") -> str:
    return f"{endpoint()}/{repository}/resolve/{revision}/{name}"


def _sha256(file: Path) -> str:
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
