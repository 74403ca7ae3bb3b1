"""The links of docs/lecture.md, followed in their order: what each asks for is what the page shows.

The truth is in lessons.toml of each demo, read here as it is written.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from demos.common.lessons import SETUP, lessons
from demos.xor.settings.setup import OPENING
from tests.conftest import PATIENCE
from tests.lecture import LECTURES, place

LINKS = list(dict.fromkeys(LECTURES["en"].links))  # those of both languages are the same: tests/unit/test_lecture.py


def xor(page: Page, setup: Mapping[str, Any]) -> None:
    expect(page.locator(".xor-learner:visible")).to_have_count(len(setup["learners"]))
    for learner in setup["learners"]:
        expect(page.locator(f"#xor-learners [name={learner}]")).to_be_checked()
    seed = page.locator("#demo-xor .xor-seed input[type=number]")
    expect(seed).to_have_value(str(setup.get("seed", OPENING.recipe.seed)))
    if hidden := setup.get("hidden"):
        layers = "–".join(map(str, [2, *hidden, 1]))
        expect(page.locator(".xor-learner:visible .xor-detail").first).to_contain_text(layers)


def gpt(page: Page, setup: Mapping[str, Any]) -> None:
    expect(page.locator(f"#gpt-view [value={setup['view']}]")).to_be_checked()
    expect(page.locator(f"#gpt-view-{setup['view']}")).to_be_visible()
    if setup["view"] == "write":
        expect(page.locator("#gpt-prompt textarea")).to_have_value(setup["prompt"])
        expect(page.locator(f"#gpt-columns [value='{setup.get('columns', '1')}']")).to_be_checked()
        expect(page.locator("#gpt-passages")).to_contain_text(setup["prompt"].strip())
    if focus := setup.get("focus"):
        expect(page.locator(".gi-name")).to_have_text(re.compile(rf"\b{focus['layer']}\D+{focus['head']}\b"))


def clip(page: Page, setup: Mapping[str, Any]) -> None:
    expect(page.locator("#clip-view-match")).to_be_visible()
    expect(page.locator("#clip-labels textarea")).to_have_value("\n".join(setup["labels"]))
    for label in setup["labels"]:
        expect(page.locator("#clip-view-match .stage").get_by_text(label, exact=True).first).to_be_visible()
    offered = page.locator("#clip-view-match .match-none:visible")  # its checkbox is folded away
    if setup.get("none", True):
        expect(offered.first).to_be_visible()
    else:
        expect(offered).to_have_count(0)


def posture(page: Page, setup: Mapping[str, Any]) -> None:
    expect(page.locator("#posture-exercise input:checked")).to_have_value(setup.get("exercise", "auto"))
    if "teach" in setup:
        expect(page.locator("#posture-teach .teach-number")).to_have_text("3")
        return
    expect(page.locator("#posture-player video")).to_be_visible()
    page.wait_for_function(
        "clip => document.querySelector('#posture-player video').currentSrc.includes(clip)", arg=setup["clip"]
    )
    if at := setup.get("pause_at"):
        page.wait_for_function(
            "at => { const { currentTime, paused } = document.querySelector('#posture-player video');"
            " return paused && Math.abs(currentTime - at) < 0.05; }",
            arg=at,
        )


SHOWN: dict[str, Callable[[Page, Mapping[str, Any]], None]] = {"xor": xor, "gpt": gpt, "clip": clip, "posture": posture}


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_each_link_of_the_lecture_shows_what_it_names(open_page: Callable[..., Page], locale: str) -> None:
    page = open_page(locale=locale, size=(1280, 720))
    address = urlsplit(page.url)
    for link in LINKS:
        asked = urlsplit(link)
        page.goto("about:blank")  # a new page, also where only the fragment differs
        page.goto(asked._replace(netloc=address.netloc).geturl())
        follow(page, place(link), hides_lessons="hide=lessons" in asked.query)
        projector = "size=projector" in asked.query
        assert page.evaluate("document.documentElement.dataset.size ?? ''") == ("projector" if projector else ""), link
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, link


def follow(page: Page, place: str, *, hides_lessons: bool) -> None:
    """Wait until the page shows what `place` ("xor/fold/second") names."""
    demo, _, rest = place.partition("/")
    expect(page.locator("#start h2" if demo == "start" else f"#demo-{demo}")).to_be_visible(timeout=PATIENCE)
    for other in SHOWN.keys() - {demo}:
        expect(page.locator(f"#demo-{other}")).to_be_hidden()
    if not rest:
        return
    key, _, action = rest.partition("/")
    number, lesson = next((at, one) for at, one in enumerate(lessons(demo), 1) if one.key == key)
    card = page.locator(f"#{demo}-lessons .lesson-card[data-card='{number}']")
    if hides_lessons:
        expect(card).to_be_hidden()
    else:
        expect(card).to_be_visible()
    SHOWN[demo](page, lesson.actions[action or SETUP])
