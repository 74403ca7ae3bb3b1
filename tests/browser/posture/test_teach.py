"""Teaching an exercise: its thresholds are dragged, it is saved, and this visitor can count with it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from demos.posture.athlete.performance import perform
from demos.posture.make.render import render_video
from demos.posture.teach.exercise_file import read, read_any


def test_an_exercise_is_set_saved_used_and_loaded(open_page: Callable) -> None:
    page = open_page("posture")
    page.locator("#posture-teach-tab-button").click()
    part = page.locator("#posture-teach")
    number = part.locator(".teach-number")
    expect(number).to_have_text("3")
    there = part.get_by_role("slider", name="there")
    before = int(there.get_attribute("aria-valuenow"))
    knob = there.locator("circle").bounding_box()
    page.mouse.move(knob["x"] + 5, knob["y"] + 5)
    page.mouse.down()
    page.mouse.move(knob["x"] + 5, knob["y"] + 105, steps=3)
    page.mouse.up()
    expect(number).to_have_text("0")  # no elbow bends so far
    part.locator("[data-part=full]").fill(str(before - 5))
    page.keyboard.press("Tab")
    expect(number).to_have_text("3")
    part.locator("[data-part=name]").fill("My row")
    with page.expect_download() as download:
        part.get_by_role("button", name="Save as a file").click()
    assert download.value.suggested_filename == "my_row.toml"
    saved = Path(download.value.path()).read_bytes()
    assert (read(saved, "own").name["ko"], read(saved, "own").signal.full) == ("My row", before - 5)
    part.get_by_role("button", name="Count with it").click()
    expect(page.locator("#posture-exercise label", has_text="My row").locator("input")).to_be_checked()
    expect(page.locator("#posture-camera-hint")).to_contain_text("as in the recording")
    with page.expect_file_chooser() as chooser:
        page.locator("#posture-teach-load").click()
    renamed = saved.replace(b"My row", b"Their row")
    chooser.value.set_files({"name": "theirs.toml", "mimeType": "application/toml", "buffer": renamed})
    expect(page.locator("#posture-exercise label", has_text="Their row").locator("input")).to_be_checked()


@pytest.mark.soak
def test_a_bad_recording_teaches_good_from_bad_which_is_saved_with_the_exercise_and_loaded(
    open_page: Callable, tmp_path: Path
) -> None:
    film = tmp_path / "bad.mp4"
    more_upright = {"torso": -28}
    render_video(perform("row", reps=2, view="three_quarter", seed=9, fps=10, tempo=1.2, style=more_upright), film)
    page = open_page("posture")
    page.locator("#posture-teach-tab-button").click()
    part = page.locator("#posture-teach")
    learn = part.get_by_role("button", name="Learn good from bad")
    expect(part.locator(".teach-number")).to_have_text("3")
    expect(learn).to_be_disabled()
    with page.expect_file_chooser() as chooser:
        part.get_by_role("button", name="Video of a bad one").click()
    chooser.value.set_files(film)
    expect(part.locator(".teach-taken li")).to_contain_text("bad, 2 repetitions")
    learn.click()
    learned = part.locator("[data-part=learned]")
    expect(learned).to_contain_text("3 good repetitions, 2 bad ones")
    part.locator("[data-part=name]").fill("My row")
    with page.expect_download() as download:
        part.get_by_role("button", name="Save with good and bad").click()
    assert download.value.suggested_filename == "my_row.safetensors"
    saved = Path(download.value.path()).read_bytes()
    loaded = read_any(saved, "own")
    assert loaded.form is not None
    assert loaded.name["ko"] == "My row"
    with page.expect_file_chooser() as chooser:
        page.locator("#posture-teach-load").click()
    chooser.value.set_files({"name": "mine.safetensors", "mimeType": "application/octet-stream", "buffer": saved})
    expect(page.locator("#posture-exercise label", has_text="My row").locator("input")).to_be_checked()
    part.get_by_role("button", name="Remove: bad, 2 repetitions").click()
    expect(learned).to_be_hidden()
