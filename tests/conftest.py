"""The running app and the browser that the tests share."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

# The nets of the tests are tiny: more threads would only wait for each other. Read when torch is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parent.parent
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
LEAVING = (
    "AbortError",
    "Unexpected error Connection errored out",
)  # what Gradio says when a page is left while something streams
LEFT = "Unexpected error 404: Not Found"  # the same from the server, when it was the first to notice
SCREENSHOTS = ROOT / "build" / "screenshots"
PATIENCE = 90_000  # ms for whatever a browser test waits for: a busy machine draws and answers slowly
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]

# A shell has its jobs in the background ignore Ctrl+C, and what they start would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)

BEGAN = time.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="keep what is seen now as the reference pictures")
    parser.addoption("--minutes", type=float, help="begin no test after so many minutes; those left out are skipped")
    parser.addoption("--visitors", type=int, default=20, help="scripted visitors of tests/soak")
    parser.addoption("--figures", metavar="FOLDER", help="write what tests/benchmarks measures into its table there")
    parser.addoption("--visit-minutes", type=float, default=10, help="for how long they come")


def pytest_runtest_setup(item: pytest.Item) -> None:
    minutes = item.config.getoption("--minutes")
    if minutes is not None and time.monotonic() - BEGAN > 60 * minutes:
        pytest.skip(f"the {minutes:g} minutes are over")
    if item.get_closest_marker("gpu"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("no GPU that CUDA reaches is here")


@pytest.fixture(autouse=True)
def one_thread_again() -> Iterator[None]:
    """Whoever selects a device or trains chooses how many threads torch takes; the next test begins with one."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """For matrices as small as those of the tests a second thread of torch costs more than it saves."""
    from demos.common.scheduling.threads import single_threaded

    with single_threaded():
        yield


@pytest.fixture(scope="session")
def app_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which Gradio keeps what visitors upload and what it serves."""
    return tmp_path_factory.mktemp("gradio")


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory, app_files: Path) -> Iterator[str]:
    """The address of the app, started as a visitor would start it, without any download allowed."""
    with serving(tmp_path_factory.mktemp("app") / "app.log", {"GRADIO_TEMP_DIR": str(app_files)}) as url:
        yield url


@contextmanager
def serving(log: Path, environment: dict[str, str], folder: Path = ROOT, *options: str) -> Iterator[str]:
    """The address of an app of its own: the one of `folder`, with more variables in its environment, and options."""
    with started(log, environment, folder, options=options) as (_, url):
        yield url


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def certificate(folder: Path, *options: str) -> tuple[Path, Path]:
    """A certificate for this machine that signs itself, and its key, in `folder`; `options` are more of openssl's."""
    folder.mkdir(parents=True, exist_ok=True)
    certfile, keyfile = folder / "certificate.pem", folder / "key.pem"
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-days",
        "365",
        "-subj",
        "/CN=Glassbox",
        "-addext",
        names,
    ]
    command += [*(options or ["-nodes"]), "-keyout", str(keyfile), "-out", str(certfile)]
    subprocess.run(command, check=True, capture_output=True)
    return certfile, keyfile


