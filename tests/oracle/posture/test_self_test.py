"""The self-test as the command line prints it, on the films that the repository carries."""

import json
import subprocess
import sys

import pytest


def printed(*arguments: str) -> dict:
    command = [sys.executable, "-m", "demos.posture", "self-test", "--json", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.soak
def test_every_carried_film_is_counted_exactly() -> None:
    report = printed()
    assert report["exact"] == report["films"] == 5
    assert report["angle_error_degrees"] <= 6
