"""The page code: the `page/` folders of the demos, as the browser gets them.

Under `page_files/` the app serves the tree of `demos/` (`page_files/xor/page/net.js` is `demos/xor/page/net.js`), so an
`import` in a script means the same file to the browser and to whoever checks the code. Of that tree only scripts,
styles and fonts in a `page` folder are there; a browser asks each time whether its copy is still the newest (RFC 9110,
ETag).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DEMOS_FOLDER = Path(__file__).parents[2]
URL = "page_files"  # below the app's own address
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
SERVED = re.compile(r"(?:[a-z0-9_]+/)+page/[a-z0-9_-]+\.(?:js|css|woff2)")
IMPORT = re.compile(
    r"""^(?:import\s+(?:[\w$*{},\s]+?\s+from\s+)?|export\s+[{*][\w$*{},\s]*?\s+from\s+)["']([^"']+)["']""", re.MULTILINE
)


def files(ending: str) -> list[Path]:
    """The files of all page folders that end so (".css"): common's first, then the demos', then their views'."""
    found = DEMOS_FOLDER.glob(f"**/page/*{ending}")
    common = DEMOS_FOLDER / "common"
    return sorted(found, key=lambda file: (not file.is_relative_to(common), len(file.parts), file))


def file(path: str) -> Path:
    """The file of a page folder called `path` ("xor/page/net.js"). Raises FileNotFoundError."""
    found = DEMOS_FOLDER / path
    if "page" not in Path(path).parts or not found.is_file():
        raise FileNotFoundError(f"demos/{path} is no file of a page folder.")
    return found


def imports(script: Path) -> Iterator[Path]:
    """The files that a script imports by its own import and export statements, each as an absolute path."""
    for name in IMPORT.findall(script.read_text(encoding="utf-8")):
        if not name.startswith("."):
            raise ValueError(f"{script}: “{name}” is no path; a script imports by relative paths.")
        yield (script.parent / name).resolve()


def modules(demo: str) -> list[str]:
    """The addresses, below the app's own, of the modules of a demo, of the first screen and of common, which are on the
    page from the start: "page_files/xor/page/net.js".

    All that a demo's scripts may import is among them. A browser else learns of one only from another that imports it.
    """
    paths = [script.relative_to(DEMOS_FOLDER) for script in files(".js") if script.name != "first_script.js"]
    return [f"{URL}/{path.as_posix()}" for path in paths if path.parts[0] in {"common", "start", demo}]


class _PageFiles(StaticFiles):
    """Starlette's files (ranges, ETag, no way out of the folder), but only those that are page code."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        if not SERVED.fullmatch(path):
            return "", None
        return super().lookup_path(path)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "no-cache"  # keep it, but ask first
        if "content-type" in response.headers:  # not from a table of the machine's, which may be wrong
            response.headers["content-type"] = TYPES[Path(full_path).suffix] + "; charset=utf-8"
        return response


def route() -> Route:
    """The route that serves the page code, for the app's own routes.

    No `Mount`: below a root path (ASGI) that a proxy takes off the path, a mounted app looks for its files in vain.
    """
    files = _PageFiles(directory=DEMOS_FOLDER)

    async def serve(request: Request) -> Response:
        return await files.get_response(request.path_params["path"], request.scope)

    return Route(f"/{URL}/{{path:path}}", serve, methods=["GET"])
