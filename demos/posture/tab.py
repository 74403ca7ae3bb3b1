"""The posture tab."""

from demos.common.ui import Page


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
