"""What is pushed to a Space: whole, of the sizes the Hub takes, and with a sentence for what it would refuse."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.space_fixtures import script

ROOT = Path(__file__).parent.parent.parent


space: Any = script()
FRONT = {
    "title": "Boxes", "emoji": "🔎", "colorFrom": "yellow", "colorTo": "blue", "sdk": "gradio", "sdk_version": "6.31.0",
    "python_version": "3.11", "app_file": "app.py", "suggested_hardware": "cpu-basic", "short_description": "Boxes",
    "license": "mit", "tags": ["a"], "models": [],
}  # fmt: skip
PINS = "# pins\ngradio==6.31.0\ntorch==2.13.0\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target: Path = tmp_path_factory.mktemp("build") / "space"
    space.assemble(ROOT, target, "")
    return target


def files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_what_git_tracks_is_pushed_but_what_only_develops(built: Path) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    pushed = {
        name
        for name in tracked
        if name and name.split("/")[0] in {"app.py", "demos", "weights", "assets", "docs", "examples"}
    }
    assert pushed <= files(built)
    assert {name.split("/")[0] for name in files(built)} == {
        ".gitattributes", ".gitignore", "app.py", "assets", "demos", "docs", "examples", "requirements.txt", "weights",
        "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "README.md", "SECURITY.md",
    }  # fmt: skip


def test_each_file_is_as_it_lies_here_but_the_two_that_a_space_has_its_own_of(built: Path) -> None:
    own = {"requirements.txt", ".gitattributes"}
    assert [name for name in files(built) - own if (built / name).read_bytes() != (ROOT / name).read_bytes()] == []


def test_no_file_is_larger_than_the_hub_takes_and_a_second_run_leaves_nothing_of_the_first(built: Path) -> None:
    (built / "old.txt").write_text("old")
    sizes = space.assemble(ROOT, built, "")
    assert set(sizes) == files(built)
    assert max(sizes.values()) <= 10_000_000
    assert sizes == {name: (built / name).stat().st_size for name in files(built)}


def test_git_keeps_every_binary_file_in_large_file_storage(built: Path, tmp_path: Path) -> None:
    """By git's own reading of .gitattributes; the Hub refuses a push with any other binary file."""
    names = sorted(files(built))
    repository = tmp_path / "repository"
    repository.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=repository, check=True)
    repository.joinpath(".gitattributes").write_bytes(built.joinpath(".gitattributes").read_bytes())
    told = subprocess.run(
        ["git", "check-attr", "filter", "-z", "--stdin"],
        cwd=repository, input="\0".join(names), capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    stored = {name for name, value in zip(told[0::3], told[2::3], strict=False) if value == "lfs"}
    assert stored == {name for name in names if b"\0" in (built / name).read_bytes()}


def test_it_installs_the_pins_and_torch_without_cuda_where_there_is_no_gpu(built: Path) -> None:
    pins = ROOT.joinpath("requirements.txt").read_text(encoding="utf-8").strip().splitlines()
    written = built.joinpath("requirements.txt").read_text(encoding="utf-8").splitlines()
    assert written[0] == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert written[1:-1] == pins
    assert written[-1].startswith("spaces==")
    assert space.requirements_for("t4-small", "\n".join(pins)).splitlines()[:-1] == pins


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "title is missing"),
        ({"license": None}, "license is missing"),
        ({"colorTo": "teal"}, "colorTo is teal; the Hub knows red, yellow"),
        ({"sdk": "docker"}, "sdk is docker"),
        ({"sdk_version": "6.30.0"}, "sdk_version is 6.30.0, and requirements.txt has gradio ==6.31.0"),
        ({"python_version": 3.1}, 'python_version is 3.1; write "3.11" to "3.13", in quotes'),
        ({"app_file": "main.py"}, "app_file is main.py, which is not pushed"),
        ({"short_description": "x" * 61}, "61 characters; the Hub takes 60"),
        ({"models": ["gpt2"]}, "models has gpt2; write owner/name"),
    ],
)
def test_front_matter_that_the_hub_would_refuse_is_a_sentence(changed: dict[str, Any], sentence: str) -> None:
    space.check_front_matter(FRONT, PINS, ["app.py"])
    with pytest.raises(space.Refused, match=sentence):
        space.check_front_matter(FRONT | changed, PINS, ["app.py"])


def test_what_is_too_large_and_links_that_lead_nowhere_are_refused() -> None:
    with pytest.raises(space.Refused, match=r"weights/a\.safetensors has 10\.5 MB; of one file a Space takes 10"):
        space.check_sizes({"a": 1, "weights/a.safetensors": 10_500_000})
    with pytest.raises(space.Refused, match="Together 1010 MB"):
        space.check_sizes({str(number): 10_000_000 for number in range(101)})
    with pytest.raises(space.Refused, match=r"links to tests/a\.md"):
        space.check_links("[this](docs/a.md#part), [that](https://example.org) and [those](tests/a.md)", {"docs/a.md"})
    with pytest.raises(space.Refused, match="begins with the Space's front matter"):
        space.front_matter("# Glassbox\n")


def test_a_refusal_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    """In a repository whose README is only a headline."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "space.py").write_bytes(ROOT.joinpath(".ci", "space.py").read_bytes())
    for name, content in {"README.md": "# Boxes\n", "requirements.txt": PINS, "app.py": "\n"}.items():
        (tmp_path / name).write_text(content)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    ran = subprocess.run([sys.executable, ".ci/space.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.strip() == "README.md begins with the Space's front matter: YAML between two lines “---”."
    assert not (tmp_path / "build").exists()
