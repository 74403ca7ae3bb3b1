"""The posture tab through its API, and the command line, as a program would use them."""

import csv
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from demos.posture.__main__ import app
from demos.posture.video import clips, video_file
from tests.api_client import connect


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return connect(app_url)


@pytest.fixture
def run(command: Callable[..., CompletedProcess[str]]) -> Callable[..., CompletedProcess[str]]:
    return partial(command, app)


def cut(source: Path, out: Path, seconds: float) -> Path:
    frames = (
        frame.image for index, frame in enumerate(video_file.read(source)) if frame.seconds < seconds and index % 2 == 0
    )
    video_file.write(out, frames, 15)
    return out


def test_a_video_is_analysed(client: Client, tmp_path: Path) -> None:
    video = cut(clips.clip("squat"), tmp_path / "two squats.mp4", 7.9)
    report = client.predict(handle_file(video), "squat", annotated=True, api_name="/posture_analyze")
    assert (report["exercise"], report["count"]) == ("squat", 2)
    assert report["sets"][0]["repetitions"][0]["depth_degrees"] < 105
    assert len(list(video_file.read(report["annotated"]))) == report["frames"]


def test_old_names_of_the_api_and_the_command_line_are_understood(
    client: Client, run: Callable, tmp_path: Path
) -> None:
    """`film` is what the API called `video`, `--entrance` what the command line called `--walk-in`."""
    short = cut(clips.clip("plank"), tmp_path / "plank.mp4", 2)
    for name in ("video", "film"):
        report = client.predict(**{name: handle_file(short)}, exercise="plank", api_name="/posture_analyze")
        assert report["exercise"] == "plank"
    size = ["--reps", "1", "--fps", "5", "--width", "64", "--height", "64", "--json"]
    for name in ("--walk-in", "--entrance"):
        done = run("render", "bicep_curl", "--out", tmp_path / "curl.mp4", name, *size)
        assert json.loads(done.stdout)["ready_seconds"] > 1


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("bad")
    (folder / "text.mp4").write_text("I am no video. " * 500)
    (folder / "empty.mp4").write_bytes(b"")
    whole = clips.clip("plank").read_bytes()
    (folder / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    video_file.write(folder / "nobody.mp4", (np.full((120, 160, 3), 90, np.uint8) for _ in range(12)), 12)
    return {
        "text": (folder / "text.mp4", "not a video"),
        "empty": (folder / "empty.mp4", "0 bytes"),
        "cut": (folder / "cut.mp4", "breaks off"),
        "nobody": (folder / "nobody.mp4", "Nobody"),
    }


@pytest.mark.parametrize("kind", ["text", "empty", "cut", "nobody"])
def test_bad_videos_get_a_sentence(client: Client, run: Callable, bad: dict[str, tuple[Path, str]], kind: str) -> None:
    video, words = bad[kind]
    with pytest.raises(AppError, match=words):
        client.predict(handle_file(video), "plank", api_name="/posture_analyze")
    refused = run("analyze", video, "--exercise", "plank", code=2)
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("exercise", ["juggling", 1e308])
def test_unknown_exercises_are_refused(client: Client, exercise: object) -> None:
    with pytest.raises(AppError, match="exercise"):
        client.predict(handle_file(clips.clip("plank")), exercise, api_name="/posture_analyze")


def test_command_line_counts_and_writes(run: Callable, tmp_path: Path) -> None:
    video = cut(clips.clip("bicep_curl"), tmp_path / "curls.mp4", 5.2)
    done = run("analyze", video, "--annotated", tmp_path / "out.mp4", "--report", tmp_path / "out.csv", "--json")
    result = json.loads(done.stdout)
    assert (result["exercise"], result["count"]) == ("bicep_curl", 2)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as file:
        assert [row["counted"] for row in csv.DictReader(file)] == ["1", "1"]
    before, after = next(video_file.read(video)).image, next(video_file.read(tmp_path / "out.mp4")).image
    assert before.shape == after.shape
    assert np.abs(before.astype(int) - after).max() > 100  # a skeleton was drawn


def test_command_line_refuses_what_it_cannot_do(tmp_path: Path, refusal: Callable[..., str]) -> None:
    for arguments in (
        ["analyze", tmp_path / "none.mp4"],
        ["analyze", clips.clip("plank"), "--exercise", "juggling"],
        ["analyze", clips.clip("plank"), "--report", "report.docx"],
        ["analyze", clips.clip("plank"), "--annotated", tmp_path / "no folder" / "out.mp4"],
        ["train", "--steps", "0"],
    ):
        assert refusal(app, *arguments), arguments


def test_the_athlete_is_rendered_with_its_truth(client: Client, tmp_path: Path, run: Callable) -> None:
    asked = {"reps": 1, "fps": 5, "width": 64, "height": 64, "seed": 2}
    made = client.predict("bicep_curl", **asked, api_name="/posture_render")
    assert len(list(video_file.read(made["video"]))) == made["frames"]
    options = [f"--{name}={value}" for name, value in asked.items()]
    printed = json.loads(run("render", "bicep_curl", "--out", tmp_path / "bicep_curl.mp4", *options, "--json").stdout)
    assert {**printed, "video": made["video"]} == {**made, "path": printed["path"]}


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("analyze", {}, "video"),
        ("analyze", {"range": ["squat"]}, "squat"),
        ("analyze", {"person": 99}, "person"),
        ("render", {"exercise": "juggling"}, "juggling"),
        ("render", {"exercise": "squat", "reps": 30, "fps": 60}, "900"),
        ("render", {"exercise": "squat", "width": 1920, "height": 1080, "reps": 1}, "640"),
        ("render", {"exercise": "squat", "faulty_reps": "9"}, "faulty_reps"),
        ("self_test", {"exercise": ["jumping_jack"]}, "no film of jumping_jack"),
        ("self_test", {"exercise": ["juggling"]}, "juggling"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(client: Client, name: str, values: dict, said: str) -> None:
    if name == "analyze" and values:
        values = {"video": handle_file(clips.clip("plank"))} | values
    with pytest.raises(AppError, match=said):
        client.predict(**values, api_name=f"/posture_{name}")
