"""The CLIP tab: images against words, and the lessons that set it."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr

from demos.clip.match import tab as match
from demos.common.ui import Page, lead, says
from demos.common.ui.lesson_strip import action_of, lesson_strip, on_action


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    lead("clip.lead")
    strip = lesson_strip("clip", places={"setup": "#clip-stage", "second": "#clip-stage"})
    view = match.build(page)
    on_action(
        strip,
        ("setup", "second"),
        _set,
        [page.language, gr.State(view.example_files), view.files],
        [view.files, view.labels, view.templates],
    )


@says
def _set(
    language: str, example_files: Sequence[str], files: list[str] | None, event: gr.EventData
) -> tuple[list[str], str, str]:
    """The images, the guesses and the templates of a lesson. The example photos join the visitor's own images."""
    lesson, action = action_of("clip", event)
    wanted = lesson.actions[action]
    own = files or []
    there = {Path(file).name for file in own}
    missing = [file for file in example_files if Path(file).name not in there]
    return [*own, *missing], "\n".join(wanted["labels"]), wanted.get("templates", "everyday")
