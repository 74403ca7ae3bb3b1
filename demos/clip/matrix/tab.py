"""The view of the matrix: images and captions, each against each."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from demos.clip.images.photos import photos
from demos.clip.shared_tab import SharedState
from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES
from demos.common.latest import Latest
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
    handlers = Handlers(page.settings)
    asked = [page.language, shared.view, files, captions, shared.model, gr.State(Latest()), request_number()]
    changed = [shared.view.change, files.change, captions.change, shared.model.change]
    gr.on(changed, handlers.compared, asked, [shown, problem], **LATEST)
    page.on_language(handlers.compared, asked, [shown, problem], js=LATEST["js"])
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

    def compared(
        self, language: str, view: str, files: list[str] | None, captions: str, model: str, latest: Latest, number: int
    ) -> tuple[Any, Any]:
        """The matrix, or why there is none beside the captions; nothing while another view is seen, or when it was
        asked anew meanwhile."""
        if view != "matrix":
            return gr.skip(), gr.skip()
        latest.asked(number)
        try:
            answer = self._matrix(language, files, captions, model), gr.update(value="", visible=False)
        except BadInput as error:
            answer = gr.skip(), gr.update(value=error.in_language(language), visible=True)
        return answer if latest.number == number else (gr.skip(), gr.skip())

    def _matrix(self, language: str, files: list[str] | None, captions: str, model: str) -> str:
        from demos.clip.matrix.compare import read_captions
        from demos.clip.matrix.look import message
        from demos.clip.models import registry
        from demos.common.device import select_device

        wanted = read_captions(captions or "")
        matcher = registry.open_model(model, select_device(self.settings.device), self.settings.offline)
        return dump_message(message(matcher, files or [], wanted, language))
