"""CLIP's jobs by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import choose, reach, stays


@pytest.mark.soak
def test_images_are_taken_away_and_asked_about_by_keyboard(open_page) -> None:
    page = open_page("clip")
    expect(page.locator(".match-card .match-row.best")).to_have_count(4)
    reach(page, "Remove lion.jpg")
    page.keyboard.press("Enter")
    stays(page, "Remove tower.jpg")
    choose(page, "Why?", "Shift+Tab")
    page.locator(".why[data-drawn]").wait_for()
    reach(page, "bus.png")
    page.keyboard.press("Enter")
    expect(page.locator(".why-map")).to_have_attribute(
        "aria-label", "Heat map over bus.png: where “a house” gains and loses"
    )
    stays(page, "bus.png")
    expect(page.locator(".why-legend")).to_be_visible()
    reach(page, "Heat map over bus.png")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".why-cell")).to_contain_text("Without this part")
    reach(page, "a bus")
    page.keyboard.press("Enter")
    expect(page.locator(".why-guess[aria-selected=true]")).to_contain_text("a bus")
    stays(page, "a bus")


@pytest.mark.soak
def test_the_map_of_the_gallery_is_walked_by_keyboard(open_page) -> None:
    page = open_page("clip")
    choose(page, "Gallery")
    expect(page.locator(".gallery-tile")).to_have_count(18)  # two of the 19 are nearly the same
    reach(page, "Map")
    page.keyboard.press("Enter")
    reach(page, "Map of 19 images")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".gallery-plane .gallery-hint")).to_contain_text(".jpg")
    chosen = page.locator(".gallery-plane .gallery-hint").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".gallery-large[open] .gallery-name")).to_have_text(chosen)
    page.keyboard.press("Escape")
    stays(page, "Map of 19 images")
