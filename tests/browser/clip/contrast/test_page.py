"""“How it learned” in a real browser: it trains by itself, can be stopped, and says its numbers step by step."""

import re

import pytest
from playwright.sync_api import Page, expect

TINTS = """matrix => [...matrix.querySelectorAll("button")].map(
  (cell) => parseFloat(cell.style.getPropertyValue("--tint")) / 100)"""


def visit(open_page, **options: object) -> Page:
    page: Page = open_page("clip", **options)
    page.locator("#clip-view label").filter(has=page.locator("input[value=contrast]")).click()
    return page


@pytest.mark.soak
def test_it_trains_at_once_and_the_diagonal_lights_up(open_page) -> None:
    page = visit(open_page)
    expect(page.locator(".contrast-status")).to_have_text("Learnt in 300 steps")
    tints = page.locator(".contrast-matrix").evaluate(TINTS)
    assert len(tints) == 64
    blocks = [sum(tints[8 * i + j] for j in range(8) if i // 2 == j // 2) for i in range(8)]
    assert min(blocks) > 0.8  # a caption's words are found, in whichever order
    expect(page.locator(".contrast-fact")).to_have_text(re.compile(r"\d of 8 images find their own caption"))
    page.locator(".contrast-matrix button").nth(9).click()
    expect(page.locator(".contrast-pair")).to_contain_text("a pair")
    page.locator(".contrast-steps [data-step=rows]").click()
    expect(page.locator(".contrast-explained:visible math")).to_have_count(2)
    expect(page.locator(".contrast-code")).to_contain_text("F.cross_entropy(logits, pairs)")
    shares = page.locator(".contrast-value").first.locator("span").all_inner_texts()
    assert abs(sum(map(float, shares)) - 1) < 0.05
    assert float(shares[1]) == float(f"{tints[9]:.2f}")
    page.locator(".contrast-shown [data-show=cosines]").click()
    assert page.locator(".contrast-matrix").evaluate(TINTS) != tints


@pytest.mark.soak
def test_it_can_be_stopped_and_begun_anew_with_another_loss(open_page) -> None:
    page = visit(open_page)
    page.locator("#clip-view-contrast .folded button.label-wrap").click()
    expect(page.locator(".contrast-status")).to_have_text(re.compile(r"of 300|in 300"))
    page.locator("#clip-view-contrast").get_by_label("128", exact=True).check()  # steps that take their time
    page.get_by_label("Steps", exact=True).fill("2000")
    page.get_by_label("Steps", exact=True).press("Tab")
    page.locator("#clip-contrast-go").click()
    expect(page.locator(".contrast-status")).to_have_text(re.compile(r"Step \d+ of 2000"))
    page.locator("#clip-contrast-stop").click()
    expect(page.locator(".contrast-status")).to_have_text(re.compile(r"Stopped at step \d+ of 2000"))
    page.wait_for_timeout(1500)
    expect(page.locator(".contrast-status")).to_contain_text("Stopped")  # and stays so
    page.locator("#clip-contrast-loss label").last.click()
    expect(page.locator(".contrast-steps [data-step=judged]")).to_be_visible()
    expect(page.locator(".contrast-steps [data-step=rows]")).to_be_hidden()
    expect(page.locator(".contrast-shown [data-show=judged]")).to_have_attribute("aria-checked", "true")
    expect(page.locator(".contrast-curves figcaption").nth(1)).to_contain_text("bias −")
    page.locator("#clip-contrast-stop").click()
    expect(page.locator(".contrast-status")).to_contain_text("Stopped")


@pytest.mark.soak
def test_on_a_korean_phone_captions_are_korean_and_nothing_is_too_wide(open_page) -> None:
    page = visit(open_page, locale="ko-KR", size=(390, 844))
    expect(page.locator(".contrast-caption").first).to_contain_text(
        re.compile("[가-힣]+ (위의|아래의|왼쪽의|오른쪽의)")
    )
    page.locator("#clip-contrast-go").evaluate("button => button.scrollIntoView()")
    expect(page.locator("#clip-contrast-go")).to_be_in_viewport()  # with the whole matrix below it
    expect(page.locator(".contrast-matrix button").last).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cut = "captions => captions.filter((each) => each.scrollHeight > each.clientHeight + 1).length"
    assert page.locator(".contrast-caption").evaluate_all(cut) == 0
    page.locator("#clip-contrast-stop").click()
