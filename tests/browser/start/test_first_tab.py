"""The first tab begins once, as soon as it is seen, wherever the address leads."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

RUN = "[data-frame]"
SLOW = """(() => {
  const atOnce = window.fetch;
  window.fetch = async (...asked) => {
    if (String(asked[0]).includes("queue/join")) await new Promise((done) => setTimeout(done, 1500));
    return atOnce(...asked);
  };
})()"""


def expect_a_run(page: Page) -> None:
    expect(page.locator(RUN)).to_have_attribute("data-over", "true")


@pytest.fixture
def slow_page(app_url: str, launch: Callable) -> Iterator[Callable]:
    """`slow_page(address)` is a page whose events take long to the server, and the numbers of these events."""
    context = launch(None).new_context()

    def opened(address: str) -> tuple[Page, list[Any]]:
        page, events = context.new_page(), []
        page.add_init_script(SLOW)
        page.on(
            "request",
            lambda asked: events.append(asked.post_data_json["fn_index"]) if "queue/join" in asked.url else None,
        )
        page.goto(f"{app_url}/{address}")
        return page, events

    yield opened
    context.close()


SOAKED = [pytest.param(address, marks=pytest.mark.soak) for address in ("#start", "#privacy")]


@pytest.mark.parametrize("address", ["#gpt", *SOAKED])
def test_it_begins_nothing_until_it_is_seen(app_url: str, launch: Callable, address: str) -> None:
    page = launch(None).new_page()
    page.goto(f"{app_url}/{address}")
    page.locator("#demo-xor-button").wait_for()
    page.wait_for_timeout(4000)  # in which a run would have begun
    expect(page.locator(RUN)).to_have_count(0)
    page.locator("#demo-xor-button").click()
    expect_a_run(page)
    page.context.close()


@pytest.mark.parametrize("address", ["", pytest.param("#gpt", marks=pytest.mark.soak)])
def test_it_begins_once_when_its_tab_is_pressed_while_the_page_is_on_its_way(slow_page: Callable, address: str) -> None:
    page, events = slow_page(address)
    page.locator("#demo-xor-button").click()
    expect_a_run(page)
    assert len(events) == len(set(events)), "an event was sent twice"


def test_an_address_that_names_no_tab_shows_the_first(slow_page: Callable) -> None:
    page, _ = slow_page("#nothing")
    expect_a_run(page)
