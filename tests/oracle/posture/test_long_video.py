"""An hour of video on a laptop: what is kept of it stays small."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# The athlete's squats, again and again, for so many seconds; a landmarker that is given the poses. Prints how far the
# process grew while it analysed them, in MB, what was counted, and how long the messages to the page are.
PROGRAM = """
import json, sys
from collections import deque
from dataclasses import replace
from itertools import cycle
from pathlib import Path
import numpy as np
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.people import people
from demos.posture.video import analyse, look, video_file

path, seconds = sys.argv[1], int(sys.argv[2])
poses = simulate_landmarks(perform("squat", reps=3, seed=1), 1)
images = [np.full((48, 64, 3), shade, np.uint8) for shade in (60, 90)]
video_file.write(path, (images[number % 2] for number in range(30 * seconds)), 30)

class Known:
    def __init__(self):
        self.poses = cycle(poses)
    def close(self):
        pass
    def detect(self, image, seconds):
        return replace(next(self.poses), seconds=seconds)

class NobodyElse:
    def find(self, *_):
        return []

    def close(self):
        pass

people.Landmarker, people.people_finder = Known, NobodyElse
# VmHWM, not ru_maxrss: that starts from what the process before the exec had used.
status = Path("/proc/self/status")
peak = lambda: next(int(line.split()[1]) for line in status.open() if line.startswith("VmHWM")) / 1000
before = peak()
found = deque(analyse.analyse(path, "squat"), maxlen=1).pop()  # of the progress nothing is kept
shown = look.result(found, "en", "video")
found.report()
lengths = {name: len(json.dumps(part)) for name, part in shown.items()}
print(json.dumps({"grown": peak() - before, "kept": found.results.nbytes / 1e6, "count": found.count, **lengths}))
"""


@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_an_hour_takes_less_than_300_megabytes_and_little_is_sent(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "hour.mp4"), "3600"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    print(measured)
    assert measured["grown"] < 300
    assert measured["count"] > 900
    assert measured["player"] < 2_500_000
    assert measured["chart"] < 400_000
