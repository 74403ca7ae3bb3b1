"""Matching an image in a real browser, as a visitor would."""

import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import expect

from demos.clip.models import registry
from tests.clip_fixtures import bad_files, photo, tiny_clip
from tests.conftest import PATIENCE, serving
from tests.hub_fixtures import serve

SHOTS = os.environ.get("GLASSBOX_SHOTS")


def test_the_tab_opens_with_four_images_against_words_and_a_screen_reader_is_told_what_a_bar_says(open_page) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    expect(page.locator(".match-note").first).to_contain_text("embedded")
    expect(page.locator(".match-bar").first).not_to_have_css("width", "0px")
    if SHOTS:
        page.wait_for_timeout(1000)
        page.screenshot(path=Path(SHOTS) / "clip.png")
    bar = page.locator(".match-card").first.locator(".match-row.best").get_by_role("meter")
    label = page.locator(".match-card").first.locator(".match-row.best .match-label").inner_text()
    expect(bar).to_have_accessible_name(label)
    share = page.locator(".match-card").first.locator(".match-row.best .match-share").inner_text()
    expect(bar).to_have_attribute("aria-valuetext", re.compile(f"^{re.escape(f'{label}: {share}')}"))
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^\d{1,2}(\.\d+)?$"))  # more than 0, less than 100
    expect(bar).not_to_have_attribute("aria-valuenow", re.compile(r"^[0.]+$"))


def test_upload_an_image_and_type_guesses(open_page, tmp_path: Path) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card")).to_have_count(4)
    accepted = page.locator("#clip-files input[type=file]")  # a phone is asked for what a browser can show
    expect(accepted).to_have_attribute("accept", re.compile("image/jpeg"))
    expect(accepted).not_to_have_attribute("accept", re.compile(r"heic|image/\*"))
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


@pytest.mark.soak
def test_images_dropped_on_the_stage_come_first(open_page, tmp_path: Path) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card")).to_have_count(4)
    for view in ("matrix", "match"):  # each time the view comes back it is mounted anew
        page.locator("#clip-view label").filter(has=page.locator(f"input[value={view}]")).click()
        expect(page.locator(f"#clip-view-{view}")).to_be_visible()
    expect(page.locator(".match-card")).to_have_count(4)
    uploads: list[str] = []
    page.on("request", lambda request: uploads.append(request.url) if "/upload" in request.url else None)
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
    assert sum("upload_progress" not in url for url in uploads) == 1
    page.locator(".match-card").first.locator(".match-enlarge").click()
    expect(page.locator(".match-window")).to_have_count(1)


@pytest.mark.soak
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


@pytest.mark.soak
def test_a_lesson_sets_the_guesses_and_brings_the_photos_back(open_page) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card")).to_have_count(4)
    page.locator("#clip-files").get_by_label("Clear").click()
    expect(page.locator(".match-card")).to_have_count(0)
    page.locator("#demo-clip .lesson-chip").nth(1).click()
    card = page.locator("#demo-clip .lesson-card:visible")
    expect(card.locator("h3")).to_contain_text("100% of what?")
    expect(page.locator(".match-card")).to_have_count(4)
    lion = page.locator(".match-card", has_text="lion.jpg").locator(".match-row.best .match-label")
    expect(lion).to_have_text("a kettle")
    card.locator("[data-do=second]").click()
    expect(lion).to_have_text("a lion")
    card.get_by_role("button", name="Next").click()
    expect(page.locator("#demo-clip .lesson-card:visible h3")).to_contain_text("It compares, it does not read")
    expect(page.locator("#clip-labels textarea")).to_have_value("a bus\nnot a bus")
    page.locator("#demo-clip .lesson-card:visible .lesson-close").click()
    expect(page.locator("#demo-clip .lesson-card:visible")).to_have_count(0)


