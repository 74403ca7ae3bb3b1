"""What stands between the network and the app: small ASGI layers (ASGI specification, HTTP), outermost first."""

from collections.abc import Iterable

from starlette.middleware import Middleware

from demos.common.middleware.closed import Closed
from demos.common.middleware.compressed import CompressedPage
from demos.common.middleware.failures import Failures
from demos.common.middleware.headers import SecurityHeaders
from demos.common.middleware.hosts import KnownHosts
from demos.common.middleware.same_site import SameSite


def middleware(host: str, names: Iterable[str] = ()) -> list[Middleware]:
    """The layers of an app that is served on `host`; `names` are those that a proxy in front of it is called by."""
    known = frozenset(names)
    return [
        Middleware(SecurityHeaders),
        Middleware(KnownHosts, served_on=host, names=known),
        Middleware(Closed),
        Middleware(SameSite, names=known),
        Middleware(Failures),
        Middleware(CompressedPage),
    ]
