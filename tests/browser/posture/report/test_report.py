"""The report on a page of its own: correcting the count, the history in the browser, the files."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from demos.common.ui import page_files, theme, words
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.exercises import exercises
from demos.posture.look import SKELETON
from demos.posture.report.columns import COLUMNS
from demos.posture.report.look import report_message
from demos.posture.report.sets import csv_of
from tests.browser.xor.page_code import ADDRESS, serve_page_code
from tests.unit.posture.report.test_look import pose
from tests.unit.posture.report.test_sets import SQUATS, recorded

STYLE = page_files.file("posture/report/page/report.css").read_text(encoding="utf-8")
HTML = f"""<!doctype html><title>report</title><style>{theme.css()}{STYLE}</style>
<div id="part" style="width: 840px"><div data-part="report"></div></div>
<script>window.glassbox = {{ language: "en" }};</script>"""
MOUNT = f"""async ([value, constants]) => {{
  const {{ mount }} = await import("/{page_files.URL}/posture/report/page/report.js");
  const part = document.getElementById("part");
  part.report = {{ value }};
  part.told = [];
  const trigger = (...what) => part.told.push(what);
  mount({{ element: part, props: part.report, watch: (name, show) => {{ part.show = show; }}, trigger }}, constants);
}}"""
CONSTANTS = {
    "part": "posture-report",
    "camera": False,
    "words": words("posture.report_"),
    "skeleton": SKELETON,
    "columns": COLUMNS,
    "directions": {"squat": "down"},
    "names": {slug: exercise.name for slug, exercise in exercises().items()},
}
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def message(source: str = "video") -> dict[str, Any]:
    sets = [SQUATS, ExerciseSet("plank", 9.0, (), 0, 4.0)]
    return report_message(sets, recorded(left_knee=90.0, right_knee=104.25), "en", pose, 4 / 3, source)


def opened(page: Any, told: dict[str, Any]) -> None:
    page.goto(f"{ADDRESS}/")
    page.evaluate(MOUNT, [json.dumps(told), CONSTANTS])
    page.locator(".rep-set").first.wait_for()


@pytest.fixture
def page(launch: Callable) -> Iterator[Any]:
    page = launch(None).new_page(accept_downloads=True)
    serve_page_code(page, HTML)
    yield page
    page.close()


def saved(page: Any, name: str) -> str:
    with page.expect_download() as download:
        page.locator(".rep-actions").first.get_by_role("button", name=name).click()
    return download.value.path().read_bytes().decode("utf-8")


def test_the_count_is_corrected_by_hand_kept_in_this_browser_and_marked_wherever_it_goes(page: Any) -> None:
    told = message()
    opened(page, told)
    reports = [done["report"] for done in told["sets"]]
    assert saved(page, "Save as CSV") == csv_of(reports)  # the command line's
    assert json.loads(saved(page, "Save as JSON")) == {"sets": json.loads(json.dumps(reports))}

    squats = page.locator(".rep-set").first
    expect(squats.locator(".rep")).to_have_count(3)
    expect(squats.locator(".rep-total")).to_have_text("2")
    page.get_by_role("button", name="Keep in my history").click()
    expect(page.get_by_role("button", name="Kept in your history")).to_be_disabled()
    squats.get_by_role("button", name="Count one more").click()
    expect(squats.locator(".rep-total")).to_have_text("3")
    expect(squats.locator(".rep-under")).to_contain_text("corrected by you; the coach counted 2.")
    reports[0]["corrected_count"] = 3
    assert saved(page, "Save as CSV") == csv_of(reports)
    assert json.loads(saved(page, "Save as JSON"))["sets"][0]["corrected_count"] == 3

    opened(page, told | {"id": "another"})  # the page is loaded anew
    history = page.locator(".rep-history")
    history.locator("summary").click()
    past = history.locator(".rep-past", has_text="Squat").locator("li")
    expect(past).to_contain_text("corrected (coach: 2)")
    history.get_by_role("spinbutton").fill("10")
    history.get_by_role("spinbutton").blur()
    expect(history).to_contain_text("7 to go until 10")
    past.get_by_role("button", name="Delete").click()
    expect(history.locator(".rep-past")).to_have_count(1)  # the plank's
    page.once("dialog", lambda dialog: dialog.accept())
    history.get_by_role("button", name="Delete everything").click()
    expect(history).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_a_row_is_compared_with_the_best_one_and_moves_the_video_and_pictures_come_later(page: Any) -> None:
    told = message()
    opened(page, told)
    page.evaluate("document.addEventListener('posture-seek', (event) => { window.sought = event.detail; })")
    shallow = page.locator(".rep").nth(2)
    expect(shallow).to_contain_text("Not counted: knee reached 130°, asked 105°.")
    page.locator(".rep").nth(1).click()
    assert page.evaluate("window.sought") == told["sets"][0]["report"]["repetitions"][1]["start_s"]
    expect(page.locator(".rep").nth(1)).to_have_attribute("data-chosen", "")
    expect(page.locator(".legend-own")).to_have_text("No. 2")
    angles = page.locator(".rep-angles").first
    expect(angles.locator("path.left, path.right")).to_have_count(2)
    expect(angles.locator("g.rejected title")).to_contain_text("knee reached 130°")
    angles.locator("g.counted").first.click()
    expect(page.locator(".legend-own")).to_have_text("No. 1")
    page.locator(".rep").nth(1).click()
    second = told["sets"][0]["report"]["repetitions"][0]["worst_s"]
    value = json.dumps(told | {"pictures": [[second, PIXEL]]})
    page.evaluate(
        "value => { const part = document.getElementById('part'); part.report.value = value; part.show(); }", value
    )
    expect(page.locator(".rep").nth(1)).to_have_attribute("data-chosen", "")  # what was chosen stays


def test_a_history_of_a_newer_version_is_left_alone_and_a_broken_one_does_no_harm(page: Any) -> None:
    page.goto(f"{ADDRESS}/")
    newer = json.dumps({"version": 99, "sets": [{"new": True}]})
    place = "glassbox.posture.history"
    page.evaluate("([place, text]) => localStorage.setItem(place, text)", [place, newer])
    opened(page, message())
    expect(page.locator(".rep-history")).to_contain_text("A newer version of this page wrote your history")
    page.get_by_role("button", name="Keep in my history").click()
    assert page.evaluate("place => localStorage.getItem(place)", place) == newer
    page.evaluate("place => localStorage.setItem(place, '{broken')", place)
    opened(page, message())
    expect(page.locator(".rep-history")).to_be_hidden()
    page.evaluate("place => localStorage.clear()", place)


def test_while_a_video_is_looked_at_its_repetitions_stand_there_and_nothing_can_be_kept_yet(page: Any) -> None:
    opened(page, message() | {"under_way": True})
    squats = page.locator(".rep-set").first
    expect(squats.locator(".rep")).to_have_count(3)
    expect(squats.locator(".rep-total")).to_have_text("2")
    expect(page.locator(".rep-actions:visible, .rep-step, .rep-ghost, [data-chosen]")).to_have_count(0)


def test_what_a_visitor_has_taught_stands_in_the_history_by_its_name(page: Any) -> None:
    told = message()
    told["sets"][0]["report"]["exercise"] = "Bent-over row"
    told["sets"][1]["report"]["exercise"] = "own-1"  # of a history that did not know its name yet
    opened(page, told)
    page.get_by_role("button", name="Keep in my history").click()
    page.locator(".rep-history summary").click()
    expect(page.locator(".rep-past h4")).to_have_text(["An exercise of my own", "Bent-over row"])


def test_the_own_range_is_told_where_no_more_is_asked_and_whenever_that_changes(page: Any) -> None:
    told = message()
    told["sets"][0]["report"]["repetitions"] *= 2  # from three that count on a range is known
    told["sets"][0]["rows"] *= 2
    opened(page, told)
    page.get_by_role("button", name="Keep in my history").click()
    page.locator(".rep-history summary").click()
    assert page.evaluate("document.getElementById('part').told") == []
    box = page.get_by_role("checkbox")
    inside = "box => getComputedStyle(box).borderWidth"
    assert box.evaluate(inside) in ("1px", "1.5px")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    assert box.evaluate(inside) == "5px"  # it can be seen on any ground
    expect(box).to_be_focused()  # the history was drawn anew, and the keyboard is where it was
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    ranges = page.evaluate("document.getElementById('part').told")
    assert ranges == [["ranges", {"ranges": {"squat": 92.0}}], ["ranges", {"ranges": {}}]]


def test_a_picture_shows_what_is_seen_of_a_body_and_not_where_the_rest_is_guessed(page: Any) -> None:
    """Of somebody filmed from the hips up the feet are guessed a whole image below it."""
    opened(page, message())
    shown = page.evaluate(f"""async () => {{
      const {{ windowOf }} = await import("/{page_files.URL}/posture/report/page/pose.js");
      const seen = [[400, 200, 90], [600, 800, 90]], guessed = [500, 2200, 5];
      const [some, none] = [[...seen, guessed], [guessed]].map((points) => windowOf([{{ points }}], 20));
      return [some.top, some.height, none.top < 2200];
    }}""")
    assert shown == [140, 720, True]
