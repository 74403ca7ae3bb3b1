"""The view of the matrix: images and captions, each against each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from demos.clip.images.photos import photos
from demos.clip.shared_tab import SharedState, in_line, refused
from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place
from demos.common.settings import Settings
from demos.common.ui import (
    ASKED,
    LATEST,
    PRIVATE,
    Page,
    controls,
    dump_message,
    module,
    request_number,
    stage,
    t,
    template,
    visitor,
    words,
)

FIRST = 8  # pairs that the view opens with


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    with gr.Row():
        with stage():
            shown = gr.HTML(
                "",
                html_template=template("clip/matrix/page/matrix.html"),
                js_on_load=module("clip/matrix/page/matrix.js", words=words("clip.matrix_page_")),
                apply_default_css=False,
                elem_id="clip-matrix",
            )
        with controls():
            captions = gr.Textbox(
                _captions("en"),
                label=t("clip.matrix_captions"),
                info=t("clip.matrix_captions_info"),
                lines=8,
                max_lines=14,
                elem_id="clip-matrix-captions",
                elem_classes=ASKED,
            )
            problem = gr.Markdown(elem_id="clip-matrix-problem", elem_classes=["clip-problem", ASKED], visible=False)
            files = gr.File(
                _files(), label=t("clip.images"), file_count="multiple", height=200, elem_id="clip-matrix-files"
            )
            bundled = gr.Button(t("clip.matrix_bundled"), size="sm", elem_id="clip-matrix-bundled")
    handlers = Handlers(page.settings, page.budgets)
    several: dict[str, Any] = {"concurrency_limit": page.settings.concurrent_runs}  # they wait in line for their turn
    asked = [page.language, shared.view, files, captions, shared.model, gr.State(Latest()), request_number()]
    changed = [shared.view.change, files.change, captions.change, shared.model.change]
    gr.on(changed, handlers.compared, asked, [shown, problem], **LATEST, **several)
    page.on_language(handlers.compared, asked, [shown, problem], js=LATEST["js"], **several)
    examples = gr.State(tuple(file["path"] for file in files.value or ()))  # in Gradio's own folder
    bundled.click(_pairs, [page.language, examples], [files, captions], **PRIVATE)
    page.open_in_language(captions, {language: _captions(language) for language in LANGUAGES})


def _files() -> list[str]:
    return [str(photo.file) for photo in photos()[:FIRST]]


def _captions(language: str) -> str:
    return "\n".join(photo.caption[language] for photo in photos()[:FIRST])


def _pairs(language: str, examples: tuple[str, ...]) -> tuple[list[str], str]:
    return list(examples), _captions(language)


@dataclass(frozen=True)
class Handlers:
    """What happens here, for the app's settings."""

    settings: Settings

    budgets: Budgets = field(default_factory=lambda: Budgets.of(Settings()))

    def compared(
        self, language: str, view: str, files: list[str] | None, captions: str, model: str, latest: Latest, number: int
    ) -> Iterator[tuple[Any, Any]]:
        """The matrix, or why there is none beside the captions, or its place in line; nothing while another view is
        seen, or when it was asked anew meanwhile."""
        yield gr.skip(), gr.skip()  # what yields nothing at all would empty the page's part
        if view != "matrix":
            return
        latest.asked(number)
        try:
            for found in self._matrix(language, files, captions, model, lambda: latest.number == number):
                if latest.number != number:
                    return
                if isinstance(found, Place):
                    yield gr.skip(), in_line(found, language)
                elif found is not None:
                    yield found, refused("")
        except BadInput as error:
            if latest.number == number:
                yield gr.skip(), refused(error.in_language(language))

    def _matrix(
        self, language: str, files: list[str] | None, captions: str, model: str, wanted: Callable[[], bool]
    ) -> Iterator[str | Place | None]:
        """The places in line where the model is large, and at last the matrix."""
        from demos.clip.data import File
        from demos.clip.matrix.compare import MAX_IMAGES, read_captions
        from demos.clip.matrix.look import steps
        from demos.clip.models import registry
        from demos.clip.read_ahead import takes_long
        from demos.common.device import select_device

        read = read_captions(captions or "")
        matcher = registry.open_model(model, select_device(self.settings.device), self.settings.offline)
        new = matcher.unread_files([File(Path(file)) for file in (files or [])[:MAX_IMAGES]], fit=None)
        work, heavy = steps(matcher, files or [], read, language), takes_long(matcher, len(new), len(read))
        for found in self.budgets.pieces(work, visitor(), wanted, heavy=heavy):
            yield dump_message(found) if isinstance(found, dict) else found
