"""What is checked before a version is tagged: in small repositories, with a Makefile of their own."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
MAKEFILE = """
test soak bench space:
\t@echo $@ >> {counted}
\t@test "$@" != "$$(cat {failing})" || {{ echo boxes are not glass; exit 3; }}
"""
FILES = {
    "pyproject.toml": '[project]\nname = "boxes"\nversion = "1.2.0"\n',
    "demos/common/version.py": 'VERSION = "1.2.0"\n',
    "CHANGELOG.md": "# Changelog\n\n## [1.2.0] - 2026-11-28\n\n## [1.1.0] - 2026-01-01\n",
    "NOTICE": "Boxes\n\nweights/box.safetensors, assets/photos\n    Ours.\n",
    "weights/box.safetensors": "x",
    "weights/box.md": "A card.",
    "assets/photos/cat.jpg": "x",
    ".gitignore": "build/\n",
}


def script() -> Any:
    specification = importlib.util.spec_from_file_location("release", ROOT / ".ci" / "release.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


release: Any = script()


class Repository:
    """A repository that is ready, and what of its Makefile was run."""

    def __init__(self, folder: Path) -> None:
        self.root, self.counted, self.failing = folder / "boxes", folder / "counted", folder / "failing"
        self.counted.touch()
        self.failing.touch()
        self.root.mkdir()
        self.git("init", "-q")
        files = FILES | {"Makefile": MAKEFILE.format(counted=self.counted, failing=self.failing)}
        files[".ci/release.py"] = ROOT.joinpath(".ci", "release.py").read_text(encoding="utf-8")
        for name, content in files.items():
            self.commit(name, content)

    def git(self, *words: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *words], cwd=self.root, check=True, capture_output=True)

    def commit(self, name: str, content: str) -> None:
        self.root.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        self.root.joinpath(name).write_text(content, encoding="utf-8")
        self.git("add", "-f", name)
        self.git("commit", "-qm", name)

    def release(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, ".ci/release.py", *words]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)

    def made(self) -> list[str]:
        return self.counted.read_text().split()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_what_is_ready_is_run_in_a_clean_clone_and_its_tag_is_named(repository: Repository) -> None:
    (repository.root / "build").mkdir()
    (repository.root / "build" / "left.txt").write_text("of before")
    ended = repository.release()
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == 'Ready: git tag -a v1.2.0 -m "Glassbox 1.2.0"'
    assert repository.made() == ["test", "soak", "bench", "space"]
    (cloned,) = repository.root.glob("build/release/*/glassbox")
    assert (cloned / "Makefile").exists()
    assert not (cloned / "build").exists()


def test_the_first_failure_ends_it_and_the_next_run_goes_on_there(repository: Repository) -> None:
    repository.failing.write_text("bench")
    ended = repository.release()
    assert ended.returncode == 1
    assert "boxes are not glass" in ended.stderr
    assert "make bench ended with code" in ended.stderr
    repository.failing.write_text("")
    assert repository.release().returncode == 0
    assert repository.made() == ["test", "soak", "bench", "bench", "space"]
    assert repository.release("--again").returncode == 0
    assert repository.made()[5:] == ["test", "soak", "bench", "space"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("demos/common/version.py", 'VERSION = "1.1.0"\n', "has version 1.2.0, demos/common/version.py 1.1.0"),
        ("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n", "begins with “[Unreleased]”: write “[1.2.0] - 20"),
        ("CHANGELOG.md", "# Changelog\n\n## [1.1.0] - 2026-01-01\n", "begins with “[1.1.0] - 2026-01-01”"),
        ("CHANGELOG.md", "# Changelog\n", "begins with “”"),
        ("assets/sounds/bell.wav", "x", "NOTICE does not name assets/sounds/bell.wav"),
        ("demos/common/page/math.woff2", "x", "NOTICE does not name demos/common/page/math.woff2"),
        ("weights/box.safetensors.bak", "x", "NOTICE does not name weights/box.safetensors.bak"),
    ],
)
def test_what_is_not_ready_is_one_sentence_and_code_2(
    repository: Repository, name: str, content: str, sentence: str
) -> None:
    repository.commit(name, content)
    ended = repository.release()
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert repository.made() == []


def test_what_is_not_committed_or_tagged_already_is_no_release(repository: Repository) -> None:
    (repository.root / "new.txt").write_text("x")
    ended = repository.release()
    assert (ended.returncode, ended.stderr) == (2, "new.txt is not committed: a release is what is.\n")
    (repository.root / "new.txt").unlink()
    repository.git("tag", "v1.2.0")
    ended = repository.release()
    assert (ended.returncode, ended.stderr) == (2, "v1.2.0 is tagged already: raise the version.\n")


def test_notice_names_every_model_font_and_asset_and_nothing_that_is_gone() -> None:
    release.check_licences(ROOT)
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for path in release.named(notice):
        assert any(file == path or file.startswith(f"{path}/") for file in tracked), path
