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
UI = {file.relative_to(ROOT).as_posix() for file in ROOT.glob("demos/common/ui/*.py")}
TABS = {
    file.relative_to(ROOT).as_posix()
    for demo in DEMOS
    for pattern in ("tab.py", "*_tab.py", "*/tab.py", "*/*_tab.py")
    for file in ROOT.glob(f"demos/{demo.name}/{pattern}")
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
