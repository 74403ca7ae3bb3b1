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


SLOW = """(() => {
  const atOnce = window.fetch;
  window.fetch = async (...asked) => {
    if (String(asked[0]).includes("queue/join")) await new Promise((done) => setTimeout(done, 1500));
    return atOnce(...asked);
  };
})()"""


def test_its_tab_is_pressed_while_the_page_is_on_its_way(app_url: str, launch: Callable) -> None:
    page = launch(None).new_page()
    page.add_init_script(SLOW)
    page.goto(app_url)
    page.locator("#demo-xor-button").click()
    expect(page.locator(RUN)).to_have_count(1, timeout=60_000)
    page.context.close()
