"""How many cores there are for this process. No torch: the app is laid out by it."""

import os
from pathlib import Path


def cores(quota_file: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """The cores this process may use: those it is bound to, less if its container has a smaller quota.

    A container on a large host sees all the host's cores; threads beyond its quota only wait for each other.
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = quota_file.read_text().split()  # microseconds of processor time per period, or "max"
        granted = round(int(quota) / int(period))
    except (OSError, ValueError):
        granted = bound
    return max(1, min(bound, granted))
