"""The strip of lessons at the top of a tab, the same in all of them; `page/lessons.js` draws it."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from demos.common.i18n import strings
from demos.common.lessons import lessons
from demos.common.ui import dump_message, module, words

DONE = "glassbox:lesson"  # the window's event after the server has set what a lesson asked for


def lesson_strip(demo: str, places: Mapping[str, str]) -> gr.HTML:
    """The strip. For each action of the lessons ("setup", …) it has an event, whose data are {"lesson": number from 1}.

    `places` says for an action which part of the page (a CSS selector) is brought into sight when its button has been
    answered: see `when_set`.
    """
    known = lessons(demo)
    actions = dict.fromkeys(action for lesson in known for action in lesson.actions)
    shown: list[dict[str, Any]] = [
        {
            "actions": list(lesson.actions),
            **{part: strings()[lesson.words(part)] for part in ("chip", "title", "text")},
            **({"second": strings()[lesson.words("second")]} if len(lesson.actions) > 1 else {}),
        }
        for lesson in known
    ]
    return gr.HTML(
        "",
        html_template='<div class="lessons"></div>',
        js_on_load=module(
            "common/page/lessons.js", *actions, lessons=shown, places=dict(places), words=words("common.lesson_")
        ),
        apply_default_css=False,
        elem_id=f"{demo}-lessons",
        elem_classes="lesson-part",
    )


def when_set(*events: Any) -> None:
    """Say of these events of a strip that their success brings the action's place into sight."""
    for event in events:
        event.success(None, js=f"() => window.dispatchEvent(new Event('{DONE}'))")


def open_lesson(number: int | None) -> str:
    """The value for a strip that opens the card of that number, and does nothing else; None closes the open one."""
    return dump_message({"open": number})
