"""A visitor who has a keyboard and nothing else."""

from typing import Any

MOST = 120  # presses of Tab, after which there is no way there

CALLED = """((element) => {
  const label = element.labels?.[0]?.innerText;
  const own = element.ariaLabel || element.getAttribute("aria-label");
  return (own || label || element.textContent || element.title).trim();
})"""
NAME = f"""(() => {{
  const {{ activeElement: active }} = document;
  return !active || active === document.body ? "" : {CALLED}(active);
}})()"""
THERE = f"""(name) => {{
  const reachable = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
  return [...reachable].some((each) => each.tabIndex >= 0 && each.checkVisibility() && {CALLED}(each).startsWith(name));
}}"""
AMONG = f"""((name) => {{
  const {{ activeElement: active }} = document;
  const choices = active?.type === "radio" ? active.closest("fieldset").querySelectorAll("[type=radio]") : [];
  return [...choices].some((each) => {CALLED}(each).startsWith(name));
}})"""
RING = """(() => {
  const { activeElement: active } = document;
  const around = [active, ...(active.labels ?? []), active.parentElement];
  return around.some((each) => each && getComputedStyle(each).outlineStyle !== "none");
})()"""


def reach(page: Any, name: str, key: str = "Tab") -> None:
    """Wait until what is called so is there, then press Tab, or Shift+Tab, until it has the focus; that is seen."""
    page.wait_for_function(THERE, arg=name)
    for _ in range(MOST):
        page.keyboard.press(key)
        if page.evaluate(NAME).startswith(name):
            assert page.evaluate(RING), f"nothing shows that “{name}” has the focus"
            return
    raise AssertionError(f"{MOST} presses of {key} do not reach “{name}”")


def choose(page: Any, name: str, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, to the one of a group of choices that it stops at, then arrows to that one."""
    page.wait_for_function(THERE, arg=name)
    for pressed, there in ((key, AMONG), ("ArrowRight", f"(name) => {NAME}.startsWith(name)")):
        presses = 0
        while not page.evaluate(there, name):
            presses += 1
            assert presses < MOST, f"{MOST} presses of {pressed} do not reach “{name}”"
            page.keyboard.press(pressed)
        assert page.evaluate(RING), "nothing shows what has the focus"


def stays(page: Any, name: str) -> None:
    """Wait until what is called so has the focus."""
    page.wait_for_function(f"name => {NAME}.startsWith(name)", arg=name)
