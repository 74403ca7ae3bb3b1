"""The gallery in a real browser: searching the photos, bringing one's own, the map."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from demos.clip.images.photos import photos
from tests.clip_fixtures import bad_files, photo

QUERY = "#clip-gallery-query textarea"


def open_gallery(open_page, **options: object) -> Any:
    page = open_page("clip", **options)
    page.locator("#clip-view input[value=gallery]").check(force=True)
    expect(page.locator(".gallery-tile").first).to_be_visible()
    return page


def names(page) -> list[str]:
    return [tile.get_attribute("alt") for tile in page.locator(".gallery-tile img").all()]


def bring(page, files: list[Path]) -> None:
    page.locator("#clip-gallery-files .gallery-choose").first.set_input_files(files)


@pytest.mark.soak
def test_the_photos_are_there_and_are_searched_by_words_and_by_an_image(open_page) -> None:
    page = open_gallery(open_page)
    assert len(names(page)) in {len(photos()), len(photos()) - 1}  # the two motorcycles may count as one
    page.locator(QUERY).fill("a flower")
    expect(page.locator(".gallery-similarity").first).to_be_visible()
    similarities = [float(each.replace("−", "-")) for each in page.locator(".gallery-similarity").all_inner_texts()]
    assert similarities == sorted(similarities, reverse=True)
    page.locator(QUERY).fill("2:a flower -")
    expect(page.locator("#clip-gallery-problem")).to_contain_text("After a sign")
    assert page.locator(".gallery-tile").count() >= len(photos()) - 1  # nothing is lost
    page.locator(".gallery-tile[title='lion.jpg']").click()
    page.get_by_role("button", name="More like this").click()
    expect(page.locator(QUERY)).to_have_value("[lion.jpg]")
    expect(page.locator(".gallery-tile img").first).to_have_attribute("alt", "lion.jpg")
    expect(page.locator("#clip-gallery-problem")).not_to_be_visible()
    page.locator(".gallery-tile").nth(1).click()
    second = page.locator(".gallery-large-image").get_attribute("alt")
    page.get_by_role("button", name="Subtract from the query").click()
    expect(page.locator(QUERY)).to_have_value(f"[lion.jpg] - [{second}]")
    expect(page.locator(".gallery-tile img").nth(1)).not_to_have_attribute("alt", second)
    assert names(page).index(second) > 1


@pytest.mark.soak
def test_own_images_take_the_place_of_the_photos_and_what_cannot_be_read_is_named(open_page, tmp_path: Path) -> None:
    page = open_gallery(open_page)
    mine = [photo(tmp_path / f"{number:02}.png", number, (900, 700)) for number in range(30)]
    Image.open(mine[3]).save(tmp_path / "scan.tif")
    (tmp_path / "notes.txt").write_text("no image")
    bring(page, [*mine, tmp_path / "scan.tif", tmp_path / "notes.txt", bad_files(tmp_path)["cut.jpg"]])
    expect(page.locator(".gallery-told")).to_have_text("31 added.")
    expect(page.locator(".gallery-sentence")).to_contain_text("31 images")
    page.locator(".gallery-failed summary").click()
    expect(page.locator(".gallery-failed li")).to_have_count(2)
    expect(page.locator(".gallery-failed")).to_contain_text("notes.txt")
    expect(page.locator(".gallery-failed")).to_contain_text("cut.jpg")
    expect(page.locator(".gallery-tile img[alt='lion.jpg']")).to_have_count(0)
    page.locator(QUERY).fill("[scan.tif]")  # which this browser cannot open itself
    first = page.locator(".gallery-tile").first
    expect(first.locator("img")).to_have_attribute("src", re.compile("^data:image/jpeg"))
    expect(first).to_contain_text("nearly the same")  # as 03.png
    bring(page, mine)
    expect(page.locator(".gallery-told")).to_contain_text("30 were here already")
    page.locator(QUERY).fill("")
    page.locator(".gallery-clear").click()
    expect(page.locator(".gallery-tile")).to_have_count(0)
    expect(page.locator(".gallery-sentence")).to_contain_text("Put images here")
    page.locator(".gallery-photos").click()
    expect(page.locator(".gallery-tile[title='lion.jpg']")).to_be_visible()


@pytest.mark.soak
def test_a_long_intake_can_be_stopped_and_what_was_added_stays(open_page, tmp_path: Path) -> None:
    page = open_gallery(open_page)
    bring(page, [photo(tmp_path / f"{number:03}.png", number, (400, 300)) for number in range(150)])
    expect(page.locator(".gallery-sentence")).to_contain_text(re.compile(r"^\d+ images"))
    expect(page.locator(".gallery-count")).to_contain_text("of 150")
    page.locator(".gallery-stop").click()
    expect(page.locator(".gallery-told")).to_contain_text("Stopped")
    added, left = map(int, re.findall(r"\d+", page.locator(".gallery-told").inner_text()))
    assert added + left == 150
    assert left > 0
    expect(page.locator(".gallery-sentence")).to_contain_text(f"{added} images" if added else "19 images")


@pytest.mark.soak
def test_images_dropped_on_the_view_and_pasted_are_taken_in(open_page, tmp_path: Path) -> None:
    page = open_gallery(open_page)
    content = base64.b64encode(photo(tmp_path / "dropped.png").read_bytes()).decode()
    dropped = page.evaluate_handle(
        """(content) => {
          const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
          return transfer;
        }""",
        content,
    )
    page.dispatch_event("#clip-gallery", "drop", {"dataTransfer": dropped})
    expect(page.locator(".gallery-tile")).to_have_count(1)
    assert names(page) == ["dropped.png"]
    page.evaluate(
        "transfer => document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer }))", dropped
    )
    expect(page.locator(".gallery-tile")).to_have_count(1)  # nearly the same
    expect(page.locator(".gallery-tile")).to_contain_text("+1 nearly the same")
    page.locator(".gallery-tile").click()
    page.locator(".gallery-large").get_by_role("button", name="Remove").click()
    expect(page.locator(".gallery-tile")).not_to_contain_text("nearly the same")


@pytest.mark.soak
def test_the_map_opens_the_image_that_is_clicked_and_stays_when_one_comes_back(open_page) -> None:
    page = open_gallery(open_page, locale="ko-KR", size=(390, 844), dark=True)
    page.locator("[data-view=map]").click()
    canvas = page.locator(".gallery-plane canvas")
    expect(canvas).to_have_attribute("aria-label", re.compile("동물"))
    canvas.scroll_into_view_if_needed()
    inked = """canvas => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }"""
    page.wait_for_function(f"({inked})(document.querySelector('.gallery-plane canvas')) > 500")  # the photos' colours
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = canvas.bounding_box()
    for across in range(1, 10):
        canvas.click(position={"x": box["width"] * across / 10, "y": box["height"] / 2})
        if page.locator(".gallery-large").is_visible():
            break
    expect(page.locator(".gallery-large-image")).to_have_attribute("alt", re.compile(r"\.(jpg|png)$"))
    page.get_by_role("button", name="닫기").click()
    page.locator("#clip-view input[value=match]").check(force=True)
    expect(page.locator(".match-card").first).to_be_visible()
    page.locator("#clip-view input[value=gallery]").check(force=True)
    expect(canvas).to_be_visible()
    page.locator("[data-view=grid]").click()
    expect(page.locator(".gallery-tile img").first).to_be_visible()


@pytest.mark.soak
def test_the_lessons_open_the_matrix_and_search_the_gallery(open_page) -> None:
    page = open_page("clip")
    page.locator("#demo-clip .lesson-chip", has_text="The matrix").click()
    expect(page.locator(".matrix-cell")).to_have_count(64)
    page.locator("#demo-clip .lesson-card:visible").get_by_role("button", name="Next").click()
    expect(page.locator(QUERY)).to_have_value("an animal")
    expect(page.locator(".gallery-similarity").first).to_be_visible()
    second = page.locator("#demo-clip .lesson-card:visible [data-do=second]")
    second.click()
    expect(page.locator(QUERY)).to_have_value("an animal - a cat")
    page.locator(QUERY).fill("something else")
    second.click()  # once more
    expect(page.locator(QUERY)).to_have_value("an animal - a cat")
