"""The XOR tab in a real browser: it opens in motion, can be scrubbed and stepped, and its points can be edited."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from demos.xor.recipe import Recipe
from demos.xor.settings.setup import OPENING, Setup

LEARNERS = ".xor-learner:visible"


def learner(page: Page, at: int) -> Locator:
    return page.locator(LEARNERS).nth(at)


def verdict(page: Page, at: int) -> Locator:
    return learner(page, at).locator(".xor-verdict")


def steps(page: Page, at: int) -> int:
    return int(re.sub(r"\D", "", learner(page, at).locator(".xor-numbers span").first.inner_text()))


def choose(page: Page, box: str, entry: str) -> None:
    page.get_by_label(box, exact=True).click()
    page.get_by_role("option", name=entry, exact=True).click()


def press(page: Page, name: str) -> None:
    page.locator(f"#demo-xor [data-do={name}]").click()


def over(page: Page) -> Locator:
    """The page's root, once the run has ended by itself."""
    root = page.locator("[data-frame]")
    expect(root).to_have_attribute("data-over", "true")
    expect(root).to_have_attribute("data-running", "false")
    return root


def test_training_starts_by_itself_tells_the_two_apart_and_can_be_gone_through_again(open_page: Callable) -> None:
    page = open_page("xor")
    expect(verdict(page, 0)).to_have_text("It will never converge")
    expect(learner(page, 0)).to_contain_text("These weights were here one epoch ago")
    expect(verdict(page, 1)).to_have_text(re.compile(r"Solved after \d+ steps"))
    root = over(page)
    assert int(root.get_attribute("data-drawings")) > 5  # it was seen to move
    expect(learner(page, 1)).to_contain_text("100% right")
    proof = learner(page, 0).locator(".xor-proof")
    expect(proof).to_contain_text("Class 1 needs")
    assert [part.inner_text().replace("\u2009", "") for part in proof.locator(".xor-formula").all()] == [
        "(w2 + b) + (w1 + b) > 0",
        "(b) + (w1 + w2 + b) ≤ 0",
        "w1 + w2 + 2b",
    ]
    time_line(page, root)


def time_line(page: Page, root: Locator) -> None:
    """Everything follows it back and forth; at the end of what there is, a step is a step of training."""
    line = page.locator(".xor-timeline")
    last, end = int(line.get_attribute("max")), steps(page, 1)
    line.fill("5")
    expect(root).to_have_attribute("data-frame", "5")
    expect(verdict(page, 0)).to_have_text("Paused")
    expect(verdict(page, 1)).to_have_text("Paused")
    assert steps(page, 1) == 5
    press(page, "step")
    expect(root).to_have_attribute("data-frame", "6")
    press(page, "back")
    expect(root).to_have_attribute("data-frame", "5")
    page.keyboard.press("Escape")
    page.locator("#tagline").click()
    page.keyboard.press("ArrowLeft")
    expect(root).to_have_attribute("data-frame", "4")
    page.keyboard.press(" ")  # plays what there is to its end; nothing is trained: all are done
    expect(root).to_have_attribute("data-frame", str(last))
    expect(root).to_have_attribute("data-running", "false")
    assert steps(page, 1) == end
    press(page, "step")  # at the end a step is a step of training
    expect(root).to_have_attribute("data-frame", str(last + 1))
    assert steps(page, 1) == end + 1
    learner(page, 1).locator(".xor-curve").hover(position={"x": 30, "y": 40})
    expect(learner(page, 1).locator(".xor-tip")).to_have_text(re.compile(r"\d+ steps · loss [\d.]+ · [\d.]+% right"))


@pytest.mark.soak
def test_stop_when_solved_can_be_switched_off(open_page: Callable) -> None:
    page = open_page("xor")
    over(page)
    at_end = steps(page, 1)
    page.locator(".xor-stop").uncheck()
    press(page, "play")
    expect(page.locator("[data-frame]")).to_have_attribute("data-running", "true")
    last = int(page.locator(".xor-timeline").get_attribute("max"))
    page.wait_for_function(f"Number(document.querySelector('.xor-timeline').max) > {last + 10}")
    press(page, "play")
    expect(page.locator("[data-frame]")).to_have_attribute("data-running", "false")
    assert steps(page, 1) > at_end
    press(page, "reset")
    expect(verdict(page, 1)).to_have_text("Not trained yet")
    assert steps(page, 1) == 0


