"""What the project needs: declared if it is imported, pinned for the Space, and no code in what pip builds of it."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from shutil import copytree, ignore_patterns

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = ("digits", "mcp", "ray", "train-clip")


def exact(file: str) -> dict[str, Requirement]:
    """The pins of requirements.txt or constraints.txt by name."""
    lines = ROOT.joinpath(file).read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def ranges(lines: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(requirement.name): requirement for requirement in map(Requirement, lines)}


def imported(files: list[Path]) -> dict[str, set[str]]:
    """The distributions that provide what `files` import, and which files those are."""
    distributions = packages_distributions()
    found: dict[str, set[str]] = {}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"app", "demos", "tests"}:
                # cv2 is provided by four distributions; the installed ones are told.
                for distribution in distributions.get(name, [name])[:1]:
                    found.setdefault(canonicalize_name(distribution), set()).add(file.relative_to(ROOT).as_posix())
    return found


def test_every_pin_lies_in_its_range() -> None:
    pins, wide = exact("requirements.txt"), ranges(PROJECT["dependencies"])
    assert set(pins) == set(wide)
    for name, pin in pins.items():
        (version,) = pin.specifier
        assert version.operator == "==", name
        assert wide[name].specifier.contains(version.version), name


def test_the_space_runs_the_pinned_gradio_and_a_python_we_support() -> None:
    front_matter = ROOT.joinpath("README.md").read_text(encoding="utf-8").split("---")[1]
    (gradio,) = exact("requirements.txt")["gradio"].specifier
    assert re.search(rf"^sdk_version: {re.escape(gradio.version)}$", front_matter, re.MULTILINE)
    assert re.search(r'^python_version: "?3\.1[123]"?$', front_matter, re.MULTILINE)
    assert re.search(r"^app_file: app\.py$", front_matter, re.MULTILINE)


def test_what_the_app_imports_is_declared_and_what_is_declared_is_imported() -> None:
    """Two commands and two options need more than the app: what is an extra, which they say when it is not there."""
    needed = imported([ROOT / "app.py", *ROOT.joinpath("demos").rglob("*.py")])
    extras = {name for extra in EXTRAS for name in ranges(PROJECT["optional-dependencies"][extra])}
    declared = set(ranges(PROJECT["dependencies"]))
    assert {name: files for name, files in needed.items() if name not in declared | extras} == {}
    # torchvision is imported by open_clip and timm, and has to fit torch.
    assert declared | extras == set(needed) | {"torchvision"}


def test_what_the_tests_import_is_declared() -> None:
    needed = imported(list(ROOT.joinpath("tests").rglob("*.py")))
    everything = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    assert {name: files for name, files in needed.items() if name not in ranges(everything)} == {}


def test_the_tests_have_what_the_commands_need() -> None:
    for extra in EXTRAS:
        assert set(PROJECT["optional-dependencies"][extra]) <= set(PROJECT["optional-dependencies"]["test"])


def test_the_constraints_agree_with_the_pins_and_hold_everything_to_one_version() -> None:
    constraints = exact("constraints.txt")
    for name, pin in exact("requirements.txt").items():
        assert constraints[name].specifier == pin.specifier, name
    everything = ranges(
        PROJECT["dependencies"] + [x for extra in PROJECT["optional-dependencies"].values() for x in extra]
    )
    for name, wide in everything.items():
        (version,) = constraints[name].specifier
        assert wide.specifier.contains(version.version), name


def test_what_is_needed_in_turn_is_constrained_too_for_every_python_we_support() -> None:
    location = ROOT / ".ci" / "constraints.py"
    specification = importlib.util.spec_from_file_location("constraints", location)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    needed = {name for name, _ in module.wanted(module.declared())}
    assert needed <= set(exact("constraints.txt"))


def test_the_constraints_force_no_cuda_on_anybody() -> None:
    for name, pin in exact("constraints.txt").items():
        (version,) = pin.specifier
        assert not re.match(r"nvidia|cuda|triton", name), name
        assert "+" not in version.version, f"{name} {version}: a build that not everybody can have"


def test_what_pip_builds_of_the_project_holds_no_code(tmp_path: Path) -> None:
    """It is an app that runs from its checkout; a wheel would miss its models, its strings and its page code."""
    copytree(ROOT / "demos", tmp_path / "demos", ignore=ignore_patterns("__pycache__"))
    for name in ("app.py", "pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        tmp_path.joinpath(name).write_bytes(ROOT.joinpath(name).read_bytes())
    build = "from setuptools.build_meta import build_wheel; build_wheel('dist')"
    tmp_path.joinpath("dist").mkdir()
    subprocess.run([sys.executable, "-c", build], cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = tmp_path.joinpath("dist").iterdir()
    with zipfile.ZipFile(wheel) as built:
        assert {name.split("/")[0] for name in built.namelist()} == {f"glassbox-{PROJECT['version']}.dist-info"}
    assert "Private :: Do Not Upload" in PROJECT["classifiers"]
