"""Look inside, as a visitor meets it."""

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from demos.common.numbers import probability, signed
from demos.gpt.inside.attribution import gradient_times_input, leave_one_out
from demos.gpt.inside.forward import Inside, look
from demos.gpt.inside.interventions import Intervention, intervene
from demos.gpt.inside.query_key import query_key
from demos.gpt.models.checkpoint import load

TEXT = "ROMEO:\nBut, soft! what light through yonder window breaks?"
OTHER = "JULIET: O gentle Romeo, if thou dost love, say it faithfully."[: len(TEXT)].ljust(len(TEXT), "!")


@pytest.fixture(scope="module")
def inside() -> Inside:
    """What the page must show of TEXT."""
    shakespeare = load("shakespeare")
    return look(shakespeare.model, shakespeare.tokenizer.encode(TEXT).tokens)


def open_view(page: Page, text: str = TEXT) -> Page:
    page.locator("#gpt-view label").nth(1).click()
    page.locator(".gi.ready").wait_for()
    if text:
        page.locator("#gpt-inside-text textarea").fill(text)
        page.locator("#gpt-inside-look").click()
        expect(page.locator(".gi-text [data-t]")).to_have_count(len(text))
    return page


def show(page: Page, view: str) -> None:
    page.locator(f".gi-switch [data-view={view}]").click()
    expect(page.locator(f"[data-panel={view}]")).to_be_visible()


TINTED = """[...document.querySelectorAll(".gi-text [data-t]")].some(
    (one) => parseInt(one.style.getPropertyValue("--tint")) > 0)"""


def tint(cell: Locator) -> int:
    return int(cell.evaluate("cell => parseInt(cell.style.getPropertyValue('--tint'))"))


@pytest.mark.soak
def test_a_heads_query_meets_each_key(open_page: Callable, inside: Inside) -> None:
    page = open_view(open_page("gpt"))
    page.locator(".gi-text [data-t='40']").click()
    page.locator(".gi-small[data-layer='1'][data-head='2']").click()
    show(page, "query_key")
    found = query_key(load("shakespeare").model, inside, 1, 2, 40)
    rows = page.locator(".gi-qk tbody tr")
    expect(rows.locator(".score")).to_have_text([signed(score, 2) for score in found.scores.tolist()])
    page.locator("[data-sorted=true]").click()
    best = int(found.weights.argmax())
    expect(rows.first).to_have_attribute("data-token", str(best))
    said = page.locator(".gi-told")
    expect(said).to_contain_text(f"score {signed(found.scores[best].item(), 2)}")
    page.locator(".gi-qk-box").focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Channel 0: query")
    expect(said).to_contain_text(f"adds {signed(found.products[best, 0].item(), 3)}")
    rows.first.locator("button").click()  # whose query is that
    expect(page.locator("[data-panel=query_key] .gi-token-name")).to_contain_text(f"Token {best + 1}:")
    expect(rows).to_have_count(best + 1)


def test_attention_is_what_the_model_computes(open_page: Callable, inside: Inside) -> None:
    page = open_view(open_page("gpt"))
    expect(page.locator(".gi-small")).to_have_count(24)
    position = TEXT.index("window")
    best = inside.attention[:, :, position].max(-1).values
    layer, head = next((int(at[0]), int(at[1])) for at in ((best > 0.2) & (best < 0.9)).nonzero())
    page.locator(f".gi-small[data-layer='{layer}'][data-head='{head}']").click()
    expect(page.locator(".gi-name")).to_have_text(f"Layer {layer + 1}, head {head + 1}")
    page.locator(f".gi-text [data-t='{position}']").click()
    page.locator(".gi-switch").hover()  # the pointer leaves the text
    row = inside.attention[layer, head, position]
    best = int(row.argmax())
    expect(page.locator(".gi-read")).to_contain_text("%")
    read = re.search(r"([\d.]+)%", page.locator(".gi-read").inner_text())
    assert read is not None
    assert abs(float(read[1]) - 100 * row[best]) < 1  # the page has the weights' roots in eight bits
    tints = [tint(page.locator(f".gi-text [data-t='{t}']")) for t in range(position + 1)]
    assert tints.index(max(tints)) == best
    expect(page.locator(".gi-arcs path")).to_have_count(int((row[:position] >= 0.02).sum()))

    page.locator("[data-spread=all]").click()
    mean = inside.attention.mean((0, 1))[position]
    tints = [tint(page.locator(f".gi-text [data-t='{t}']")) for t in range(position + 1)]
    assert tints == pytest.approx([50 * p**0.5 for p in mean[: position + 1].tolist()], abs=1.5)

    page.locator(".gi-text").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".gi-text .chosen")).to_have_attribute("data-t", str(position - 1))


