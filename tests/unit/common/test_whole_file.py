"""A full disk is one sentence and leaves no half file, whoever writes; what stood there before stays as it was."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest
import torch

from demos.common import cli
from demos.common.errors import BadInput
from demos.common.ui import says
from demos.common.whole_file import is_full, whole_file, write_bytes, write_text
from demos.posture.trouble import sentence_for
from tests.full_disk import ROOM, no_room

SENTENCE = "no room left on this machine's disk"


def gpt_file(path: Path) -> None:
    from demos.gpt.model import GPT, Config
    from demos.gpt.models import checkpoint
    from demos.gpt.tokenizer import CharTokenizer

    tokenizer = CharTokenizer.of("abcdefgh")
    model = GPT(Config(vocab_size=len(tokenizer), block_size=16, layers=1, heads=2, width=64))
    checkpoint.save(checkpoint.Checkpoint(model, tokenizer), path)


def exercise_network(path: Path) -> None:
    from demos.posture.learn import new_network, save_network

    save_network(new_network(["squat"], []), path)


def posture_report(path: Path) -> None:
    from demos.posture.__main__ import write_report

    write_report({"sets": [], "names": ["squat"] * ROOM}, path.with_suffix(".json"))


def film(path: Path) -> None:
    from demos.posture.video import video_file

    random = np.random.default_rng(0)
    frames = (random.integers(0, 255, (320, 320, 3), dtype=np.uint8) for _ in range(30))
    with sentence_for("posture.analysis_failed"):
        video_file.write(path.with_suffix(".mp4"), frames, 10)


def gallery_vectors(path: Path) -> None:
    from demos.clip.gallery import saved

    table = SimpleNamespace(keys=["00" * 32] * 100, matrix=np.zeros((100, 512), np.float32))
    saved.keep(path.parent, "model", table)


def training_state(path: Path) -> None:
    with whole_file(path) as unfinished:
        torch.save({"model": torch.zeros(ROOM)}, unfinished)


def arrays(path: Path) -> None:
    with whole_file(path) as unfinished, unfinished.open("wb") as file:
        np.save(file, np.zeros(ROOM))


WRITERS: dict[str, Callable[[Path], Any]] = {
    "bytes": lambda path: write_bytes(path, bytes(2 * ROOM)),
    "text": lambda path: write_text(path, "글" * ROOM),
    "a GPT": gpt_file,
    "a network of posture": exercise_network,
    "a report": posture_report,
    "a film": film,
    "a gallery's vectors": gallery_vectors,
    "a training's state": training_state,
    "arrays": arrays,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(name: str, tmp_path: Path) -> None:
    with no_room(), pytest.raises(BadInput, match=SENTENCE):
        WRITERS[name](tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", WRITERS)
def test_where_there_is_room_the_file_is_there_alone(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / "file")
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size > ROOM


def test_what_stood_there_stays_when_there_is_no_room_or_the_writer_gives_up(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("the one before")
    with no_room(), pytest.raises(BadInput):
        write_bytes(file, bytes(2 * ROOM))

    def give_up() -> None:
        with whole_file(file) as unfinished:
            unfinished.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert file.read_text() == "the one before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link_and_what_is_no_file_is_written_as_it_is(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    link.symlink_to(file)
    write_text(link, "through the link\r\n")
    assert link.is_symlink()
    assert file.read_bytes() == b"through the link\r\n"
    write_text(Path("/dev/null"), "nobody reads it")
    assert not Path("/dev/null").is_file()
    with pytest.raises(BadInput, match=SENTENCE):
        write_text(Path("/dev/full"), "no room")


def test_the_tab_and_the_command_line_say_it_in_their_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(language: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path))

    with pytest.raises(gr.Error, match="디스크에 남은 공간이 없어"):
        says(full)("ko")
    app = cli.new("A program that writes.")
    app.command()(lambda: full("en"))
    monkeypatch.setattr("sys.argv", ["program"])
    with pytest.raises(SystemExit) as end:
        cli.run(app)
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert SENTENCE in said
    assert str(tmp_path) not in said


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "denied"), ValueError("wrong"), OSError("no number")])
def test_other_errors_are_none_of_it(error: Exception) -> None:
    assert not is_full(error)


def test_json_is_written_as_it_is(tmp_path: Path) -> None:
    write_text(tmp_path / "deep" / "file.json", json.dumps({"이름": 1}, ensure_ascii=False))
    assert json.loads((tmp_path / "deep" / "file.json").read_text(encoding="utf-8")) == {"이름": 1}
