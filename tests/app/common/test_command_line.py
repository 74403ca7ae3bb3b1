"""How the app starts, and how it refuses to."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def app(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def test_an_unknown_device_is_one_sentence_and_exit_code_2() -> None:
    done = app("--device", "tpu")
    assert done.returncode == 2
    assert done.stderr.strip() == "“tpu” is not a device; choose one of auto, cpu, cuda, mps."


def test_a_port_in_use_is_one_sentence_and_exit_code_2() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        done = app("--port", str(busy.getsockname()[1]))
    assert done.returncode == 2
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_every_option_of_the_contract() -> None:
    done = app("--help")
    assert done.returncode == 0
    for option in ("--host", "--port", "--device", "--offline", "--profile"):
        assert option in done.stdout


def test_an_unknown_profile_is_one_sentence_and_exit_code_2() -> None:
    done = app("--profile", "desktop")
    assert done.returncode == 2
    assert "laptop, shared" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("chosen", "host", "space", "profile"),
    [
        ("", "127.0.0.1", "", "laptop"),
        ("", "localhost", "", "laptop"),
        ("", "0.0.0.0", "", "shared"),
        ("", "192.168.0.7", "", "shared"),
        ("", "127.0.0.1", "owner/name", "shared"),  # on a Space
        ("shared", "127.0.0.1", "", "shared"),
        ("laptop", "0.0.0.0", "", "laptop"),
    ],
)
def test_the_profile_follows_from_who_is_served(
    chosen: str, host: str, space: str, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import _profile

    monkeypatch.delenv("SPACE_ID", raising=False)
    if space:
        monkeypatch.setenv("SPACE_ID", space)
    assert _profile(chosen, host) == profile
