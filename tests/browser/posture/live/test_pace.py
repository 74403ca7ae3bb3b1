"""When the page sends an image (page/pace.js), played through with a camera and a server of known speed: no frame waits
for more than its turn, the server waits for none, and what is drawn is never old."""

from collections.abc import Callable

import pytest

from tests.browser.xor.page_code import ADDRESS, serve_page_code

# Plays `seconds` in steps of a millisecond: the camera shows an image every `between` ms, which takes `way` ms to the
# server, and its answer as many back; the server looks at one after the other, `works` ms at each. `ahead`: whether
# images are sent as the page does, or one after the other. Answers a second, and the ms from image to answer.
PLAY = """async ([between, way, works, seconds, ahead]) => {
  const { Pace } = await import("/page_files/posture/live/page/pace.js");
  const pace = new Pace();
  const sent = [], ages = [];
  let fresh = false, shown = 0, most = 0, free = 0;
  for (let now = 1; now <= 1000 * seconds; now += 1) {
    if (now % between === 0) { fresh = true; shown = now; pace.show(now); }
    while (sent.length && sent[0].answered <= now) { ages.push(now - sent.shift().taken); pace.answer(now, works); }
    if (fresh && (ahead ? pace.isTime : !sent.length)) {
      fresh = false;
      pace.send(now);
      free = Math.max(free, now + way) + works;
      sent.push({ taken: shown, answered: free + way });
    }
    most = Math.max(most, sent.length);
  }
  ages.sort((one, other) => one - other);
  return { rate: ages.length / seconds, median: ages[ages.length >> 1], longest: ages[ages.length - 1], most };
}"""


@pytest.fixture
def played(launch: Callable) -> Callable:
    page = launch(None).new_page()
    serve_page_code(page)
    page.goto(f"{ADDRESS}/")
    return lambda *given: page.evaluate(PLAY, list(given))


@pytest.mark.parametrize("works", [5, 20, 27, 33, 40, 55, 80, 150, 400])
@pytest.mark.parametrize("way", [1, 8, 60])
def test_the_server_hardly_waits_and_nothing_waits_long_for_it(played: Callable, works: int, way: int) -> None:
    between = 33
    ahead, in_turn = (played(between, way, works, 60, each) for each in (True, False))
    assert ahead["most"] <= 2
    # As often as the camera shows an image or the server can look at one, or as two under way allow.
    possible = min(1000 / between, 1000 / works, 2000 / (2 * way + works))
    assert ahead["rate"] > 0.97 * possible
    assert ahead["rate"] >= in_turn["rate"]
    assert ahead["median"] <= in_turn["median"] + 2
    assert ahead["longest"] <= in_turn["longest"] + 4


def test_a_server_as_quick_as_the_camera_is_sent_every_image(played: Callable) -> None:
    """The next image is on its way during the work on this one: one at a time does not reach that."""
    assert played(33, 8, 33, 60, True)["rate"] > 30.2
    assert played(33, 8, 33, 60, False)["rate"] < 21
