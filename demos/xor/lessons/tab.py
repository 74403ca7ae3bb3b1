"""What the strip of lessons at the top of the XOR tab sets, and what a link asks of the page."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.lessons import SETUP, lesson
from demos.common.ui import PRIVATE, Page, says
from demos.common.ui.lesson_strip import action_of, lesson_strip, on_action, open_lesson
from demos.xor.lessons.lessons import LOTTERY, lottery_of, number_in, setup_of
from demos.xor.lottery import tab as lottery
from demos.xor.settings.setup import OPENING, Setup, SetupRequest

SECOND = "second"
STAGE = ".xor-learner"  # the first learner, with its verdict


def build() -> gr.HTML:
    """The strip. Its events are the actions of lessons.toml: SETUP, SECOND, LOTTERY."""
    return lesson_strip("xor", {SETUP: STAGE, SECOND: STAGE, LOTTERY: "#xor-lottery-part"})


def wire(page: Page, strip: gr.HTML, setup_request: gr.State, parts: lottery.Parts) -> None:
    """A card's button puts its setup into `setup_request`, or trains the lottery; so does a link when the tab opens."""
    address = gr.Textbox(visible=False)
    page.open_on(
        _arrive,
        [page.language, setup_request, address],
        [setup_request, strip],
        js="(language, setup_request) => [language, setup_request, location.search + location.hash]",
        **PRIVATE,
    )
    on_action(strip, (SETUP, SECOND), _set, page.language, setup_request)
    [fields] = on_action(strip, (LOTTERY,), _fields, page.language, [setup_request, *parts.fields])
    fields.success(**parts.event)


def _arrive(language: str, asked: SetupRequest | None, query: str) -> tuple[Any, Any]:
    """What the address asks for: a lesson, a whole setup, or the opening setup; if it is broken, also why.

    Nothing if the visitor was quicker and has `asked` for a lesson already.
    """
    if asked is not None:
        return gr.skip(), gr.skip()
    number, setup = None, OPENING
    try:
        number = number_in(query or "")
        setup = setup_of(lesson("xor", number)) if number else Setup.from_link(query or "")
    except BadInput as error:
        gr.Warning(error.in_language(language), duration=12)
    return SetupRequest(None if setup == OPENING else setup), open_lesson(number)


@says
def _set(language: str, event: gr.EventData) -> SetupRequest:
    """The setup of a card's first or second button."""
    return SetupRequest(setup_of(*action_of("xor", event)))


@says
def _fields(language: str, event: gr.EventData) -> Sequence[Any]:
    """The live view and the lottery's fields as the lesson has it."""
    asked, _ = action_of("xor", event)
    return [SetupRequest(setup_of(asked)), *lottery.fields_of(lottery_of(asked))]
