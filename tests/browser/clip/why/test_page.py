"""“Why?” in a real browser: the map, another image, another guess, a word written on the image."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.clip_fixtures import photo

MAP = "document.querySelector('.why-map')"
COLOURS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = { blue: 0, orange: 0, clear: 0 };
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 8) seen.clear += 1;
    else if (data[at + 2] > data[at]) seen.blue += 1;
    else seen.orange += 1;
  }
  return seen;
}"""


def visit(open_page, **options: object) -> Page:
    page: Page = open_page("clip", **options)
    expect(page.locator(".match-card").first).to_be_visible()
    page.locator("#clip-view label").filter(has=page.locator("input[value=why]")).click()
    return page


# A quick machine has covered all places before a pointer is there: the button is pressed in the frame that shows the
# first.
STOP_AT_ONCE = """() => {
  const begun = document.querySelector("#clip-why .why-status")?.textContent.includes("of 289 places");
  if (begun) document.querySelector("#clip-why-stop").click();
  return begun;
}"""


def covered(page: Page) -> None:
    expect(page.locator("#clip-why .why-status")).to_have_text(re.compile(r"Covered at 144 places\.|144곳을 가려"))
    expect(page.locator("#clip-why .why-progress")).to_be_hidden()


def test_the_best_guess_of_the_newest_image_is_explained_at_once(open_page) -> None:
    page = visit(open_page)
    covered(page)
    expect(page.locator(".why-strip button")).to_have_count(4)
    expect(page.locator(".why-guess[aria-selected=true] b")).to_have_text("a lion")
    page.wait_for_function(f"({COLOURS})({MAP}).blue > 1000")
    expect(page.locator(".why-word b")).to_have_text(["a", "lion"])
    expect(page.locator(".why-tokens .mark")).to_have_count(2)
    page.locator(".why-map").hover(position={"x": 150, "y": 150})
    expect(page.locator(".why-cell")).to_have_text(re.compile("share of “a lion” is [0-9.]+ times"))
    page.locator("[data-measure=cosine]").click()
    page.locator(".why-map").hover(position={"x": 155, "y": 150})
    expect(page.locator(".why-cell")).to_have_text(re.compile(r"the cosine goes from −?\d\.\d\d to −?\d\.\d\d"))
    before = page.locator(".why-map").evaluate("canvas => canvas.toDataURL()")
    page.locator(".why-guess").last.click()
    page.wait_for_function(f"before => {MAP}.toDataURL() !== before", arg=before)
    page.wait_for_function(f"({COLOURS})({MAP}).orange > 1000")


@pytest.mark.soak
def test_another_image_another_guess_and_another_method(open_page) -> None:
    page = visit(open_page)
    covered(page)
    page.locator(".why-strip button").nth(1).click()
    expect(page.locator(".why-strip button").nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator(".why-guess").first).to_contain_text("a tower")
    covered(page)
    page.locator("#clip-why-guess input, #clip-why-guess textarea").fill("a big red thing")
    page.locator("#clip-why-guess input, #clip-why-guess textarea").press("Enter")
    expect(page.locator(".why-guess").first).to_contain_text("a big red thing")
    page.locator(".why-guess").first.click()
    expect(page.locator(".why-word b")).to_have_text(["a", "big", "red", "thing"])
    covered(page)
    page.locator("#clip-why-method label").last.click()
    expect(page.locator("#clip-why .why-status")).to_contain_text("last feature maps")
    page.locator(".why-map").hover(position={"x": 150, "y": 150})
    expect(page.locator(".why-cell")).to_contain_text("share of the gradient")


@pytest.mark.soak
def test_it_can_be_stopped_and_asked_again(open_page) -> None:
    page = visit(open_page)
    covered(page)
    page.locator("#clip-why-cells label").last.click()  # 14 × 14: 289 places
    page.wait_for_function(STOP_AT_ONCE)
    expect(page.locator("#clip-why .why-status")).to_contain_text("Stopped")
    page.locator("#clip-why-go").click()
    expect(page.locator("#clip-why .why-status")).to_have_text("Covered at 289 places.")


