"""Whoever uses the keyboard stays where they are when what had the focus goes away."""

from typing import Any

import pytest

from tests.browser.xor.page_code import ADDRESS, serve_page_code

HTML = """<!doctype html><title>focus</title>
<main id="demo">
  <div class="view-switch"><input type="radio" name="view" value="a" checked aria-label="a"></div>
  <section id="view">
    <div id="list"><button data-at="0">one</button><button data-at="1">two</button>
      <button data-at="2">three</button></div>
    <p><button id="begin">Go</button><button id="end" hidden>Stop</button></p>
  </section>
</main>"""
LIST = "document.querySelector('#list')"
ANEW = f"{LIST}.innerHTML = {LIST}.innerHTML"
CASES = {
    "a list drawn anew": ("two", ANEW, "two"),
    "a list in another order": ("two", f"{LIST}.prepend({LIST}.lastChild); {ANEW}", "two"),
    "an item removed": ("two", f"{LIST}.children[1].remove()", "three"),
    "the last item removed": ("three", f"{LIST}.children[2].remove()", "two"),
    "a list emptied": ("one", f"{LIST}.replaceChildren()", "Go"),
    "a button that hides for another": ("Go", "begin.hidden = true; end.hidden = false", "Stop"),
    "a part whose style hides it": ("two", f"{LIST}.style.display = 'none'", "Go"),
    "another view": ("two", "document.querySelector('#view').remove()", "a"),
    "a button disabled for a moment": (
        "Go",
        "begin.disabled = true; requestAnimationFrame(() => setTimeout(() => { begin.disabled = false; }, 50))",
        "Go",
    ),
}
SAID = "(document.activeElement.ariaLabel || document.activeElement.textContent).trim()"


@pytest.fixture(scope="module")
def plain_page(launch: Any) -> Any:
    page = launch(None).new_page()
    serve_page_code(page, HTML)
    yield page
    page.context.close()


def tab_to(page: Any, label: str) -> None:
    """Load the page anew, and reach what is called so by the Tab key."""
    page.goto(f"{ADDRESS}/")
    page.evaluate("import('/page_files/common/page/kept_focus.js')")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate(SAID) == label:
            return
    raise AssertionError(f"{label} is not reached")


@pytest.mark.parametrize(("start", "change", "there"), CASES.values(), ids=list(CASES))
def test_the_focus_goes_to_what_stands_in_its_place(plain_page, start: str, change: str, there: str) -> None:
    tab_to(plain_page, start)
    plain_page.evaluate(change)
    plain_page.wait_for_function(f"there => {SAID} === there && document.activeElement !== document.body", arg=there)
    assert plain_page.evaluate("document.activeElement.matches(':focus-visible')")


def test_who_points_or_leaves_on_purpose_is_left_alone(plain_page) -> None:
    frames = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    tab_to(plain_page, "two")
    plain_page.evaluate(f"document.activeElement.blur(); {LIST}.append('.')")
    plain_page.evaluate(frames)
    assert plain_page.evaluate("document.activeElement === document.body")
    tab_to(plain_page, "two")
    plain_page.locator("text=two").click()
    plain_page.evaluate(ANEW)
    plain_page.evaluate(frames)
    assert plain_page.evaluate("document.activeElement === document.body")
