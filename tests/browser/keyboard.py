"""A visitor who has a keyboard and nothing else."""

from typing import Any

MOST = 120  # presses of Tab, after which there is no way there

NAME = """(() => {
  const { activeElement: active } = document;
  if (!active || active === document.body) return "";
  const label = active.labels?.[0]?.innerText;
  return (active.ariaLabel || active.getAttribute("aria-label") || label || active.textContent || active.title).trim();
})()"""
RING = """(() => {
  const { activeElement: active } = document;
  const around = [active, ...(active.labels ?? []), active.parentElement];
  return around.some((each) => each && getComputedStyle(each).outlineStyle !== "none");
})()"""


def reach(page: Any, name: str, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until what is called so has the focus; it is seen to have it."""
    for _ in range(MOST):
        page.keyboard.press(key)
        if page.evaluate(NAME).startswith(name):
            assert page.evaluate(RING), f"nothing shows that “{name}” has the focus"
            return
    raise AssertionError(f"{MOST} presses of {key} do not reach “{name}”")


def stays(page: Any, name: str) -> None:
    """Wait until what is called so has the focus."""
    page.wait_for_function(f"name => {NAME}.startsWith(name)", arg=name)
