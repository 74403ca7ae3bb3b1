"""The view of the gallery: bring images, search them, see them on a map."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.clip.data import SUFFIXES
from demos.clip.gallery import batch
from demos.clip.shared_tab import SharedState, WantedQuery, in_line, refused
from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place
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
    visitor,
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
    requests for `maps` only the latest is answered. A request of `stops` ends what is being taken in.
    """

    def __init__(self, keeps_vectors: bool = False) -> None:
        self.keeps_vectors = keeps_vectors
        self.questions, self.maps, self.stops = Latest(), Latest(), Latest()
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
                    *("batch", "stop", "refresh", "photos", "remove_all"),
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
            of_map = gr.Markdown(elem_id="clip-gallery-map-problem", elem_classes="clip-problem", visible=False)
    handlers = Handlers(page.settings, page.visits, page.budgets)
    several: dict[str, Any] = {"concurrency_limit": page.settings.concurrent_runs}  # they wait in line for their turn
    number = request_number()
    asked = [page.language, state, shared.view, query, shared.model, number]
    answers: dict[str, Any] = {"fn": handlers.found_in_turn, "inputs": asked, "outputs": [shown, problem], **several}
    gr.on([shared.view.change, query.change, shared.model.change], **answers, **LATEST)
    files.refresh(**answers, **LATEST)
    sent = [page.language, state, shared.model]
    files.batch(handlers.add, sent, files, **MULTIPLE, **several)
    files.stop(lambda state: state.stops.request() and None, state, None, **MULTIPLE)
    files.photos(says(handlers.add_photos), sent, problem, **MULTIPLE, **several).then(**answers, **LATEST)
    files.remove_all(handlers.remove_all, [state, query], query, **MULTIPLE).then(**answers, **LATEST)
    shown.remove(handlers.remove, state, None, **MULTIPLE).then(**answers, **LATEST)
    shown.wanted(_wanted, None, query, **MULTIPLE)
    shared.wanted_query.change(_of_a_lesson, shared.wanted_query, query, trigger_mode="always_last", **PRIVATE)
    laid: dict[str, Any] = {
        "fn": says(handlers.laid_out_in_turn),
        "inputs": [page.language, state, on_map, shared.model, number],
        "outputs": [laid_out, of_map],
        **several,
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
    budgets: Budgets = field(default_factory=lambda: Budgets.of(Settings()))

    def found_in_turn(
        self, language: str, state: GalleryState, view: str, query: str, model: str, number: int, request: gr.Request
    ) -> Iterator[tuple[Any, Any]]:
        """`found`; before, a model sees the app's photos that are new to it: the places in line, where it is large."""
        yield gr.skip(), gr.skip()  # what yields nothing at all would empty the page's part
        if view != "gallery":
            return
        turn = state.questions.asked(number)
        try:
            matcher, collection = self._matcher(model), state.collection
            work, heavy = collection.preparing(matcher), collection.takes_long(matcher)
            for place in self._places(work, lambda: state.questions.number == turn, heavy):
                yield gr.skip(), in_line(place, language)
        except BadInput as error:
            yield gr.skip(), refused(error.in_language(language))
            return
        if state.questions.number == turn:
            yield self.found(language, state, view, query, model, number, request)

    def _places(self, work: Iterator[Any], wanted: Callable[[], bool], heavy: bool) -> Iterator[Place]:
        """Do `work`, in turns with what others compute if it is heavy; the places in line."""
        pieces = self.budgets.pieces(work, visitor(), wanted, heavy=heavy)
        yield from (found for found in pieces if isinstance(found, Place))

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
            answer = dump_message(found), refused("")
        except BadInput as error:
            answer = gr.skip(), refused(error.in_language(language))
        return answer if state.questions.number == turn else (gr.skip(), gr.skip())

    def add(self, language: str, state: GalleryState, model: str, event: gr.EventData) -> Iterator[str]:
        """Take the images of a batch in, a few at a time. Its answer always comes, since the page waits for it."""
        from demos.clip.gallery import look
        from demos.clip.read_ahead import IMAGES, takes_long

        asked, collection, stops = event._data.get("batch"), state.collection, state.stops.number
        number, answers = asked if isinstance(asked, int) else -1, list[Any]()
        try:
            sent = batch.read_batch(event._data.get("images"))
            collection.make_way()
            matcher = self._matcher(model)
            some = (sent[start : start + IMAGES] for start in range(0, len(sent), IMAGES))
            work, heavy = (collection.add(matcher, each) for each in some), takes_long(matcher, len(sent))
            for found in self.budgets.pieces(work, visitor(), lambda: state.stops.number == stops, heavy=heavy):
                if isinstance(found, Place):
                    yield dump_message({"batch": number, "place": found.said(language)})
                else:
                    answers += found
            yield dump_message(look.received(number, answers, collection, language))
        except BadInput as error:
            answer = look.received(number, answers, collection, language)
            yield dump_message(answer | {"refused": error.in_language(language)})

    def add_photos(self, language: str, state: GalleryState, model: str) -> Iterator[Any]:
        """Add the photos that come with the app; before, the places in line."""
        yield gr.skip()  # what yields nothing at all would empty the page's part
        matcher, collection = self._matcher(model), state.collection
        work, heavy = collection.preparing(matcher, all_photos=True), collection.takes_long(matcher, all_photos=True)
        for place in self._places(work, lambda: True, heavy):
            yield in_line(place, language)
        yield refused("")

    def remove(self, state: GalleryState, event: gr.EventData) -> None:
        """Take one image out."""
        number = event._data.get("number")
        state.collection.remove([number] if isinstance(number, int) else [])

    def remove_all(self, state: GalleryState, query: str) -> str:
        """Take all images out; the query stays only if it names none of them."""
        state.collection.clear()
        return "" if "[" in (query or "") else query

    def laid_out_in_turn(
        self, language: str, state: GalleryState, on_map: str, model: str, number: int
    ) -> Iterator[tuple[Any, Any]]:
        """`laid_out`, or why not; before, the words are read, the places in line where it takes long."""
        from demos.clip.gallery import look

        yield gr.skip(), gr.skip()  # what yields nothing at all would empty the page's parts
        turn = state.maps.asked(number)
        try:
            matcher, wanted = self._matcher(model), (on_map or "").split("\n")
            work, heavy = look.reading(matcher, wanted), look.reads_long(matcher, wanted)
            for place in self._places(work, lambda: state.maps.number == turn, heavy):
                yield gr.skip(), in_line(place, language)
            if state.maps.number != turn:
                return
            answer = self.laid_out(language, state, on_map, model, number), refused("")
        except BadInput as error:
            answer = gr.skip(), refused(error.in_language(language))
        if state.maps.number == turn:
            yield answer

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
