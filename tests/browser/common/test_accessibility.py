"""axe-core (Deque's rules for WCAG 2.2) finds nothing serious in any view of any tab."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from demos import DEMOS

SERIOUS = ("serious", "critical")
UNFOLD = """demo => {
  const folded = "button.label-wrap:not(.open), details:not([open]) > summary";
  const all = document.querySelectorAll(`#demo-${demo} :is(${folded})`);
  for (const each of all) if (each.checkVisibility()) each.click();
}"""
TABS = "[role=tab]:visible"


def faults(page: Any, patience: float = 15) -> list[str]:
    """What axe finds serious in what is shown, one line for each element; what is still being drawn is looked at again
    for `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        lines = [
            f"{rule['id']}: {node['target'][0]} {node['html'][:120]}"
            for rule in found
            if rule["impact"] in SERIOUS
            for node in rule["nodes"]
            if not (rule["id"] == "nested-interactive" and 'class="icon-button' in node["html"])  # Gradio's file field
        ]
        if not lines or time.monotonic() > until:
            return lines
        page.wait_for_timeout(1000)


def shown(page: Any, demo: str) -> Iterator[str]:
    """The name of each view of a tab, and of each panel of a view, once it is on the page with everything unfolded."""
    page.locator(f"#demo-{demo} .stage").first.wait_for()
    views = page.locator(f"#demo-{demo} #{demo}-view label:visible")
    for at in range(max(1, views.count())):
        if views.count():
            views.nth(at).click()
        page.wait_for_timeout(3000)
        page.evaluate(UNFOLD, demo)
        page.wait_for_timeout(1500)
        yield f"{demo}, view {at + 1}"
        panels, panel = page.locator(f"#demo-{demo}").locator(TABS), 1
        while panel < panels.count():  # a panel may bring tabs of its own, or take them away
            panels.nth(panel).click()
            page.wait_for_timeout(1500)
            panel += 1
            yield f"{demo}, view {at + 1}, panel {panel}"


def test_each_tab_as_it_opens_has_no_serious_fault(open_page) -> None:
    page = open_page()
    for demo in DEMOS:
        page.locator(f"#demo-{demo.name}-button").click()
        expect(page.locator(f"#demo-{demo.name} .stage").first).to_be_visible()
        page.wait_for_timeout(1500)
        assert faults(page) == []


@pytest.mark.soak
@pytest.mark.parametrize("demo", [demo.name for demo in DEMOS])
@pytest.mark.parametrize(
    "visitor",
    [{"size": (390, 844), "dark": True, "locale": "ko-KR"}, {"size": (1280, 800)}],
    ids=["phone", "desktop"],
)
def test_no_view_has_a_serious_fault(open_page, demo: str, visitor: dict[str, Any]) -> None:
    page = open_page(demo, **visitor)
    found = {name: list(dict.fromkeys(faults(page))) for name in shown(page, demo)}
    assert {name: each for name, each in found.items() if each} == {}
