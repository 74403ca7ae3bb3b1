"""Where the app is served: what its options and Gradio's variables say, checked before anything is built.

Gradio reads some thirty variables that begin with GRADIO_. Those of HONOURED mean here what they mean there. The
others are taken out before Gradio is imported: with them it would open a tunnel to the outside (GRADIO_SHARE), serve
any folder (GRADIO_ALLOWED_PATHS), let visitors rewrite the app (GRADIO_VIBE_MODE), or stop at a number that is none.
"""

import errno
import os
import socket
import ssl
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from demos.common.errors import BadInput
from demos.common.validate import LONGEST

HONOURED = ("GRADIO_SERVER_NAME", "GRADIO_SERVER_PORT", "GRADIO_ROOT_PATH", "GRADIO_TEMP_DIR")


def close_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Leave of Gradio's variables HONOURED, and forbid its statistics. To be called before Gradio is imported.

    One of HONOURED that cannot be used ends the process: a sentence, exit code 2.
    """
    for name in [name for name in environment if name.startswith("GRADIO_") and name not in HONOURED]:
        del environment[name]
    environment["GRADIO_ANALYTICS_ENABLED"] = "False"
    try:
        check_environment(environment)
    except BadInput as error:
        print(error, file=sys.stderr)
        sys.exit(2)


def check_environment(environment: Mapping[str, str]) -> None:
    """Raises BadInput for a variable of HONOURED that cannot be used. Which host is this machine's is seen later."""
    port = environment.get("GRADIO_SERVER_PORT", "")
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) <= 65535):
        raise BadInput("common.port_wrong", value=port[:LONGEST])
    root = environment.get("GRADIO_ROOT_PATH", "")
    if root and not (_is_path(root) or _web_address(root)):
        raise BadInput("common.root_path_wrong", value=root)
    folder = environment.get("GRADIO_TEMP_DIR", "")
    if folder:
        check_folder(Path(folder), "common.temp_dir_wrong")


def check_folder(folder: Path, refusal: str = "common.workers_folder_wrong") -> Path:
    """`folder`, made where it is missing. Raises BadInput if nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise BadInput(refusal, value=str(folder)) from error
    if not os.access(folder, os.W_OK):
        raise BadInput(refusal, value=str(folder))
    return folder


def proxy_names(allowed: Iterable[str], environment: Mapping[str, str] = os.environ) -> set[str]:
    """The names by which proxies call this server, lower case: those `allowed`, and that of GRADIO_ROOT_PATH.

    Raises BadInput for one that is no name of a host, with a scheme, a port or a path.
    """
    names = {_web_address(environment.get("GRADIO_ROOT_PATH", ""))}
    for name in allowed:
        if not _is_name(name):
            raise BadInput("common.allowed_host_wrong", value=name)
        names.add(name.lower().strip("[]"))
    return names - {""}


def check_address(host: str, port: int) -> str:
    """`host` as Gradio takes it ("[::1]" in brackets). Raises BadInput if this machine cannot be served there."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError, ValueError) as error:
        reason = error.errno if isinstance(error, OSError) else None
        if reason == errno.EADDRINUSE:
            raise BadInput("common.port_in_use", port=port) from error
        if reason == errno.EACCES:
            raise BadInput("common.port_not_allowed", port=port) from error
        raise BadInput("common.host_not_here", host=host) from error
    return f"[{host.strip('[]')}]" if family == socket.AF_INET6 and ":" in host else host


@dataclass(frozen=True)
class Certificate:
    """What HTTPS is served with: two files in PEM."""

    certfile: Path
    keyfile: Path

    @classmethod
    def of(cls, certfile: Path | None, keyfile: Path | None) -> "Certificate | None":
        """None where neither is given. Raises BadInput for one without the other, and for two that cannot be used."""
        if certfile is None and keyfile is None:
            return None
        if certfile is None or keyfile is None:
            raise BadInput("common.certificate_alone")
        for file in (certfile, keyfile):
            if not file.is_file():
                raise BadInput("common.certificate_missing", file=str(file))
        try:
            # A key that is encrypted is refused here: else the start would wait for its password.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certfile, keyfile, password="")
        except (OSError, ValueError) as error:
            raise BadInput("common.certificate_unusable", certfile=str(certfile), keyfile=str(keyfile)) from error
        return cls(certfile, keyfile)


def addresses(host: str, port: int, scheme: str) -> list[str]:
    """Where the app is found: on this machine, then by others, as far as that is known."""
    if host not in ("0.0.0.0", "[::]"):
        return [f"{scheme}://{host}:{port}"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: which of this machine's addresses would it be sent from?
            others = [f"{scheme}://{probe.getsockname()[0]}:{port}"]
        except OSError:  # no network
            others = []
    return [f"{scheme}://127.0.0.1:{port}", *others]


def _is_path(root: str) -> bool:
    return root.startswith("/") and not root.startswith("//") and not set("?# \\") & set(root)


def _web_address(root: str) -> str:
    """The name of the host in an address, lower case; "" where it is no address."""
    try:
        address = urlsplit(root)
        return (address.hostname or "") if address.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _is_name(name: str) -> bool:
    try:
        return bool(name) and urlsplit(f"//{name}").netloc == name and urlsplit(f"//{name}").port is None
    except ValueError:
        return False
