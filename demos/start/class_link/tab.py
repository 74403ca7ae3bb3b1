"""For a class: a link to a place of the app as it is to look, its QR code, large type, and a fresh start."""

from typing import Any

import gradio as gr

from demos import DEMOS
from demos.common.i18n import strings
from demos.common.lessons import lessons
from demos.common.ui import MULTIPLE, dump_message, module, says, template, words
from demos.start.class_link.qr_code import modules


def build(language: gr.State) -> None:
    """Lay it out below the story."""
    places = [_place("start", strings()["common.story"])]
    for demo in DEMOS:
        title = strings()[f"{demo.name}.title"]
        places.append(_place(demo.name, title))
        places += [
            _place(f"{demo.name}/{lesson.key}", strings()[lesson.words("title")], title)
            for lesson in lessons(demo.name)
        ]
    part = gr.HTML(
        "",
        html_template=template("start/class_link/page/class_link.html"),
        js_on_load=module("start/class_link/page/class_link.js", places=places, words=words("start.class_")),
        apply_default_css=False,
        elem_id="class-link",
    )
    part.submit(_code, language, part, **MULTIPLE)


def _place(place: str, name: dict[str, str], group: dict[str, str] | None = None) -> dict[str, Any]:
    return {"place": place, "name": name, "group": group}


@says
def _code(language: str, event: gr.EventData) -> str:
    """The QR code of an address: {address, rows: a text of 0 and 1 for each}."""
    given = event._data if isinstance(event._data, dict) else {}
    dark = modules(given.get("address"))
    return dump_message(
        {"address": given["address"], "rows": ["".join("01"[module] for module in row) for row in dark.astype(int)]}
    )
