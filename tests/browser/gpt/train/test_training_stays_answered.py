"""Training in a browser where things go another way than usual: paused and then stopped, half a character pasted."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PATIENCE = 120_000  # a busy machine learns slowly
PASTE = """(field) => {  // `fill` would mend the half character
  const text = ("the cat sat on it\\n".repeat(60) + "ab\\ud83d\\n").repeat(2);
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
  for (const name of ["input", "blur"]) field.dispatchEvent(new Event(name, { bubbles: true }));
}"""


def to_training(page: Page) -> None:
    page.locator("#gpt-view label").nth(2).click()
    expect(page.locator(".gpt-training .verdict")).not_to_be_empty(timeout=PATIENCE)


@pytest.mark.soak
def test_a_paused_training_can_be_stopped(open_page: Callable) -> None:
    page = open_page("gpt")
    to_training(page)
    page.locator("#gpt-train-steps input").fill("2000")
    page.locator("#gpt-train-go").click()
    status = page.locator(".gpt-training .status")
    expect(status).to_contain_text("Step", timeout=PATIENCE)
    page.locator("#gpt-train-pause").click()
    expect(status).to_contain_text("Paused", timeout=PATIENCE)
    page.locator("#gpt-train-stop").click()
    expect(status).to_contain_text("Stopped after")
    expect(page.locator("#gpt-train-go")).to_be_visible()


@pytest.mark.soak
def test_half_a_character_pasted_ends_nothing(open_page: Callable) -> None:
    page = open_page("gpt")
    to_training(page)
    page.locator("#gpt-train-steps input").fill("20")
    field = page.locator("#gpt-train-text textarea")
    field.focus()
    field.evaluate(PASTE)
    expect(page.locator("#gpt-train-facts")).to_contain_text("2,168 characters")
    page.locator("#gpt-train-go").click()
    expect(page.locator(".gpt-training .status")).to_contain_text("Finished")
    with page.expect_download():
        page.locator(".gpt-export").click()
