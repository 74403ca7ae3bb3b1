"""Matching a picture in a real browser, as a visitor would."""

import base64
import os
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.clip_fixtures import bad_files, photo

expect.set_options(timeout=30_000)  # the first answer waits for the model
SHOTS = os.environ.get("GLASSBOX_SHOTS")


def test_the_tab_opens_with_four_pictures_against_words(open_page) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    expect(page.locator(".match-note").first).to_contain_text("embedded")
    expect(page.locator(".match-bar").first).not_to_have_css("width", "0px")
    if SHOTS:
        page.wait_for_timeout(1000)
        page.screenshot(path=Path(SHOTS) / "clip.png")


def test_upload_a_picture_and_type_guesses(open_page, tmp_path: Path) -> None:
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


def test_pictures_dropped_on_the_stage_come_first(open_page, tmp_path: Path) -> None:
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
