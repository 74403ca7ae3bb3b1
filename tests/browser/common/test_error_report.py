"""An error's message can be copied as a report, and the report holds nothing of the visitor's."""

import re
from pathlib import Path

from playwright.sync_api import expect

from demos.common.i18n import LANGUAGES, PLACEHOLDER, strings, text
from demos.common.version import VERSION

expect.set_options(timeout=60_000)  # a busy machine answers slowly

ROOT = Path(__file__).parents[3]
SECRET = "my secret (1) {name}.csv"
REFUSALS = {
    key
    for file in ROOT.joinpath("demos").rglob("*.py")
    for key in re.findall(r'BadInput\(\s*"([\w.]+)"', file.read_text(encoding="utf-8"))
}
LASTING = """() => {
  const later = window.setTimeout;
  window.setTimeout = (run, wait, ...given) => later(run, wait === 12000 ? 600000 : wait, ...given);
}"""  # a message of 12 seconds, for a busy machine
FOUND = """async (sentences) => {
  const { keyOf } = await import(new URL("page_files/common/page/said_by.js", document.baseURI).href);
  return sentences.map((sentence) => keyOf(sentence, window.gradio_config.i18n_translations));
}"""


def test_an_error_is_copied_as_a_report_without_what_the_visitor_sent(open_page) -> None:
    page = open_page("xor", query="?hide=lessons#xor", size=(390, 844), locale="ko-KR")
    page.evaluate(LASTING)
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error(); }; }")
    page.locator(".xor-table summary").click()
    page.locator(".xor-table textarea").fill("x,y,label\n0,0,cat\n0,1,dog\n1,secret.csv\n")
    page.locator("[data-do=use-table]").click()
    message = page.locator(".toast-message-item.error")
    expect(message).to_contain_text("secret.csv")
    button = message.locator("button")
    expect(button).to_have_text(text("common.report_copy", "ko"))
    button.click()
    field = page.locator("#error-report textarea")  # no clipboard: to be copied by hand
    expect(field).to_be_visible()
    report = field.input_value()
    assert "secret" not in report
    assert "hide" not in report
    for told in (VERSION, "shared" if "shared" in report else "laptop", "xor", "ko", "390 × 844", "Chrome"):
        assert told in report
    assert strings()["xor.csv_line"]["en"] in report
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#error-report button").click()
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    button.click()
    expect(button).to_have_text(text("common.report_copied", "ko"))
    assert page.evaluate("window.copied") == report

    keys = [key for key in sorted(REFUSALS) for _ in LANGUAGES]
    said = [PLACEHOLDER.sub(SECRET, strings()[key][language]) for key in sorted(REFUSALS) for language in LANGUAGES]
    assert page.evaluate(FOUND, said) == keys
    assert page.evaluate(FOUND, [f"Something of Gradio's: {SECRET}", ""]) == ["", ""]
