"""`make lint` where Node or npm's registry is missing: it says what was not checked, and in CI it fails."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NEEDED = ("sh", "dirname", "sed", "touch")


@pytest.fixture
def lint(tmp_path: Path):
    """Run the check in a folder of its own, where `npm` is the given script (None: there is none)."""
    folder, programs = tmp_path / "checkout", tmp_path / "bin"
    (folder / ".ci").mkdir(parents=True)
    (folder / "node_modules").mkdir()
    (folder / "package-lock.json").write_text("{}")
    shutil.copy(ROOT / ".ci/lint_page", folder / ".ci")
    programs.mkdir()
    for name in NEEDED:
        (programs / name).symlink_to(shutil.which(name) or name)

    def run(npm: str | None, required: bool = False) -> tuple[int, str]:
        if npm is not None:
            (programs / "npm").write_text(f"#!/bin/sh\n{npm}\n")
            (programs / "npm").chmod(0o755)
        environment = {"PATH": str(programs)} | ({"PAGE_LINT": "required"} if required else {})
        done = subprocess.run([folder / ".ci/lint_page"], env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize("required", [False, True])
def test_without_node_it_says_so_and_fails_only_where_it_is_required(lint, required: bool) -> None:
    code, said = lint(None, required)
    assert (code != 0) is required
    assert "not checked" in said
    assert "there is no Node" in said


@pytest.mark.parametrize("required", [False, True])
@pytest.mark.parametrize("code", ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ERR_SOCKET_TIMEOUT", "E403", "E503"])
@pytest.mark.parametrize("word", ["ERR!", "error"])  # npm 9, npm 10
def test_an_unreachable_registry_is_named(lint, code: str, word: str, required: bool) -> None:
    ended, said = lint(f'echo "npm {word} code {code}" >&2; exit 1', required)
    assert (ended != 0) is required
    assert f"registry cannot be reached ({code})" in said


@pytest.mark.parametrize("code", ["EUSAGE", "EINTEGRITY", "E404", "ENOSPC"])
def test_any_other_failure_of_the_installation_fails(lint, code: str) -> None:
    ended, said = lint(f'echo "npm error code {code}" >&2; exit 1')
    assert ended != 0
    assert code in said
    assert "not checked" not in said


def test_a_finding_fails_and_a_clean_page_code_passes(lint) -> None:
    assert lint('test "$1" != run || { echo "dom.js: a finding"; exit 1; }') == (1, "dom.js: a finding\n")
    assert lint("exit 0") == (0, "")


def test_ci_requires_it() -> None:
    assert "PAGE_LINT=required make test" in ROOT.joinpath(".ci/run").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix" or not shutil.which("npm"), reason="needs npm")
def test_the_real_npm_names_an_unreachable_registry_so(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    for name in (".ci/lint_page", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, tmp_path / name)
    own = {"npm_config_registry": "http://127.0.0.1:9", "npm_config_cache": str(tmp_path / "cache"), "PAGE_LINT": ""}
    done = subprocess.run([tmp_path / ".ci/lint_page"], env={**os.environ, **own}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ECONNREFUSED" in done.stdout
