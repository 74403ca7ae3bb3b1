"""The rules of the house: who may import whom, and that the first page costs no model."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demos import DEMOS
from demos.common.ui import page_files

ROOT = Path(__file__).parents[3]
MODULES = sorted(ROOT.joinpath("demos").rglob("*.py"))
UI = {file.relative_to(ROOT).as_posix() for file in ROOT.glob("demos/common/ui/**/*.py")}
TABS = {
    file.relative_to(ROOT).as_posix()
    for folder in (*(demo.name for demo in DEMOS), "start")  # the story is laid out like a tab
    for pattern in ("tab.py", "*_tab.py", "*/tab.py", "*/*_tab.py")
    for file in ROOT.glob(f"demos/{folder}/{pattern}")
}
SCRIPTS = page_files.files(".js")


def imported(file: Path) -> set[str]:
    """The full names of all modules that a file imports, at its top or inside functions."""
    package = file.relative_to(ROOT).with_suffix("").parts[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (base, node.module or "") if part)
            names |= {origin} | {f"{origin}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_tabs_and_the_ui_parts_import_gradio(file: Path) -> None:
    if file.relative_to(ROOT).as_posix() in UI | TABS:
        return
    names = imported(file)
    assert not {name for name in names if name.split(".")[0] == "gradio"}
    assert not {name for name in names if name.startswith("demos.common.ui")}
    assert not {name for name in names if re.match(r"demos\.\w+\.(\w+\.)?(\w+_)?tab\b", name)}


# A view is a folder of a demo that has a tab.py or a look.py. It imports of another one only what stands here.
BETWEEN_VIEWS = {
    # Labels by example are scored as words are, sent like the gallery's images, and kept by the same key of a model.
    "clip/examples": {
        *("clip/match/answers", "clip/match/background", "clip/match/pictures"),
        *("clip/gallery/batch", "clip/gallery/saved"),
    },
    "clip/gallery": {"clip/match/background"},  # whether an image fits a word is one question in both
    "gpt/write": {"gpt/models/tab"},  # the controls of the model's precision stand beside what it writes
    "posture/live": {
        *("posture/video/visitor", "posture/teach/exercise_file"),  # an exercise of the visitor's own
        *("posture/report/session", "posture/report/tab"),  # a session ends in a report
        *("posture/workout/announcer", "posture/workout/look"),  # a workout is what the frames are for
        *("posture/workout/plan", "posture/workout/workout"),
    },
    "posture/self_test": {"posture/video/video_file", "posture/video/clips"},  # the sample clips are its films
    # A recording is a video, or what the camera's stream answered; what is taught is kept by the visitor.
    "posture/teach": {"posture/live/endpoint", "posture/video/video_file", "posture/video/visitor"},
    "xor/export": {"xor/live/run", "xor/live/snapshot"},  # the run under way is what is exported
    "xor/lessons": {"xor/lottery/tab", "xor/lottery/settings"},  # a lesson sets the lottery
    "xor/live": {"xor/settings/tab"},  # the controls that a run is set with
    "xor/lottery": {"xor/settings/tab"},  # it offers the same choices
    # A video that was watched ends in a report: its moments are kept, its sets said and shown there.
    "posture/video": {f"posture/report/{module}" for module in ("look", "pictures", "record", "sets", "tab")},
    "posture/report": {"posture/video/video_file"},  # its pictures are frames of a video
}
# Not views: what all views of a demo share, though a part of it lies beside a tab.
SHARED = re.compile(r"xor/settings/setup|gpt/models/(?!tab\b)\w+")


LEADING_UP = {  # files that are no tab and no look, and import one
    "clip/endpoints.py": {"clip/match/look"},  # what clip_match has always told programs besides: what a page shows
    "clip/make/opening.py": {"clip/match/look"},  # it writes down what the view opens with
    "gpt/write/endpoint.py": {"gpt/write/look"},  # it answers with what the look makes
    "posture/live/endpoint.py": {"posture/look", "posture/workout/look"},  # it answers with what the looks make
    "posture/make/opening.py": {"posture/video/look", "posture/report/look"},  # it writes down what the tab opens with
    "posture/report/session.py": {"posture/report/look"},  # a live session ends in what the look makes of it
    "posture/video/annotate.py": {"posture/look"},  # it draws into the video what the page draws over it
}


def views(demo: str) -> set[str]:
    folders = {file.parent for name in ("tab.py", "look.py") for file in ROOT.glob(f"demos/{demo}/*/{name}")}
    return {folder.relative_to(ROOT / "demos").as_posix() for folder in folders}


def modules_imported(file: Path) -> set[str]:
    """The modules of demos/ that a file imports, like "xor/live/run"."""
    paths = {name.removeprefix("demos.").replace(".", "/") for name in imported(file) if name.startswith("demos.")}
    return {path for path in paths if (ROOT / "demos" / f"{path}.py").is_file()}


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_a_view_imports_of_another_only_what_is_allowed(demo) -> None:
    for view in views(demo.name):
        others = views(demo.name) - {view}
        found = {
            module
            for file in ROOT.joinpath("demos", view).rglob("*.py")
            for module in modules_imported(file)
            if module.rpartition("/")[0] in others and not SHARED.fullmatch(module)
        }
        assert found == BETWEEN_VIEWS.get(view, set()), view


def test_only_views_and_the_command_line_import_a_look_or_a_tab() -> None:
    """So model, learn, data and the verbs know nothing of how they are shown."""
    above = {"__main__.py", "tab.py", "look.py"}
    for demo in DEMOS:
        for file in ROOT.joinpath("demos", demo.name).rglob("*.py"):
            if file.name in above or file.name.endswith("_tab.py"):
                continue
            modules = modules_imported(file)
            found = {module for module in modules if re.search(r"(^|[/_])(tab|look)$", module)}
            assert found == LEADING_UP.get(file.relative_to(ROOT / "demos").as_posix(), set()), file


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_a_demo_imports_no_other_demo(demo) -> None:
    others = tuple(f"demos.{other.name}" for other in DEMOS if other is not demo)
    for file in ROOT.joinpath("demos", demo.name).rglob("*.py"):
        assert not {name for name in imported(file) if name.startswith(others)}, file


def test_common_imports_no_demo() -> None:
    demos = tuple(f"demos.{demo.name}" for demo in DEMOS)
    for file in ROOT.joinpath("demos/common").rglob("*.py"):
        assert not {name for name in imported(file) if name.startswith(demos)}, file


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_script_imports_only_scripts_of_its_demo_and_common(script: Path) -> None:
    demo = script.relative_to(ROOT / "demos").parts[0]
    for other in page_files.imports(script):
        assert other.is_file(), f"{script} imports {other}, which is not there"
        parts = other.relative_to(ROOT / "demos").parts
        assert parts[0] in {demo, "common"}
        assert parts[-2] == "page"
    assert "import(" not in script.read_text(encoding="utf-8") or script.name == "first_script.js"


def test_the_first_page_is_built_without_the_heavy_libraries() -> None:
    script = (
        "import sys, app; from demos.common.settings import Settings; app.build(Settings());"
        "print(*sorted({'torch', 'torchvision', 'open_clip', 'mediapipe', 'cv2', 'av'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
