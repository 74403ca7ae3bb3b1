"""All that is checked before a version is tagged, in one command: `make release`.

    version   pyproject.toml, the app and CHANGELOG.md name the same version, which has no tag yet
    licences  NOTICE names each model, font and asset
    clone     what is committed, alone, in build/release; the next four run there, and install what they need anew
    test, soak, bench, space    as `make` knows them

Each step says how long it took, and its output lies beside the clone. A step that passed is not run again at the same
commit, so a run that was stopped goes on where it was; `ARGS=--again` begins anew. The first that fails ends it: code 2
where something is to be written (one sentence says what), 1 where a command failed.
"""

import argparse
import datetime
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGETS = ("test", "soak", "bench", "space")  # of the Makefile
ACCOUNTED = ("weights/", "assets/")  # whose files NOTICE names, and fonts wherever they lie
FONTS = (".woff", ".woff2", ".ttf", ".otf")
TOLD_THEMSELVES = ("weights/manifest.json", ".md")  # the manifest and the cards
LINES = 20  # of a failed command's output that are shown


class Refused(Exception):
    """What keeps this from being a release, and what would be right: one sentence."""


class Failed(Exception):
    """A command that failed, with the end of what it said."""


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def check_version(root: Path) -> str:
    """The version that is to be released. Raises Refused where the files disagree, or it is out already."""
    declared: str = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    said = re.search(r'^VERSION = "(.+)"$', (root / "demos/common/version.py").read_text(encoding="utf-8"), re.M)
    if said is None or said[1] != declared:
        raise Refused(
            f"pyproject.toml has version {declared}, demos/common/version.py {said and said[1]}: write the same."
        )
    headings = re.findall(r"^## (.+)$", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    newest = re.fullmatch(r"\[(.+)\] - (\d{4}-\d{2}-\d{2})", headings[0]) if headings else None
    if newest is None or newest[1] != declared:
        raise Refused(
            f"CHANGELOG.md begins with “{headings[0] if headings else ''}”: "
            f"write “[{declared}] - {datetime.date.today()}” above what is new."
        )
    if git(root, "tag", "--list", f"v{declared}"):
        raise Refused(f"v{declared} is tagged already: raise the version.")
    return declared


def named(notice: str) -> set[str]:
    """The paths with which paragraphs of NOTICE begin: at the beginning of a line, separated by commas."""
    lines = [line for line in notice.splitlines() if line[:1].strip()]
    return {path for line in lines for path in line.split(", ") if "/" in path and " " not in path}


def unnamed(files: Iterable[str], notice: str) -> list[str]:
    """The models, fonts and assets that NOTICE does not name, nor a folder they lie in."""
    wanted = [
        file
        for file in files
        if (file.startswith(ACCOUNTED) or file.endswith(FONTS)) and not file.endswith(TOLD_THEMSELVES)
    ]
    return [file for file in wanted if not {file, *map(str, Path(file).parents)} & named(notice)]


def check_licences(root: Path) -> None:
    """Raises Refused for the first file that NOTICE does not name."""
    notice = (root / "NOTICE").read_text(encoding="utf-8")
    if missing := unnamed(git(root, "ls-files").splitlines(), notice):
        raise Refused(f"NOTICE does not name {missing[0]}: write whose it is, and under which licence.")


def clone(root: Path, target: Path) -> None:
    """What is committed at `root`, alone. Raises Refused where something is not."""
    if changed := git(root, "status", "--porcelain"):
        raise Refused(f"{changed.split()[-1]} is not committed: a release is what is.")
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    git(root, "clone", "-q", str(root), str(target))


def make(target: str, folder: Path, log: Path) -> None:
    """`make target` in `folder`, its output in `log`. Raises Failed."""
    with log.open("w", encoding="utf-8") as output:
        ended = subprocess.run(["make", target], cwd=folder, stdout=output, stderr=subprocess.STDOUT, check=False)
    if ended.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LINES:]
        raise Failed("\n".join([*last, f"make {target} ended with code {ended.returncode}; all of it: {log}"]))


def release(root: Path, again: bool) -> str:
    """Run all steps; the version that may be tagged now. Raises Refused or Failed at the first that does not pass."""
    folder = root / "build" / "release" / git(root, "rev-parse", "--short", "HEAD")
    if again:
        shutil.rmtree(folder, ignore_errors=True)
    version = check_version(root)
    steps: dict[str, Callable[[], None]] = {
        "licences": lambda: check_licences(root),
        "clone": lambda: clone(root, folder / "glassbox"),
    }
    for target in TARGETS:
        steps[target] = lambda target=target: make(target, folder / "glassbox", folder / f"{target}.log")  # type: ignore[misc]
    for name, step in steps.items():
        passed = folder / f"{name}.passed"
        if passed.exists():
            print(f"{name:10} passed before", flush=True)
            continue
        print(f"{name:10} ", end="", flush=True)
        began = time.monotonic()
        try:
            step()
        except (Refused, Failed):
            print("failed", flush=True)
            raise
        print(f"passed in {datetime.timedelta(seconds=round(time.monotonic() - began))}", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        passed.touch()
    return version


def main() -> None:
    parser = argparse.ArgumentParser(description="All that is checked before a version is tagged.")
    parser.add_argument("--again", action="store_true", help="run the steps that passed at this commit too")
    try:
        version = release(ROOT, parser.parse_args().again)
    except (Refused, Failed) as error:
        print(error, file=sys.stderr)
        sys.exit(2 if isinstance(error, Refused) else 1)
    print(f'Ready: git tag -a v{version} -m "Glassbox {version}"')


if __name__ == "__main__":
    main()
