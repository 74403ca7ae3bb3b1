"""What a class's link hides, and a fresh start for the next class."""

import pytest
from playwright.sync_api import expect

# Match's numbers that are wider than their column.
SPILT = """() => [...document.querySelectorAll("#demo-clip :is(.match-share, .match-cosine)")]
  .filter((place) => place.checkVisibility() && place.scrollWidth > place.clientWidth)
  .map((each) => each.textContent)"""
DRAWN = (
    """async () => (await import(new URL("page_files/common/page/type_size.js", document.baseURI).href)).typeSize(10)"""
)


@pytest.mark.soak
def test_a_link_hides_and_enlarges_and_the_next_class_starts_afresh(open_page) -> None:
    page = open_page(query="?hide=controls&size=projector#xor")
    controls = page.locator("#demo-xor .controls").first
    expect(page.locator(".xor-learner").first).to_be_visible()
    expect(controls).to_be_hidden()
    for demo, asked, setting in (
        ("gpt", "prompt", "columns"),
        ("clip", "labels", "files"),
    ):  # a class sees what is asked
        page.evaluate("place => { location.hash = place }", f"#{demo}")  # CLIP is the last
        expect(page.locator(f"#{demo}-{asked}")).to_be_visible()
        expect(page.locator(f"#{demo}-{setting}")).to_be_hidden()
    page.locator(".match-row .match-share").first.wait_for()
    assert page.evaluate(SPILT) == []
    assert page.evaluate(DRAWN) == 13  # what is drawn is as much larger as what is written
    page.evaluate("location.hash = '#xor'")
    page.locator("#header .show-all").click()
    expect(controls).to_be_visible()
    page.evaluate("location.hash = '#start'")
    page.locator("#class-link").scroll_into_view_if_needed()  # a code is made once somebody looks
    expect(page.locator("#class-link .class-qr path").first).to_be_attached()
    page.locator("#class-link [name=place]").select_option("gpt/attention")
    expect(page.locator("#class-link [name=address]")).to_have_value(page.url.split("?")[0] + "#gpt/attention")
    page.evaluate("localStorage.setItem('glassbox-light', 'dark'); localStorage.setItem('other', 'stays')")
    page.locator("#class-link [data-do=reset]").click()
    with page.expect_navigation():
        page.locator(".class-ask [value=yes]").click()
    expect(page.locator("#start h2")).to_be_visible()
    kept = "localStorage.getItem('glassbox-light') === null && localStorage.getItem('other') === 'stays'"
    page.wait_for_function(kept)  # also while the page is loaded once more
