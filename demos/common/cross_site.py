"""Whether a page of another site makes a browser ask.

A browser says of each request from where it comes: in `Sec-Fetch-Site` (W3C Fetch Metadata), else in `Origin`
(RFC 6454). A program says neither, and is no browser that could be misused.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import Request


def is_cross_site(request: Request, names: Collection[str] = ()) -> bool:
    """True for a request that another page than one of this server has made; `names` (lower case) are its names too."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:  # the browser knows the address it asked, whatever a proxy makes of it on the way
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    hosts = (request.headers.get("host"), request.headers.get("x-forwarded-host"))
    try:
        page = urlsplit(origin)
        return page.netloc not in hosts and page.hostname not in names
    except ValueError:  # no address at all
        return True