@pytest.mark.soak
def test_a_word_is_written_on_the_image_and_the_page_says_what_it_did(open_page) -> None:
    page = visit(open_page)
    page.locator("#clip-view-why .folded button.label-wrap").click()
    covered(page)  # meanwhile Gradio has put the field there, and its first value, which it does twice
    note = page.locator("#clip-why-note input, #clip-why-note textarea")
    expect(note).to_have_value("a bus")
    note.fill("a lion")
    note.press("Tab")
    page.locator("#clip-why-write").click()
    expect(page.locator(".why-said")).to_contain_text("said “a lion” before anything was written")
    expect(page.locator(".why-noted figure")).to_have_count(3)
    page.locator("#clip-why-write-all").click()
    expect(page.locator(".why-said")).to_have_text(re.compile(r"Fooled \d+ of 20 times"))
    page.locator("#clip-why-note input, #clip-why-note textarea").fill("버스")
    page.locator("#clip-why-write").click()
    expect(page.locator(".toast-body")).to_contain_text("Latin letters")


@pytest.mark.soak
def test_on_a_korean_phone_in_the_dark_map_and_guesses_fit(open_page) -> None:
    page = visit(open_page, locale="ko-KR", size=(390, 844), dark=True)
    covered(page)
    expect(page.locator(".why-legend")).to_contain_text("뒷받침함")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".why-map").bounding_box()["width"] > 300


@pytest.mark.soak
def test_what_is_explained_is_framed_as_in_match(open_page) -> None:
    page = visit(open_page)
    covered(page)
    page.locator(".why-strip button").nth(1).click()  # a tower, taller than wide
    expect(page.locator(".why-guess").first).to_contain_text("a tower")
    expect(page.locator(".why-note")).to_contain_text("the centre")
    seen = str(page.locator(".why-seen").get_attribute("src"))
    for fit, said in (("whole", "the whole image"), ("tiles", "are of this tile alone")):
        page.locator("#clip-view label").filter(has=page.locator("input[value=match]")).click()
        more = page.locator("#clip-view-match .folded button.label-wrap")
        expect(more).to_be_visible()
        if "open" not in str(more.get_attribute("class")):
            more.click()
        page.locator("#clip-fit label").filter(has=page.locator(f"input[value={fit}]")).click()
        page.locator("#clip-view label").filter(has=page.locator("input[value=why]")).click()
        expect(page.locator(".why-note")).to_contain_text(said)
        expect(page.locator(".why-seen")).not_to_have_attribute("src", seen)
        covered(page)
        seen = str(page.locator(".why-seen").get_attribute("src"))


@pytest.mark.soak
def test_without_an_image_the_page_says_where_to_put_one(open_page, tmp_path: Path) -> None:
    page: Page = open_page("clip")
    expect(page.locator(".match-card")).to_have_count(4)
    page.locator("#clip-files").get_by_label("Clear").click()
    expect(page.locator(".match-waiting")).to_be_visible()
    page.locator("#clip-view label").filter(has=page.locator("input[value=why]")).click()
    expect(page.locator("#clip-why .why-status")).to_contain_text("no image to explain yet")
    page.locator("#clip-view label").filter(has=page.locator("input[value=match]")).click()
    page.locator("#clip-files input[type=file]").set_input_files([photo(tmp_path / "mine.png")])
    expect(page.locator(".match-card")).to_have_count(1)
    page.locator("#clip-view label").filter(has=page.locator("input[value=why]")).click()
    covered(page)
    expect(page.locator(".why-strip img")).to_have_attribute("alt", "mine.png")


@pytest.mark.soak
def test_a_lesson_leads_here(open_page) -> None:
    page: Page = open_page("clip")
    expect(page.locator(".match-card").first).to_be_visible()
    page.locator("#demo-clip .lesson-chip", has_text="Where it looks").click()
    covered(page)
    expect(page.locator(".why-guess")).to_have_count(6)
