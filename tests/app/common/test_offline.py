"""Every tab does its main job where no other machine can be reached: in a network of its own, with loopback alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.offline_visit import FRAMES

ALONE = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c"]


def alone(command: str) -> subprocess.CompletedProcess[str]:
    """What a shell's command does in a network namespace (Linux, unshare(1)) in which only loopback is up."""
    return subprocess.run([*ALONE, f"ip link set lo up && {command}"], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.soak
def test_every_tab_does_its_main_job_without_a_network(tmp_path: Path) -> None:
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("needs unshare and ip: Linux with util-linux and iproute2")
    if (tried := alone("true")).returncode:
        pytest.skip(f"this machine permits no network of one's own: {tried.stderr.strip()}")
    done = alone(f"exec {sys.executable} -m tests.offline_visit {tmp_path}")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["network"] == "Network is unreachable"
    assert told["page"] > 100_000
    assert told["xor"] == 1
    assert told["gpt"] == 20
    assert [each["label"] for each in told["clip"]] == ["a lion", "a bus"]
    assert told["posture"] == 20
    assert told["camera"] > FRAMES / 2
