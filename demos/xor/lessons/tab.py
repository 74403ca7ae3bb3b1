"""The strip of lessons at the top of the XOR tab, the open card below it, and what a link asks of the page."""

import time
from collections.abc import Sequence
from typing import Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES
from demos.common.ui import ASSETS, Page, bilingual, packed, says, text
from demos.xor.lessons.lessons import lesson_of, lessons
from demos.xor.lottery import draw
from demos.xor.lottery import tab as tab_lottery
from demos.xor.settings.setup import OPENING, Setup

Wanted = tuple[float, dict[str, Any] | None]  # when, and the setup as JSON; None is the opening picture


def build(page: Page) -> gr.HTML:
    """The strip. Its value is JSON: the lesson to open and whether the controls are hidden."""
    return gr.HTML(
        "",
        html_template=_template(),
        js_on_load=ASSETS.joinpath("xor_lessons.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id="xor-lessons",
    )


def wire(page: Page, strip: gr.HTML, wanted: gr.State, lottery: tab_lottery.Parts) -> None:
    """A card's button puts its setup into `wanted`, or draws the lottery; so does a link when the tab opens."""
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    address = gr.Textbox(visible=False)
    page.open_on(
        _arrive,
        [page.language, wanted, address],
        [wanted, strip],
        js="(language, wanted) => [language, wanted, location.search]",
        **private,
    )
    plane = strip.select(_set, page.language, wanted, **private)
    fields = strip.submit(_fields, page.language, [wanted, *lottery.fields], **private)
    for is_set in (plane, fields):
        is_set.success(None, js="() => window.dispatchEvent(new Event('xor:lesson'))")
    fields.success(**lottery.event)


def _template() -> str:
    chips = "".join(
        f'<button type="button" class="lesson-chip" data-lesson="{number}" aria-expanded="false"><b>{number}</b> '
        f"<span>{bilingual(lesson.words('chip'))}</span></button>"
        for number, lesson in enumerate(lessons(), 1)
    )
    cards = "".join(_card(number) for number in range(1, len(lessons()) + 1))
    return f"""<div class="lessons">
  <nav class="lesson-strip"><span class="lesson-word">{bilingual("xor.lessons")}</span>{chips}</nav>{cards}
  <button type="button" class="lesson-controls">{bilingual("xor.show_controls")}</button>
</div>"""


def _card(number: int) -> str:
    lesson = lessons()[number - 1]
    count = len(lessons())
    second = "lottery" if lesson.lottery else "second"
    turns = [("previous", number - 1), ("next", number + 1)]
    return f"""<article class="lesson-card" data-card="{number}" hidden>
    <header><h3>{bilingual(lesson.words("title"))}</h3>
      <span class="lesson-of">{_said("xor.lesson_of", number=number, count=count)}</span>
      <button type="button" class="lesson-close" data-open="">{bilingual("xor.lesson_close")}</button></header>
    <p>{bilingual(lesson.words("text"))}</p>
    <footer><button type="button" class="lesson-do lesson-first" data-do="setup">{bilingual("xor.lesson_show")}</button>
      <button type="button" class="lesson-do" data-do="{second}">{bilingual(lesson.words("second"))}</button>
      <span class="lesson-turns">{
        "".join(
            f'<button type="button" data-open="{to}" {"" if 1 <= to <= count else "disabled"}>'
            f"{bilingual(f'xor.lesson_{name}')}</button>"
            for name, to in turns
        )
    }</span></footer></article>"""


def _said(key: str, **values: object) -> str:
    return "".join(f'<span lang="{one}">{text(key, one, **values)}</span>' for one in LANGUAGES)


def _arrive(language: str, asked: Wanted | None, query: str) -> tuple[Any, Any]:
    """What the address asks for: a lesson, a whole setup, or the opening picture; if it is broken, also why.

    Nothing if the visitor was quicker and has `asked` for a lesson already.
    """
    if asked is not None:
        return gr.skip(), gr.skip()
    number, setup = None, OPENING
    try:
        number = lesson_of(query or "")
        setup = lessons()[number - 1].setup if number else Setup.from_link(query or "")
    except BadInput as error:
        gr.Warning(error.in_language(language), duration=12)
    wanted = (time.time(), None) if setup == OPENING else _wanted(setup)
    return wanted, packed({"open": number, "hide": setup.hide})


@says
def _set(language: str, event: gr.EventData) -> Wanted:
    """The setup of a card's first or second button."""
    lesson = _lesson(event._data)
    setup = lesson.second if event._data.get("do") == "second" else lesson.setup
    assert setup is not None
    return _wanted(setup)


@says
def _fields(language: str, event: gr.EventData) -> Sequence[Any]:
    """The live view and the lottery's fields as the lesson draws it."""
    lesson = _lesson(event._data)
    assert lesson.lottery is not None
    drawn = draw.Draw(lesson.setup, lesson.lottery.hidden, lesson.lottery.activation, lesson.lottery.seeds)
    return [_wanted(lesson.setup), *tab_lottery.fields_of(drawn)]


def _lesson(given: dict) -> Any:
    number = lesson_of(f"lesson={given.get('lesson')}")
    assert number is not None
    return lessons()[number - 1]


def _wanted(setup: Setup) -> Wanted:
    return time.time(), setup.to_json()
