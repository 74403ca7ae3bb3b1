"""How much memory the analysis of a film takes as films become longer."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from demos.posture.video import clips, video_file
from tests.benchmarks.figures import curve, figure
from tests.conftest import ROOT

SECONDS, FPS, SIZE = (15, 60, 180), 12, (320, 240)
PEAK = """
import sys
from pathlib import Path
from demos.posture.video import video_file
from demos.posture.video.analyse import analyse

def memory(name):  # kilobytes
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith(name))

ours = sys.argv[1] == "ours"
work = (lambda film: list(analyse(film, "squat"))) if ours else (lambda film: list(video_file.read(film)))
work(Path(sys.argv[2]))  # what is only opened once
idle = memory("VmRSS")
Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
work(Path(sys.argv[3]))
print(memory("VmHWM") - idle)
"""


def film(path: Path, seconds: float) -> Path:
    """The athlete's squats, again and again."""
    frames = [cv2.resize(frame.image, SIZE) for frame in video_file.read(clips.clip("squat"))]

    def again() -> Iterator[np.ndarray]:
        while True:
            yield from frames

    video_file.write(path, islice(again(), int(seconds * FPS)), FPS)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's peak so")
def test_memory_does_not_grow_with_the_film(benchmark: Any, tmp_path: Path) -> None:
    short = film(tmp_path / "short.mp4", 3)
    films = [film(tmp_path / f"{seconds}.mp4", seconds) for seconds in SECONDS]

    def megabytes(way: str, longer: Path) -> float:
        command = [sys.executable, "-c", PEAK, way, str(short), str(longer)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return int(done.stdout) / 1000

    ours = benchmark.pedantic(lambda: [megabytes("ours", each) for each in films], rounds=1, warmup_rounds=0)
    theirs = [megabytes("frames", each) for each in films]
    figure(
        benchmark,
        what=f"memory that a film of {SECONDS[-1] // 60} minutes takes, analysed, {SIZE[0]} × {SIZE[1]}",
        unit="MB",
        ours=ours[-1],
        peer="its frames in a list",
        theirs=theirs[-1],
    )
    curve(
        benchmark,
        "films",
        title="Memory that the analysis of a film takes",
        x="seconds of film",
        y="MB beyond an idle process",
        xs=SECONDS,
        series={"Glassbox": ours, "its frames in a list": theirs},
        note=f"Films of {SIZE[0]} × {SIZE[1]} pixels, {FPS} frames a second.",
    )
