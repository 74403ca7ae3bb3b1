"""The first tab begins when it is seen, also where the address leads to another one."""

from collections.abc import Callable

from playwright.sync_api import expect

RUN = "#xor-stage [data-over='true']"


def test_a_link_to_another_tab_starts_no_run_of_xor_until_that_is_seen(open_page: Callable) -> None:
    page = open_page("gpt", query="#gpt")
    page.wait_for_timeout(3000)  # in which a run would have ended
    expect(page.locator(RUN)).to_have_count(0)
    page.locator("#demo-xor-button").click()
    expect(page.locator(RUN)).to_have_count(1, timeout=60_000)
