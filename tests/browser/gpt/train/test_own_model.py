"""The model that a visitor has trained is the visitor's: after a reload as before, and beside another visitor's."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PATIENCE = 120_000  # a busy machine learns slowly
LONG = 500_000  # steps that nothing here waits for
LENGTH = 40  # tokens
KEPT = """async () => {
  const { read } = await import(new URL("page_files/gpt/train/page/kept.js", document.baseURI).href);
  return (await read())?.name === "glassbox-gpt-step-60.safetensors";
}"""
TOKENS = "all => all.map(token => [token.textContent, token.dataset.p])"


def to_training(page: Page) -> None:
    page.locator("#gpt-view label").nth(2).click()
    expect(page.locator(".gpt-training .verdict")).not_to_be_empty(timeout=PATIENCE)


def train(page: Page, text: str, steps: int) -> None:
    page.locator("#gpt-train-text textarea").fill(text)
    page.locator("#gpt-train-text textarea").blur()
    expect(page.locator("#gpt-train-facts")).to_contain_text(f"{len(text):,}", timeout=PATIENCE)
    page.locator("#gpt-train-steps input").fill(str(steps))
    page.locator("#gpt-train-go").click()


def to_writing(page: Page, facts: str) -> None:
    """With the visitor's own model, whose text of its own is ended."""
    page.locator("#gpt-train-write").click()
    expect(page.locator(".gpt-facts")).to_contain_text(facts, timeout=PATIENCE)
    expect(page.locator(".gpt-passage span").first).to_be_attached(timeout=PATIENCE)
    page.locator("#gpt-stop-writing").click()
    page.wait_for_timeout(1000)


def write(page: Page, prompt: str) -> list[list[str | None]]:
    """The most likely text after `prompt`: each token and its probability."""
    for field, value in (("temperature", 0), ("Length in tokens|길이", LENGTH)):
        page.get_by_role("spinbutton", name=re.compile(field, re.IGNORECASE)).fill(str(value))
        page.keyboard.press("Enter")
    page.locator("#gpt-prompt textarea").fill(prompt)
    page.locator("#gpt-write").click()
    written = page.locator(".gpt-passage span")
    expect(page.locator(".gpt-passage")).to_contain_text(prompt, timeout=PATIENCE)
    expect(written).to_have_count(len(prompt) + LENGTH, timeout=PATIENCE)
    expect(page.locator(".gpt-passage.writing")).to_have_count(0, timeout=PATIENCE)
    tokens: list[list[str | None]] = written.evaluate_all(TOKENS)
    return tokens


@pytest.mark.soak
def test_what_was_trained_survives_a_reload_and_writes_the_same(open_page: Callable) -> None:
    page = open_page("gpt")
    page.on("dialog", lambda dialog: dialog.accept())  # it was not downloaded, and the page says so
    to_training(page)
    train(page, "the cat sat on the mat, and the dog on the log.\n" * 60, steps=60)
    expect(page.locator(".gpt-training .status")).to_contain_text("Finished", timeout=PATIENCE)
    to_writing(page, "Your own model")
    before = write(page, "the ")
    page.wait_for_function(KEPT, timeout=PATIENCE)

    page.reload()
    page.locator("#demo-gpt-button").click()
    to_training(page)
    expect(page.locator(".kept b")).to_have_text("60", timeout=PATIENCE)
    page.locator(".kept .again").click()
    expect(page.locator("#gpt-train-uploaded")).to_contain_text("60 steps", timeout=PATIENCE)
    to_writing(page, "60 steps")
    assert write(page, "the ") == before


@pytest.mark.soak
def test_two_visitors_train_and_write_at_once_each_with_their_own_model(open_page: Callable) -> None:
    """Each one's text has letters that the other's has not: a model knows no others."""
    texts = ("the cat sat on the mat, and the dog on the log.\n" * 60, "나는 밥을 먹고 너는 물을 마신다.\n" * 60)
    pages = open_page("gpt"), open_page("gpt", locale="ko-KR", size=(390, 844))
    facts = ("Your own model", "지금까지 학습된 내 모델")
    for page, text in zip(pages, texts, strict=True):
        to_training(page)
        train(page, text, LONG)
    samples = [page.locator(".gpt-training .rows button") for page in pages]
    for rows in samples:
        expect(rows.nth(2)).to_be_attached(timeout=PATIENCE)
    for page, own in zip(pages, facts, strict=True):
        to_writing(page, own)
    for page, text, prompt in zip(pages, texts, ("the ", "나는 "), strict=True):
        written = "".join(str(token) for token, _ in write(page, prompt))
        assert set(written) <= set(text)
    statuses = []
    for page, text, rows in zip(pages, texts, samples, strict=True):
        to_training(page)
        for said in rows.locator(".words").all_inner_texts():
            assert set(said) - {"↵"} <= set(text)
        statuses.append(page.locator(".gpt-training .status").inner_text())
    pages[0].locator("#gpt-train-stop").click()
    expect(pages[0].locator("#gpt-train-go")).to_be_visible(timeout=PATIENCE)
    expect(pages[1].locator(".gpt-training .status")).not_to_have_text(statuses[1], timeout=PATIENCE)  # it goes on
    expect(pages[1].locator("#gpt-train-pause")).to_be_visible()
    pages[1].locator("#gpt-train-stop").click()
    expect(pages[1].locator("#gpt-train-go")).to_be_visible(timeout=PATIENCE)
