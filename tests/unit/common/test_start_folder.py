"""The folder of each start: it is there, it is swept, it goes; what is another's stays."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from demos.common.start_folder import LOCK, PREFIX, SCRAP, UNUSED, YOUNG, remove_abandoned, start_folder, sweep


def aged(path: Path, seconds: float) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then), follow_symlinks=False)
    return path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    return tmp_path


def test_uploads_and_temporary_files_lie_in_a_folder_for_its_owner_that_goes_at_the_end(place: Path) -> None:
    before = tempfile.gettempdir()
    with start_folder() as folder:
        assert folder.parent == place.resolve()
        assert folder.stat().st_mode & 0o077 == 0
        assert Path(os.environ["GRADIO_TEMP_DIR"]).parent == folder
        with tempfile.NamedTemporaryFile() as file:
            assert Path(file.name).is_relative_to(folder)
        (folder / "uploads" / "left.txt").write_text("left behind")
    assert not folder.exists()
    assert os.environ["GRADIO_TEMP_DIR"] == str(place)
    assert tempfile.gettempdir() == before


def test_two_starts_have_a_folder_each_and_the_second_leaves_the_firsts_alone(place: Path) -> None:
    with start_folder() as first:
        os.environ["GRADIO_TEMP_DIR"] = str(place)
        aged(first, 2 * YOUNG)
        with start_folder() as second:
            assert first.is_dir()
            assert first != second


def test_the_folder_of_a_killed_process_is_removed_at_the_next_start(place: Path) -> None:
    code = (
        "import os, signal\n"
        "from demos.common.start_folder import start_folder\n"
        "with start_folder() as folder:\n"
        "    (folder / 'uploads' / 'half').write_text('half an upload')\n"
        "    print(folder, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    said = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60).stdout
    left = Path(said.strip())
    assert left.is_dir()
    with start_folder():
        assert left.is_dir(), "so young a folder may be one that is just being made"
    aged(left, 2 * YOUNG)
    with start_folder():
        assert not left.exists()


def test_links_and_folders_of_another_name_are_left_alone(tmp_path: Path) -> None:
    place, outside = tmp_path / "place", tmp_path / "outside"
    for folder in (place, outside, place / "somebody-elses"):
        folder.mkdir()
    (outside / "precious").write_text("not ours")
    link = place / f"{PREFIX}link"
    link.symlink_to(outside)
    over = place / f"{PREFIX}over"
    over.mkdir()
    (over / LOCK).touch()
    (over / "link").symlink_to(outside)
    for each in (link, over, place / "somebody-elses"):
        aged(each, 2 * YOUNG)
    remove_abandoned(place)
    assert not over.exists()
    assert link.is_symlink()
    assert (place / "somebody-elses").is_dir()
    assert (outside / "precious").read_text() == "not ours"


def test_a_folder_of_another_user_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / f"{PREFIX}theirs"
    theirs.mkdir()
    aged(theirs, 2 * YOUNG)
    monkeypatch.setattr(os, "getuid", lambda: theirs.stat().st_uid + 1)
    remove_abandoned(tmp_path)
    assert theirs.is_dir()


def test_scraps_are_swept_after_a_minute_and_what_was_sent_after_an_hour(tmp_path: Path) -> None:
    uploads, outside = tmp_path / "uploads", tmp_path / "outside"
    sent = uploads / "sha256"
    sent.mkdir(parents=True)
    outside.mkdir()
    (sent / "link").symlink_to(outside)
    later = time.time() + 3 * UNUSED  # when it is swept: nobody can set the time of the last change of state back
    ages = {
        uploads / "arriving": SCRAP / 2,
        uploads / "half": 2 * SCRAP,
        sent / "used.png": UNUSED / 2,
        sent / "old.png": 2 * UNUSED,
        sent / "example.png": 2 * UNUSED,
        outside / "precious": 2 * UNUSED,
    }
    for file, seconds in ages.items():
        file.touch()
        os.utime(file, (later - seconds, later - seconds))
    sweep(uploads, kept={sent / "example.png"}, now=later)
    left = {file.name for file in tmp_path.rglob("*") if file.is_file()}
    assert left == {"arriving", "used.png", "example.png", "precious"}


def test_a_copy_with_the_old_date_of_its_original_is_new(tmp_path: Path) -> None:
    (tmp_path / "sha256").mkdir()
    copy = tmp_path / "sha256" / "clip.mp4"
    copy.touch()
    aged(copy, 10 * UNUSED)
    sweep(tmp_path)
    assert copy.exists()


def test_folders_that_were_emptied_go_too(tmp_path: Path) -> None:
    for name in ("empty", "new"):
        (tmp_path / name).mkdir()
    later = time.time() + 3 * SCRAP
    os.utime(tmp_path / "new", (later, later))
    sweep(tmp_path, now=later)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["new"]
