"""How the app starts, and how it refuses to."""

import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
import typer

from demos.common import cli
from tests.conftest import ROOT


@pytest.fixture
def application() -> typer.Typer:
    """What `python app.py` runs, for this process."""
    from app import main

    made = cli.new("Glassbox")
    made.command()(main)
    return made


def test_an_unknown_device_is_one_sentence_and_exit_code_2(refusal: Callable, application: typer.Typer) -> None:
    said = refusal(application, "--device", "tpu")
    assert said == "“tpu” is not a device; choose one of auto, cpu, cuda, mps."


def test_a_port_in_use_is_one_sentence_and_exit_code_2() -> None:
    """In a process of its own, as a visitor starts it."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        started = [sys.executable, "app.py", "--port", str(busy.getsockname()[1])]
        done = subprocess.run(started, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_every_option_of_the_contract(command: Callable, application: typer.Typer) -> None:
    said = command(application, "--help").stdout
    for option in ("--host", "--port", "--device", "--offline", "--profile"):
        assert option in said


def test_an_unknown_profile_is_one_sentence_and_exit_code_2(refusal: Callable, application: typer.Typer) -> None:
    assert "laptop, shared" in refusal(application, "--profile", "desktop")


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
