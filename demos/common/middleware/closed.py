"""Routes of Gradio's that this app has no use for, and closes.

What they would do: write what a page shows to the disk (deep_link), convert any film (process_recording), fetch from
other hosts (proxy=), tell how busy the app is (monitoring, profiling), and rewrite its code (dev, vibe).
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from demos.common.middleware.refusal import refusal

CLOSED = re.compile(
    r"/(?:gradio_api/(?:deep_link|process_recording|proxy=|profiling|dev/|(?:undo-)?vibe-)|monitoring(?:/|$))"
)


class Closed:
    """Wrap `app`: what is asked of a route that is closed is not there (404)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and CLOSED.search(scope["path"]):
            await refusal(404, "common.not_here")(scope, receive, send)
            return
        await self.app(scope, receive, send)
