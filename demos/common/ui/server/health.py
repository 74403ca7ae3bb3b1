"""How the app is, for whoever watches over it: GET or HEAD /health, answered at once and outside of any queue.

Numbers alone: nothing of who is here or what they do.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demos.common.settings import Settings
from demos.common.version import VERSION


@dataclass
class Health:
    """`counts` are numbers by name, asked for when somebody asks: {"visitors": …, "trainings": …}."""

    settings: Settings
    counts: Mapping[str, Callable[[], int]]
    _began: float = field(default_factory=time.monotonic)

    def told(self) -> dict[str, object]:
        """What is answered; `uptime_seconds` since the app was started."""
        return {
            "status": "ok",
            "version": VERSION,
            "uptime_seconds": round(time.monotonic() - self._began, 1),
            "profile": self.settings.profile,
            "offline": self.settings.offline,
            **{name: count() for name, count in self.counts.items()},
        }

    async def answer(self, request: Request) -> Response:
        return JSONResponse(self.told(), headers={"Cache-Control": "no-store"})

    def route(self) -> Route:
        """For the app's own routes: HEAD comes with GET."""
        return Route("/health", self.answer, methods=["GET"])