@pytest.mark.soak
def test_on_a_phone_the_lessons_have_their_names(open_page) -> None:
    page = open_page("clip", locale="ko-KR", size=(390, 844))
    name = page.locator("#demo-clip .lesson-chip span").first
    expect(name).to_have_text("낱말이 정한다")
    expect(name).to_be_in_viewport(ratio=1)
    assert float(name.evaluate("name => parseFloat(getComputedStyle(name).fontSize)")) >= 16
    page.locator("#demo-clip .lesson-chip").last.click()
    expect(page.locator("#demo-clip .lesson-card:visible h3")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_answer_is_there_before_the_model_is_asked(app_url: str, launch) -> None:
    """What the page brings with it, before the server answers anything."""
    context = launch(None).new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.route("**/queue/**", lambda route: route.abort())
    page.goto(app_url)
    page.locator("#demo-clip-button").click()
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    expect(page.locator(".match-note").first).to_contain_text("embedded")
    context.close()


def hand_over(page, how: str, names: list[str], content: bytes) -> None:
    """Drop or paste images of these names."""
    page.evaluate(
        """([how, names, content]) => {
          const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
          const transfer = new DataTransfer();
          for (const name of names) transfer.items.add(new File([bytes], name, { type: "image/png" }));
          const options = { bubbles: true, cancelable: true };
          const event = how === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
            : new DragEvent("drop", { ...options, dataTransfer: transfer });
          document.querySelector("#clip-stage").dispatchEvent(event);
        }""",
        [how, names, base64.b64encode(content).decode()],
    )


def test_an_image_is_pasted_enlarged_and_removed_and_all_are_only_when_one_is_sure(open_page, tmp_path: Path) -> None:
    page = open_page("clip")
    cards = page.locator(".match-card")
    expect(cards).to_have_count(4)
    hand_over(page, "paste", ["image.png"], photo(tmp_path / "one.png", size=(1200, 900)).read_bytes())
    expect(cards).to_have_count(5)
    expect(cards.first).to_contain_text("pasted")
    cards.first.locator(".match-enlarge").click()
    large = page.locator(".match-window img")
    page.wait_for_function("document.querySelector('.match-window img').naturalWidth === 1200")
    expect(large).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(page.locator(".match-window")).to_have_count(0)
    cards.first.locator(".match-remove").click()
    expect(cards).to_have_count(4)
    expect(cards.first).to_contain_text("lion.jpg")
    clear = page.locator(".match-tools [data-do=clear]")
    clear.click()
    expect(clear).to_have_text("Remove all 4?")
    expect(cards).to_have_count(4)
    clear.click()
    expect(page.locator(".match-waiting")).to_be_visible()
    expect(cards).to_have_count(0)


def test_the_camera_takes_a_photo(open_page, tmp_path: Path) -> None:
    film = tmp_path / "film.mjpeg"
    film.write_bytes(photo(tmp_path / "frame.jpg", size=(640, 480)).read_bytes() * 10)
    page = open_page("clip", camera=film)
    expect(page.locator(".match-card")).to_have_count(4)
    page.locator(".match-tools [data-do=camera]").click()
    page.locator(".match-snap:enabled").click()
    expect(page.locator(".match-card")).to_have_count(5)
    expect(page.locator(".match-card").first).to_contain_text("photo-")
    expect(page.locator(".match-window")).to_have_count(0)
    assert page.evaluate("navigator.mediaDevices.enumerateDevices().then(() => true)")


def test_without_a_camera_a_sentence_says_so(open_page) -> None:
    page = open_page("clip")
    camera = page.locator(".match-tools [data-do=camera]")
    expect(camera).to_have_text("Take a photo")  # the script is there
    camera.click()
    expect(page.locator(".match-window .match-problem")).to_contain_text("No camera")
    page.locator(".match-window .match-close").click()
    expect(page.locator(".match-window")).to_have_count(0)


@pytest.mark.soak
def test_more_images_than_a_page_holds_are_turned_to(open_page, tmp_path: Path) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card")).to_have_count(4)
    hand_over(page, "drop", [f"n{at}.png" for at in range(50)], photo(tmp_path / "one.png").read_bytes())
    pages = page.locator(".match-pages")
    expect(pages).to_contain_text("Images 1 to 48 of 54, the newest first")
    expect(page.locator(".match-card")).to_have_count(48)
    expect(page.locator(".match-card").first).to_contain_text("n49.png")
    pages.get_by_role("button", name="Older").click()
    expect(pages).to_contain_text("Images 49 to 54 of 54")
    expect(page.locator(".match-card")).to_have_count(6)
    expect(page.locator(".match-card").last).to_contain_text("cheetah1.jpg")
    page.locator(".match-card").last.locator(".match-remove").click()
    expect(pages).to_contain_text("Images 49 to 53 of 53")  # still the same page
    pages.get_by_role("button", name="Newer").click()
    expect(page.locator(".match-card")).to_have_count(48)


def test_results_are_saved(open_page) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    for kind, said in (("csv", "image,label,similarity"), ("json", '"model": "embedded"')):
        with page.expect_download() as download:
            page.locator(f".match-tools [data-do={kind}]").click()
        content = Path(download.value.path()).read_text(encoding="utf-8")
        assert said in content
        assert content.count("cheetah1.jpg") == 6  # one for each guess, though five bars are shown


@pytest.mark.soak
def test_none_of_these_and_scores_of_each_guess_by_itself_can_be_chosen(open_page) -> None:
    page = open_page("clip")
    page.locator("#clip-labels textarea").fill("a banana")
    only = page.locator(".match-card").first.locator(".match-share")
    expect(page.locator(".match-row")).to_have_count(4)
    expect(only).to_have_count(2)
    assert "100%" not in only.all_inner_texts()  # one guess alone is no certainty
    page.locator("#demo-clip #clip-view-match .folded button.label-wrap").click()
    page.locator("#clip-none input").click()
    expect(page.locator(".match-none")).to_have_count(0)
    expect(only).to_have_text(["100%"])
    page.locator("#clip-scoring").get_by_text("Each guess by itself").click()
    expect(only).not_to_have_text(["100%"])
    page.locator("#clip-fit").get_by_text("The whole").first.click()
    expect(page.locator(".match-card", has_text="tower.jpg").locator(".match-box")).to_be_hidden()


def test_on_a_phone_guesses_and_bars_are_in_one_window_and_a_new_image_is_seen(open_page, tmp_path: Path) -> None:
    page = open_page("clip", size=(390, 844))
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    page.locator("#clip-labels textarea").evaluate("place => place.scrollIntoView({ block: 'end' })")
    first = page.locator(".match-card").first
    for part in (first.locator(".match-row.best"), first.locator(".match-row").last, first.locator(".match-none")):
        expect(part).to_be_in_viewport(ratio=1)
    expect(page.locator("#clip-labels textarea")).to_be_in_viewport(ratio=0.99)
    page.locator(".match-cards").evaluate("cards => cards.scrollTo({ left: 1000 })")
    hand_over(page, "drop", ["new.png"], photo(tmp_path / "one.png").read_bytes())
    expect(page.locator(".match-card")).to_have_count(5)
    expect(page.locator(".match-card", has_text="new.png").locator(".match-row.best")).to_be_in_viewport(ratio=1)


NARROW = "document.documentElement.scrollWidth"


@pytest.mark.soak
@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_never_move_the_layout(open_page, tmp_path: Path, width: int) -> None:
    page = open_page("clip", size=(width, 844))
    expect(page.locator(".match-card")).to_have_count(4)
    left = page.locator("#clip-labels").bounding_box()["x"]
    for number, length in enumerate((80, 200, 1000)):
        letter, bad = "nop"[number], "bcd"[number]
        hand_over(page, "drop", [letter * length + ".png"], photo(tmp_path / "one.png", number).read_bytes())
        expect(page.locator(".match-card")).to_have_count(5 + 2 * number)
        hand_over(page, "drop", [bad * length + ".png"], b"no image")
        expect(page.locator(".match-problem").filter(has_text=bad * 4)).to_have_count(1)
        page.locator("#clip-labels textarea").fill("w" * min(length, 300 - number) + "\na dog")
        expect(page.locator(".match-label", has_text="w" * 60).first).to_be_attached()
        assert page.evaluate(NARROW) <= width
    page.locator("#clip-labels textarea").fill("w" * 1000)
    expect(page.locator("#clip-problem")).to_contain_text("too long")
    assert page.evaluate(NARROW) <= width
    assert page.locator("#clip-labels").bounding_box()["x"] == left
    card = page.locator(".match-card").first.bounding_box()
    assert card["height"] < 460


@pytest.fixture
def app_with_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An app beside a hub's cache that holds a model, as if it had been fetched before."""
    cache = str(tmp_path / "cache")
    monkeypatch.setenv("GLASSBOX_CACHE", cache)
    with serve(tiny_clip(tmp_path / "served")) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        registry.open_model("hf-hub:owner/name", torch.device("cpu"))
    with serving(tmp_path / "app.log", {"GLASSBOX_CACHE": cache}) as url:
        yield url


@pytest.mark.soak
def test_two_models_answer_side_by_side(app_with_another_model: str, open_page) -> None:
    page = open_page("clip", url=app_with_another_model)
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    page.locator("#demo-clip #clip-view-match .folded button.label-wrap").click()
    page.locator("#clip-model input").fill("hf-hub:owner/name")
    page.locator("#clip-model input").press("Enter")
    page.locator("#clip-compare").click()
    expect(page.locator("#clip-progress")).to_contain_text("beside the other")
    expect(page.locator(".match-legend")).to_contain_text("hf-hub:owner/name")
    first = page.locator(".match-card").first
    expect(first.locator(".match-row.best .match-second")).to_have_count(1)
    expect(first.locator(".match-row.best .match-cosine")).to_contain_text("%")
    expect(first.locator(".second-best")).to_have_count(1)
    if SHOTS:
        page.wait_for_timeout(1000)
        page.screenshot(path=Path(SHOTS) / "clip-two.png")
    page.locator("#clip-alone").click()
    expect(page.locator(".match-legend")).to_have_count(0)
    expect(page.locator(".match-second")).to_have_count(0)
    expect(first.locator(".match-row.best .match-cosine")).to_contain_text("cos")


@pytest.mark.soak
def test_two_images_removed_in_a_hurry_are_both_gone(open_page) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    page.wait_for_timeout(1500)
    page.evaluate("[...document.querySelectorAll('.match-remove')].slice(0, 2).forEach((button) => button.click())")
    expect(page.locator(".match-card")).to_have_count(2)
    page.wait_for_timeout(2000)
    expect(page.locator(".match-card")).to_have_count(2)
