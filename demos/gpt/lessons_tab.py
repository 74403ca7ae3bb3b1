"""The strip of lessons above the views, and the open card below it."""

from typing import Any

import gradio as gr

from demos.common.i18n import LANGUAGES, text
from demos.common.ui import ASSETS, Page, bilingual, says
from demos.gpt.lessons import Lesson, lessons
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import VisitorState


def build() -> gr.HTML:
    """The strip; which card is open is known to the page alone."""
    chips = "".join(
        f'<button type="button" class="gpt-chip" data-open="{number}"><b>{number}</b>'
        f"<span>{bilingual(lesson.words('title'))}</span></button>"
        for number, lesson in enumerate(lessons(), 1)
    )
    cards = "".join(_card(number, lesson) for number, lesson in enumerate(lessons(), 1))
    return gr.HTML(
        "",
        html_template=f'<nav class="gpt-chips">{chips}</nav>{cards}',
        js_on_load=ASSETS.joinpath("gpt", "lessons.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id="gpt-lessons",
    )


def wire(page: Page, shared: SharedState, strip: gr.HTML) -> None:
    """A card's button loads its model; the writing view does the rest (`VisitorState.pending_lesson`)."""
    is_set = strip.lesson(
        _set,
        [page.language, shared.visitor],
        [shared.model_changed, shared.model, shared.view],
        api_visibility="private",
        show_progress="hidden",
    )
    is_set.success(None, js="() => window.dispatchEvent(new Event('gpt:lesson'))")


def _card(number: int, lesson: Lesson) -> str:
    of = "".join(
        f'<span lang="{one}">{text("gpt.lesson_of", one, number=number, count=len(lessons()))}</span>'
        for one in LANGUAGES
    )
    show = f'<button type="button" class="gpt-do first" data-do="setup">{bilingual("gpt.lesson_show")}</button>'
    if lesson.second is not None:
        show += f'<button type="button" class="gpt-do" data-do="second">{bilingual(lesson.words("second"))}</button>'
    return f"""<article class="gpt-card" data-card="{number}" hidden>
      <header><span>{of}</span>
        <button type="button" class="gpt-shut" data-open="0">{bilingual("gpt.close")}</button></header>
      <h3>{bilingual(lesson.words("title"))}</h3><p>{bilingual(lesson.words("text"))}</p><footer>{show}</footer>
    </article>"""


@says
def _set(language: str, visitor: VisitorState, event: gr.EventData) -> tuple[Any, Any, Any]:
    """The model and the view of a card's first or second button."""
    lesson = lessons()[int(event.lesson) - 1]
    setup = lesson.second if event.do == "second" and lesson.second else lesson.setup
    visitor.stop()
    for _ in visitor.load_model(setup.model):
        pass
    visitor.pending_lesson = setup if setup.view != "train" else None  # whoever comes to train needs no text written
    visitor.inside_focus = setup.focus and setup.focus | {"model": setup.model, "prompt": setup.prompt or ""}
    visitor.train_text = setup.text
    return visitor.changed(), setup.model, setup.view
