"""Every view of every tab as a visitor reads it: in their language, legible, no wider than the page."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from demos import DEMOS
from demos.common.i18n import DEMOS_FOLDER, PLACEHOLDER, strings

SEEN = Path(__file__).with_name("seen.js").read_text(encoding="utf-8")
UNFOLD = """demo => {
  const folded = "button.label-wrap:not(.open), details:not([open]) > summary";
  const all = document.querySelectorAll(`#demo-${demo} :is(${folded})`);
  for (const each of all) if (each.checkVisibility()) each.click();
}"""
SMALLEST = 12  # CSS pixels
CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
HANGUL = re.compile("[가-힣]")
# Two lessons that are pressed, and what the last one sets and nothing else: a field, its value or that it is ticked.
PRESSED = {
    "xor": (3, 2, "#xor-learners:not(:has([name=mlp]:checked)) [name=perceptron]", None),
    "gpt": (1, 6, "#gpt-prompt textarea", "99+99"),
    "clip": (1, 2, "#clip-labels textarea", "a kettle\na banana\na shoe\na chair"),
    "posture": (1, 4, "#posture-exercise input[value=squat]", None),
}
# Names and examples that are the same in every language.
ENGLISH = {"Forward-Forward", "To be, or not to be", "First Citizen:"}


@cache
def english() -> re.Pattern[str]:
    """Any sentence of ours in English that has another one in Korean, whatever fills its placeholders."""
    pairs = list(strings().values())
    for file in DEMOS_FOLDER.rglob("*.toml"):
        pairs += _pairs(tomllib.loads(file.read_text(encoding="utf-8")))
    korean = {pair["ko"] for pair in pairs}
    alone = {pair["en"] for pair in pairs} - korean - ENGLISH
    literal = (sentence for sentence in alone if len(re.findall(r"[A-Za-z]", PLACEHOLDER.sub("", sentence))) > 3)
    return re.compile("|".join(".+".join(map(re.escape, PLACEHOLDER.split(sentence))) for sentence in sorted(literal)))


def _pairs(table: Any) -> Iterator[dict[str, str]]:
    if isinstance(table, dict) and isinstance(table.get("en"), str) and isinstance(table.get("ko"), str):
        yield table
    for part in table.values() if isinstance(table, dict) else table if isinstance(table, list) else ():
        yield from _pairs(part)


def is_english(text: str) -> bool:
    """Whether it is one of our English sentences, or three words of whoever's."""
    if text in ENGLISH or HANGUL.search(text):
        return False
    return bool(english().fullmatch(text)) or len(re.findall("[A-Za-z]{2,}", text)) >= 3


def views(page: Any, demo: str) -> Iterator[list[dict[str, Any]]]:
    """What is seen of each view of a tab, everything unfolded."""
    page.locator(f"#demo-{demo} .stage").first.wait_for()
    page.wait_for_timeout(3000)
    inner = page.locator(f"#demo-{demo} [role=tab]:visible, #demo-{demo} #{demo}-view label:visible")
    for at in range(max(1, inner.count())):
        if at:
            inner.nth(at).click()
            page.wait_for_timeout(3000)
        page.evaluate(UNFOLD, demo)
        page.wait_for_timeout(1500)
        yield page.evaluate(f"({SEEN})()")


@pytest.mark.soak
@pytest.mark.parametrize("demo", [demo.name for demo in DEMOS])
@pytest.mark.parametrize(("size", "dark"), [((390, 844), True), ((1280, 800), False)], ids=["phone", "desktop"])
def test_a_korean_visitor_reads_every_view(open_page, demo: str, size: tuple[int, int], dark: bool) -> None:
    page = open_page(demo, locale="ko-KR", size=size, dark=dark)
    for seen in views(page, demo):
        assert len(seen) > 20
        faults = []
        for text in seen:
            words = text["text"]
            if not text["example"] and is_english(words):
                faults.append(f"is English: {words} ({text['place']})")
            if text["contrast"] < CONTRAST and not text["disabled"] and not text["drawn"]:
                faults.append(f"contrast {text['contrast']:.2f}: {words} ({text['place']})")
            if text["size"] < SMALLEST and not text["drawn"]:
                faults.append(f"{text['size']} px: {words} ({text['place']})")
            if text["right"] > size[0] + 1:
                faults.append(f"beyond the edge: {words} ({text['place']})")
        assert faults == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.soak
@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_on_a_phone_every_lesson_is_named_in_full(open_page, locale: str) -> None:
    page = open_page(locale=locale, size=(390, 844))
    for demo in DEMOS:
        page.locator("#demos [role=tab]:visible").nth(DEMOS.index(demo)).click()
        chips = page.locator(f"#{demo.name}-lessons .lesson-chip")
        chips.first.wait_for()
        for chip in chips.all():
            chip.scroll_into_view_if_needed()
            box = chip.bounding_box()
            assert 0 <= box["x"] < box["x"] + box["width"] <= 390
            size = chip.locator("span").evaluate("name => parseFloat(getComputedStyle(name).fontSize)")
            assert size >= SMALLEST
            assert chip.evaluate("chip => chip.scrollWidth <= chip.clientWidth")


@pytest.mark.soak
def test_the_lesson_pressed_last_is_the_one_that_is_set(open_page, slow_line) -> None:
    """Both are pressed while the answer to the first is on its way."""
    page = open_page()
    for demo, (*pressed, place, value) in PRESSED.items():
        page.locator("#demos [role=tab]:visible").nth([demo.name for demo in DEMOS].index(demo)).click()
        chips = page.locator(f"#{demo}-lessons .lesson-chip")
        chips.first.wait_for()
        with slow_line(page):
            for number in pressed:
                chips.nth(number - 1).evaluate("chip => chip.click()")  # at once: the strip is still moving
                page.wait_for_timeout(150)
            expect(page.locator(f"#{demo}-lessons .lesson-card[data-card='{pressed[-1]}']")).to_be_visible()
            if value:
                expect(page.locator(place)).to_have_value(value)
            else:
                expect(page.locator(place)).to_be_checked()


def test_gradios_own_words_are_korean_too(open_page) -> None:
    page = open_page("clip", locale="ko-KR")
    page.locator("#demo-clip .file-preview").wait_for()
    page.evaluate(UNFOLD, "clip")
    for label in ("이 파일 빼기", "올리기"):
        named = page.locator(f"#demo-clip :is([aria-label='{label}'], [title='{label}']):visible")
        expect(named.first).to_be_attached()
    page.wait_for_timeout(1000)
    labels = page.evaluate(
        "[...document.querySelectorAll('#demo-clip :is(button, input)')].filter(each => each.checkVisibility())"
        ".flatMap(each => [each.ariaLabel, each.title])"
    )
    assert [label for label in labels if label and re.search("[A-Za-z]{3}", label) and not HANGUL.search(label)] == []


RINGED = """(input) => {
  const styles = [input, input.parentElement].map((each) => getComputedStyle(each));
  return styles.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
}"""


def test_choices_and_sliders_show_that_they_have_the_focus(open_page) -> None:
    page = open_page("gpt")
    first = page.locator("#demo-gpt [type=radio]:visible").last
    first.wait_for()
    first.focus()
    page.keyboard.press("ArrowLeft")  # as by hand: the browser shows a focus that keys have moved
    page.wait_for_function(f"({RINGED})(document.activeElement)")
    slider = page.locator("#demo-gpt [type=range]:visible").first
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"({RINGED})(document.activeElement)")
