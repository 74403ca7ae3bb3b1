"""Whom an app that serves its own machine answers: those who called it by its own name.

A page of another site can have its name lead to 127.0.0.1 once it is loaded. To the browser that is still the same
site, which may read whatever is answered (DNS rebinding; Jackson et al., Protecting Browsers from DNS Rebinding
Attacks, CCS 2007). But the browser says the name in `Host` (RFC 9110, 7.2). An address in numbers is no name, and leads
nowhere else.

Starlette's TrustedHostMiddleware takes a list of hosts, which numbers have no end of, and does not say what is wrong.
"""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from demos.common.middleware.refusal import refusal

LOCAL = "localhost"


def is_loopback(host: str) -> bool:
    """True for a name or an address that only this machine reaches."""
    if host.lower() == LOCAL:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def hostname(header: str) -> str | None:
    """The name or address in a Host header, without the port ("[::1]:7860" is "::1"); None where there is none."""
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None


class KnownHosts:
    """Wrap `app`: served on loopback, it answers to localhost, to addresses in numbers, and to `names` (lower case)."""

    def __init__(self, app: ASGIApp, served_on: str, names: Collection[str] = ()) -> None:
        self.app = app
        self.checks = is_loopback(served_on)
        self.names = {LOCAL, *names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.checks and scope["type"] in ("http", "websocket"):
            host = hostname(Headers(scope=scope).get("host", ""))
            if host not in self.names and not _in_numbers(host):
                await refusal(421, "common.host_unknown")(scope, receive, send)  # RFC 9110, 15.5.20
                return
        await self.app(scope, receive, send)


def _in_numbers(host: str | None) -> bool:
    try:
        ip_address(host or "")
    except ValueError:
        return False
    return True