@pytest.mark.soak
def test_the_lens_shows_every_layers_best_guess(open_page: Callable, inside: Inside) -> None:
    page = open_view(open_page("gpt", size=(390, 844)))
    show(page, "lens")
    tokenizer = load("shakespeare").tokenizer
    for row in range(7):
        shown = page.locator(f".gi-lens td[data-row='{row}']").all_inner_texts()
        guesses = tokenizer.decode(inside.lens.guesses[row, :, 0].tolist())
        assert "".join(shown) == guesses.replace(" ", "␣").replace("\n", "↵")
    firsts = page.locator(".gi-lens td.first")
    assert {(int(c.get_attribute("data-t")), int(c.get_attribute("data-row"))) for c in firsts.all()} == set(
        enumerate(inside.lens.first.tolist())
    )
    page.locator(".gi-lens td[data-row='3'][data-t='57']").click()
    expect(page.locator(".gi-cell")).to_have_text("Best guesses after layer 3")
    expect(page.locator(".gi-bars .gi-bar")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.soak
def test_the_steps_show_code_formula_and_the_tokens_own_numbers(open_page: Callable, inside: Inside) -> None:
    page = open_page("gpt", locale="ko-KR")
    expect(page.locator("#gpt-model input")).to_have_value("한국어 챗봇")
    page.locator("#gpt-model input").click()
    page.get_by_role("option", name="셰익스피어").click()
    open_view(page)
    show(page, "steps")
    page.locator(".gi-steps [data-step=attend]").click()
    expect(page.locator(".gi-code")).to_contain_text("F.scaled_dot_product_attention")
    expect(page.locator(".gi-explained:visible math")).to_be_visible()
    expect(page.locator(".gi-value").nth(1)).to_contain_text("(B, H, T, T) = (1, 4, 58, 58)")
    layer = int(re.search(r"(\d)층$", page.locator("[data-panel=steps] .gi-stepper b").first.inner_text())[1]) - 1
    head = int(re.search(r"(\d)번", page.locator("[data-panel=steps] .gi-stepper b").nth(1).inner_text())[1]) - 1
    most = inside.attention[layer, head, -1].max().item()
    expect(page.locator(".gi-stats").nth(1)).to_contain_text(f"최대 {most:.3g}")

    page.locator(".gi-steps [data-step=unembed]").click()
    expect(page.locator(".gi-values .gi-bar")).to_have_count(10)
    best = inside.lens.probabilities[-1, -1, 0].item()
    expect(page.locator(".gi-values .gi-bar").first).to_contain_text(probability(best))
    page.locator(".gi-text [data-t='10']").click()
    best = inside.lens.probabilities[-1, 10, 0].item()
    expect(page.locator(".gi-values .gi-bar").first).to_contain_text(probability(best))


@pytest.mark.soak
def test_next_goes_through_every_layer_to_the_end(open_page: Callable) -> None:
    page = open_view(open_page("gpt"), "KING")
    show(page, "steps")
    for _ in range(1 + 6 * 5):
        page.locator(".gi-next").click()
    expect(page.locator(".gi-steps [aria-selected=true]")).to_have_attribute("data-step", "unembed")
    expect(page.locator(".gi-next")).to_be_disabled()


def test_a_head_that_is_changed_changes_what_comes_next_and_reset_gives_back_the_same(
    open_page: Callable, inside: Inside
) -> None:
    page = open_view(open_page("gpt"))
    page.locator(".gi-text [data-t='53']").click()
    page.locator(".gi-small[data-layer='1'][data-head='2']").click()
    show(page, "change")
    rows = page.locator(".gi-changed tbody tr")
    expect(rows).to_have_count(8)
    expect(rows.first).to_contain_text(probability(inside.lens.probabilities[-1, 53, 0].item()))
    given = rows.all_text_contents()

    def expect_change(change: Intervention, other: str = "") -> None:
        shakespeare = load("shakespeare")
        tokens = shakespeare.tokenizer.encode(other).tokens
        said = intervene(shakespeare.model, inside.tokens.tolist(), [change], tokens)[53]
        letter = page.locator(".gi-changed tbody tr", has=page.locator("th", has_text=re.compile("^a$")))
        expect(letter.locator(".after em")).to_have_text(probability(said[tokenizer.encode("a").tokens[0]].item()))

    tokenizer = load("shakespeare").tokenizer
    page.locator(".gi-off").click()
    expect_change(Intervention(1, 2, 0))
    expect(page.locator(".gi-changed .by").first).not_to_have_text("–")
    page.locator("[data-whole=true]").click()
    expect_change(Intervention(1, None, 0))
    page.locator(".gi-other textarea").fill("too short")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-body")).to_contain_text("The other text has 9 tokens and this one 58")
    page.locator(".gi-other textarea").fill(OTHER)
    page.locator("#gi-factor").fill("1")
    expect_change(Intervention(1, None, 1, patched=True), OTHER)
    page.get_by_role("button", name="한국어").click()
    expect(page.locator(".gi-changed-name")).to_have_text("54번째 토큰 ‘e’ 다음")
    expect(page.locator(".gi-other textarea")).to_have_value(OTHER)
    page.get_by_role("button", name="English").click()
    page.locator("[data-whole=false]").click()
    page.locator(".gi-reset").click()
    expect(page.locator(".gi-change .gi-fact")).to_contain_text("Nothing is changed")
    expect(rows).to_have_count(8)
    expect(rows).to_have_text(given)


@pytest.mark.soak
def test_both_attributions_are_of_the_next_token_that_was_chosen(open_page: Callable, inside: Inside) -> None:
    shakespeare = load("shakespeare")
    page = open_view(open_page("gpt"))
    page.locator(".gi-text [data-t='53']").click()
    show(page, "attribution")
    for letter in ("a", "d"):
        target = shakespeare.tokenizer.encode(letter).tokens[0]
        page.locator(".gi-target select").select_option(str(target))
        expected = leave_one_out(shakespeare.model, inside.tokens.tolist()[:54], target).tolist()
        shown = page.locator(".gi-causes[data-of=left_out] li span")
        expect(shown).to_have_text([signed(value, 2) for value in expected])
        gradient = gradient_times_input(shakespeare.model, inside.tokens.tolist()[:54], target)
        r = torch.corrcoef(torch.stack([gradient, torch.tensor(expected)]))[0, 1].item()
        expect(page.locator(".gi-agree")).to_contain_text(f"correlation of {signed(r, 2)}")


@pytest.mark.soak
def test_tokens_and_unknown_characters_are_explained(open_page: Callable) -> None:
    page = open_view(open_page("gpt", dark=True), "")
    page.locator("#gpt-inside-text textarea").fill("To be 안")
    page.locator("#gpt-inside-look").click()
    expect(page.locator(".gi-notes")).to_contain_text("안")
    show(page, "tokens")
    expect(page.locator(".gi-chips li")).to_have_count(6)
    expect(page.locator(".gi-chips li").first).to_contain_text("54")  # T in UTF-8, hexadecimal

    page.locator("#gpt-inside-text textarea").fill("한글뿐")
    page.locator("#gpt-inside-look").click()
    expect(page.locator(".toast-body")).to_contain_text("none of these characters")
    expect(page.locator(".gi-chips li")).to_have_count(6)


@pytest.mark.soak
def test_merges_are_shown_and_a_word_too_long_for_them_is_named(open_page: Callable) -> None:
    page = open_page("gpt", locale="ko-KR", size=(390, 844))
    page.locator("#gpt-model input").click()
    page.get_by_role("option", name="한국어").click()
    open_view(page, "")
    page.locator("#gpt-inside-text textarea").fill("날씨가 좋네요")
    page.locator("#gpt-inside-look").click()
    show(page, "tokens")
    page.locator(".gi-chips li").first.click()
    expect(page.locator(".gi-merges h4")).to_contain_text("BPE")
    expect(page.locator(".gi-merges li").first).to_contain_text("<EB>")
    page.locator("#gpt-inside-text textarea").fill("오늘 딥러닝")
    page.locator("#gpt-inside-look").click()
    expect(page.locator(".gi-chips .partial b").first).to_have_text("␣<EB><94>")
    page.locator(".gi-chips .partial").first.click()
    expect(page.locator(".gi-merges .new", has_text="␣<EB><94>")).to_have_count(1)
    page.locator("#gpt-inside-text textarea").fill("쀍훑" * 1000)  # no syllable the model has as one token
    page.locator("#gpt-inside-look").click()
    expect(page.locator(".gi-chips li")).to_have_count(64)
    page.locator(".gi-chips li").first.click()
    expect(page.locator(".gi-merges h4")).to_contain_text("‘쀍훑쀍훑쀍훑쀍훑쀍훑쀍훑…’은(는) 6,000바이트")
    expect(page.locator(".gi-merges li")).to_have_count(0)


# A formula is fitted in the frame after the one that shows it.
WHOLE = """() => {
  const [formula] = [...document.querySelectorAll(".formula")].filter((each) => each.checkVisibility());
  return formula.scrollWidth === formula.clientWidth && parseFloat(getComputedStyle(formula).fontSize) > 15;
}"""


@pytest.mark.soak
def test_on_a_phone_every_formula_is_seen_whole(open_page: Callable) -> None:
    page = open_view(open_page("gpt", locale="ko-KR", size=(390, 844)), "")
    show(page, "steps")
    for width in (390, 360):
        page.set_viewport_size({"width": width, "height": 844})
        for step in page.locator(".gi-steps button").all():
            step.click()
            expect(page.locator(".formula:visible")).to_have_count(1)
            page.wait_for_function(WHOLE)


BOXES = "places => places.map((place) => place.getBoundingClientRect().toJSON())"  # at once: they are drawn anew


@pytest.mark.soak
def test_bars_of_the_same_probability_are_as_long_and_begin_at_one_place(open_page: Callable) -> None:
    page = open_page("gpt", locale="ko-KR", size=(1280, 800), dark=True)
    page.locator("#gpt-model input").click()
    page.get_by_role("option", name="한국어").click()
    open_view(page, "")
    page.locator("#gpt-inside-text textarea").fill("나는 오늘 딥러닝을 배웠다. 안녕 Romeo, what light?")
    page.locator("#gpt-inside-look").click()
    expect(page.locator(".gi-text")).to_contain_text("Romeo")  # the text before it had as many bars
    for size in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for view, bars in (("lens", "[data-panel=lens] .gi-bar"), ("steps", ".gi-values .gi-bar")):
            show(page, view)
            if view == "steps":
                page.locator(".gi-steps [data-step=unembed]").click()
            expect(page.locator(bars)).to_have_count(5 if view == "lens" else 10)
            names, tracks = (page.locator(f"{bars} {part}").evaluate_all(BOXES) for part in ("b", "span"))
            assert len({round(track["x"]) for track in tracks}) == 1
            assert len({round(track["width"]) for track in tracks}) == 1
            assert tracks[0]["width"] > 60
            assert max(name["x"] + name["width"] for name in names) <= tracks[0]["x"]


@pytest.mark.soak
def test_left_empty_the_passage_is_looked_at(open_page: Callable) -> None:
    page = open_page("gpt")
    page.wait_for_timeout(3000)  # some of it is written
    open_view(page, "")
    assert page.locator(".gi-text [data-t]").count() >= 32
    page.wait_for_function(TINTED)
