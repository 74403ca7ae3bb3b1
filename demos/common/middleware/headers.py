"""What the browser is told to hold a page of ours to.

- Content-Security-Policy (W3C CSP Level 3): nothing is fetched from, or sent to, another host. Gradio's page has
  scripts in its HTML and makes functions of text, so both stay allowed.
- No X-Frame-Options and no frame-ancestors: a Space, and a lecture's slides, show the page in a frame of another site.
- Permissions-Policy (W3C): the camera is for this page, also in a frame that hands it on; sensors and payment for none.
- Referrer-Policy: an address holds what the visitor has set, and is told to no other site.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
HEADERS = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class SecurityHeaders:
    """Wrap `app`: each answer carries HEADERS, unless it brings its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def pass_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, pass_on if scope["type"] == "http" else send)
