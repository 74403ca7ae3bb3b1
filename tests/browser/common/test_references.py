"""What each tab shows once it has opened, beside the pictures of it that the repository keeps.

`make references` renews them: look at what changed before you commit it. A picture fails when more than SHARE of it
looks different; a font or a browser of another version moves edges by a pixel, which is smoothed away before.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from tests.conftest import SCREENSHOTS

REFERENCES = Path(__file__).with_name("references")
SHARE = 0.01  # of the pixels
UNLIKE = 32  # of 255, of one colour of a pixel, once both pictures are smoothed
SMOOTHED = 1.5  # pixels
VISITORS: dict[str, dict[str, Any]] = {
    "desktop": {"size": (1280, 800)},
    "phone": {"size": (390, 844)},
    "dark": {"size": (1280, 800), "dark": True},
    "korean": {"size": (1280, 800), "locale": "ko-KR"},
}
# What says how fast the machine is, draws another seed each time, or goes on playing.
LIVING = "#device, .gpt-frame, .gpt-status, #posture-player"


def settled_xor(page: Page) -> None:
    expect(page.locator("[data-frame]")).to_have_attribute("data-over", "true")


def settled_gpt(page: Page) -> None:
    expect(page.locator(".gpt-passage span:not(.given)").first).to_be_attached()
    expect(page.locator(".gpt-passage.writing")).to_have_count(0)


def settled_clip(page: Page) -> None:
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)


def settled_posture(page: Page) -> None:
    expect(page.locator("#posture-report .rep")).to_have_count(4)


SETTLED = {"xor": settled_xor, "gpt": settled_gpt, "clip": settled_clip, "posture": settled_posture}


def unlike(seen: Path, reference: Path) -> float:
    """The share of the pixels of two pictures that look different; all of them where the sizes differ."""
    one, other = (Image.open(file).convert("RGB") for file in (seen, reference))
    if one.size != other.size:
        return 1.0
    smooth = ImageFilter.GaussianBlur(SMOOTHED)
    values = (np.asarray(picture.filter(smooth), dtype=np.int16) for picture in (one, other))
    difference = np.abs(next(values) - next(values)).max(axis=-1)  # (height, width)
    return float((difference > UNLIKE).mean())


@pytest.mark.soak
@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("demo", SETTLED)
def test_a_tab_looks_as_it_did(open_page, request: pytest.FixtureRequest, demo: str, visitor: str) -> None:
    page = open_page(demo, **VISITORS[visitor])
    page.emulate_media(reduced_motion="reduce")
    SETTLED[demo](page)
    page.mouse.move(0, 0)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(1500)
    seen = SCREENSHOTS / f"{demo}-{visitor}.png"
    page.screenshot(path=seen, mask=[page.locator(LIVING)], mask_color="#808080")
    reference = REFERENCES / f"{demo}-{visitor}.webp"
    if request.config.getoption("--renew"):
        REFERENCES.mkdir(exist_ok=True)
        Image.open(seen).convert("RGB").save(reference, quality=80, method=6)
    share = unlike(seen, reference)
    assert share <= SHARE, f"{share:.1%} of {seen} is not as in {reference}"
