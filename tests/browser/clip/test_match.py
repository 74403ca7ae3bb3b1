"""Matching an image in a real browser, as a visitor would."""

import base64
import os
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.clip_fixtures import bad_files, photo

expect.set_options(timeout=30_000)  # the first answer waits for the model
SHOTS = os.environ.get("GLASSBOX_SHOTS")


def test_the_tab_opens_with_four_images_against_words(open_page) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    expect(page.locator(".match-note").first).to_contain_text("embedded")
    expect(page.locator(".match-bar").first).not_to_have_css("width", "0px")
    if SHOTS:
        page.wait_for_timeout(1000)
        page.screenshot(path=Path(SHOTS) / "clip.png")


def test_upload_an_image_and_type_guesses(open_page, tmp_path: Path) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card")).to_have_count(4)
    page.locator("#clip-files").get_by_label("Clear").click()
    expect(page.locator(".match-waiting")).to_be_visible()
    bad = bad_files(tmp_path)["cut.jpg"]
    page.locator("#clip-files input[type=file]").set_input_files([photo(tmp_path / "mine.png"), bad])
    expect(page.locator(".match-card")).to_have_count(2)
    expect(page.locator(".match-problem")).to_contain_text("cut.jpg")
    page.locator("#clip-labels textarea").fill("a zebra\na kettle")
    expect(page.locator(".match-row.best .match-label")).to_have_text(re.compile("a zebra|a kettle"))
    expect(page.locator(".match-row")).to_have_count(2)
    page.locator("#clip-labels textarea").fill("")
    expect(page.locator("#clip-problem")).to_contain_text("at least one guess")
    expect(page.locator(".match-row")).to_have_count(2)  # nothing is lost


def test_images_dropped_on_the_stage_come_first(open_page, tmp_path: Path) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card")).to_have_count(4)
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
    page.dispatch_event("#clip-stage", "drop", {"dataTransfer": dropped})
    expect(page.locator(".match-card")).to_have_count(5)
    expect(page.locator(".match-card").first).to_contain_text("dropped.png")


def test_another_model_is_refused_offline_and_the_embedded_one_goes_on(open_page) -> None:
    page = open_page("clip", locale="ko-KR")
    expect(page.locator(".match-card")).to_have_count(4)
    page.locator("#demo-clip .folded button.label-wrap").click()
    page.locator("#clip-model input").fill("ViT-B-32/laion2b_s34b_b79k")
    page.locator("#clip-model input").press("Enter")
    page.locator("#clip-use").click()
    expect(page.locator("#clip-progress")).to_contain_text("오프라인")
    expect(page.locator("#clip-use")).to_be_visible()
    expect(page.locator(".match-note").first).to_contain_text("embedded")


def test_a_lesson_sets_the_guesses_and_brings_the_photos_back(open_page) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card")).to_have_count(4)
    page.locator("#clip-files").get_by_label("Clear").click()
    expect(page.locator(".match-card")).to_have_count(0)
    page.locator("#demo-clip .lesson-chip").nth(1).click()
    card = page.locator("#demo-clip .lesson-card:visible")
    expect(card.locator("h3")).to_contain_text("100% of what?")
    expect(page.locator(".match-card")).to_have_count(4)
    tower = page.locator(".match-card", has_text="tower.jpg").locator(".match-row.best .match-label")
    expect(tower).to_have_text("a banana")
    card.locator("[data-do=second]").click()
    expect(tower).to_have_text("a tower")
    card.get_by_role("button", name="Next").click()
    expect(page.locator("#demo-clip .lesson-card:visible h3")).to_contain_text("It compares, it does not read")
    expect(page.locator("#clip-labels textarea")).to_have_value("a bus\nnot a bus")
    page.locator("#demo-clip .lesson-card:visible .lesson-close").click()
    expect(page.locator("#demo-clip .lesson-card:visible")).to_have_count(0)


def test_on_a_phone_the_lessons_have_their_names(open_page) -> None:
    page = open_page("clip", locale="ko-KR", size=(390, 844))
    name = page.locator("#demo-clip .lesson-chip span").first
    expect(name).to_have_text("낱말이 정한다")
    expect(name).to_be_in_viewport(ratio=1)
    assert float(name.evaluate("name => parseFloat(getComputedStyle(name).fontSize)")) >= 16
    page.locator("#demo-clip .lesson-chip").last.click()
    expect(page.locator("#demo-clip .lesson-card:visible h3")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
