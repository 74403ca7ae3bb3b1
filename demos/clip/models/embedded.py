"""What was measured of the embedded model when it was made."""

import json
from typing import Any

from demos.common.models import weights

NAME = "embedded"


def measured() -> dict[str, Any]:
    """The figures of `weights/clip/embedded/measured.json`."""
    found: dict[str, Any] = json.loads(weights.path("clip/embedded/measured.json").read_text(encoding="utf-8"))
    return found


def languages() -> tuple[str, ...]:
    """The languages that it learnt: English, and those that its figures name."""
    return tuple(measured().get("languages", ("en",)))