@contextmanager
def started(
    log: Path,
    environment: dict[str, str],
    folder: Path = ROOT,
    *,
    port: int = 0,
    python: str | Path = sys.executable,
    options: Sequence[str] = (),
    scheme: str = "http",
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The process of an app of its own, and its address once it answers. It is ended afterwards.

    Port 0 is any that is free; `python` may be that of another virtual environment, `options` are more of the app's.
    """
    port = port or free_port()
    url = f"{scheme}://127.0.0.1:{port}"
    with log.open("w") as output:
        app = subprocess.Popen(
            [python, "app.py", "--port", str(port), "--offline", *options],
            cwd=folder,
            env=os.environ | {"XDG_CACHE_HOME": str(log.parent / "cache")} | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        for _ in range(720):  # a busy machine starts it slowly
            if app.poll() is not None:
                pytest.fail(f"app.py ended with code {app.returncode}:\n{log.read_text()}")
            try:
                urllib.request.urlopen(url, timeout=2, context=ssl._create_unverified_context()).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
        else:
            pytest.fail(f"app.py did not answer:\n{log.read_text()}")
        yield app, url
    finally:
        app.terminate()
        try:
            app.wait(timeout=60)
        except subprocess.TimeoutExpired:
            app.kill()  # a test that fails leaves no process
            raise


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """`command(app, *arguments, code=0, folder=ROOT)` does what `python -m …` does in that folder, in this process.

    `app` is the typer application of a demo's `__main__`. The result is a subprocess.CompletedProcess; an exit code
    other than `code` fails.
    """
    from demos.common import cli

    def ran(app: Any, *arguments: object, code: int = 0, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
        words = ["command", *map(str, arguments)]
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", words)
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.run(app)
        said = capsys.readouterr()
        assert end.value.code == code, said.err
        return subprocess.CompletedProcess(words, code, said.out, said.err)

    return ran


@pytest.fixture
def refusal(command: Callable[..., Any]) -> Callable[..., str]:
    """`refusal(app, *arguments)` gives the one sentence with which a command line ends; it ends with code 2."""

    def refused(app: Any, *arguments: object) -> str:
        said = command(app, *arguments, code=2)
        assert "Traceback" not in said.stderr
        assert not said.stdout
        return said.stderr.strip()

    return refused


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable]:
    """`launch(camera, fonts=None)` gives a Chromium, the same one for the same two; all are closed at the end.

    `fonts` is a configuration file of fontconfig, which says what fonts that browser finds on the machine.
    """
    if not CHROMIUM:
        pytest.skip("no Chromium found: install it (Debian: apt-get install chromium) to run the browser tests")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:

        @cache
        def browser(camera: Path | None, fonts: Path | None = None) -> Any:
            flags = list(QUIET)
            if camera is not None:
                flags += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
                flags += [f"--use-file-for-fake-video-capture={camera}"]
            env = {**os.environ, "FONTCONFIG_FILE": str(fonts)} if fonts else None
            return playwright.chromium.launch(executable_path=CHROMIUM, args=flags, env=env)

        yield browser


@pytest.fixture
def open_page(app_url: str, launch: Callable, request: pytest.FixtureRequest) -> Iterator[Callable]:
    """`open_page(demo, camera=None, locale=…, size=…, dark=…, query="")` gives a Playwright page on that demo's tab.

    `camera` is an .mjpeg or .y4m file that plays as the webcam, `url` the address of another app. What each page shows
    at the end is kept in SCREENSHOTS. The test fails if a page asked any other host for anything or
    printed an error to its console.
    """
    other_hosts: list[str] = []
    errors: list[str] = []
    loads: Counter[Any] = Counter()  # of each page

    def note(error: str) -> None:
        if not error.startswith(LEAVING):
            errors.append(error)

    with ExitStack() as stack:

        def opener(
            demo: str = "xor",
            *,
            camera: Path | None = None,
            locale: str = "en-US",
            size: tuple[int, int] = (1280, 800),
            dark: bool = False,
            query: str = "",
            url: str = app_url,
        ) -> Any:
            context = launch(camera).new_context(
                locale=locale,
                viewport={"width": size[0], "height": size[1]},
                permissions=["camera"] if camera is not None else [],
                color_scheme="dark" if dark else "light",
            )
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            shot = SCREENSHOTS / f"{re.sub(r'[^a-z0-9]+', '-', request.node.name.lower()).strip('-')}.png"
            stack.callback(page.screenshot, path=shot)

            def asks(address: str) -> None:
                if _is_other_host(address, url):
                    other_hosts.append(address)

            # Of the context: also what windows ask that it opens. Beacons and downloads are told here; a worker's
            # request or a WebSocket to another host is refused by the page's own policy, which prints an error.
            context.on("request", lambda request: asks(request.url))
            page.on("console", lambda message: note(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: note(str(error)))
            page.on("domcontentloaded", lambda page: loads.update([page]))
            page.goto(f"{url}/{query}" if "#" in query else f"{url}/{query}#{demo}")
            page.locator(f"#demo-{demo}").wait_for(state="visible")
            return page

        yield opener
    assert other_hosts == [], "the page asked other hosts"
    if max(loads.values(), default=0) > 1:  # a page that was loaded anew
        errors = [error for error in errors if not error.startswith(LEFT)]
    assert errors == [], "the page printed errors"


@pytest.fixture
def slow_line() -> Callable[[Any], Any]:
    """`with slow_line(page):` every event that the page sends takes half a second to the server."""

    @contextmanager
    def slow(page: Any) -> Iterator[None]:
        page.evaluate(
            """() => {
              window.fetchAtOnce = window.fetch;
              window.fetch = async (...asked) => {
                if (String(asked[0]).includes("queue/join")) await new Promise((done) => setTimeout(done, 500));
                return window.fetchAtOnce(...asked);
              };
            }"""
        )
        yield
        page.evaluate("() => { window.fetch = window.fetchAtOnce; }")

    return slow


def choose_tab(page: Any, demo: str) -> None:
    """Click the tab of `demo`; where the tabs are wider than the window, Gradio keeps the last ones in a menu."""
    from playwright.sync_api import TimeoutError

    from demos.common.i18n import text

    button = page.locator(f"#demo-{demo}-button")
    menu = page.locator("#demos > .tab-wrapper .overflow-menu")
    title = text(f"{demo}.title", page.evaluate("glassbox.language"))
    entry = menu.locator(".overflow-dropdown button", has_text=title)
    page.wait_for_function(
        "title => [...document.querySelectorAll('#demos .tab-container:not(.visually-hidden) button,"
        " #demos .overflow-dropdown button')].some(button => button.textContent.trim() === title)",
        arg=title,
    )
    page.wait_for_timeout(300)  # the tabs are measured, then those without room go into the menu
    for _ in range(PATIENCE // 5000):
        try:
            if entry.count():
                menu.locator("> button").click(timeout=5000)
                entry.click(timeout=5000)
            else:
                button.click(timeout=5000)
            return
        except TimeoutError:  # they were measured meanwhile
            continue
    pytest.fail(f"the tab {demo} cannot be pressed")


def _is_other_host(url: str, app_url: str) -> bool:
    return not url.startswith((app_url, "data:", "blob:", "about:"))
