"""Ray, as an option: workers on this machine, or a cluster that this machine is part of. No torch.

Ray is imported only when it is asked for. Of its usage nothing is told to anybody. What is started here listens on
loopback alone, and answers those who know a token that is drawn anew each time; whoever starts a cluster guards it.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from demos.common.errors import BadInput
from demos.common.scheduling.cores import cores

OPTION = "local: workers on this machine; HOST:PORT: those of a Ray cluster. Default: this process, without Ray."
ADDRESS = re.compile(r"[\w.-]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}")
PATIENCE = 5.0  # seconds in which a port has to open
ANSWERS = 20.0  # seconds in which what is behind it has to say that it is Ray's
STORE = 200_000_000  # bytes for results on their way; those here are small
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}  # the latter else warns
# Ray's own switch for machines whose firewall asks about each port: it makes a node of one machine listen on loopback.
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


def check(address: str | None) -> None:
    """Raises BadInput for an address that cannot be one, and where Ray is not installed: before anything is opened."""
    if address is None:
        return
    if address != "local" and not ADDRESS.fullmatch(address):
        raise BadInput("common.ray_bad_address", address=address[:40])
    if find_spec("ray") is None:
        raise BadInput("common.no_ray")


@contextmanager
def connected(address: str, workers: int | None = None) -> Iterator[Any]:
    """The module `ray`, connected; at the end disconnected, and what was started here is stopped. Raises BadInput."""
    check(address)
    asked: dict[str, Any] = {}
    if address == "local":
        asked = {"num_cpus": workers or cores(), "num_gpus": 0, "object_store_memory": STORE}
        asked |= {"include_dashboard": False}
    else:
        _see(address)
    ray = _imported(address)
    try:
        ray.init(address, log_to_driver=False, logging_level="critical", **asked)
    except (OSError, RuntimeError, ValueError, SystemExit) as error:  # so Ray gives up
        reason = next(iter(str(error).splitlines()), "")
        key = "common.ray_not_started" if address == "local" else "common.ray_no_cluster"
        raise BadInput(key, address=address, reason=reason) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _imported(address: str) -> Any:
    """Ray. It reads the environment when it is imported."""
    os.environ.update(QUIET)
    if address == "local":
        os.environ.update(LOOPBACK | {"RAY_AUTH_MODE": "token"})
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    import ray

    return ray


def _see(address: str) -> None:
    """Raises BadInput unless a Ray cluster answers there: `ray.init` would wait for it for eighty seconds."""
    host, _, port = address.rpartition(":")
    ask = [sys.executable, "-c", "from ray.scripts.scripts import main; main()", "health-check", "--address", address]
    try:
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
        subprocess.run(ask, check=True, capture_output=True, timeout=ANSWERS)
    except (OSError, OverflowError, subprocess.SubprocessError) as error:
        raise BadInput("common.ray_no_cluster", address=address) from error
