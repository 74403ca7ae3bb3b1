"""The view of labels by example: name a label, give it a few images, and see what it makes of all the others."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.clip import prompts
from demos.clip.data import SUFFIXES, File
from demos.clip.gallery import batch
from demos.clip.shared_tab import SharedState, in_line, refused
from demos.common import validate
from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place
from demos.common.settings import Settings
from demos.common.ui import (
    ASKED,
    LATEST,
    MULTIPLE,
    Page,
    choices,
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
    from demos.clip.examples.label_set import LabelSet
    from demos.clip.zero_shot import Matcher

PAGE = "clip.examples_page_"
SCORINGS = ("trained", "softmax", "independent")
SIDE = 336  # pixels of the shorter side, to which the page makes images smaller


class ExamplesState:
    """One visitor's labels, made when they are needed first: torch is loaded after the page was served."""

    def __init__(self) -> None:
        self._labels: LabelSet | None = None
        self.questions = Latest()

    @property
    def labels(self) -> "LabelSet":
        from demos.clip.examples.label_set import LabelSet

        if self._labels is None:
            self._labels = LabelSet()
        return self._labels

    def forget(self) -> None:
        """Labels of nobody are none."""
        if self._labels is not None:
            self._labels.clear()


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    state = gr.State(ExamplesState())
    with gr.Row():
        with stage():
            shown = gr.HTML(
                "",
                html_template=template("clip/examples/page/examples.html"),
                js_on_load=module(
                    "clip/examples/page/examples.js",
                    *("change_label", "change_example", "bring_images"),
                    words=words(PAGE),
                    suffixes=sorted(SUFFIXES),
                    side=SIDE,
                    most_bytes=batch.MOST_BYTES // 2,
                    batch_size=batch.MOST_IMAGES,
                ),
                apply_default_css=False,
                elem_id="clip-examples",
            )
        with controls():
            name = gr.Textbox(
                label=t("clip.examples_new"), info=t("clip.examples_new_info"), lines=1, max_lines=1,
                elem_id="clip-examples-new", elem_classes=ASKED,
            )  # fmt: skip
            add = gr.Button(t("clip.examples_add"), variant="primary", elem_id="clip-examples-add", elem_classes=ASKED)
            problem = gr.Markdown(elem_id="clip-examples-problem", elem_classes=["clip-problem", ASKED], visible=False)
            file = gr.HTML(
                "",
                html_template=template("clip/examples/page/file.html"),
                js_on_load=module(
                    "clip/examples/page/file.js", "save_file", "open_file", "bring_back", words=words(PAGE)
                ),
                apply_default_css=False,
                elem_id="clip-examples-file",
            )
            scoring = gr.Radio(
                choices(SCORINGS, "clip.scoring"), value="trained", label=t("clip.scoring"),
                elem_id="clip-examples-scoring",
            )  # fmt: skip
            none = gr.Checkbox(False, label=t("clip.allow_none"), elem_id="clip-examples-none")
    handlers = Handlers(page.settings, page.visits, page.budgets)
    asked = [page.language, state, shared.view, shared.files, shared.templates, shared.own, scoring, none]
    asked += [shared.model, request_number()]
    answers: dict[str, Any] = {"fn": handlers.answer, "inputs": asked, "outputs": [shown, problem]}
    answers["concurrency_limit"] = page.settings.concurrent_runs  # they wait in line for their turn
    gr.on(
        [
            *(shared.view.change, shared.files.change, shared.templates.change, shared.own.change),
            *(shared.model.change, scoring.change, none.change),
        ],
        **answers,
        **LATEST,
    )
    sent = [page.language, state, shared.model]
    changes = [
        gr.on([add.click, name.submit], says(add_label), [page.language, state, name], name, **MULTIPLE),
        shown.change_label(says(change_label), [page.language, state], None, **MULTIPLE),
        shown.change_example(says(handlers.example), [*sent, shared.files], None, **MULTIPLE),
        shown.bring_images(says(handlers.images), sent, None, **MULTIPLE),
        file.open_file(says(handlers.open), sent, file, **MULTIPLE),
        file.bring_back(says(handlers.bring_back), sent, None, **MULTIPLE),
    ]
    for change in changes:
        change.success(**answers, **LATEST)
        change.failure(**answers, **LATEST)  # what was refused is taken back, and what else was brought is there
    file.save_file(says(handlers.save), sent, file, **MULTIPLE)
    with_file, mix = gr.File(visible=False), gr.Number(0.5, visible=False)
    gr.Button(visible=False).click(
        says(handlers.match),
        [page.language, shared.files, with_file, mix, shared.labels, scoring, shared.model],
        gr.JSON(visible=False),
        api_name="clip_match_examples",
        api_visibility="undocumented",  # the old name of clip_match with examples, see endpoints.py
    )


def add_label(language: str, state: ExamplesState, name: str) -> str:
    """A new label; the field is empty then. Raises BadInput."""
    state.labels.add(name or "")
    return ""


def change_label(language: str, state: ExamplesState, event: gr.EventData) -> None:
    """Another name, other words, or no label of that number any more. Raises BadInput."""
    told, labels = event._data, state.labels
    number = validate.whole("number", told.get("number"), 0, 10**9)
    what, value = told.get("what"), str(told.get("value") or "")
    if what == "name":
        labels.rename(number, value)
    elif what == "words":
        labels.reword(number, value)
    elif what == "remove":
        labels.remove(number)


