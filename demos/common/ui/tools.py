"""The endpoints as tools of an assistant: the Model Context Protocol over streamable HTTP, as Gradio serves it.

Gradio's own server is taken, and what does not suit a page for strangers is left out: it fetches files from addresses
(whoever asks could have this server call its neighbours, or break `--offline`), answers in Python's notation, and takes
requests of any length. Here a file comes inside the call, as a data address (RFC 2397), or was sent to
`/gradio_api/upload` before; an answer is one JSON object.

Imported with `--mcp` alone: the package `mcp` (the extra of that name) is needed.
"""

import base64
import binascii
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import gradio.mcp
from gradio.mcp import GradioMCPServer
from gradio.utils import get_function_description, get_upload_folder, is_in_or_equal
from gradio_client import handle_file
from mcp import types
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from demos.common.i18n import text
from demos.common.ui.endpoint import FILE

MOST_BYTES = 20_000_000  # of one request, with the files in it
ENDINGS = {"quicktime": ".mov", "x-msvideo": ".avi", "x-matroska": ".mkv", "plain": ".txt", "svg+xml": ".svg"}
ADDRESS = re.compile(r"data:([\w.+-]+)/([\w.+-]+)(?:;[\w.+-]+=[^;,]*)*;base64,", re.ASCII)


class Tools(GradioMCPServer):
    """What an assistant sees of the page: a tool for each public endpoint, and no private event."""

    def launch_mcp_on_sse(self, app: Starlette, subpath: str, root_path: str) -> None:
        """Serve it below `subpath`, by the one transport that the protocol still has (specification of 2025-03-26)."""
        self.root_path = root_path
        app.mount(subpath, Starlette(routes=[Mount("/", app=self._bounded)]))

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = Headers(scope=scope).get("content-length", "")
        if scope["method"] == "POST" and not (length.isdecimal() and int(length) <= MOST_BYTES):
            refused = PlainTextResponse(text("common.mcp_too_long", megabytes=MOST_BYTES // 10**6), 413)
            await refused(scope, receive, send)
            return
        await self.handle_streamable_http(scope, receive, send)

    def get_fn_description(self, block_fn: Any, tool_name: str) -> tuple[str, dict[str, str]]:
        """The endpoint's own documentation: what it does, then what it answers; and that of each parameter."""
        said, parameters, returned = get_function_description(block_fn.fn)
        answers = " ".join(line.strip() for line in returned)
        return f"{said} Answers with JSON: {answers}", parameters

    def simplify_filedata_schema(self, schema: dict[str, Any]) -> tuple[dict[str, Any], list[list[str | int]]]:
        """A file is a text in a call."""
        simple, places = super().simplify_filedata_schema(schema)
        return _as_address(simple), places

    def convert_strings_to_filedata(self, value: Any, filedata_positions: list[list[str | int]]) -> Any:
        """The files in the arguments of a call, which the schema has checked, as Gradio's clients send them.

        Raises ValueError, in one sentence, for what is no file of these kinds.
        """
        files = {place[0] for place in filedata_positions}  # [name, "oneOf", 1], [name, "items"]
        return {name: _sent(given) if name in files else given for name, given in value.items()}

    def postprocess_output_data(self, data: Any, root_url: str) -> list[types.TextContent | types.ImageContent]:
        """Each output as JSON; of a file where to fetch it, and small images that only a page shows are left out."""
        told = gradio.processing_utils.add_root_url(data, root_url, None)
        return [types.TextContent(type="text", text=json.dumps(_told(each), ensure_ascii=False)) for each in told]


def install() -> None:
    """Let Gradio serve these tools in place of its own."""
    gradio.mcp.GradioMCPServer = Tools  # type: ignore[misc]


def _as_address(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_as_address(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _as_address(each) for name, each in schema.items()}
    if str(found.get("format", "")).startswith("Gradio File"):
        found = {name: each for name, each in found.items() if name not in ("required", "format")}
        found["description"] = text("common.mcp_file")
    return found


def _sent(given: Any) -> Any:
    """A data address, or the place of an upload, as a file; lists of them, and None."""
    if isinstance(given, list):
        return [_sent(each) for each in given]
    if given is None:
        return None
    if isinstance(given, str) and (found := ADDRESS.match(given)):
        try:
            content = base64.b64decode(given[found.end() :], validate=True)
        except binascii.Error as error:
            raise ValueError(text("common.mcp_file_unreadable")) from error
        folder = Path(get_upload_folder())
        folder.mkdir(parents=True, exist_ok=True)
        file = Path(tempfile.mkdtemp(dir=folder)) / f"{found[1]}{ENDINGS.get(found[2], f'.{found[2]}')}"
        file.write_bytes(content)
        return handle_file(file)
    if isinstance(given, str) and is_in_or_equal(given, get_upload_folder()) and Path(given).is_file():
        return handle_file(given)
    raise ValueError(text("common.mcp_file_unreadable"))


def _told(value: Any) -> Any:
    if isinstance(value, list):
        return [_told(each) for each in value]
    if not isinstance(value, dict):
        return value
    if (value.get("meta") or {}).get("_type") == FILE:
        return value.get("url")
    return {
        name: _told(each) for name, each in value.items() if not (isinstance(each, str) and each.startswith("data:"))
    }
