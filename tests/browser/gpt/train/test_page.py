"""The training view as visitors meet it: one who trains, stops, looks and leaves; and two at once."""

import base64
import json
import random
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from safetensors import safe_open

from demos.common.i18n import text
from demos.common.ui import dump_message
from tests.browser.gpt.plain_page import lay_out

PATIENCE = 120_000  # a busy machine learns slowly
LONG = 500_000  # steps that nothing here waits for


def to_training(page: Page) -> None:
    page.locator("#gpt-view label", has_text="rain").or_(page.locator("#gpt-view label", has_text="학습")).last.click()
    expect(page.locator(".gpt-training .verdict")).not_to_be_empty(timeout=PATIENCE)


def steps(page: Page, count: int) -> None:
    page.locator("#gpt-train-steps input").fill(str(count))


def rows(page: Page) -> int:
    return page.locator(".gpt-training .rows button").count()


def upload(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#gpt-train-upload-model").click()
    chooser.value.set_files(file)


@pytest.mark.soak
def test_the_other_language_is_spoken_before_and_while_it_trains(open_page: Callable) -> None:
    page = open_page("gpt")
    to_training(page)
    page.get_by_role("button", name="한국어").click()
    verdict, status = page.locator(".gpt-training .verdict"), page.locator(".gpt-training .status")
    expect(verdict).to_have_text(text("gpt.train_verdict_before", "ko"), timeout=PATIENCE)
    expect(page.locator("#gpt-train-facts")).to_contain_text(re.compile("[가-힣]"), timeout=PATIENCE)
    steps(page, LONG)
    page.locator("#gpt-train-go").click()
    expect(page.locator(".gpt-training .rows button").nth(1)).to_be_visible(timeout=PATIENCE)
    expect(status).to_contain_text(re.compile("[가-힣]"), timeout=PATIENCE)
    page.get_by_role("button", name="English").click()
    expect(status).to_contain_text(re.compile("Step [0-9,]+ of 500,000"), timeout=PATIENCE)
    now = status.inner_text()
    expect(status).not_to_have_text(now, timeout=PATIENCE)  # it is watched on
    expect(status).to_contain_text("Step")
    page.locator("#gpt-train-stop").click()


@pytest.mark.soak
def test_a_visitor_trains_pauses_downloads_and_writes_with_it(open_page: Callable, tmp_path: Path) -> None:
    """What is pressed while it learns is pressed in a training too long to be over before the page gets to it."""
    page = open_page("gpt")
    to_training(page)
    expect(page.locator(".gpt-training .newest p")).to_contain_text("SAMPSON")  # nobody meets an empty box
    expect(page.locator(".gpt-training .baseline")).to_have_count(3)
    steps(page, LONG)
    page.locator("#gpt-train-go").click()
    expect(page.locator(".gpt-training .rows button").nth(1)).to_be_visible(timeout=PATIENCE)  # steps 0 and 10
    page.locator("#gpt-train-pause").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("Paused", timeout=PATIENCE)
    status = page.locator(".gpt-training .status").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator(".gpt-training .status").inner_text() == status

    watched = page.locator(".gpt-training .attention")
    expect(watched.locator(".scrub span")).to_have_text(re.compile(r"Step [\d,]*[1-9]"), timeout=PATIENCE)  # the newest
    expect(watched.locator(".heads button")).to_have_count(4, timeout=PATIENCE)
    expect(watched).not_to_have_class(re.compile("stale"), timeout=PATIENCE)
    newest = watched.locator(".map canvas").evaluate("canvas => canvas.toDataURL()")
    watched.locator("input").fill("0")
    expect(watched.locator(".scrub span")).to_have_text("Step 0", timeout=PATIENCE)
    expect(watched).not_to_have_class(re.compile("stale"), timeout=PATIENCE)
    assert watched.locator(".map canvas").evaluate("canvas => canvas.toDataURL()") != newest
    watched.locator(".heads button").last.click()
    expect(watched.locator(".name")).to_have_text("Layer 2, head 2", timeout=PATIENCE)

    with page.expect_download() as download:
        page.locator(".gpt-export").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with safe_open(file, framework="pt") as model:
        assert json.loads(model.metadata()["config"])["layers"] == 2
        assert json.loads(model.metadata()["tokenizer"])["kind"] == "characters"

    page.locator("#gpt-train-write").click()
    expect(page.locator(".gpt-facts")).to_contain_text("Your own model", timeout=PATIENCE)
    to_training(page)
    page.locator("#gpt-train-resume").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("tokens a second", timeout=PATIENCE)
    expect(page.locator(".gpt-training .status")).not_to_contain_text("Paused")
    page.locator("#gpt-train-pause").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("Paused", timeout=PATIENCE)
    page.locator("#gpt-train-stop").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("kept", timeout=PATIENCE)

    steps(page, 60)
    page.locator("#gpt-train-go").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("Finished", timeout=PATIENCE)
    assert page.locator(".gpt-training .rows .step").all_inner_texts() == ["60", "50", "25", "10", "0"]
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"  # nobody saved it since
    page.locator(".gpt-training .rows button").nth(1).click()
    expect(page.locator(".gpt-training .older h4")).to_contain_text("50")
    page.locator(".gpt-training .plot").hover()
    expect(page.locator(".gpt-training .tip")).to_contain_text("held out")

    upload(page, file)
    expect(page.locator("#gpt-train-uploaded")).to_contain_text("Loaded a model", timeout=PATIENCE)
    steps(page, LONG)
    page.locator("#gpt-train-on").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("Step", timeout=PATIENCE)
    page.locator("#gpt-train-stop").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("kept", timeout=PATIENCE)
    with page.expect_download():
        page.locator(".gpt-export").click()
    page.reload()  # asks no more, or it would not come back
    page.locator("#tagline").wait_for()


def test_the_names_of_the_baselines_never_cover_each_other(launch: Callable) -> None:
    """The plot alone on a plain page, over baselines and losses of many kinds."""
    page = launch(None).new_page(viewport={"width": 390, "height": 844})
    lay_out(page, "gpt/train/page/training")
    chance = random.Random(0)
    names = ("uniform", "unigram", "bigram")
    met = [(2.56, 2.53, 2.24), (6.91, 6.32, 6.85), (3.26, 0.59, 0.54), (0.6, 0.6, 0.6)]
    drawn_by_lot = [tuple(4 - spread * chance.random() for _ in names) for spread in (0.1, 0.3, 1, 4) for _ in range(3)]
    for losses in met + drawn_by_lot:
        lines = dict(zip(names, losses, strict=True))
        for curve in ([], [[0, 11.0], [100, 0.5]], [[0, 7.0], [100, 0.0]]):
            value = {"state": "training", "status": "", "verdict": "", "share": 0, "samples": [], "steps": 100}
            page.evaluate("draw", dump_message(value | {"curve": curve, "held_out": [], "lines": lines}))
            plot = page.locator(".plot").bounding_box()
            labels = sorted(page.locator(".baseline").all(), key=lambda label: label.bounding_box()["y"])
            assert [lines[label.get_attribute("data-name")] for label in labels] == sorted(losses, reverse=True)
            boxes = [label.bounding_box() for label in labels]
            assert boxes[0]["y"] >= plot["y"]
            assert boxes[-1]["y"] + boxes[-1]["height"] <= plot["y"] + plot["height"] - 30  # the steps stand there
            for above, below in pairwise(boxes):
                assert above["y"] + above["height"] <= below["y"] + 0.01
    page.close()


def test_what_the_browser_kept_of_a_training_is_offered_and_loaded_as_any_file(open_page: Callable) -> None:
    page = open_page("gpt")
    script = 'await import(new URL("page_files/gpt/train/page/kept.js", document.baseURI).href)'
    put = f"""async (file) => {{
      const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
      await ({script}).keep("glassbox-gpt-step-2000.safetensors", [bytes]);
    }}"""
    page.evaluate(put, base64.b64encode(Path("weights/gpt/adder.safetensors").read_bytes()).decode())
    to_training(page)
    expect(page.locator(".kept b")).to_have_text("2,000", timeout=PATIENCE)
    page.locator(".kept .again").click()
    expect(page.locator("#gpt-train-uploaded")).to_contain_text("Trained for 2,000 steps.", timeout=PATIENCE)
    expect(page.locator(".kept")).to_be_hidden()


@pytest.mark.soak
def test_a_training_that_ended_is_kept_in_the_browser(open_page: Callable) -> None:
    page = open_page("gpt")
    to_training(page)
    steps(page, 30)
    page.locator("#gpt-train-go").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("Finished", timeout=PATIENCE)
    script = 'await import(new URL("page_files/gpt/train/page/kept.js", document.baseURI).href)'
    for _ in range(240):
        kept = page.evaluate(f"async () => (await ({script}).read())?.name ?? ''")
        if kept == "glassbox-gpt-step-30.safetensors":
            break
        page.wait_for_timeout(500)
    assert kept == "glassbox-gpt-step-30.safetensors"


TRAINED = "stamp => dispatchEvent(new CustomEvent('gpt:trained', { detail: { state: 'finished', stamp } }))"
KEPT = """async () => {
  const kept = await (await import(new URL("page_files/gpt/train/page/kept.js", document.baseURI).href)).read();
  return kept && [kept.name, await kept.file.text()];
}"""


def test_a_part_that_was_lost_is_asked_for_again_also_when_the_training_is_over(launch: Callable) -> None:
    """The button for the file alone on a plain page, whose clock is set forward."""
    page = launch(None).new_page()
    page.clock.install()
    lay_out(page, "gpt/train/page/export")

    def asked() -> list[tuple[int, int]]:
        return [(data["wish"], data["part"]) for _, data in page.evaluate("asked")]

    def answer(wish: int, part: int, content: str) -> None:
        encoded = base64.b64encode(content.encode()).decode()
        page.evaluate("draw", {"wish": wish, "part": part, "parts": 2, "name": f"{wish}", "content": encoded})

    page.evaluate(TRAINED, "the last step")
    [(first, _)] = asked()
    answer(first, 0, "old")
    assert asked()[1:] == [(first, 1)]  # and this one never comes
    page.clock.fast_forward(61_000)
    *_, (second, part) = asked()
    assert (second != first, part) == (True, 0)
    answer(first, 1, "late")  # of a file that is waited for no longer
    answer(second, 0, "ne")
    answer(second, 1, "w")
    page.wait_for_function(f"async () => Boolean(await ({KEPT})())")
    assert page.evaluate(KEPT) == [f"{second}", "new"]
    page.clock.fast_forward(200_000)
    assert asked() == [(first, 0), (first, 1), (second, 0), (second, 1)]

    page.evaluate(TRAINED, "another last step")
    for _ in range(5):  # a server that is gone is not asked for ever
        page.clock.fast_forward(61_000)
    assert [part for _, part in asked()[4:]] == [0, 0, 0]
    page.close()


def test_bad_input_is_one_sentence_and_the_text_stays(open_page: Callable, tmp_path: Path) -> None:
    page = open_page("gpt")
    to_training(page)
    field = page.locator("#gpt-train-text textarea")
    field.fill("too short")
    page.locator("#gpt-train-go").click()
    expect(page.locator(".toast-body")).to_contain_text("at least", timeout=PATIENCE)
    expect(field).to_have_value("too short")
    expect(page.locator("#gpt-source input")).to_have_value("My own text")
    wrong = tmp_path / "poem.safetensors"
    wrong.write_text("no model")
    upload(page, wrong)
    expect(page.locator(".toast-body").last).to_contain_text("is not a model", timeout=PATIENCE)


@pytest.mark.soak
def test_one_visitors_training_does_not_stop_anothers_writing(open_page: Callable) -> None:
    trains, writes = open_page("gpt"), open_page("gpt", locale="ko-KR", size=(390, 844), dark=True)
    to_training(trains)
    steps(trains, 5000)
    trains.locator("#gpt-train-go").click()
    expect(trains.locator(".gpt-training .rows button").nth(1)).to_be_visible(timeout=PATIENCE)
    writes.locator("#gpt-model input").click()
    writes.get_by_role("option", name="셰익스피어").click()
    expect(writes.locator(".gpt-facts")).to_contain_text("셰익스피어", timeout=PATIENCE)
    writes.locator("#gpt-stop-writing").click()
    writes.locator("#gpt-prompt textarea").fill("JULIET:\n")
    writes.locator("#gpt-write").click()
    expect(writes.locator(".gpt-passage")).to_contain_text("JULIET:", timeout=PATIENCE)
    expect(writes.locator(".gpt-passage span:not(.given)").nth(40)).to_be_attached(timeout=PATIENCE)
    before = trains.locator(".gpt-training .status").inner_text()
    to_training(writes)  # the other one's page is empty
    assert rows(writes) == 0
    assert writes.evaluate("document.documentElement.scrollWidth") <= 390
    expect(trains.locator(".gpt-training .status")).not_to_have_text(before, timeout=PATIENCE)
