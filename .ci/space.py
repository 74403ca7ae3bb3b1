"""Assembles what is pushed to a Hugging Face Space, checked, in build/space.

    make space                        for a Space on processors: torch without CUDA, a tenth of the size
    make space HARDWARE=t4-small      for one with a GPU: torch with CUDA

What git tracks is taken, as it lies here, without what only develops (LEFT_OUT). Two files are written anew.
requirements.txt: a Space reads that one file and no constraints, and Gradio there watches for changes with the package
`spaces`, without which a thread of it ends in a traceback. .gitattributes: the Hub refuses a push with any binary file
that isn't kept in its large file storage, however small (https://huggingface.co/docs/hub/xet).

What the Hub would refuse, or build and not start, ends with one sentence and code 2.
Sources: https://huggingface.co/docs/hub/spaces-config-reference, https://huggingface.co/docs/hub/repositories-recommendations
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LEFT_OUT = (
    ".ci/", ".github/", ".npmrc", "Makefile", "constraints.txt", "eslint.config.js", "package-lock.json",
    "package.json", "pyproject.toml", "tests/", "tsconfig.json",
)  # fmt: skip
LARGEST = 10_000_000  # bytes of one file
WHOLE = 1_000_000_000  # bytes of all of them
COLOURS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
DESCRIPTION = 60  # characters of the line below the title
KEYS = (
    "title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file", "suggested_hardware",
    "short_description", "license", "tags",
)  # fmt: skip
PROCESSORS = ("cpu-basic", "cpu-upgrade")
WITHOUT_CUDA = "--extra-index-url https://download.pytorch.org/whl/cpu"  # there 2.13.0+cpu, which counts as the newer
SPACES = "spaces==0.51.3"


class Refused(Exception):
    """What the Hub would not take, and what would be right: one sentence."""


def tracked(root: Path, *which: str) -> list[str]:
    """The files that git tracks (or those that `which` of its options choose), as paths relative to `root`."""
    listed = subprocess.run(["git", "ls-files", "-z", *which], cwd=root, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name]


def is_pushed(name: str) -> bool:
    """Whether a file of the repository goes to the Space."""
    return not name.startswith(LEFT_OUT)


def is_binary(content: bytes) -> bool:
    """Whether the Hub takes it for a binary file: a zero byte, or no UTF-8."""
    try:
        return "\0" in content.decode("utf-8")
    except UnicodeDecodeError:
        return True


def front_matter(readme: str) -> dict[str, Any]:
    """The YAML between the two lines of dashes at the top of README.md. Raises Refused if there is none."""
    found = re.match(r"---\n(.*?)\n---\n", readme, re.DOTALL)
    fields = yaml.safe_load(found[1]) if found else None
    if not isinstance(fields, dict):
        raise Refused("README.md begins with the Space's front matter: YAML between two lines “---”.")
    return fields


def check_front_matter(fields: dict[str, Any], requirements: str, files: Iterable[str]) -> None:
    """Raises Refused for the first field that the Hub would refuse, or that does not fit the other files."""
    if missing := [key for key in KEYS if not fields.get(key)]:
        raise Refused(f"README.md, front matter: {missing[0]} is missing.")
    for key in ("colorFrom", "colorTo"):
        if fields[key] not in COLOURS:
            raise Refused(f"README.md, front matter: {key} is {fields[key]}; the Hub knows {', '.join(COLOURS)}.")
    if fields["sdk"] != "gradio":
        raise Refused(f"README.md, front matter: sdk is {fields['sdk']}; this is a gradio Space.")
    pins = [Requirement(line) for line in requirements.splitlines() if line and line[0] not in "#-"]
    pinned = next((str(pin.specifier) for pin in pins if pin.name == "gradio"), "nothing")
    if pinned != f"=={fields['sdk_version']}":
        raise Refused(
            f"README.md, front matter: sdk_version is {fields['sdk_version']}, "
            f"and requirements.txt has gradio {pinned}."
        )
    if not re.fullmatch(r"3\.1[1-3]", str(fields["python_version"])):
        raise Refused(
            f'README.md, front matter: python_version is {fields["python_version"]}; write "3.11" to "3.13", in quotes.'
        )
    if fields["app_file"] not in files:
        raise Refused(f"README.md, front matter: app_file is {fields['app_file']}, which is not pushed.")
    if len(fields["short_description"]) > DESCRIPTION:
        raise Refused(
            f"README.md, front matter: short_description has {len(fields['short_description'])} characters; "
            f"the Hub takes {DESCRIPTION}."
        )
    for model in fields.get("models") or []:
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", str(model)):
            raise Refused(f"README.md, front matter: models has {model}; write owner/name.")


def check_sizes(sizes: dict[str, int]) -> None:
    """`sizes` are bytes by name. Raises Refused for a file or a whole that is too large."""
    for name, size in sizes.items():
        if size > LARGEST:
            raise Refused(f"{name} has {size / 1e6:.1f} MB; of one file a Space takes {LARGEST / 1e6:.0f}. Split it.")
    if sum(sizes.values()) > WHOLE:
        raise Refused(f"Together {sum(sizes.values()) / 1e6:.0f} MB; a Space takes {WHOLE / 1e6:.0f}.")


def check_links(readme: str, files: set[str]) -> None:
    """Raises Refused for a link of README.md to a file that is not pushed."""
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", readme):
        if link not in files:
            raise Refused(f"README.md links to {link}, which is not pushed.")


def requirements_for(hardware: str, requirements: str) -> str:
    """What the Space installs: the pins, torch without CUDA where there is no GPU, and `spaces`."""
    index = [WITHOUT_CUDA] if hardware in PROCESSORS else []
    return "\n".join([*index, *requirements.strip().splitlines(), SPACES]) + "\n"


def attributes(binary: Iterable[str]) -> str:
    """The lines of .gitattributes that keep files of these names in large file storage, one for each ending."""
    endings = sorted({Path(name).suffix or f"/{name}" for name in binary})
    patterns = [f"*{ending}" if ending.startswith(".") else ending for ending in endings]
    return "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in patterns)


def assemble(root: Path, target: Path, hardware: str) -> dict[str, int]:
    """Write `target` anew from the repository at `root`; the size in bytes of each file in it. Raises Refused."""
    names = [name for name in tracked(root) if is_pushed(name)]
    if gone := [name for name in names if not (root / name).is_file()]:
        raise Refused(f"{gone[0]} is tracked by git, and not here: restore it or commit that it is gone.")
    contents = {name: (root / name).read_bytes() for name in names}
    for needed in ("README.md", "requirements.txt"):
        if needed not in contents:
            raise Refused(f"{needed} is missing.")
    readme = contents["README.md"].decode("utf-8")
    fields = front_matter(readme)
    check_front_matter(fields, contents["requirements.txt"].decode("utf-8"), names)
    hardware = hardware or fields["suggested_hardware"]
    check_links(readme, set(names))
    contents["requirements.txt"] = requirements_for(hardware, contents["requirements.txt"].decode("utf-8")).encode()
    contents[".gitattributes"] = attributes(name for name in names if is_binary(contents[name])).encode()
    sizes = {name: len(content) for name, content in contents.items()}
    check_sizes(sizes)
    shutil.rmtree(target, ignore_errors=True)
    for name, content in contents.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return sizes


def main() -> None:
    parser = argparse.ArgumentParser(description="Assembles what is pushed to a Hugging Face Space.")
    parser.add_argument("--hardware", default="", help="as the Hub names it; by default README.md's suggested_hardware")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "space")
    chosen = parser.parse_args()
    try:
        sizes = assemble(ROOT, chosen.out, chosen.hardware)
    except Refused as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    for name in filter(is_pushed, tracked(ROOT, "--others", "--exclude-standard")):
        print(f"{name} is not pushed: git does not track it (git add {name}).", file=sys.stderr)
    name, largest = max(sizes.items(), key=lambda entry: entry[1])
    whole = sum(sizes.values())
    print(f"{chosen.out}: {len(sizes)} files, {whole / 1e6:.1f} MB; the largest is {name}, {largest / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
