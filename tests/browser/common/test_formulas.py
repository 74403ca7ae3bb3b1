"""The formulas alone on a plain page: set as mathematics on any machine, no wider than their boxes in any font."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demos.common.ui import page_files
from demos.common.ui.theme import css
from demos.gpt.inside.forward_steps import STEPS

ADDRESS = "http://plain.test/"  # nobody's: the browser gets all from here
FONT = "common/page/math.woff2"
NO_MATHEMATICS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<selectfont><rejectfont><glob>*Math*</glob><glob>*math*</glob></rejectfont></selectfont></fontconfig>"""

# Each subscript of the page: how far its bottom lies below that of what it belongs to, in font sizes.
BELOW = """() => [...document.querySelectorAll("msub")].map((pair) => {
  const [base, script] = [...pair.children].map((part) => part.getBoundingClientRect().bottom);
  return (script - base) / parseFloat(getComputedStyle(pair).fontSize);
})"""
BOXES = """() => [...document.querySelectorAll(".formula")].map((box) => [
  box.scrollWidth - box.clientWidth, parseFloat(getComputedStyle(box).fontSize)])"""


@pytest.fixture(params=[True, False], ids=["with the machine's fonts", "without any for mathematics"])
def browser(request: pytest.FixtureRequest, launch: Callable, tmp_path_factory: pytest.TempPathFactory) -> Any:
    if request.param:
        return launch(None)
    fonts = Path(tmp_path_factory.getbasetemp()) / "no_mathematics.conf"
    fonts.write_text(NO_MATHEMATICS)
    return launch(None, fonts)


@pytest.fixture
def formulas(browser: Any) -> Iterator[Callable]:
    """`formulas(width, font=True)` gives a page with the formulas of all steps; without `font`, ours never arrives."""
    page = browser.new_page()

    def laid_out(width: int, font: bool = True) -> Any:
        rows = ["".join(f"<math display=block><mrow>{each}</mrow></math>" for each in step.formulas) for step in STEPS]
        boxes = "".join(f'<div class="formula">{row}</div>' for row in rows)
        whole = f'<!doctype html><style>{css()} body {{ margin: 28px; }}</style><div class="gi ready">{boxes}</div>'

        def serve(route: Any) -> None:
            path = route.request.url.removeprefix(ADDRESS)
            name = path.removeprefix("page_files/")
            if path == name:
                route.fulfill(body="" if path else whole, content_type="text/html; charset=utf-8")
            elif name != FONT:
                route.fulfill(path=page_files.file(name), content_type="text/javascript")
            elif font:
                route.fulfill(path=page_files.file(name), content_type="font/woff2")
            else:
                route.abort()

        page.unroute_all()
        page.route(f"{ADDRESS}**", serve)
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(ADDRESS)
        page.evaluate("""async () => {
          await document.fonts.ready;
          const { fitFormulas } = await import("./page_files/common/page/formulas.js");
          fitFormulas(document.body);
          for (let frames = 0; frames < 4; frames += 1) await new Promise(requestAnimationFrame);
        }""")
        return page

    yield laid_out
    page.close()


def test_every_subscript_stands_below_its_base_line(formulas: Callable) -> None:
    for width in (390, 1280):
        below = formulas(width).evaluate(BELOW)
        assert len(below) > 20
        assert min(below) > 0.1


def test_every_character_is_of_our_font(formulas: Callable) -> None:
    page = formulas(1280)
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    document = session.send("DOM.getDocument")["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": document, "selector": "mi, mo, mn"})["nodeIds"]
    assert len(nodes) > 100
    for node in nodes:
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert [(font["familyName"], font["isCustomFont"]) for font in used] == [("STIX Two Math", True)]


@pytest.mark.parametrize("font", [True, False], ids=["ours", "another"])
def test_every_formula_fits_its_box(formulas: Callable, font: bool) -> None:
    for width, least in ((1280, 25), (390, 16), (320, 13)):
        for beyond, size in formulas(width, font).evaluate(BOXES):
            assert beyond == 0
            assert size >= least
