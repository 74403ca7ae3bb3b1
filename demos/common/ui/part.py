"""A part of the page that a template and a script of a `page` folder make: its HTML, its script, what it is sent."""

import json
import re
from typing import Any

from demos.common.i18n import LANGUAGES, text
from demos.common.ui import page_files
from demos.common.ui.labels import bilingual


def template(path: str, **parts: str) -> str:
    """The HTML of a page folder ("gpt/inside/page/inside.html") for the `html_template` of a `gr.HTML`.

    In it [[demo.key]] is that string in both languages and [[name]] the HTML that `parts` gives for that name. Raises
    KeyError for a name that neither knows.
    """
    html = page_files.file(path).read_text(encoding="utf-8")
    return re.sub(r"\[\[([a-z0-9_.]+)\]\]", lambda at: bilingual(at[1]) if "." in at[1] else parts[at[1]], html)


def module(path: str, *events: str, **constants: object) -> str:
    """The `js_on_load` of a `gr.HTML` that the script `path` of a page folder ("xor/live/page/stage.js") draws.

    Once the part is on the page, the browser loads the script as an ES module and calls what it exports as
    `mount({element, props, trigger, watch, upload, server}, constants)`. That is a moment after Gradio has put the part
    there: `mount` draws the value of that time itself, `watch` tells it of later ones. A script that cannot be loaded,
    or fails in `mount`, is answered by one sentence in its part. `constants` are sent as JSON under the names they have
    here. `events` are the names of our own that the script gives to `trigger` and `gr.HTML` does not know ("lesson").
    """
    page_files.file(path)
    failed = {language: text("common.part_failed", language) for language in LANGUAGES}
    names = " ".join(map(json.dumps, events))  # Gradio offers a listener for each name that is quoted in this text
    context = "{ element, props, trigger, watch, upload, server }"
    given = ", ".join([json.dumps(path), context, dump_message(constants), dump_message(failed)])
    return f"// events: {names}\nglassbox.mount({given});"


def dump_message(message: Any) -> str:
    """What a script of ours is to draw, as JSON text for the value of a `gr.HTML`.

    Gradio's page watches and copies each nested value, number by number, at every event of any tab; text costs it
    nothing. The script reads it with `parseMessage(props.value)` of page/dom.js.
    """
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
