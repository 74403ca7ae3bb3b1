"""docs/deploy/Dockerfile, followed step by step in an empty folder; and built, where a Docker engine runs."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, free_port
from tests.offline_visit import FRAMES, visit

DEPLOY = ROOT / "docs" / "deploy"
PORT = 7860


def steps() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile and what follows each, lines put together (Dockerfile reference)."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def last(word: str) -> str:
    return [rest for each, rest in steps() if each == word][-1]


def copied() -> list[tuple[list[str], str]]:
    return [(rest.split()[:-1], rest.split()[-1]) for word, rest in steps() if word == "COPY"]


def test_what_is_copied_is_there_and_is_not_ignored() -> None:
    allowed = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"}
    names = {name for sources, _ in copied() for name in sources}
    assert names == allowed
    assert all((ROOT / name).exists() for name in names)
    assert names >= {"app.py", "demos", "weights", "assets"}


def test_it_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    words = [word for word, _ in steps()]
    assert last("USER") not in ("root", "0")
    assert words.index("USER") > max(at for at, word in enumerate(words) if word in ("RUN", "COPY"))
    assert last("STOPSIGNAL") == "SIGTERM"
    assert f":{PORT}/health" in last("HEALTHCHECK")
    assert last("EXPOSE") == str(PORT)


def test_the_workers_of_compose_are_those_of_nginx() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    served = re.findall(r"server 127\.0\.0\.1:(\d+) ", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    workers = [each for name, each in services.items() if name.startswith("worker")]
    assert [each["command"][each["command"].index("--port") + 1] for each in workers] == served
    assert all(
        f":{port}/health" in " ".join(each["healthcheck"]["test"]) for each, port in zip(workers, served, strict=True)
    )
    assert {each["network_mode"] for each in workers} == {"service:nginx"}
    for each in workers:
        for path in (each["build"]["context"], *(volume.split(":")[0] for volume in services["nginx"]["volumes"])):
            assert (DEPLOY / path).exists()
        assert (DEPLOY / each["build"]["context"] / each["build"]["dockerfile"]).is_file()


@pytest.fixture
def container(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The app's folder, and the environment that it runs in, after all steps but the making of a user."""
    app, venv, home = (tmp_path / name for name in ("app", "venv", "home"))
    app.mkdir()
    home.mkdir()
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    environment = {"PATH": f"{venv / 'bin'}:{os.environ['PATH']}", "HOME": str(home)}
    pips = [name for name in os.environ if name.startswith("PIP_") and "CACHE" not in name]  # where packages come from
    environment |= {name: os.environ[name] for name in pips}
    for word, rest in steps():
        if word == "ENV":
            environment |= dict(part.split("=", 1) for part in shlex.split(rest))
        elif word == "ARG":
            environment["TORCH"] = "https://pypi.org/simple"  # the other choice that docs/deploy/container.md names
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                place = app / target if len(sources) == 1 and (ROOT / source).is_dir() else app / target / source
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, place)
        elif word == "RUN" and not rest.startswith("useradd"):
            subprocess.run(["sh", "-c", rest], cwd=app, env=environment, check=True)
    return app, environment


def listed(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_its_steps_give_an_app_that_answers_in_every_tab_and_ends_when_told(
    container: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    folder, environment = container
    port, before = free_port(), listed(folder)
    command = json.loads(last("ENTRYPOINT")) + json.loads(last("CMD")) + ["--port", str(port), "--offline"]
    check = [part.replace(f":{PORT}/", f":{port}/") for part in json.loads(last("HEALTHCHECK").partition(" CMD ")[2])]
    with subprocess.Popen(command, cwd=folder, env=environment) as app:
        try:
            for _ in range(600):
                if not subprocess.run(check, env=environment, capture_output=True).returncode:
                    break
                assert app.poll() is None
                time.sleep(0.5)
            told: dict[str, Any] = visit(f"http://127.0.0.1:{port}", tmp_path)
            app.send_signal(signal.SIGTERM)
            assert app.wait(timeout=60) == 0
        finally:
            app.kill()
    assert told["xor"] == 1
    assert told["gpt"] == 20
    assert told["camera"] > FRAMES / 2
    assert listed(folder) == before  # it writes nothing where it lies


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_the_image_can_be_built() -> None:
    if not shutil.which("docker") or subprocess.run(["docker", "info"], capture_output=True).returncode:
        pytest.skip("no Docker engine runs here: no image was built")
    subprocess.run(
        ["docker", "build", "--file", DEPLOY / "Dockerfile", "--tag", "glassbox-test", "."], cwd=ROOT, check=True
    )
