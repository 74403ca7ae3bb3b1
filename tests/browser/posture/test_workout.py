"""A workout on the page: what is heard, when, and by whom; what can be read from three metres."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import atan, degrees, hypot
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demos.common.i18n import text
from tests.browser.posture.live_page import open_live, show, spoken

NATIVE = ["하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열하나", "열둘"]
CUE = "Chest up: your trunk leans far forward."
SCREEN, DISTANCE = 14 * 25.4, 3000.0  # millimetres: the diagonal, and from where it is read
# Half the height of a lower-case letter's box says nothing: what is measured is the ink of an x and of an H.
INK = """place => {
  const style = getComputedStyle(place);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return ["x", "H", "8", "가"].map((letter) => {
    const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = pen.measureText(letter);
    return up + down;
  });
}"""


@pytest.fixture
def page(launch: Callable) -> Iterator[Any]:
    made = launch(None).new_page(viewport={"width": 1366, "height": 768})
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    made.close()
    assert errors == []


def test_a_count_is_never_delayed_and_sentences_keep_their_distance(page: Page) -> None:
    open_live(page)
    show(page, count=0)
    show(page, count=1)
    show(page, count=1, say=[1, "cue", CUE])
    page.wait_for_timeout(150)  # until the number has been said
    show(page, count=1, say=[2, "praise", "Good form, keep going."])  # too soon after the other
    page.wait_for_timeout(250)
    show(page, count=2)
    show(page, count=2)
    notes = page.evaluate("window.spoken")
    assert [note["text"] for note in notes] == ["1", CUE, "2"]
    assert all(note["begun"] - note["at"] < 5 for note in notes)  # nothing stood in line
    assert [note["cut"] for note in notes] == [False, True, False]
    assert {note["voice"] for note in notes} == {"Here"}  # never the one of a service
    page.wait_for_timeout(1700)
    assert spoken(page) == ["1", CUE, "2"]  # what had to wait too long is not said at all
    page.wait_for_timeout(1000)
    show(page, count=2, say=[3, "praise", "Better, just like that."])
    assert spoken(page)[-1] == "Better, just like that."
    said = [note["at"] for note in page.evaluate("window.spoken") if len(note["text"]) > 3]
    assert all(later - sooner >= 3000 for sooner, later in pairwise(said))
    # What the visitor does not want to hear is not said.
    page.locator("[data-part=heard] summary").click()
    page.locator("[data-part=heard] [name=count]").uncheck()
    show(page, count=3)
    page.locator("[data-part=voice]").click()
    expect(page.locator("[data-part=voice]")).to_have_text("Voice is off")
    show(page, count=4, say=[4, "guidance", "Step back."])
    assert spoken(page)[-1] == "Better, just like that."


def test_a_workout_is_counted_in_korean_and_a_hand_less_visitor_has_buttons(page: Page) -> None:
    open_live(page, "ko")
    page.locator("[data-part=plan]").click()
    page.locator("[name=sets]").fill("2")
    page.locator("[name=target]").fill("12")
    page.locator(".posture-plan-begin").click()
    plan = {"sets": 2, "target": 12, "by_time": False, "rest": 45}
    assert page.evaluate("window.orders.at(-1).plan") == plan
    show(page, {"state": "ready", "box": [10, 2, 90, 99]}, say=[1, "guidance", text("posture.workout_ready", "ko")])
    expect(page.locator(".posture-box")).to_be_visible()
    page.locator("[data-part=next]").click()
    assert page.evaluate("window.orders.at(-1)") == "next"
    for remaining in (3, 3, 2, 2, 1):
        show(page, {"state": "countdown", "remaining": remaining})
        expect(page.locator("[data-part=number]")).to_have_text(str(remaining))
    for count in range(12):
        show(page, {"state": "set", "target": 12}, count=count)
    expect(page.locator("[data-part=unit]")).to_have_text("/ 12")
    expect(page.locator("[data-part=exercise]")).to_have_text("Squat · 3세트 중 1세트")
    show(page, {"state": "rest", "remaining": 45}, count=12)  # the last one ends the set
    assert spoken(page)[-16:] == ["셋", "둘", "하나", "시작!", *NATIVE]
    show(page, {"state": "rest", "remaining": 44, "done": [["스쿼트", 12, 0]]}, say=[9, "praise", "좋아요."])
    expect(page.locator("[data-part=number]")).to_have_text("44")
    page.keyboard.press("PageDown")  # a presenter's remote control
    assert page.evaluate("window.orders.at(-1)") == "next"
    counted = page.evaluate(
        "import('/page_files/posture/workout/page/numerals.js')"
        ".then(({ countWord }) => [20, 21, 58, 99, 100, 101, 215].map((number) => countWord(number)))"
    )
    assert counted == ["스물", "스물하나", "쉰여덟", "아흔아홉", "백", "백하나", "이백열다섯"]


def test_without_a_voice_of_this_machine_there_are_tones(page: Page) -> None:
    page.add_init_script(
        "window.tones = []; window.OscillatorNode = class extends OscillatorNode {"
        " constructor(...given) { super(...given); window.tones.push(given[1].frequency); } };"
    )
    open_live(page)
    page.evaluate("window.speechSynthesis.getVoices().splice(1)")
    page.locator("[data-part=voice]").click()
    expect(page.locator("[data-part=voice]")).to_have_text("Sounds are off")
    page.locator("[data-part=voice]").click()
    for count in range(6):
        show(page, count=count)
    show(page, count=5, say=[1, "cue", CUE])
    assert page.evaluate("window.tones") == [880, 880, 880, 880, 880, 1320, 659, 494]
    assert spoken(page) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_the_wall_view_can_be_read_from_three_metres(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_live(page, speech=False)
    page.locator("[data-part=wall]").click()
    longest = max(cue_sentences(), key=len)
    show(page, {"state": "set", "set": 2}, count=12, advice=longest)
    per_pixel = SCREEN / hypot(width, height)

    def arc_minutes(name: str) -> list[float]:
        """Of x, H, 8 and 가."""
        inks = page.locator(f"[data-part={name}]").evaluate(INK)
        return [60 * degrees(atan(ink * per_pixel / DISTANCE)) for ink in inks]

    assert min(arc_minutes("advice")) >= 8
    assert min(arc_minutes("exercise")[1:]) >= 8
    assert arc_minutes("number")[2] >= 60
    for name in ("number", "unit", "exercise", "advice"):
        box = page.locator(f"[data-part={name}]").bounding_box()
        assert box is not None
        assert min(box["x"], box["y"]) >= 0, name
        assert box["x"] + box["width"] <= width, name
        assert box["y"] + box["height"] <= height, name
    assert page.locator("[data-part=advice]").evaluate("place => place.scrollWidth <= place.clientWidth")
    page.locator("[data-part=wall]").click()
    expect(page.locator("[data-part=live]")).not_to_have_class("wall")


def cue_sentences() -> list[str]:
    """All that may stand there in a set, in both languages."""
    from demos.posture.exercises import exercises

    limits = [limit for entry in exercises().values() for limit in (*entry.cues, *entry.position, *entry.defining)]
    return [sentence for limit in limits for sentence in (limit.en, limit.ko)]
