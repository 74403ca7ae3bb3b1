"""python -m demos.clip: what it prints, what it returns."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from demos.clip.__main__ import app
from demos.common import cli
from tests.clip_fixtures import bad_files, photo, tiny_clip

ROOT = Path(__file__).parents[3]


@pytest.fixture
def clip(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    """Run a command in this process: (exit code, stdout, stderr)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["clip", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.run(app)
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def test_match_answers_good_images_and_names_bad_ones(command: Callable, tmp_path: Path) -> None:
    good, bad = photo(tmp_path / "good.png"), bad_files(tmp_path)["cut.jpg"]
    labels = ("--labels", "a cat", "--labels", "a dog")
    done = command(app, "match", good, bad, *labels, "--offline", "--json", code=2)
    answer = json.loads(done.stdout)
    assert sorted(score["label"] for score in answer["images"][0]["labels"]) == ["a cat", "a dog"]
    assert "cut.jpg" in answer["errors"][0]["error"]
    assert "cut.jpg" in done.stderr
    assert "Traceback" not in done.stderr


def test_people_get_bars(clip, tmp_path: Path) -> None:
    code, printed, _ = clip("match", photo(tmp_path / "one.png"), "--labels", "a cat", "--labels", "a dog", "--top", 1)
    assert code == 0
    assert "one.png" in printed
    assert "█" in printed
    assert len(printed.splitlines()) == 2


def test_evaluate_and_search_a_folder(clip, tmp_path: Path) -> None:
    model = tiny_clip(tmp_path / "model")
    for seed, name in enumerate(("red_panda/a.png", "red_panda/b.png", "bus/c.jpg")):
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        photo(tmp_path / "images" / name, seed)
    (tmp_path / "images" / "bus" / "d.jpg").write_bytes(b"no image")
    for name in ("__MACOSX", "notes"):  # no images there, so no classes
        (tmp_path / "images" / name).mkdir()
        (tmp_path / "images" / name / "read me.txt").write_text("no image")
    code, printed, said = clip("evaluate", tmp_path / "images", "--model", model, "--json")
    assert code == 0
    answer = json.loads(printed)
    assert (answer["images"], answer["classes"], answer["top_5"]) == (3, 2, 1.0)
    assert set(answer["per_class"]) == {"red_panda", "bus"}
    assert "d.jpg" in said
    code, printed, _ = clip("search", tmp_path / "images", "a red panda", "--top", 2, "--model", model, "--json")
    assert code == 0
    found = json.loads(printed)["images"]
    assert len(found) == 2
    assert found[0]["similarity"] >= found[1]["similarity"]


def test_bad_input_is_one_sentence_and_exit_code_two(clip, tmp_path: Path) -> None:
    for arguments in (
        ("match", photo(tmp_path / "one.png")),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--top", 0),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--model", "no such model"),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--model", "hf-hub:owner/name", "--offline"),
        ("search", tmp_path / "nowhere", "a cat"),
        ("search", tmp_path, " "),
        ("evaluate", tmp_path),
        ("train", tmp_path, "--out", tmp_path / "out"),
    ):
        code, printed, said = clip(*arguments)
        assert code == 2, arguments
        assert said.count("\n") == 1
        assert printed == ""
