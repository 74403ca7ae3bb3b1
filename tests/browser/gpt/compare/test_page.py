"""Two models compared, as a visitor does it."""

from collections.abc import Callable

from playwright.sync_api import expect

from demos.common.numbers import decimals, probability
from demos.gpt.compare.predictions import compare_on
from demos.gpt.compare.untrained import untrained
from demos.gpt.compare.weight_distance import weight_distances
from demos.gpt.models.checkpoint import Checkpoint, load

TEXT = "ROMEO:\nBut, soft! what light"


def test_two_models_are_compared_piece_by_piece(open_page: Callable) -> None:
    trained = load("shakespeare")
    fresh = Checkpoint(untrained(trained.model), trained.tokenizer)
    expected = compare_on(trained, fresh, TEXT)
    page = open_page("gpt")
    page.locator("#gpt-view label").nth(3).click()
    page.locator(".gc-strip td").first.wait_for()  # nobody meets an empty box
    page.locator("#gpt-compare-text textarea").fill(TEXT)
    page.locator("#gpt-compare-go").click()
    expect(page.locator(".gc-strip .text td")).to_have_count(len(TEXT) + 1)
    expect(page.locator(".gc-scores tbody .a td").first).to_have_text(decimals(expected.score_a.bits_per_character, 2))
    expect(page.locator(".gc-scores tbody .b td").first).to_have_text(decimals(expected.score_b.bits_per_character, 2))

    at = TEXT.index("soft")
    page.locator(f".gc-strip .text [data-place='{at}']").click()
    expect(page.locator(f".gc-strip .loss.a [data-place='{at}']")).to_have_text(decimals(expected.losses_a[at], 2))
    place = expected.places[at]
    assert place is not None
    expect(page.locator(f".gc-strip .apart [data-place='{at}']")).to_have_text(decimals(place.divergence, 2))
    rows = page.locator(".gc-choices tbody tr")
    expect(rows).to_have_count(len(place.choices))
    expect(rows.first.locator("td.a em")).to_have_text(probability(place.choices[0][1]))
    expect(rows.first.locator("td.b em")).to_have_text(probability(place.choices[0][2]))
    parts = page.locator(".gc-weights tbody tr")
    expect(parts.locator("td:last-child")).to_have_text(
        [decimals(each.cosine, 3) for each in weight_distances(trained.model, fresh.model)]
    )

    page.locator("#gpt-compare-other input").click()
    page.get_by_role("option").last.click()
    expect(page.locator(".gc-refused")).to_be_visible()  # neither sorting nor adding takes letters
