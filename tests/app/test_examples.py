"""The programs of examples/ do their jobs, each from an empty folder."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demos.clip.images.example_photos import copy_to
from demos.posture.video import clips, video_file

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.fixture
def run(app_url: str, tmp_path: Path):
    (tmp_path / "empty").mkdir()

    def ran(name: str, *arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, EXAMPLES / name, *map(str, arguments)],
            cwd=tmp_path / "empty",
            env=os.environ | {"GLASSBOX_URL": app_url},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return ran


def test_each_is_named_where_one_looks_for_it() -> None:
    told = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"examples/(\w+\.py)", told)) == {file.name for file in EXAMPLES.glob("*.py")}


def test_the_boundary_of_xor_lies_between_its_corners(run) -> None:
    told = json.loads(run("xor_boundary.py"))
    assert told["accuracy"] == 1
    for side in (0, 1):  # the corners at its ends are of two classes
        assert sum(x == side and 0 <= y < 1 for x, y in told["boundary"]) % 2 == 1


def test_a_scene_is_continued_three_times(run) -> None:
    written = run("gpt_write.py", "JULIET:")
    assert written.count("JULIET:") >= 3
    assert "— seed 5" in written
    assert "tokens a second" in written


def test_a_folder_is_ranked(run, tmp_path: Path) -> None:
    copy_to(tmp_path / "photos")
    lines = run("clip_rank.py", tmp_path / "photos", "a tower").splitlines()
    assert len(lines) == 4
    assert [float(line.split()[0]) for line in lines] == sorted(
        (float(line.split()[0]) for line in lines), reverse=True
    )


def test_a_video_is_counted_and_drawn(run, tmp_path: Path) -> None:
    said = run("posture_count.py", clips.clip("squat"), tmp_path / "drawn.mp4")
    assert said.startswith("squat: ")
    assert next(video_file.read(tmp_path / "drawn.mp4")).image.size
