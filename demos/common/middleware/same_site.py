"""What another site's page makes a browser ask is refused: an upload, a call, and what Gradio answers to programs.

A form of any page can send a file to any address, without asking first (CVE-2024-1727). To open the page itself from
elsewhere, by a link or in a frame, is no such thing: what it asks from there is of its own site.
"""

from collections.abc import Collection

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from demos.common.cross_site import is_cross_site
from demos.common.middleware.refusal import refusal

SAFE = ("GET", "HEAD", "OPTIONS")  # they change nothing (RFC 9110, 9.2.1)
API = "gradio_api/"  # but these open sessions and read results


class SameSite:
    """Wrap `app`: it answers its own pages and programs. `names` are further names of this server."""

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            visits = request.method in SAFE and (
                API not in scope["path"] or request.headers.get("sec-fetch-mode") == "navigate"
            )
            if not visits and is_cross_site(request, self.names):
                await refusal(403, "common.cross_site")(scope, receive, send)
                return
        await self.app(scope, receive, send)
