"""The scripts of the page as a browser gets them: below any address, and said in words where one does not come."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from demos import DEMOS
from demos.common import numbers
from demos.common.i18n import text
from demos.common.ui import page_files
from tests.browser.xor.page_code import ADDRESS, serve_page_code
from tests.conftest import PATIENCE, serving
from tests.reverse_proxy import proxied

SHARES = [0, 1e-7, 0.00009, 0.0001, 0.00012345, 0.0099, 0.01, 0.0951, 0.1, 0.125, 0.5, 0.666, 0.9, 0.985, 0.9901, 0.997]
SHARES += [0.9995, 0.9996, 0.99999999, 1]
VALUES = [None, float("nan"), 0, -0.4, 0.5, 1.005, 12.3456, -999.4, 1000, 1234567.8, -0.00012]


@pytest.fixture(scope="module")
def app_below_a_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app that a proxy shows below a path."""
    prefix = "/some/where"
    log = tmp_path_factory.mktemp("below") / "app.log"
    with serving(log, {"GRADIO_ROOT_PATH": prefix}) as url, proxied(url, prefix) as below:
        yield below


@pytest.mark.soak
def test_below_a_path_behind_a_proxy_every_tab_gets_its_scripts(app_below_a_path: str, open_page) -> None:
    page = open_page(url=app_below_a_path)
    for demo in DEMOS:
        page.locator(f"#demo-{demo.name}-button").click()
        page.locator(f"#demo-{demo.name} .stage").first.wait_for()
    page.locator("#demo-clip-button").click()
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    expect(page.locator(".part-failed")).to_have_count(0)


def test_the_first_view_asks_for_its_modules_at_once_and_for_each_once(app_below_a_path: str, open_page) -> None:
    page = open_page(url=app_below_a_path)
    page.locator(f"#demo-{DEMOS[0].name} {DEMOS[0].opens_with}").first.wait_for()
    expected = [module.removeprefix("page_files/") for module in page_files.modules(DEMOS[0].name)]
    entries = (
        "performance.getEntriesByType('resource').filter(entry => /\\/page_files\\/.*[.]js$/.test(entry.name))"
        ".map(entry => [entry.name.split('/page_files/')[1], entry.initiatorType])"
    )
    page.wait_for_function(f"count => {entries}.length >= count", arg=len(expected))
    page.wait_for_timeout(2000)  # for parts further down
    asked = page.evaluate(entries)
    assert sorted(name for name, _ in asked) == sorted(expected)
    assert [name for name, initiator in asked if initiator == "script"] == []  # learned of from another module


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("ko-KR", "ko")])
def test_a_part_whose_script_does_not_come_says_so(app_url: str, launch, locale: str, language: str) -> None:
    page = launch(None).new_page(locale=locale)
    page.set_default_timeout(PATIENCE)
    page.route("**/page_files/clip/**", lambda route: route.abort())
    page.goto(app_url)
    page.locator("#demo-clip-button").click()
    expect(page.locator("#clip-stage [role=alert]")).to_have_text(text("common.part_failed", language))
    page.context.close()


def test_page_and_server_say_numbers_alike(launch) -> None:
    page = launch(None).new_page()
    serve_page_code(page)
    page.goto(f"{ADDRESS}/")
    script = """async (values) => {
      const numbers = await import("/page_files/common/page/numbers.js");
      const say = (name) => values[name].map((value) => numbers[name](value === "NaN" ? NaN : value));
      return Object.fromEntries(Object.keys(values).map((name) => [name, say(name)]));
    }"""
    values = {"percent": SHARES, "probability": SHARES, "decimals": VALUES, "signed": VALUES, "count": VALUES}
    sent = {
        name: [None if value is None else "NaN" if value != value else value for value in values[name]]
        for name in values
    }
    expected = {name: [getattr(numbers, name)(value) for value in values[name]] for name in values}
    assert page.evaluate(script, sent) == expected
    page.close()


def test_a_view_that_is_left_before_its_script_comes_is_whole_when_it_is_seen_again(app_url: str, launch) -> None:
    page = launch(None).new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    held: list[Route] = []
    page.route("**/page_files/clip/match/page/tools.js", lambda route: held.append(route), times=1)
    page.goto(f"{app_url}/#clip")
    page.locator("#clip-view label").nth(1).click()
    expect(page.locator("#clip-stage")).to_have_count(0)
    while not held:
        page.wait_for_timeout(100)
    held[0].continue_()
    page.wait_for_timeout(2000)
    page.locator("#clip-view label").first.click()
    expect(page.locator(".match-card")).to_have_count(4)
    page.locator("#demo-clip button[data-do=clear]").click()
    expect(page.locator("#demo-clip button[data-do=clear]")).to_contain_text("4")
    expect(page.locator(".part-failed")).to_have_count(0)
    assert errors == []
    page.context.close()
