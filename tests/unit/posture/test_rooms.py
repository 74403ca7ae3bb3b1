"""The rooms of the demo: what a visitor's page and videos go through needs no synthetic athlete."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_live_path_imports_nothing_of_the_athlete() -> None:
    folder = ROOT / "demos" / "posture"
    files = [*folder.glob("*.py"), *folder.glob("pose/*.py"), *folder.glob("live/*.py"), *folder.glob("video/*.py")]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files if not file.stem.startswith("__")]
    assert "demos.posture.video.analyse" in names
    script = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script, *names], cwd=ROOT, capture_output=True, text=True, check=True)
    rooms = ("demos.posture.athlete", "demos.posture.make")
    assert not [name for name in done.stdout.split() if name.startswith(rooms)]
