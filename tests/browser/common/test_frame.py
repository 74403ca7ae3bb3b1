"""The page as a visitor meets it: two languages, day and night, a phone."""

import re

import pytest
from playwright.sync_api import Route, expect

from demos import DEMOS
from demos.common.i18n import text
from tests.conftest import choose_tab


@pytest.mark.parametrize(("locale", "language"), [("ko-KR", "ko"), ("de-DE", "en")])
def test_the_page_speaks_the_visitors_language(open_page, locale: str, language: str) -> None:
    page = open_page(locale=locale)
    expect(page.locator("#header h1")).to_have_text(text("common.app_title", language), use_inner_text=True)
    for demo in DEMOS:
        expect(page.locator(f"#demo-{demo.name}-button")).to_have_text(text(f"{demo.name}.title", language))
    expect(page.locator("#device")).to_contain_text(text("common.device_line", language, device="").strip())


def test_the_other_language_is_one_click_away_and_remembered(open_page) -> None:
    page = open_page(locale="en-US")
    page.locator("#header button").first.click()
    expect(page.locator("#tagline")).to_contain_text(text("common.tagline", "ko"))
    page.reload()
    expect(page.locator("#tagline")).to_contain_text(text("common.tagline", "ko"))


# What stands on the page: visible text, and what is said of parts; not Gradio's copies that it measures tabs with.
TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const place = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (text && place?.checkVisibility() && !place.closest("script, style, [aria-hidden=true]")) found.push(text);
  }
  for (const name of ["title", "aria-label", "placeholder"])
    for (const each of document.querySelectorAll(`[${name}]`)) {
      if (each.checkVisibility()) found.push(each.getAttribute(name));
    }
  return found;
}"""
# What stays Korean on an English page: the name of the other language, and a visitor's guesses about images.
STAYS = {"clip": {"사자", "탑", "버스", "치타", "물고기", "나무", "집"}}


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_another_language_is_spoken_in_place(open_page, demo) -> None:
    """Nothing is loaded anew: what a visitor has before them stays, and every word of ours changes."""
    # minGPT opens in Korean on Korean text, which stays: there it is English, Korean and English again.
    page = open_page(demo.name, locale="en-US" if demo.name == "gpt" else "ko-KR")
    expect(page.locator(f"#demo-{demo.name} .stage").first.locator(demo.opens_with).first).to_be_visible()
    page.wait_for_timeout(2000)
    page.evaluate("window.stayed = true")
    if demo.name == "gpt":
        page.locator("#header button").first.click()
        expect(page.locator(".gpt-facts")).to_contain_text("파라미터")
    page.locator("#header button").first.click()
    expect(page.locator("#tagline")).to_contain_text(text("common.tagline", "en"))
    expect(page.locator(f"#demo-{demo.name}-button")).to_have_attribute("aria-selected", "true")
    assert page.evaluate("window.stayed")
    stays = {text("common.other_language", "en"), *STAYS.get(demo.name, ())}
    drawn_when_seen = (".inside-status", ".inside-loss-here") if demo.name == "xor" else ()
    for _ in range(40):  # what the server has to say again takes a moment
        for place in drawn_when_seen:
            page.locator(place).scroll_into_view_if_needed()
            page.wait_for_timeout(200)
        korean = [said for said in page.evaluate(TEXTS) if re.search("[가-힣]", said)]
        left = {said for said in korean if not any(said.startswith(word) for word in stays)}
        if not left:
            break
        page.wait_for_timeout(500)
    assert not left


def test_what_a_visitor_wrote_is_there_in_the_other_language(open_page) -> None:
    page = open_page("gpt", locale="en-US")
    prompt = page.locator("#demo-gpt textarea").first
    prompt.wait_for()
    prompt.fill("To be, or not")
    page.locator("#header button").first.click()
    expect(page.locator("#tagline")).to_contain_text(text("common.tagline", "ko"))
    page.wait_for_timeout(1500)
    assert prompt.input_value() == "To be, or not"
    expect(page.locator("#demo-gpt")).to_contain_text(text("gpt.write", "ko"))


def test_day_and_night_follow_the_system_and_the_switch(open_page) -> None:
    page = open_page(dark=True)
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    page.locator("#header button").nth(1).click()
    expect(page.locator("body")).not_to_have_class(re.compile(r"\bdark\b"))
    page.reload()
    page.locator("#tagline").wait_for()
    expect(page.locator("body")).not_to_have_class(re.compile(r"\bdark\b"))


def test_words_in_bold_are_in_our_own_type(open_page) -> None:
    page = open_page()
    page.evaluate("document.fonts.ready")
    widths = page.evaluate("""async () => {
      const context = document.createElement("canvas").getContext("2d");
      const measure = (font) => { context.font = font; return context.measureText("Layer 1 of 6, quickly").width; };
      return Promise.all(["Sans", "Mono"].flatMap((name) => [400, 600, 700].map(async (weight) => {
        await document.fonts.load(`${weight} 20px "IBM Plex ${name}"`);
        return ["serif", "fantasy", "cursive", "monospace"].map((other) => (
          measure(`${weight} 20px "IBM Plex ${name}", ${other}`)));
      })));
    }""")
    assert all(len(set(each)) == 1 for each in widths)  # whatever stands behind it, it is not needed


# One page goes through the four tabs; a demo that was added has one of its own (tests/app/test_new_demo.py).
TOGETHER = pytest.mark.parametrize(
    "demos", [DEMOS[:4], *((demo,) for demo in DEMOS[4:])], ids=lambda demos: "-".join(demo.name for demo in demos)
)


@TOGETHER
def test_a_phone_shows_every_tab_without_scrolling_sideways(open_page, demos) -> None:
    page = open_page(demos[0].name, size=(390, 844))
    for demo in demos:
        choose_tab(page, demo.name)
        page.locator(f"#demo-{demo.name} .stage").first.wait_for()
        page.wait_for_timeout(1500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, demo.name


# What the stage of a tab shows by itself is there, and the stage has more than half of the tab's width.
OPENED = """([demo, shown]) => {
  const tab = document.getElementById(`demo-${demo}`), stage = tab?.querySelector(".stage");
  const first = stage?.querySelector(shown), width = (part) => part.getBoundingClientRect().width;
  return first?.checkVisibility() && width(first) > 0 && width(stage) >= 0.55 * width(tab);
}"""


@TOGETHER
def test_no_tab_opens_empty(open_page, demos) -> None:
    page = open_page(demos[0].name)
    for demo in demos:
        choose_tab(page, demo.name)
        page.wait_for_function(OPENED, arg=[demo.name, demo.opens_with])


def test_every_tab_stands_once_and_keeps_what_was_left_in_it(open_page) -> None:
    page = open_page("gpt", locale="ko-KR")
    # The first answer brings a prompt.
    expect(page.locator(".gpt-facts")).to_contain_text("한국어 대화")
    tabs = page.locator("#demos > .tab-wrapper button[role=tab]:visible")
    prompt = page.locator("#demo-gpt textarea").first
    prompt.fill("JULIET:")
    for demo in reversed(DEMOS):
        page.locator(f"#demo-{demo.name}-button").click()
        expect(tabs).to_have_text([text(f"{demo.name}.title", "ko") for demo in DEMOS])
    page.locator("#demo-gpt-button").click()
    expect(prompt).to_have_value("JULIET:")


@pytest.mark.parametrize(
    ("demo", "field"),
    [("gpt", "#gpt-prompt"), ("clip", "#clip-labels")],
    ids=["gpt", "clip"],
)
def test_what_is_typed_before_the_server_answers_stays(open_page, demo, field) -> None:
    page = open_page(locale="ko-KR")
    held: list[Route] = []
    page.route("**/queue/join*", lambda request: held.append(request))
    page.locator(f"#demo-{demo}-button").click()
    typed = page.locator(f"{field} textarea")
    typed.fill("a dog")
    page.wait_for_timeout(300)
    assert held
    page.unroute("**/queue/join*")  # which lets them go on
    if demo == "gpt":
        expect(page.locator(".gpt-facts")).to_contain_text("한국어 대화")
    page.wait_for_timeout(3000)
    expect(typed).to_have_value("a dog")


def test_a_tab_opened_in_a_hurry_speaks_the_visitors_language(open_page) -> None:
    page = open_page("posture", locale="ko-KR")  # clicked before the first tab had been answered
    expect(page.locator("#posture-player [data-part=exercise]")).to_have_text("스쿼트")
