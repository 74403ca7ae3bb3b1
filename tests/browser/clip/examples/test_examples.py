"""Labels by example in a real browser: what it opens with, teaching, the mix, saving and opening."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.clip_fixtures import bad_files, photo


def open_examples(open_page, **options: object) -> Any:
    page = open_page("clip", **options)
    page.locator("#clip-view input[value=examples]").check(force=True)
    expect(page.locator(".examples-card")).to_have_count(4)
    expect(page.locator(".examples-image")).to_have_count(4)
    return page


def new_label(page, name: str) -> None:
    page.locator("#clip-examples-new").locator("input, textarea").fill(name)
    page.locator("#clip-examples-add").click()


def widths(page) -> list[str]:
    return page.locator(".examples-row .examples-share").all_inner_texts()


def test_the_slider_moves_bars_and_curve_without_asking_the_server(open_page) -> None:
    page = open_examples(open_page)
    expect(page.locator(".examples-thumb")).to_have_count(6)
    expect(page.locator(".examples-said")).to_contain_text(re.compile(r"\d of 6 examples"))
    expect(page.locator(".examples-image", has_text="lion").locator(".examples-row.best")).to_contain_text("animals")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    slider = page.locator("#clip-examples-mix")
    for _ in range(10):  # another view, which was left, may still have asked at first
        page.wait_for_timeout(500)
        asked.clear()
        said = set()
        for value in ("0", "14", "20"):
            slider.fill(value)
            said.add((page.locator(".examples-said").inner_text(), *widths(page)))
        assert len(said) == 3
        if not asked:
            break
    expect(page.locator(".examples-mix-head output")).to_have_text("Images alone")
    assert asked == []
    points = page.locator(".examples-curve .line").get_attribute("points").split()
    assert len(points) == 21
    assert len({point.split(",")[1] for point in points}) > 1  # the curve of a lesson is not flat


@pytest.mark.soak
def test_a_label_is_taught_by_images_of_the_tab_and_by_ones_own_and_forgets(open_page, tmp_path: Path) -> None:
    page = open_examples(open_page)
    new_label(page, "my bus")
    card = page.locator(".examples-card").nth(4)
    expect(card.locator(".examples-name")).to_have_value("my bus")
    expect(card.locator(".examples-words")).to_have_value("my bus")
    bus = page.locator(".examples-image", has_text="bus.png")
    bus.locator(".examples-row").nth(4).get_by_role("button").click()
    expect(card.locator(".examples-thumb")).to_have_count(1)
    expect(bus.locator(".examples-teach[aria-pressed=true]")).to_have_text("✓")
    expect(bus.locator(".examples-file-name")).to_contain_text("example of my bus")
    card.locator(".examples-words").fill("")
    card.locator(".examples-words").press("Enter")
    expect(page.locator(".examples-said")).to_contain_text("1 more cannot be judged")
    mine = [photo(tmp_path / "a.png", 1), bad_files(tmp_path)["text.jpg"], photo(tmp_path / "b.png", 2)]
    card.locator(".examples-choose").set_input_files(mine)
    expect(page.locator(".toast-body")).to_contain_text("text.jpg is not an image")
    expect(card.locator(".examples-thumb")).to_have_count(3)  # those that can be read are there
    page.locator(".toast-body .toast-close").click()
    expect(card.locator(".examples-count")).to_have_text("3 images")
    card.locator(".examples-thumb").nth(1).click()
    expect(card.locator(".examples-thumb")).to_have_count(2)
    bus.locator(".examples-teach[aria-pressed=true]").click()
    expect(card.locator(".examples-thumb")).to_have_count(1)
    new_label(page, "MY BUS")
    expect(page.locator(".toast-body")).to_contain_text("already")
    card.locator(".examples-name").fill("space")
    card.locator(".examples-name").press("Enter")
    expect(card.locator(".examples-name")).to_have_value("my bus")  # there is one called so
    card.locator(".examples-remove").click()
    expect(page.locator(".examples-card")).to_have_count(4)


@pytest.mark.soak
def test_labels_are_saved_and_another_visitor_opens_them(open_page, tmp_path: Path) -> None:
    page = open_examples(open_page)
    new_label(page, "my own")
    expect(page.locator(".examples-card")).to_have_count(5)
    page.locator("#clip-examples-mix").fill("15")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the labels").click()
    saved = tmp_path / "labels.json"
    download.value.save_as(saved)
    content = json.loads(saved.read_text(encoding="utf-8"))
    assert content["mix"] == 0.75
    assert [label["name"] for label in content["labels"]][-1] == "my own"
    other = open_examples(open_page)  # four labels: nothing of the other visitor's
    other.locator("#clip-examples-file input[type=file]").set_input_files(saved)
    expect(other.locator(".examples-card")).to_have_count(5)
    expect(other.locator(".examples-told")).to_have_text("5 labels were opened.")
    expect(other.locator("#clip-examples-mix")).to_have_value("15")
    saved.write_text("{}", encoding="utf-8")
    other.locator("#clip-examples-file input[type=file]").set_input_files(saved)
    expect(other.locator(".toast-body")).to_contain_text("no file of labels")
    expect(other.locator(".examples-card")).to_have_count(5)  # nothing is lost
    new_label(other, "unsaved")
    expect(other.locator(".examples-card")).to_have_count(6)
    back = other.locator("[data-do=bring_back]")
    back.click()
    expect(back).to_have_text("Replace all labels?")
    expect(other.locator(".examples-card")).to_have_count(6)
    back.click()
    expect(other.locator(".examples-card")).to_have_count(4)


@pytest.mark.soak
def test_long_names_on_a_korean_phone_in_the_dark_move_nothing(open_page) -> None:
    page = open_examples(open_page, locale="ko-KR", size=(390, 844), dark=True)
    expect(page.locator(".examples-name").first).to_have_value("우주")
    new_label(page, "가" * 200)
    expect(page.locator(".examples-card")).to_have_count(5)
    page.locator(".examples-image").first.locator(".examples-teach").nth(4).click()
    expect(page.locator(".examples-card").nth(4).locator(".examples-thumb")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    slider = page.locator("#clip-examples-mix").bounding_box()
    bars = page.locator(".examples-image .examples-row.best").first.bounding_box()
    assert bars["y"] + bars["height"] - slider["y"] < 600  # both in one window


@pytest.mark.soak
def test_images_dropped_on_a_card_are_its_examples_and_the_lesson_leads_here(open_page, tmp_path: Path) -> None:
    page = open_page("clip")
    page.locator("#demo-clip .lesson-chip", has_text="Teach it").click()
    card = page.locator(".examples-card").nth(2)
    expect(card.locator(".examples-thumb")).to_have_count(0)
    expect(page.locator(".toast-body")).to_have_count(0)
    dropped = page.evaluate_handle(
        """async () => {
          const canvas = new OffscreenCanvas(300, 200);
          canvas.getContext("2d").fillRect(0, 0, 150, 200);
          const transfer = new DataTransfer();
          transfer.items.add(new File([await canvas.convertToBlob()], "dropped.png", { type: "image/png" }));
          return transfer;
        }"""
    )
    card.dispatch_event("drop", {"dataTransfer": dropped})
    expect(card.locator(".examples-thumb")).to_have_count(1)
    page.locator("#clip-view input[value=match]").check(force=True)
    expect(page.locator(".match-card")).to_have_count(4)  # the matching view has not taken it
