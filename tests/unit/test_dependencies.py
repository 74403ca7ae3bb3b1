"""requirements.txt (exact, for the Space) and pyproject.toml (ranges) name the same packages and agree."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent


def pins() -> dict[str, Requirement]:
    lines = ROOT.joinpath("requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {requirement.name: requirement for requirement in requirements}


def ranges() -> dict[str, Requirement]:
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {requirement.name: requirement for requirement in map(Requirement, project["dependencies"])}


def test_every_pin_lies_in_its_range() -> None:
    assert set(pins()) == set(ranges())
    for name, pin in pins().items():
        (exact,) = pin.specifier
        assert exact.operator == "==", name
        assert ranges()[name].specifier.contains(exact.version), name


def test_the_space_runs_the_pinned_gradio_and_a_python_we_support() -> None:
    front_matter = ROOT.joinpath("README.md").read_text(encoding="utf-8").split("---")[1]
    (gradio,) = pins()["gradio"].specifier
    assert re.search(rf"^sdk_version: {re.escape(gradio.version)}$", front_matter, re.MULTILINE)
    assert re.search(r'^python_version: "?3\.1[123]"?$', front_matter, re.MULTILINE)
    assert re.search(r"^app_file: app\.py$", front_matter, re.MULTILINE)
