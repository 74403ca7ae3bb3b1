"""The demos of Glassbox, in the order of their tabs.

A new demo is one folder beside this file and one line in `DEMOS`.
"""

import os
from dataclasses import dataclass
from importlib import import_module
from typing import Any

# Read when torch is imported. Idle threads sleep instead of spinning: on a busy machine, and with several visitors on
# few cores, small models are many times faster.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@dataclass(frozen=True)
class Demo:
    """One tab: the folder's name and its accent colour by day and by night (CSS colours).

    `opens_with` is a CSS selector of what its stage shows by itself when the tab is opened. `endpoint` is the demo's
    module that answers what Gradio's events do not, if there is one.
    """

    name: str
    day: str
    night: str
    opens_with: str
    endpoint: str = ""

    def build(self, page: Any) -> None:
        """Lay out and wire the tab for a `common.ui.Page`. The demo's `tab.py` is imported here, and Gradio with it."""
        import_module(f"demos.{self.name}.tab").build(page)

    def routes(self, settings: Any) -> list[Any]:
        """What the demo answers besides Gradio's events: Starlette routes, for `common.settings.Settings`."""
        if not self.endpoint:
            return []
        return import_module(f"demos.{self.name}.{self.endpoint}").routes(settings)  # type: ignore[no-any-return]


DEMOS: tuple[Demo, ...] = (
    Demo("xor", day="#0b6e69", night="#4fc1b8", opens_with="canvas"),
    Demo("gpt", day="#8a4a1c", night="#e3a36b", opens_with=".gpt-passage span"),
    Demo("clip", day="#3b5ba9", night="#8fb0f5", opens_with="img"),
    Demo("posture", day="#9c2f4f", night="#f08aa6", opens_with="video", endpoint="live.endpoint"),
)
