"""Makes the animations of README.md: each tab at work, taken from the running app, as assets/readme/*.webp.

    make pictures        (look at what changed before you commit it)

The app is served as a visitor serves it, and shown by Chromium. Pictures are taken of states, not of moments: a run is
scrubbed, a video is sought, a passage is uncovered token by token, so a slow machine makes the same ones.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.conftest import CHROMIUM, QUIET, started  # noqa: E402

FOLDER = ROOT / "assets" / "readme"
LARGEST = 1_000_000  # bytes of one file
PAGE = {"width": 1100, "height": 1200}
PATIENCE = 180_000  # milliseconds
QUALITY = 78  # of lossy WebP, 0 to 100
LENGTH = 240  # tokens that minGPT writes
END = 2500  # milliseconds for which the last picture stays

Film = Callable[[Page], Iterator[int]]  # brings the page from state to state: for how many milliseconds each is shown


@dataclass(frozen=True)
class Scene:
    """What is filmed of a page: the link that it opens with, the part of it that is seen, and what happens."""

    link: str
    part: str  # a selector; the picture begins at its upper left corner
    size: tuple[int, int]  # pixels
    film: Film


def xor(page: Page) -> Iterator[int]:
    """The run, scrubbed from its first step to its last: one learner falls into a cycle, the other bends."""
    expect(page.locator("[data-frame]")).to_have_attribute("data-over", "true")
    line = page.locator(".xor-timeline")
    last = int(line.get_attribute("max") or 0)
    pictures = 44
    for number in range(pictures + 1):
        line.evaluate(
            "(line, at) => { line.value = at; line.dispatchEvent(new Event('input', { bubbles: true })); }",
            round(last * number / pictures),
        )
        page.wait_for_timeout(60)
        yield 130


def gpt(page: Page) -> Iterator[int]:
    """A scene that was written, uncovered as it came; then one token is looked at."""
    passage = page.locator(".gpt-passage").first
    expect(page.locator(".gpt-passage span:not(.given)").first).to_be_attached()
    expect(page.locator(".gpt-passage.writing")).to_have_count(0)
    page.get_by_label("number input for Length in tokens").fill(str(LENGTH))
    page.locator("#demo-gpt textarea").first.fill("JULIET:")
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.locator(".gpt-passage.writing")).to_have_count(1)
    expect(page.locator(".gpt-passage.writing")).to_have_count(0)
    tokens = passage.locator("span:not(.given)").count()
    for seen in range(0, tokens + 1, tokens // 30):
        passage.evaluate(
            "(passage, seen) => passage.querySelectorAll('span:not(.given)').forEach((token, at) =>"
            " { token.style.display = at < seen ? '' : 'none'; })",
            seen,
        )
        yield 200
    passage.evaluate("(passage) => passage.querySelectorAll('span').forEach((token) => { token.style.display = ''; })")
    passage.locator("span:not(.given)").nth(24).click()
    page.wait_for_timeout(800)
    yield 1500


def clip(page: Page) -> Iterator[int]:
    """Guesses are written, and matched with each image."""
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    yield 1500
    field = page.locator("#clip-labels textarea")
    field.click()
    field.press("Control+a")
    field.press("Delete")
    for word in ("a lion", "\na tower", "\na toy bus", "\na cheetah", "\na city at night"):
        for half in (word[: len(word) // 2], word[len(word) // 2 :]):
            field.press_sequentially(half)
            page.wait_for_timeout(700)  # it is matched as it is written
            yield 320
    page.get_by_role("button", name="Match", exact=True).click()
    expect(page.locator(".match-card").first).to_contain_text("a cheetah")
    page.wait_for_timeout(1500)
    yield 1500


def posture(page: Page) -> Iterator[int]:
    """The squats of the athlete, looked at and counted."""
    expect(page.locator("#posture-report .rep")).to_have_count(4)
    video = page.locator("[data-part=video]").first
    seconds = float(video.evaluate("(video) => { video.pause(); return video.duration; }"))
    step = 0.2
    for number in range(int(seconds / step)):
        video.evaluate(
            """(video, at) => new Promise((done) => {
              const drawn = () => requestAnimationFrame(() => requestAnimationFrame(done));
              video.addEventListener("seeked", drawn, { once: true });
              video.currentTime = at;
            })""",
            number * step,
        )
        yield 200


SCENES = {
    "xor": Scene("#xor", ".xor-run", (672, 490), xor),
    "gpt": Scene("#gpt", "#demo-gpt .gpt-frame", (604, 600), gpt),
    "clip": Scene("#clip", "#clip-stage", (1050, 640), clip),
    "posture": Scene("#posture", "#posture-player", (660, 620), posture),
}


def filmed(scene: Scene, page: Page) -> list[tuple[Image.Image, int]]:
    """The pictures of a scene, and for how many milliseconds each is shown."""
    part = page.locator(scene.part).first
    part.wait_for()
    taken = []
    for milliseconds in scene.film(page):
        box = part.bounding_box()
        assert box is not None
        clip = {"x": box["x"], "y": box["y"], "width": scene.size[0], "height": scene.size[1]}
        picture = page.screenshot(clip=clip, animations="disabled")
        taken.append((Image.open(io.BytesIO(picture), formats=("PNG",)).convert("RGB"), milliseconds))
    return taken


def save(pictures: list[tuple[Image.Image, int]], file: Path) -> int:
    """Write the animation, which begins again and again; returns its bytes."""
    images, durations = zip(*pictures, strict=True)
    durations = [*durations[:-1], END]
    # Each picture by itself: as a change of the one before, soft shades would keep blocks of it.
    whole = {"kmin": 0, "kmax": 1}
    images[0].save(
        file, save_all=True, append_images=images[1:], duration=durations, loop=0, quality=QUALITY, method=6, **whole
    )
    return file.stat().st_size


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _, url = stack.enter_context(started(place / "app.log", {}))
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name in names or SCENES:
            page = browser.new_page(viewport=PAGE, locale="en-US", color_scheme="light")
            page.set_default_timeout(PATIENCE)
            page.goto(f"{url}/{SCENES[name].link}")
            pictures = filmed(SCENES[name], page)
            size = save(pictures, FOLDER / f"{name}.webp")
            print(f"assets/readme/{name}.webp: {len(pictures)} pictures, {size / 1000:.0f} kB")
            if size > LARGEST:
                sys.exit(f"That is more than {LARGEST / 1000:.0f} kB.")
            page.close()
        browser.close()


if __name__ == "__main__":
    expect.set_options(timeout=PATIENCE)
    main(sys.argv[1:])
