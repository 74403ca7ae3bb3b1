"""One picture of the minGPT tab alone on a plain page: its real template, script and sheets, no app."""

from typing import Any

from demos.common.theme import css
from demos.gpt.train.templates_tab import script


def lay_out(page: Any, template: str, *scripts: str) -> None:
    """Put it on a Playwright page, in Korean; `page.evaluate("draw", value)` then gives it a value."""
    page.set_content(f"<html lang='ko'><style>{css()}</style><div id='host'>{template}</div>")
    page.evaluate(
        """(script) => {
          const props = {}, changed = [];
          const names = ["element", "props", "watch", "trigger", "glassbox", script];
          const glassbox = { unpacked: (value) => value, unsaved() {} };
          new Function(...names)(host, props, (_, f) => changed.push(f), () => {}, glassbox);
          window.draw = (value) => { props.value = value; changed.forEach((f) => f()); };
        }""",
        "\n".join(map(script, scripts)),
    )
