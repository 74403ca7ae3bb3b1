"""The view of the gallery: bring images, search them, see them on a map."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.clip.data import SUFFIXES
from demos.clip.gallery import batch
from demos.clip.shared_tab import SharedState, WantedQuery
from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.latest import Latest
from demos.common.settings import Settings
from demos.common.ui import (
    LATEST,
    MULTIPLE,
    PRIVATE,
    Page,
    controls,
    dump_message,
    module,
    request_number,
    says,
    stage,
    t,
    template,
    words,
)
from demos.common.visits import Visits

if TYPE_CHECKING:
    from demos.clip.gallery.collection import Collection
    from demos.clip.zero_shot import Matcher

SIDE = 336  # pixels of the shorter side, to which the page makes images smaller
PAGE = "clip.gallery_page_"


class GalleryState:
    """One visitor's collection, made when it is needed first: torch is loaded after the page was served.

    `keeps_vectors` says whether its vectors outlive the visit, in the user's cache folder. Of `questions` and of
    requests for `maps` only the latest is answered.
    """

    def __init__(self, keeps_vectors: bool = False) -> None:
        self.keeps_vectors = keeps_vectors
        self.questions, self.maps = Latest(), Latest()
        self._collection: Collection | None = None

    @property
    def collection(self) -> "Collection":
        from demos.clip.gallery import saved
        from demos.clip.gallery.collection import Collection

        if self._collection is None:
            self._collection = Collection(saved.cache_folder() / "page" if self.keeps_vectors else None)
        return self._collection


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    keeps_vectors = page.settings.keeps_vectors
    state = gr.State(GalleryState(keeps_vectors))
    with gr.Row():
        with stage():
            query = gr.Textbox(
                label=t("clip.gallery_query"), info=t("clip.gallery_query_info"), lines=1, max_lines=4,
                elem_id="clip-gallery-query",
            )  # fmt: skip
            problem = gr.Markdown(elem_id="clip-gallery-problem", elem_classes="clip-problem", visible=False)
            shown = gr.HTML(
                "",
                html_template=template("clip/gallery/page/gallery.html"),
                js_on_load=module("clip/gallery/page/gallery.js", "wanted", "remove", "lay_out", words=words(PAGE)),
                apply_default_css=False,
                elem_id="clip-gallery",
            )
            laid_out = gr.HTML(
                "",
                html_template=template("clip/gallery/page/map.html"),
                js_on_load=module("clip/gallery/page/map.js", words=words(PAGE)),
                apply_default_css=False,
                elem_id="clip-gallery-map",
            )
        with controls():
            files = gr.HTML(
                "",
                html_template=template("clip/gallery/page/files.html"),
                js_on_load=module(
                    "clip/gallery/page/files.js",
                    *("batch", "refresh", "photos", "remove_all"),
                    words=words(PAGE),
                    suffixes=sorted(SUFFIXES),
                    side=SIDE,
                    most_bytes=batch.MOST_BYTES // 2,
                    batch_size=batch.MOST_IMAGES,
                    kept=keeps_vectors,
                ),
                apply_default_css=False,
                elem_id="clip-gallery-files",
            )
            on_map = gr.Textbox(
                text("clip.gallery_first_words"), label=t("clip.gallery_words"), lines=4, max_lines=8,
                elem_id="clip-gallery-words",
            )  # fmt: skip
    handlers = Handlers(page.settings, page.visits)
    number = request_number()
    asked = [page.language, state, shared.view, query, shared.model, number]
    answers: dict[str, Any] = {"fn": handlers.found, "inputs": asked, "outputs": [shown, problem]}
    gr.on([shared.view.change, query.change, shared.model.change], **answers, **LATEST)
    files.refresh(**answers, **LATEST)
    sent = [page.language, state, shared.model]
    files.batch(handlers.add, sent, files, **MULTIPLE)
    files.photos(handlers.add_photos, sent, None, **MULTIPLE).then(**answers, **LATEST)
    files.remove_all(handlers.remove_all, [state, query], query, **MULTIPLE).then(**answers, **LATEST)
    shown.remove(handlers.remove, state, None, **MULTIPLE).then(**answers, **LATEST)
    shown.wanted(_wanted, None, query, **MULTIPLE)
    shared.wanted_query.change(_of_a_lesson, shared.wanted_query, query, trigger_mode="always_last", **PRIVATE)
    laid: dict[str, Any] = {
        "fn": says(handlers.laid_out),
        "inputs": [page.language, state, on_map, shared.model, number],
        "outputs": laid_out,
    }
    shown.lay_out(**laid, **LATEST)
    on_map.change(**laid, **LATEST)
    page.open_on(lambda language: text("clip.gallery_first_words", language), page.language, on_map)


def _of_a_lesson(wanted: WantedQuery | None) -> Any:
    """The query that a lesson has set; Gradio also asks when the first lesson that is pressed has set none."""
    return gr.skip() if wanted is None else wanted.query


def _wanted(event: gr.EventData) -> str:
    """The query that the page puts together from what was clicked."""
    return str(event._data.get("query", ""))[:2_000]


@dataclass(frozen=True)
class Handlers:
    """What happens here, for the app's settings; images are forgotten at the end of a visit."""

    settings: Settings
    visits: Visits = field(default_factory=Visits)

    def found(
        self, language: str, state: GalleryState, view: str, query: str, model: str, number: int, request: gr.Request
    ) -> tuple[Any, Any]:
        """What the query finds, or why it cannot be read beside it; nothing while another view is seen."""
        from demos.clip.gallery import look

        if view != "gallery":
            return gr.skip(), gr.skip()
        collection, turn = state.collection, state.questions.asked(number)
        self.visits.at_end(request.session_hash, collection.clear)
        try:
            matcher = self._matcher(model)
            collection.prepare(matcher)
            found = look.found(matcher, collection, query or "", language)
            answer = dump_message(found), gr.update(value="", visible=False)
        except BadInput as error:
            answer = gr.skip(), gr.update(value=error.in_language(language), visible=True)
        return answer if state.questions.number == turn else (gr.skip(), gr.skip())

    def add(self, language: str, state: GalleryState, model: str, event: gr.EventData) -> str:
        """Take the images of a batch in. Its answer always comes, since the page waits for it."""
        from demos.clip.gallery import look

        asked, collection = event._data.get("batch"), state.collection
        number = asked if isinstance(asked, int) else -1
        try:
            sent = batch.read_batch(event._data.get("images"))
            collection.make_way()
            return dump_message(look.received(number, collection.add(self._matcher(model), sent), collection, language))
        except BadInput as error:
            answer = look.received(number, [], collection, language)
            return dump_message(answer | {"refused": error.in_language(language)})

    def add_photos(self, language: str, state: GalleryState, model: str) -> None:
        state.collection.add_photos(self._matcher(model))

    def remove(self, state: GalleryState, event: gr.EventData) -> None:
        """Take one image out."""
        number = event._data.get("number")
        state.collection.remove([number] if isinstance(number, int) else [])

    def remove_all(self, state: GalleryState, query: str) -> str:
        """Take all images out; the query stays only if it names none of them."""
        state.collection.clear()
        return "" if "[" in (query or "") else query

    def laid_out(self, language: str, state: GalleryState, on_map: str, model: str, number: int) -> Any:
        """The map of the images. Raises BadInput for too many words."""
        from demos.clip.gallery import look

        turn = state.maps.asked(number)
        laid = look.laid_out(self._matcher(model), state.collection, (on_map or "").split("\n"))
        return dump_message(laid) if state.maps.number == turn else gr.skip()

    def _matcher(self, model: str) -> "Matcher":
        from demos.clip.models import registry
        from demos.common.device import select_device

        return registry.open_model(model, select_device(self.settings.device), self.settings.offline)
