"""python -m demos.clip: what it prints, what it returns."""

import json
import subprocess
import sys
from pathlib import Path

from tests.clip_fixtures import bad_files, photo, tiny_clip

ROOT = Path(__file__).parent.parent.parent


def clip(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "demos.clip", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_match_answers_good_pictures_and_names_bad_ones(tmp_path: Path) -> None:
    good, bad = photo(tmp_path / "good.png"), bad_files(tmp_path)["cut.jpg"]
    done = clip("match", good, bad, "--labels", "a cat", "--labels", "a dog", "--offline", "--json")
    assert done.returncode == 2
    answer = json.loads(done.stdout)
    assert [score["label"] for score in answer["images"][0]["labels"]] in (["a cat", "a dog"], ["a dog", "a cat"])
    assert "cut.jpg" in answer["errors"][0]["error"]
    assert "cut.jpg" in done.stderr
    assert "Traceback" not in done.stderr


def test_evaluate_and_search_a_folder(tmp_path: Path) -> None:
    model = tiny_clip(tmp_path / "model")
    for seed, name in enumerate(("red_panda/a.png", "red_panda/b.png", "bus/c.jpg")):
        (tmp_path / "pictures" / name).parent.mkdir(parents=True, exist_ok=True)
        photo(tmp_path / "pictures" / name, seed)
    done = clip("evaluate", tmp_path / "pictures", "--model", model, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["images"], answer["classes"], answer["top_5"]) == (3, 2, 1.0)
    assert set(answer["per_class"]) == {"red_panda", "bus"}
    done = clip("search", tmp_path / "pictures", "a red panda", "--top", 2, "--model", model, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["images"]
    assert len(found) == 2
    assert found[0]["similarity"] >= found[1]["similarity"]


def test_bad_input_is_one_sentence_and_exit_code_two(tmp_path: Path) -> None:
    for arguments in (
        ("match", photo(tmp_path / "one.png")),
        ("match", tmp_path / "one.png", "--labels", "a cat", "--model", "no such model"),
        ("search", tmp_path / "nowhere", "a cat"),
        ("evaluate", tmp_path),
    ):
        done = clip(*arguments, "--offline")
        assert done.returncode == 2, arguments
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""
