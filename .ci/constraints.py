"""Prints constraints.txt: the exact version of everything the project and its tests need, from this environment.

    make constraints        (after `make test` passed)

Packages that pyproject.toml names, what those need, and so on, for each Python that the project supports. CUDA's are
left out, and so is the "+cpu" of a torch built without it: a constraint installs nothing by itself, and whoever has
another build of torch keeps it. What only another Python needs is not installed here and keeps the version it had.
"""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FILE = ROOT / "constraints.txt"
PYTHONS = ("3.11", "3.12", "3.13")
CUDA = re.compile(r"(nvidia-|cuda-|triton)")
HEAD = """\
# Exact versions of everything that requirements.txt and the tests need, also of what those need in turn.
# Made by `make constraints` in an environment that passes `make test`; used by `make` as `pip install -c`.
# Names no CUDA package: which build of torch is installed stays yours to choose.
"""


def wanted(requirements: list[str]) -> set[tuple[str, str]]:
    """The names of what is needed, with the Pythons that need it, as (name, "3.11"); all that is needed in turn too."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(line), "", python) for line in requirements for python in PYTHONS]
    seen = set()
    while waiting:
        requirement, extra, python = waiting.pop()
        environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
        environment |= {"platform_system": "Linux", "os_name": "posix", "extra": extra}
        name = canonicalize_name(requirement.name)
        if CUDA.match(name) or (requirement.marker and not requirement.marker.evaluate(environment)):
            continue
        found.add((name, python))
        for own in ("", *requirement.extras):
            if (name, own, python) in seen:
                continue
            seen.add((name, own, python))
            try:
                needs = distribution(name).requires or []
            except PackageNotFoundError:
                needs = []
            waiting += [(Requirement(line), own, python) for line in needs]
    return found


def declared() -> list[str]:
    """Every requirement that pyproject.toml names, of the extras too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]


def constraints() -> dict[str, str]:
    """The version of every package of `wanted`. Exits with a sentence if one is neither installed nor known."""
    before = dict(line.split("==") for line in FILE.read_text().splitlines() if "==" in line) if FILE.exists() else {}
    versions = {}
    for name in sorted({name for name, _ in wanted(declared())}):
        try:
            versions[name] = distribution(name).version.partition("+")[0]
        except PackageNotFoundError:
            if name not in before:
                sys.exit(f"Only another Python needs {name}: enter its version in constraints.txt by hand.")
            versions[name] = before[name]
    return versions


if __name__ == "__main__":
    lines = [f"{name}=={version}" for name, version in constraints().items()]
    FILE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
