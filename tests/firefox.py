"""Debian's Firefox, driven over WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/): as much of it as a visit needs.

Playwright drives a Firefox of its own, which it downloads; Firefox itself speaks BiDi on a WebSocket.
"""

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox") or ""
PREFERENCES = {  # nothing but the page: no first run, no updates, no reports
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
    "intl.accept_languages": "en-US",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}


class Firefox:
    """One page in one Firefox. `errors` are what it printed as errors so far."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._last = 0
        self.errors: list[str] = []
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._page = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def goto(self, url: str, size: tuple[int, int] = (1280, 800)) -> None:
        """Open `url` in a window of `size` CSS pixels, and wait until it has loaded."""
        self._ask("browsingContext.setViewport", context=self._page, viewport={"width": size[0], "height": size[1]})
        self._ask("browsingContext.navigate", context=self._page, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression that is a string, a number or a truth; awaited if it is a promise."""
        answer = self._ask("script.evaluate", expression=expression, target={"context": self._page}, awaitPromise=True)
        if answer["type"] == "exception":
            raise AssertionError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def wait_for(self, expression: str, seconds: float = 120) -> Any:
        """The value of the expression once it is true. Raises AssertionError if it is not within `seconds`."""
        until = time.monotonic() + seconds
        while not (value := self.evaluate(expression)):
            if time.monotonic() > until:
                raise AssertionError(f"not within {seconds:g} s: {expression}")
            time.sleep(0.25)
        return value

    def click(self, selector: str) -> None:
        """Click the first element that `selector` finds, with the mouse, once it is there."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.wait_for(f"{found}?.checkVisibility() ?? false")
        self.evaluate(f"{found}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
        place = json.loads(self.evaluate(f"JSON.stringify({found}.getBoundingClientRect())"))
        at = {"x": round(place["x"] + place["width"] / 2), "y": round(place["y"] + place["height"] / 2)}
        actions = [
            {"type": "pointerMove", **at},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        self._ask("input.performActions", context=self._page, actions=[mouse])

    def screenshot(self, path: Path) -> None:
        """What is shown, as a PNG file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self._ask("browsingContext.captureScreenshot", context=self._page)["data"]))

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        self._connection.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            message = json.loads(self._connection.recv(timeout=180))
            if message["type"] == "event":
                if message["method"] == "log.entryAdded" and message["params"]["level"] == "error":
                    self.errors.append(message["params"]["text"])
            elif message["id"] == self._last:
                if message["type"] == "error":
                    raise AssertionError(f"{method}: {message['message']}")
                return dict(message["result"])


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A Firefox without a window, with a profile of its own in `folder`."""
    profile = folder / "profile"
    profile.mkdir(parents=True)
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    log = folder / "firefox.log"
    with log.open("w") as output:
        command = [FIREFOX, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(240):
            listening = re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text(encoding="utf-8"))
            if listening:
                break
            time.sleep(0.5)
        else:
            raise AssertionError(f"Firefox did not start:\n{log.read_text(encoding='utf-8')}")
        with connect(f"{listening[1]}/session", max_size=None) as connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        process.wait(timeout=30)
