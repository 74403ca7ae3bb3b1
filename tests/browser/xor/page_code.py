"""The page code on a page of its own, without the app: as modules, under the URLs that the app gives them."""

from typing import Any

from demos.common.ui import page_files

ADDRESS = "http://glassbox.test"  # no host: every request is answered here


def serve_page_code(page: Any, html: str = "<!doctype html><title>page code</title>") -> None:
    """Answer what the Playwright `page` asks of ADDRESS: `html` at its root, the page code below page_files/."""

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix(f"{ADDRESS}/")
        folder = f"{page_files.URL}/"
        if path.startswith(folder):
            content = page_files.file(path.removeprefix(folder)).read_bytes()
            route.fulfill(body=content, content_type="text/javascript")
        else:
            route.fulfill(body=html if not path else "", content_type="text/html")

    page.route(f"{ADDRESS}/**", answer)
