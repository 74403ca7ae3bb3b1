"""Where an address has led, as a visitor sees it."""

from typing import Any

from playwright.sync_api import expect

from demos.common.lessons import lessons


def opened(page: Any, place: str) -> None:
    """Wait until the page stands where `place` ("gpt/token/second") says: its tab is chosen, its lesson's card open."""
    demo, _, rest = place.partition("/")
    expect(page.locator(f"#demo-{demo}")).to_be_visible()
    if not rest:
        return
    number = [lesson.key for lesson in lessons(demo)].index(rest.partition("/")[0]) + 1
    expect(page.locator(f"#{demo}-lessons .lesson-card[data-card='{number}']")).to_be_visible()