@dataclass(frozen=True)
class Handlers:
    """What happens here, for the app's settings; labels are forgotten at the end of a visit."""

    settings: Settings
    visits: Visits = field(default_factory=Visits)
    budgets: Budgets = field(default_factory=lambda: Budgets.of(Settings()))

    def answer(
        self, language: str, state: ExamplesState, view: str, files: list[str] | None, templates: str, own: str,
        scoring: str, none: bool, model: str, number: int, request: gr.Request,
    ) -> Iterator[tuple[Any, Any]]:  # fmt: skip
        """What the stage shows, or why nothing can be shown beside it, or its place in line; nothing while another view
        is seen, or when it was asked anew meanwhile."""
        yield gr.skip(), gr.skip()  # what yields nothing at all would empty the page's part
        if view != "examples":
            return
        self.visits.at_end(request.session_hash, state.forget)
        turn = state.questions.asked(number)
        try:
            wording = prompts.templates(templates, (own or "").split("\n"))
            for found in self._shown(language, state, files or [], wording, scoring, model, turn):
                if state.questions.number != turn:
                    return
                if isinstance(found, Place):
                    yield gr.skip(), in_line(found, language)
                else:
                    # Each message is another one, so that the page draws it also where it takes back what was refused.
                    yield dump_message({**found, "with_none": bool(none), "turn": turn}), refused("")
        except BadInput as error:
            if state.questions.number == turn:
                yield gr.skip(), refused(error.in_language(language))

    def _shown(
        self, language: str, state: ExamplesState, files: Sequence[str], wording: Sequence[str], scoring: str,
        model: str, turn: int,
    ) -> Iterator[Place | dict[str, Any]]:  # fmt: skip
        """The places in line where there is much to read, and at last what the page is told. Raises BadInput."""
        from demos.clip.examples import look
        from demos.clip.read_ahead import is_long, read_ahead

        matcher = self._matcher(model)
        state.labels.prepare(matcher, language)
        read = [File(Path(file)) for file in files[-look.MOST_IMAGES :]]
        if is_long(matcher, read):
            pieces = self.budgets.pieces(read_ahead(matcher, read), visitor(), lambda: state.questions.number == turn)
            yield from (found for found in pieces if isinstance(found, Place))
        if state.questions.number == turn:
            yield look.message(matcher, state.labels, files, wording, scoring, language)

    def example(
        self, language: str, state: ExamplesState, model: str, files: list[str] | None, event: gr.EventData
    ) -> None:
        """An image of the tab becomes an example of a label, or is one no more. Raises BadInput."""
        told, labels = event._data, state.labels
        number, key = validate.whole("number", told.get("number"), 0, 10**9), str(told.get("key"))
        if told.get("what") == "remove":
            labels.remove_example(number, key)
            return
        found = next(
            (file for file in map(File, map(Path, files or [])) if file.path.is_file() and file.key == key), None
        )
        if found is None:
            raise BadInput("clip.image_gone")
        _refuse(labels.add_examples(self._matcher(model), number, [found], [found.name]))

    def images(self, language: str, state: ExamplesState, model: str, event: gr.EventData) -> None:
        """Images that were brought to a label become its examples. Raises BadInput, after those that can be are."""
        number = validate.whole("number", event._data.get("number"), 0, 10**9)
        sent = batch.read_batch(event._data.get("images"))
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for at, each in enumerate(sent):
                place = Path(folder) / str(at)
                place.write_bytes(each.content)
                files.append(File(place))
            names = [" ".join(each.name.split()) for each in sent]
            _refuse(state.labels.add_examples(self._matcher(model), number, files, names))

    def save(self, language: str, state: ExamplesState, model: str, event: gr.EventData) -> str:
        """The labels as a file's content."""
        from demos.clip.examples import label_file

        mix = validate.number("mix", event._data.get("mix"), 0, 1)
        content = label_file.write(self._matcher(model), state.labels, mix)
        return dump_message({"number": event._data.get("number"), "content": content})

    def open(self, language: str, state: ExamplesState, model: str, event: gr.EventData) -> str:
        """Those of a file in place of all that are there. Raises BadInput."""
        from demos.clip.examples import label_file
        from demos.clip.gallery.saved import model_key

        matcher = self._matcher(model)
        found = label_file.read(str(event._data.get("content") or "").encode("utf-8", "replace"), matcher)
        state.labels.replace(found.labels, found.vectors, model_key(matcher))
        said = "clip.examples_opened" if found.vectors is not None else "clip.examples_opened_anew"
        told = {"said": text(said, language, count=len(found.labels)), "mix": found.mix}
        return dump_message(told | {"number": event._data.get("number")})

    def bring_back(self, language: str, state: ExamplesState, model: str) -> None:
        """The labels that the view opens with."""
        state.labels.bring_back(self._matcher(model), language)

    def match(
        self, language: str, files: list[str] | None, examples: str | None, mix: float, labels: str, scoring: str,
        model: str,
    ) -> dict[str, Any]:  # fmt: skip
        """What the endpoint answers: images against the labels of a file, and against guesses. Raises BadInput."""
        from demos.clip.examples import from_file
        from demos.clip.match import answers

        if not examples:
            raise BadInput("clip.examples_no_file")
        matcher = self._matcher(model)
        wording = prompts.templates("everyday")
        guesses = prompts.read_labels(labels.split("\n")) if (labels or "").strip() else []
        asked = from_file.ask(
            matcher, Path(examples), guesses, wording, validate.number("mix", mix, 0, 1), scoring=scoring
        )
        found = answers.answer(
            matcher, asked.question, [File(Path(file)) for file in files or []], weights=asked.weights
        )
        return {"results": answers.as_table(found), "examples": asked.told}

    def _matcher(self, model: str) -> "Matcher":
        from demos.clip.models import registry
        from demos.common.device import select_device

        return registry.open_model(model, select_device(self.settings.device), self.settings.offline)


def _refuse(errors: list[BadInput]) -> None:
    """Say the first of what went wrong."""
    for error in errors:
        raise error
