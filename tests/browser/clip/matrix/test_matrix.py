"""The matrix in a real browser: the pairs it opens with, its three tables, a cell in large, one's own images."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.clip_fixtures import bad_files, photo

CONTRAST = """cell => {
  const luminance = (colour) => {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const colours = [getComputedStyle(cell).backgroundColor, getComputedStyle(cell.firstElementChild).color];
  const [a, b] = colours.map(luminance);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def open_matrix(open_page, **options: object):
    page = open_page("clip", **options)
    page.locator("#clip-view input[value=matrix]").check(force=True)
    expect(page.locator(".matrix-cell")).to_have_count(64)
    return page


def shares(page, selector: str) -> list[float]:
    said = page.locator(selector).all_inner_texts()
    return [float(re.sub(r"[<>% ]", "", each)) / 100 for each in said]


def test_it_opens_with_eight_pairs_and_has_three_tables(open_page) -> None:
    page = open_matrix(open_page)
    expect(page.locator(".matrix-cell.own")).to_have_count(8)
    expect(page.locator(".matrix-cell.assigned")).to_have_count(8)
    expect(page.locator(".matrix-note").first).to_contain_text("R@1")
    assert re.fullmatch(r"−?0\.\d\d", page.locator(".matrix-value").first.inner_text())
    page.get_by_role("button", name="Captions of an image").click()
    assert sum(shares(page, ".matrix-cell[data-image='2'] .matrix-value")) == pytest.approx(1, abs=0.03)
    page.get_by_role("button", name="Images of a caption").click()
    assert sum(shares(page, ".matrix-cell[data-caption='3'] .matrix-value")) == pytest.approx(1, abs=0.03)
    cell = page.locator(".matrix-cell[data-image='2'][data-caption='3']")
    share = cell.inner_text()
    assert "motorcycle" in (cell.get_attribute("aria-label") or "")
    cell.click()
    pair = page.locator(".matrix-pair")
    expect(pair.locator("img")).to_have_attribute("alt", "coffee.jpg")
    expect(pair).to_contain_text("a red motorcycle in a garage")
    expect(pair).to_contain_text(share)
    pair.get_by_role("button", name="Close").click()
    expect(pair).not_to_be_visible()
    expect(page.locator(".matrix-cell[tabindex='0']")).to_have_count(1)  # the key Tab stops once, at the cell seen last
    page.locator(".matrix-cell[tabindex='0']").focus()
    for key in ("ArrowLeft", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(pair.locator("img")).to_have_attribute("alt", "cat.jpg")
    expect(pair).to_contain_text("a cup of coffee on a saucer")


def test_a_confusion_opens_its_cell(open_page) -> None:
    page = open_matrix(open_page)
    page.locator("#clip-matrix-captions textarea").fill("a cup of coffee\na rocket\na cat")
    expect(page.locator(".matrix-cell")).to_have_count(24)
    first = page.locator(".matrix-confusion").first
    expect(first).to_contain_text("before its own")
    first.click()
    expect(page.locator(".matrix-pair")).to_be_visible()


@pytest.mark.soak
def test_own_images_join_and_a_bad_one_is_named(open_page, tmp_path: Path) -> None:
    page = open_matrix(open_page)
    page.locator("#clip-matrix-files").get_by_label("Clear").click()
    expect(page.locator(".matrix-waiting")).to_be_visible()
    mine = [photo(tmp_path / "first.png", 1), bad_files(tmp_path)["cut.jpg"], photo(tmp_path / "third.png", 2)]
    page.locator("#clip-matrix-files input[type=file]").set_input_files(mine)
    expect(page.locator(".matrix-image")).to_have_count(2)
    expect(page.locator(".matrix-skipped")).to_contain_text("cut.jpg")
    page.locator("#clip-matrix-captions textarea").fill("one\ntwo\nthree")
    expect(page.locator(".matrix-cell")).to_have_count(6)
    expect(page.locator(".matrix-cell.own").last).to_have_attribute("data-caption", "2")  # the bad file keeps its line
    page.locator("#clip-matrix-captions textarea").fill("")
    expect(page.locator("#clip-matrix-problem")).to_contain_text("at least one caption")
    expect(page.locator(".matrix-cell")).to_have_count(6)  # nothing is lost
    page.locator("#clip-matrix-bundled").click()
    expect(page.locator(".matrix-cell")).to_have_count(64)
    expect(page.locator("#clip-matrix-problem")).not_to_be_visible()


@pytest.mark.soak
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_in_korean_every_number_is_read(open_page, dark: bool) -> None:
    page = open_matrix(open_page, locale="ko-KR", size=(390, 844), dark=dark)
    expect(page.locator("#clip-matrix-captions textarea")).to_have_value(re.compile("발사대"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.wait_for_timeout(500)
    assert min(cell.evaluate(CONTRAST) for cell in page.locator(".matrix-cell").all()) >= 4.5
