"""Run a script before anything else on the page, and let the modules of its first view come early.

Gradio adds what `launch(head=…)` gets when its own code already runs, too late to tell it the visitor's language. This
small ASGI layer (ASGI specification, HTTP) writes the script into the HTML itself, right after `<head>`; then a link
for each module, which the browser fetches while Gradio still starts (HTML specification, "modulepreload").
"""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from demos.common.html_pages import change_pages


class FirstScript:
    """Wrap `app`: every HTML page starts its head with `script` (JavaScript without a closing tag).

    `modules` are addresses relative to the page's own.
    """

    def __init__(self, app: ASGIApp, script: str, modules: Sequence[str] = ()) -> None:
        self.app = app
        links = "".join(f'<link rel="modulepreload" href="{module}">' for module in modules)
        self.tag = f"<head><script>{script}</script>{links}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_script(page: bytes, headers: MutableHeaders) -> bytes:
            return page.replace(b"<head>", self.tag, 1)

        await change_pages(self.app, scope, receive, send, with_script)
