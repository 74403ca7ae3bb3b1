"""The page that says what stays where."""

from playwright.sync_api import expect

from demos.common.i18n import text

expect.set_options(timeout=60_000)  # a busy machine answers slowly


def test_what_stays_where_is_a_quiet_link_away_and_left_by_a_tab(open_page) -> None:
    page = open_page(locale="ko-KR", size=(390, 844), dark=True)
    link = page.locator("#privacy-link a")
    expect(page.locator("#privacy")).to_be_hidden()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#privacy h2")).to_have_text(text("start.privacy_title", "ko"), use_inner_text=True)
    expect(page.locator("#demo-xor")).to_be_hidden()
    expect(link).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#demos [role=tab]:visible").first.click()
    expect(page.locator("#demo-xor")).to_be_visible()
    expect(page.locator("#privacy")).to_be_hidden()
