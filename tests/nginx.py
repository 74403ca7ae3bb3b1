"""Debian's nginx in front of workers, by the very file that docs/deploy/nginx.conf is."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.conftest import ROOT, free_port

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = ROOT / "docs" / "deploy" / "nginx.conf"
PATH = "/glassbox"
WORKER_PORTS = (7861, 7862)  # in that file
AROUND = """daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{site}
}}
"""


@contextmanager
def behind_nginx(folder: Path, ports: Sequence[int]) -> Iterator[str]:
    """The address at which nginx, with its files in `folder`, shows the workers that serve on `ports`."""
    assert NGINX is not None
    port, site = free_port(), CONFIGURATION.read_text(encoding="utf-8")
    changes = {"listen 80;": f"listen 127.0.0.1:{port};"}
    changes |= {f":{theirs} ": f":{ours} " for theirs, ours in zip(WORKER_PORTS, ports, strict=True)}
    for is_there, becomes in changes.items():
        assert site.count(is_there) == 1, is_there
        site = site.replace(is_there, becomes)
    folder.mkdir()
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, site=site), encoding="utf-8")
    nginx = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.PIPE, text=True)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            if nginx.poll() is not None:
                raise RuntimeError(nginx.stderr.read() if nginx.stderr else "")
            try:
                httpx.get(url, timeout=60)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"{url}{PATH}"
    finally:
        nginx.terminate()
        nginx.communicate()
