"""“Layers” in a real browser: the steps, a channel over the image, the class that was read off it, another image."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.clip_fixtures import photo

MAP = "document.querySelector('.layers-map')"
PAINTED = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let seen = 0;
  for (let at = 3; at < data.length; at += 4) seen += data[at] > 8;
  return seen;
}"""


def visit(open_page, **options: object) -> Page:
    page: Page = open_page("clip", **options)
    expect(page.locator(".match-card").first).to_be_visible()
    show(page, "layers")
    return page


def show(page: Page, view: str) -> None:
    page.locator("#clip-view label").filter(has=page.locator(f"input[value={view}]")).click()


def test_an_image_is_followed_from_its_pixels_to_the_vector(open_page) -> None:
    page = visit(open_page)
    expect(page.locator(".layers-steps button")).to_have_count(9)
    expect(page.locator(".layers-steps [aria-selected=true]")).to_contain_text("32 × 112 × 112")
    expect(page.locator(".layers-classes button")).to_have_count(10)
    expect(page.locator(".layers-classes button").first).to_contain_text("lion")
    expect(page.locator(".layers-guesses .layers-row").first).to_contain_text("a lion")
    canvas = page.locator(".layers-map")
    page.wait_for_function(f"({PAINTED})({MAP}) > 1000")  # what the best class was read off
    canvas.hover(position={"x": 120, "y": 120})
    expect(page.locator(".layers-cell")).to_have_text(
        re.compile(r"“lion” here: −?\d+\.\d\d\. The mean of all 49 cells")
    )
    page.locator(".layers-steps button").nth(4).click()
    expect(page.locator(".layers-title")).to_have_text("40 channels of 28 × 28")
    expect(page.locator(".layers-channels button")).to_have_count(12)
    page.wait_for_function(
        f"[...document.querySelectorAll('.layers-channels canvas')].every((each) => ({PAINTED})(each) > 50)"
    )
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    channel = page.locator(".layers-channels button").nth(1)
    channel.click()
    expect(channel).to_have_attribute("aria-selected", "true")
    page.wait_for_function(f"before => {MAP}.toDataURL() !== before", arg=before)
    canvas.hover(position={"x": 125, "y": 120})
    number = channel.get_attribute("data-channel")
    expect(page.locator(".layers-cell")).to_have_text(re.compile(rf"Channel {number} here: −?\d+\.\d\d"))
    expect(page.locator(".layers-moved-said")).to_contain_text("in all")
    values = [float(text) for text in page.locator(".layers-pictures figcaption").all_inner_texts()]
    assert len(values) == 6
    assert values == sorted(values, reverse=True)
    page.locator(".layers-steps button").last.click()
    expect(page.locator(".layers-vector canvas")).to_have_count(2)
    page.locator(".layers-vector canvas").last.hover(position={"x": 20, "y": 20})
    expect(page.locator(".layers-number").last).to_have_text(re.compile(r"Number \d+: −?0\.\d{3}"))


@pytest.mark.soak
def test_another_image_another_class_and_no_image_at_all(open_page, tmp_path: Path) -> None:
    page = visit(open_page)
    expect(page.locator(".layers-classes button").first).to_contain_text("lion")
    page.locator(".layers-strip button").nth(3).click()
    expect(page.locator(".layers-classes button").first).to_contain_text("cheetah")
    map_of_first = page.locator(".layers-map").evaluate("canvas => canvas.toDataURL()")
    page.locator(".layers-classes button").nth(2).click()
    expect(page.locator(".layers-classes button").nth(2)).to_have_attribute("aria-selected", "true")
    page.wait_for_function(f"before => {MAP}.toDataURL() !== before", arg=map_of_first)
    show(page, "match")
    page.locator("#clip-files").get_by_label("Clear").click()
    expect(page.locator(".match-waiting")).to_be_visible()
    show(page, "layers")
    expect(page.locator(".layers-empty")).to_contain_text("put one into Match")
    show(page, "match")
    page.locator("#clip-files input[type=file]").set_input_files([photo(tmp_path / "mine.png")])
    expect(page.locator(".match-card")).to_have_count(1)
    show(page, "layers")
    expect(page.locator(".layers-strip img")).to_have_attribute("alt", "mine.png")
    expect(page.locator(".layers-main")).to_be_visible()


@pytest.mark.soak
def test_on_a_korean_phone_in_the_dark_the_image_and_its_channels_are_in_one_window(open_page) -> None:
    page = visit(open_page, locale="ko-KR", size=(390, 844), dark=True)
    expect(page.locator(".layers-classes button").first).to_contain_text("사자")
    original = page.locator(".layers-classes button small").first
    expect(original).to_be_visible()
    expect(original).to_have_text("lion")
    page.locator(".layers-steps button").nth(5).click()
    expect(page.locator(".layers-title")).to_have_text("14×14칸짜리 채널 112개")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    frame, channels = (page.locator(name).bounding_box() for name in (".layers-frame", ".layers-channels"))
    assert channels["y"] + channels["height"] - frame["y"] <= 844
