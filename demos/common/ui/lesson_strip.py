"""The strip of lessons at the top of a tab, the same in all of them; `page/lessons.js` draws it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import strings
from demos.common.lessons import Lesson, lesson, lessons
from demos.common.ui import MULTIPLE, dump_message, module, words

DONE = "glassbox:lesson"  # the window's event after the server has set what a lesson asked for


def lesson_strip(demo: str, places: Mapping[str, str]) -> gr.HTML:
    """The strip. Each action of the lessons ("setup", …) is an event of it: see `on_action` and `action_of`.

    `places` says for an action which part of the page (a CSS selector) is brought into sight when its button has been
    answered.
    """
    known = lessons(demo)
    actions = dict.fromkeys(action for lesson in known for action in lesson.actions)
    shown: list[dict[str, Any]] = [
        {
            "key": lesson.key,
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
            "common/page/lessons.js",
            *actions,
            demo=demo,
            lessons=shown,
            places=dict(places),
            words=words("common.lesson_"),
        ),
        apply_default_css=False,
        elem_id=f"{demo}-lessons",
        elem_classes="lesson-part",
    )


def action_of(demo: str, event: gr.EventData) -> tuple[Lesson, str]:
    """Which lesson's which action an event of the strip asks for. Raises BadInput if there is no such one."""
    asked = lesson(demo, event._data.get("lesson"))
    action = event._data.get("action")
    if action not in asked.actions:
        raise BadInput("common.lesson_unknown", lesson=str(action)[:20], count=len(lessons(demo)))
    return asked, action


def on_action(
    strip: gr.HTML, actions: Sequence[str], handler: Callable[..., Any], inputs: Any, outputs: Any
) -> list[Any]:
    """Let `handler` set what these actions of the strip ask for; its success brings their place into sight.

    A handler that takes its time sees to it that the lesson pressed last is the one that is set.
    Returns the events, in the order of the actions.
    """
    events = []
    for action in actions:
        listen = getattr(strip, action)
        event = listen(handler, inputs, outputs, **MULTIPLE)
        event.success(None, js=f"() => window.dispatchEvent(new Event('{DONE}'))")
        events.append(event)
    return events


def open_lesson(number: int | None) -> str:
    """The value for a strip that opens the card of that number, and does nothing else; None closes the open one."""
    return dump_message({"open": number})