@pytest.mark.soak
def test_three_learners_side_by_side(open_page: Callable) -> None:
    page = open_page("xor")
    page.get_by_label("Forward-Forward", exact=True).check()
    expect(verdict(page, 2)).to_have_text(re.compile(r"Solved after \d+ steps"))
    expect(learner(page, 2).locator(".xor-goodness")).to_contain_text("Layer 1")
    boxes = [one.bounding_box() for one in page.locator(LEARNERS).all()]
    assert len(boxes) == 3
    assert len({round(box["y"]) for box in boxes}) == 1
    page.get_by_label("Perceptron", exact=True).uncheck()
    expect(page.locator(LEARNERS)).to_have_count(2)
    expect(learner(page, 0).locator("h3")).to_have_text("MLP")


def test_points_are_added_moved_deleted_and_taken_back(open_page: Callable) -> None:
    page = open_page("xor")
    over(page)
    plane = learner(page, 1).locator(".xor-plane")
    width = plane.bounding_box()["width"]
    table = page.locator(".xor-table textarea")
    page.locator(".xor-table summary").click()
    expect(table).to_have_value("x,y,label\n0,0,0\n0,1,1\n1,0,1\n1,1,0")
    plane.click(position={"x": width / 2 - 1, "y": width / 2 - 1})  # counted from inside its border of 1 px
    expect(table).to_have_value(re.compile(r"0\.5,0\.5,1$"))
    expect(page.get_by_label("Points", exact=True)).to_have_value("Own points")
    expect(learner(page, 0)).to_contain_text("It will never converge")  # trained anew, on five points
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    page.mouse.move(box["x"] + width / 2, box["y"] + width / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + width * 0.6, box["y"] + width * 0.3, steps=5)
    page.mouse.up()
    expect(table).not_to_have_value(re.compile(r"0\.5,0\.5,1$"))
    assert len(table.input_value().splitlines()) == 6
    plane.click(button="right", position={"x": width * 0.6, "y": width * 0.3})
    expect(table).to_have_value("x,y,label\n0,0,0\n0,1,1\n1,0,1\n1,1,0")
    press(page, "undo-points")
    page.wait_for_function("document.querySelector('.xor-table textarea').value.split('\\n').length === 6")
    press(page, "redo-points")
    expect(table).to_have_value("x,y,label\n0,0,0\n0,1,1\n1,0,1\n1,1,0")
    plane.focus()
    page.keyboard.press("Control+z")
    page.wait_for_function("document.querySelector('.xor-table textarea').value.split('\\n').length === 6")
    press(page, "clear")
    expect(page.locator(".xor-notice")).to_contain_text("Click on the plane")
    expect(verdict(page, 0)).to_have_text("No points")
    for name in ("play", "step", "epoch", "reset"):  # the server's run is still that on the points before
        expect(page.locator(f".xor-transport [data-do='{name}']")).to_be_disabled()
    plane.focus()
    for keys in ("ArrowLeft", "Enter", "0", "ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(keys)
    expect(page.locator(".xor-notice")).to_be_hidden()
    expect(verdict(page, 0)).to_have_text(re.compile("Solved after|Right from the start"))  # two points: a line does
    press(page, "clear")
    expect(page.locator(".xor-notice")).to_contain_text("Click on the plane")
    table.fill("0,0,0\n1,1,1")  # points from elsewhere: what was said of those before them holds no longer
    press(page, "use-table")
    expect(page.locator(".xor-transport [data-do='play']")).to_be_enabled()
    expect(page.locator(".xor-notice")).to_be_hidden()


def test_five_classes_are_told_apart_painted_and_looked_into(open_page: Callable) -> None:
    page = open_page("xor", query=Setup(recipe=replace(OPENING.recipe, data="five_gaussians", count=50)).to_link())
    expect(learner(page, 0).locator(".xor-detail")).to_have_text("2–5")
    expect(learner(page, 1).locator(".xor-detail")).to_have_text("2–4–5 · tanh")
    expect(verdict(page, 0)).to_have_text(re.compile(r"Solved after \d+ corrections"))
    expect(verdict(page, 1)).to_have_text(re.compile(r"Solved after \d+ steps"))
    over(page)
    classes = page.locator("#xor-inside .inside-labels button")
    expect(classes).to_have_text([f"Class {label}" for label in range(5)])
    classes.nth(4).click()
    expect(page.locator("#xor-inside .inside-surface .inside-caption")).to_contain_text("How probable class 4 is")
    page.locator(".xor-table summary").click()
    table = page.locator(".xor-table textarea")
    plane = learner(page, 1).locator(".xor-plane")
    page.locator(".xor-tools [data-tool='2']").click()
    plane.click(position={"x": 5, "y": 5})
    expect(table).to_have_value(re.compile(r",2$"))
    expect(page.get_by_label("Points", exact=True)).to_have_value("Own points")
    table.fill("0,0,hen\n0,1,cat\n1,0,dog\n")
    press(page, "use-table")
    expect(learner(page, 1).locator(".xor-detail")).to_have_text("2–4–3 · tanh")
    expect(classes).to_have_count(3)
    expect(verdict(page, 1)).to_have_text(re.compile(r"Solved after \d+ steps"))


@pytest.mark.soak
def test_values_are_learned_by_the_mlp_alone(open_page: Callable) -> None:
    page = open_page("xor")
    over(page)
    choose(page, "Points", "A slope, values")
    expect(page.locator(LEARNERS)).to_have_count(1)
    expect(learner(page, 0).locator(".xor-detail")).to_have_text("2–2–1 · tanh")
    expect(verdict(page, 0)).to_have_text(re.compile(r"Solved after [\d,]+ steps"))
    expect(learner(page, 0)).to_contain_text("no further than 0.05 from the value")
    expect(page.get_by_label("Perceptron", exact=True)).not_to_be_checked()
    choose(page, "Points", "Moons")
    expect(learner(page, 0).locator(".xor-detail")).to_have_text("2–6–6–1 · tanh")
    assert page.locator(".toast-body").count() == 0


@pytest.mark.soak
def test_points_come_and_go_as_text(open_page: Callable) -> None:
    page = open_page("xor")
    over(page)
    page.locator(".xor-table summary").click()
    table = page.locator(".xor-table textarea")
    table.fill("x,y,label\n0,0,cat\n0,1,dog\n1,0\n")
    press(page, "use-table")
    expect(page.locator(".toast-body")).to_contain_text("Line 4 should be two numbers and a label")
    expect(table).to_have_value("x,y,label\n0,0,cat\n0,1,dog\n1,0\n")  # nothing is lost
    table.fill("x,y,label\n0,0,cat\n0,1,dog\n1,0,dog\n1,1,dog\n")
    press(page, "use-table")
    expect(verdict(page, 0)).to_have_text(re.compile("Solved after|Right from the start"))
    page.locator(".xor-table input[type=file]").set_input_files(
        {"name": "cat.csv", "mimeType": "text/csv", "buffer": b"\xff\xd8\xff\xe0"}
    )
    expect(page.locator(".xor-notice")).to_contain_text("“cat.csv” cannot be read as text")
    page.locator(".xor-table input[type=file]").set_input_files(
        {"name": "xor.csv", "mimeType": "text/csv", "buffer": b"0;0;a\n0;1;b\n1;0;b\n1;1;a\n"}
    )
    expect(verdict(page, 0)).to_have_text("It will never converge")
    with page.expect_download() as download:
        press(page, "save-table")
    with open(download.value.path(), encoding="utf-8") as file:
        assert file.read() == "x,y,label\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


@pytest.mark.soak
def test_a_choice_made_while_a_run_goes_on_starts_the_new_run_at_once(open_page: Callable) -> None:
    page = open_page("xor")
    detail = page.locator(LEARNERS).nth(1).locator(".xor-detail")
    for box, entry, shape in (("Points", "Spiral", "2–8–8–1 · tanh"), ("Activation", "ReLU", "2–8–8–1 · ReLU")):
        choose(page, box, entry)
        expect(detail).to_have_text(shape)
    units = page.get_by_label("number input for Units in layer 2")
    units.fill("3")
    units.press("Enter")
    expect(detail).to_have_text("2–8–3–1 · ReLU")
    page.locator("#xor-other-seed").click()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("1")


DRAG = """async (slider, values) => {
  const seen = [], root = document.querySelector("[data-run]");
  for (const value of values) {
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(done, 50));
    seen.push([root.dataset.run, root.dataset.running]);
  }
  return seen;
}"""


def test_a_dragged_slider_counts_once_and_lets_the_run_go_on(open_page: Callable) -> None:
    """The server is told when it is let go: until then the run before is trained, after it one run begins."""
    page = open_page("xor", query=Setup(Recipe(steps=100_000), learners=("mlp",), stop=False).to_link())
    root = page.locator("[data-run]")
    expect(root).to_have_attribute("data-running", "true")
    number = int(root.get_attribute("data-run"))
    slider = page.get_by_label("range slider for Units in layer 1")
    assert slider.evaluate(DRAG, [5, 6, 7, 8, 9, 10]) == [[str(number), "true"]] * 6
    expect(learner(page, 0).locator(".xor-detail")).to_have_text("2–10–1 · tanh")
    expect(root).to_have_attribute("data-run", str(number + 1))
    page.wait_for_timeout(1000)  # no second run follows
    expect(root).to_have_attribute("data-run", str(number + 1))
    expect(root).to_have_attribute("data-running", "true")


@pytest.mark.soak
def test_what_a_link_hides_one_button_shows_for_good(open_page: Callable) -> None:
    page = open_page("xor", query=Setup(Recipe("and"), learners=("perceptron",), hide=True).to_link())
    root = over(page)
    hidden = [page.locator(one) for one in ("#xor-learners", ".lesson-chip >> nth=0", "#xor-export")]
    for part in hidden:
        expect(part).to_be_hidden()
    show = page.get_by_role("button", name="Show the controls")
    show.click()
    expect(show).to_be_hidden()
    for part in hidden:
        expect(part).to_be_visible()
    page.locator("#xor-other-seed").click()  # another run, of a visitor whose link hid the controls
    expect(root).to_have_attribute("data-run", "2")
    over(page)
    expect(page.locator("#xor-learners")).to_be_visible()


@pytest.mark.soak
def test_a_weight_edited_by_hand_can_be_trained_on(open_page: Callable) -> None:
    page = open_page("xor")
    root = over(page)
    at_end, last = steps(page, 1), int(root.get_attribute("data-frame"))
    page.evaluate("""() => {
      const page = document.querySelector("[data-frame]").glassbox;
      page.edit(1, page.present().learners[1].numbers.map(() => 0.01));
    }""")
    expect(page.locator(".xor-hand")).to_be_visible()
    expect(verdict(page, 1)).to_have_text("2 of 4 points wrong")
    page.evaluate("""() => {  // a drag: many changes, one version
      const page = document.querySelector("[data-frame]").glassbox;
      const zeros = page.present().learners[1].numbers.map(() => 0);
      for (const bias of [-3, -2, -1]) page.edit(1, [...zeros.slice(0, -1), bias], bias > -3);
    }""")
    press(page, "undo-hand")
    expect(page.locator(".xor-hand")).to_be_visible()
    press(page, "undo-hand")
    expect(page.locator("[data-do='undo-hand']")).to_be_disabled()
    expect(page.locator("[data-do='train-on']")).to_be_disabled()
    expect(verdict(page, 1)).to_have_text(re.compile("Solved"))
    press(page, "redo-hand")
    expect(verdict(page, 1)).to_have_text("2 of 4 points wrong")
    press(page, "undo-hand")
    expect(verdict(page, 1)).to_have_text(re.compile("Solved"))
    press(page, "redo-hand")
    page.locator(".xor-timeline").fill(str(last - 1))  # at another frame, what is taken back is what was changed there
    expect(root).to_have_attribute("data-frame", str(last - 1))
    learned = verdict(page, 1).inner_text()
    page.evaluate("""() => {
      const page = document.querySelector("[data-frame]").glassbox;
      page.edit(1, page.present().learners[1].numbers.map(() => 0.01));
    }""")
    expect(verdict(page, 1)).to_have_text("2 of 4 points wrong")
    press(page, "undo-hand")
    expect(verdict(page, 1)).to_have_text(learned)
    page.locator(".xor-timeline").fill(str(last))
    page.evaluate("""() => {
      const page = document.querySelector("[data-frame]").glassbox;
      page.edit(1, page.present().learners[1].numbers.map((value) => -value));
    }""")
    press(page, "train-on")
    expect(page.locator(".xor-hand")).to_be_hidden()
    over(page)
    assert steps(page, 1) > at_end
    page.locator(".xor-timeline").fill(str(last))  # what was learned before is still on the time line
    expect(root).to_have_attribute("data-frame", str(last))
    assert steps(page, 1) == at_end


@pytest.mark.soak
def test_one_line_is_enough_for_and(open_page: Callable) -> None:
    page = open_page("xor", locale="ko-KR", size=(390, 844))
    choose(page, "데이터", "AND")
    expect(verdict(page, 0)).to_have_text(re.compile(r"\d+번 수정 끝에 풀었습니다"))
    expect(learner(page, 0)).to_contain_text("직선 하나로")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
