"""A page whose visit the server has forgotten says so and opens again; no other page does."""

from collections.abc import Callable

from playwright.sync_api import expect

from demos.common.i18n import text
from demos.common.ui import page_files, words
from demos.common.ui.middleware.presence import VISIT
from tests.browser.xor.page_code import ADDRESS, serve_page_code

HTML = f"""<!doctype html><title>page</title><div id="part"><p role="alert" hidden></p></div>
<script>
  window.glassbox = {{ language: "ko" }};
  window.visit = "first";
  window.fetch = async () => new Response("", {{ headers: window.visit ? {{ "{VISIT}": window.visit }} : {{}} }});
</script>"""
MOUNT = f"""async (words) => {{
  const {{ mount }} = await import("/{page_files.URL}/common/page/same_visit.js");
  mount({{ element: document.getElementById("part") }}, {{ words }});
  window.stays = true;
}}"""


def test_an_answer_of_another_visit_opens_the_page_again_and_says_why(launch: Callable) -> None:
    page = launch(None).new_page()
    serve_page_code(page, HTML)
    page.goto(f"{ADDRESS}/")
    page.clock.install()
    page.evaluate(MOUNT, words("common.opens_"))
    said = page.get_by_role("alert")
    for visit in ("first", "", "first"):  # what belongs to no visit says nothing
        assert page.evaluate("async (visit) => { window.visit = visit; return (await fetch('/')).ok; }", visit)
    expect(said).to_be_hidden()
    assert page.evaluate("async () => { window.visit = 'second'; return (await fetch('/')).ok; }")  # it is handed on
    expect(said).to_have_text(text("common.opens_again", "ko"))
    page.evaluate("fetch('/')")
    with page.expect_navigation():
        page.clock.run_for(10_000)
    assert not page.evaluate("window.stays")
    page.close()
