"""The camera's view: one large button, what is said when there is no camera, and who is told that it is over."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from demos.common.i18n import text
from demos.posture.live.endpoint import URL
from tests.conftest import PATIENCE, SCREENSHOTS, serving
from tests.reverse_proxy import proxied

STREAMS = re.compile(rf"/{URL}")
NO_CAMERA = "name => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }"


def show_camera(page: Page, language: str = "en") -> None:
    page.get_by_role("tab", name=text("posture.camera", language)).click()


def turn_on(page: Page) -> None:
    show_camera(page)
    page.locator("#posture-live [data-part=start]").click()
    expect(page.locator("#posture-live [data-part=live]")).to_have_attribute("data-state", "on")
    expect(page.locator("#posture-live [data-part=speed]")).to_contain_text("images a second")


def is_goodbye(request: Request) -> bool:
    return request.method == "DELETE" and bool(STREAMS.search(request.url))


def test_the_camera_counts_and_is_off_when_it_is_left(open_page: Callable, camera: Path, app_files: Path) -> None:
    page = open_page("posture", camera=camera)
    page.locator("#posture-exercise label", has_text=re.compile("^ ?Squat")).click()
    before = set(app_files.rglob("*"))
    turn_on(page)
    live = page.locator("#posture-live")
    expect(live.locator("[data-part=exercise]")).to_have_text("Squat")
    expect(live.locator("canvas.posture-overlay")).to_be_visible()
    expect(live.locator("[data-part=number]")).to_have_text("2")
    page.screenshot(path=SCREENSHOTS / "webcam.png")
    assert set(app_files.rglob("*")) <= before, "a camera frame was written to disk"  # others may be swept meanwhile
    # Another demo is opened: nobody is looked at any more, and the landmarker is given back at once.
    with page.expect_request(is_goodbye):
        page.locator("#demo-xor-button").click()
    page.locator("#demo-posture-button").click()
    show_camera(page)
    expect(live.locator("[data-part=start]")).to_be_visible()
    page.wait_for_function("document.querySelector('#posture-live video').srcObject === null")


@pytest.mark.soak
@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["laptop", "phone"])
def test_one_large_button_and_what_it_promises_are_on_the_first_screen(
    open_page: Callable, size: tuple[int, int], locale: str
) -> None:
    page = open_page("posture", size=size, locale=locale)
    show_camera(page, locale[:2])
    start = page.locator("#posture-live [data-part=start]")
    expect(start).to_be_in_viewport(ratio=1)
    expect(page.locator(".posture-live-privacy")).to_be_in_viewport(ratio=1)
    expect(page.locator(".posture-live-privacy")).to_have_text(text("posture.live_privacy", locale[:2]))
    assert float(start.evaluate("button => parseFloat(getComputedStyle(button).fontSize)")) >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("NotAllowedError", "live_denied"),
        ("NotFoundError", "live_none"),
        ("OverconstrainedError", "live_none"),
        ("NotReadableError", "live_in_use"),
        ("NeverSeenError", "live_in_use"),
    ],
)
def test_why_there_is_no_camera_is_said(open_page: Callable, name: str, key: str) -> None:
    page = open_page("posture", locale="ko-KR")
    page.evaluate(NO_CAMERA, name)
    show_camera(page, "ko")
    with page.expect_request(is_goodbye):
        page.locator("#posture-live [data-part=start]").click()
    expect(page.locator("#posture-live [data-part=trouble]")).to_have_text(text(f"posture.{key}", "ko"))
    expect(page.locator("#posture-live [data-part=start]")).to_be_visible()


@pytest.mark.soak
def test_a_page_without_permission_a_context_or_the_interface_says_so(open_page: Callable) -> None:
    page = open_page("posture")  # of a machine without a camera, and nobody who allows it
    show_camera(page)
    trouble, start = page.locator("#posture-live [data-part=trouble]"), page.locator("#posture-live [data-part=start]")
    start.click()
    expect(trouble).to_have_text(re.compile("may not use the camera|No camera was found"))
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    start.click()
    expect(trouble).to_have_text(text("posture.live_unsupported", "en"))
    page.evaluate("Object.defineProperty(window, 'isSecureContext', { value: false })")
    start.click()
    expect(trouble).to_have_text(text("posture.live_insecure", "en"))


@pytest.mark.soak
def test_exercise_and_count_change_while_it_looks(open_page: Callable, camera: Path) -> None:
    page = open_page("posture", camera=camera)
    turn_on(page)
    live = page.locator("#posture-live")
    with page.expect_request(lambda request: request.method == "PUT") as told:
        page.locator("#posture-exercise label", has_text=re.compile("^ ?Squat")).click()
    assert json.loads(told.value.post_data).items() >= {"exercise": "squat", "language": "en"}.items()
    expect(live.locator("[data-part=number]")).to_have_text("3")
    page.locator("#posture-again").click()
    expect(live.locator("[data-part=number]")).to_have_text("0")
    expect(live.locator("[data-part=number]")).to_have_text("1")


@pytest.mark.soak
def test_the_skeleton_lies_on_the_mirrored_image(open_page: Callable, camera: Path) -> None:
    page = open_page("posture", camera=camera, size=(1366, 768))
    turn_on(page)
    boxes = page.evaluate(
        """() => ["video", "canvas.posture-overlay"].map((each) => {
          const box = document.querySelector(`#posture-live ${each}`).getBoundingClientRect();
          return [box.left, box.top, box.width, box.height].map(Math.round);
        })"""
    )
    assert boxes[0] == boxes[1]
    assert boxes[0][2] / boxes[0][3] == pytest.approx(4 / 3, abs=0.02)
    mirrored = "getComputedStyle(document.querySelector('#posture-live video')).transform"
    assert page.evaluate(mirrored).startswith("matrix(-1,")
    for part in ("stop", "again"):
        expect(page.locator(f"#posture-live [data-part={part}]")).to_be_in_viewport(ratio=1)


@pytest.fixture
def lonely_page(launch: Callable, camera: Path, app_url: str) -> Iterator[Page]:
    """The camera's view on a page whose console may say that something could not be loaded."""
    context = launch(camera).new_context(permissions=["camera"], locale="en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(app_url)
    page.locator("#demo-posture-button").click()
    yield page
    context.close()


@pytest.mark.soak
def test_a_server_that_does_not_answer_is_waited_for(lonely_page: Page) -> None:
    page, note = lonely_page, lonely_page.locator("#posture-live [data-part=note]")
    turn_on(page)
    page.route(STREAMS, lambda route: route.fulfill(status=502, body="bad gateway"))
    expect(note).to_have_text(text("posture.live_no_answer", "en"))
    page.unroute(STREAMS)
    expect(note).to_have_text("")
    page.route(STREAMS, lambda route: route.fulfill(status=503, json={"error": "All cameras are taken."}))
    page.locator("#posture-live [data-part=stop]").click()
    page.locator("#posture-live [data-part=start]").click()
    expect(page.locator("#posture-live [data-part=trouble]")).to_have_text("All cameras are taken.")


@pytest.mark.soak
def test_a_server_that_has_forgotten_the_stream_is_asked_for_another(lonely_page: Page) -> None:
    page = lonely_page
    turn_on(page)
    with page.expect_request(lambda request: request.url.endswith(URL)) as asked:
        page.route(STREAMS, lambda route: route.fulfill(status=404, json={"error": "gone"}), times=1)
    assert json.loads(asked.value.post_data).items() >= {"exercise": "auto", "language": "en"}.items()
    with page.expect_response(lambda response: response.url.startswith(f"{asked.value.url}/") and response.ok):
        pass
    expect(page.locator("#posture-live [data-part=live]")).to_have_attribute("data-state", "on")


@pytest.mark.soak
@pytest.mark.parametrize("leave", ["the page is closed", "another page", "the other view", "Stop"])
def test_whoever_leaves_says_goodbye(lonely_page: Page, leave: str) -> None:
    page, context = lonely_page, lonely_page.context
    turn_on(page)
    with page.expect_request(lambda request: request.method == "POST" and f"{URL}/" in request.url) as frame:
        pass
    if leave == "the page is closed":
        page.close(run_before_unload=True)
    elif leave == "another page":
        page.goto("about:blank")
    elif leave == "the other view":
        page.get_by_role("tab", name=text("posture.video", "en")).click()
    else:
        page.locator("#posture-live [data-part=stop]").click()
    for _ in range(100):  # twenty seconds; of silence alone it would be closed after thirty
        answer = context.request.post(frame.value.url, data=b"", headers={"content-type": "image/jpeg"})
        if answer.status == 404:
            return
        time.sleep(0.2)
    pytest.fail("the stream is still open")


@pytest.fixture
def app_below_a_path(tmp_path: Path) -> Iterator[str]:
    """The address of an app that a proxy shows below a path."""
    prefix = "/demos/glassbox"
    with serving(tmp_path / "app.log", {"GRADIO_ROOT_PATH": prefix}) as url, proxied(url, prefix) as below:
        yield below


@pytest.mark.soak
def test_it_works_below_a_path_behind_a_proxy(app_below_a_path: str, open_page: Callable, camera: Path) -> None:
    page = open_page("posture", camera=camera, url=app_below_a_path)
    turn_on(page)
    with page.expect_response(lambda response: response.request.method == "PUT") as told:
        page.locator("#posture-exercise label", has_text=re.compile("^ ?Squat")).click()
    assert told.value.status == 204
