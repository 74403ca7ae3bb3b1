"""One part of the minGPT tab alone on a plain page: its real template, script and style sheets, no app."""

from typing import Any

from demos.common.ui import page_files, template
from demos.common.ui.theme import css

ADDRESS = "http://plain.test/"  # nobody's: the browser gets all from here


def lay_out(page: Any, part: str) -> None:
    """Put `part` ("gpt/write/page/candidates") on a Playwright page, in Korean.

    `page.evaluate("draw", value)` then gives it a value, `page.evaluate("asked")` says what it has asked for, as
    [event, data].
    """
    first = page_files.file("common/page/first_script.js").read_text(encoding="utf-8")
    html = f"<div id='host'>{template(f'{part}.html')}</div>"
    whole = f"<!doctype html><html lang='ko'><style>{css()}</style><script>{first}</script>{html}"

    def serve(route: Any) -> None:
        path = route.request.url.removeprefix(ADDRESS).partition("?")[0]
        if path.startswith("page_files/"):
            script = page_files.file(path.removeprefix("page_files/")).read_text(encoding="utf-8")
            route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
        else:
            route.fulfill(body=whole if not path else "", content_type="text/html; charset=utf-8")

    page.route(f"{ADDRESS}**", serve)
    page.goto(f"{ADDRESS}?lang=ko")
    page.evaluate(
        """async (path) => {
          const props = {}, changed = [], asked = [];
          const script = await import(new URL(`page_files/${path}.js`, document.baseURI).href);
          const [watch, trigger] = [(_, f) => changed.push(f), (...each) => asked.push(each)];
          script.mount({ element: host, props, watch, trigger }, {});
          window.asked = asked;
          window.draw = (value) => { props.value = value; changed.forEach((f) => f()); };
        }""",
        part,
    )
