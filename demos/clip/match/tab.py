"""The view that matches: drop images, write guesses, watch the bars."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from demos.clip import prompts
from demos.clip.images import crops, example_photos
from demos.clip.match import model_tab, opening
from demos.clip.match.model_tab import EMBEDDED, ONLY_PAGE
from demos.clip.models import embedded
from demos.clip.shared_tab import in_line, refused
from demos.common import validate
from demos.common.errors import BadInput, Label
from demos.common.i18n import LANGUAGES, strings
from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place
from demos.common.settings import Settings
from demos.common.ui import (
    ASKED,
    LATEST,
    PRIVATE,
    Page,
    choices,
    controls,
    dump_message,
    folded,
    in_turns,
    module,
    request_number,
    says,
    slider_field,
    stage,
    t,
    template,
    visitor,
    words,
)

EXAMPLE_LABELS = opening.LABELS["en"]
SCORINGS = ("trained", "softmax", "independent")
MOST_REMOVED = 200  # images at once


@dataclass(frozen=True)
class View:
    """What other views read and a lesson may set: the files, the guesses (a text), the templates, the model's name.

    `example_files` are the example photos in Gradio's own folder, from where a page may get them.
    """

    files: gr.File
    example_files: tuple[str, ...]
    labels: gr.Textbox
    templates: gr.Dropdown
    own: gr.Textbox
    model: gr.Textbox
    none: gr.Checkbox
    fit: gr.Radio


def build(page: Page) -> View:
    """Lay out the view and wire it."""
    first = opening.shown()
    with gr.Row():
        with stage():
            said = words("clip.match_page_")
            tools = gr.HTML(
                "",
                html_template=template("clip/match/page/tools.html"),
                js_on_load=module("clip/match/page/tools.js", "clear", words=said),
                apply_default_css=False,
                elem_id="clip-tools",
            )
            shown = gr.HTML(
                dump_message(first or {"images": [], "notes": [], "waiting": strings()["clip.opening"]}),
                html_template='<div class="match"></div>',
                js_on_load=module("clip/match/page/match.js", "remove", "turn", words=said),
                elem_id="clip-stage",
            )
        with controls():
            files = gr.File(
                [str(file) for file in reversed(example_photos.found().values())],  # the stage shows the newest first
                label=t("clip.images"),
                file_count="multiple",
                height=200,
                elem_id="clip-files",
            )
            labels = gr.Textbox(
                "\n".join(EXAMPLE_LABELS["things"]),
                label=t("clip.labels"),
                info=t("clip.labels_info_both" if "ko" in embedded.languages() else "clip.labels_info"),
                lines=6,
                max_lines=14,
                elem_id="clip-labels",
                elem_classes=ASKED,
            )
            problem = gr.Markdown(elem_id="clip-problem", elem_classes=ASKED, visible=False)
            match = gr.Button(t("clip.match"), variant="primary", elem_id="clip-match", elem_classes=ASKED)
            gr.Markdown(t("clip.try"))
            with gr.Row(elem_classes="clip-words"):
                starts = {name: gr.Button(t(f"clip.try_{name}"), size="sm") for name in EXAMPLE_LABELS}
            with folded("clip.more"):
                templates = gr.Dropdown(
                    choices((*prompts.SETS, "own"), "clip.templates"),
                    value="everyday",
                    label=t("clip.templates"),
                    elem_id="clip-templates",
                )
                own = gr.Textbox("a photo of a {}", label=t("clip.own_templates"), lines=3, visible=False)
                fit = gr.Radio(
                    choices(crops.FITS, "clip.fit"), value="centre", label=t("clip.fit"), info=t("clip.fit_info"),
                    elem_id="clip-fit",
                )  # fmt: skip
                scoring = gr.Radio(
                    choices(SCORINGS, "clip.scoring"), value="trained", label=t("clip.scoring"), elem_id="clip-scoring"
                )
                none = gr.Checkbox(True, label=t("clip.allow_none"), elem_id="clip-none")
                top = slider_field(1, 10, 5, step=1, label=t("clip.top"))
                models = model_tab.build(page)
    model, second = models.answers, models.second
    turned = gr.State((0, 0))  # the page of images that is seen, and how many images there were

    handlers = Handlers(page.settings, page.budgets)
    several: dict[str, Any] = {"concurrency_limit": page.settings.concurrent_runs}  # they wait in line for their turn
    asked = [page.language, files, labels, templates, own, top, model]
    more = [fit, scoring, second, none, turned]
    number, latest = request_number(), gr.State(Latest())
    quietly = [*asked, *more, latest, number]
    seen = [shown, turned, problem]
    match.click(says(handlers.shown_in_turn), [*asked, *more], seen, show_progress="minimal", **ONLY_PAGE, **several)
    # The old name of clip_match, see endpoints.py.
    gr.Button(visible=False).click(
        in_turns(page.budgets.heavy, says(handlers.answer)), [*asked, fit, scoring], shown,
        api_name="clip_zero_shot", api_visibility="undocumented", **several,
    )  # fmt: skip
    gr.on(
        [files.change, labels.change, templates.change, own.change, top.release, model.change, fit.change,
         scoring.change, second.change, none.change],
        handlers.answer_in_turn,
        quietly,
        seen,
        **LATEST,
        **several,
    )  # fmt: skip
    page.on_language(handlers.answer_in_turn, quietly, seen, js=LATEST["js"], **several)
    # The answer that the view opens with stands there already. Were it given again, it could come after the answer to
    # what a visitor has changed meanwhile.
    if first is None:
        page.open_on(handlers.answer_in_turn, quietly, seen)
    else:
        starters = {language: _starter("things")(language) for language in LANGUAGES}
        page.open_in_language(labels, starters)  # those of the answer that stands there
        page.open_on(handlers.warm_up)
    shown.turn(says(handlers.turned), [*asked, *more], seen, trigger_mode="multiple", **PRIVATE, **several)
    # The page names all that it was told to remove and still sees, so none comes back while another is being removed.
    shown.remove(says(removed), [page.language, files], files, trigger_mode="multiple", **PRIVATE)
    tools.clear(lambda: None, None, files, trigger_mode="multiple", **PRIVATE)
    hand_out = says(handlers.hand_out)
    tools.submit(hand_out, [*asked, fit, scoring], [tools, problem], trigger_mode="multiple", **PRIVATE, **several)

    templates.change(lambda name: gr.update(visible=name == "own"), templates, own, **ONLY_PAGE)
    for name, button in starts.items():
        button.click(_starter(name), page.language, labels, **ONLY_PAGE)
    example_files = tuple(file["path"] for file in files.value or ())
    return View(files, example_files, labels, templates, own, model, none, fit)


@dataclass(frozen=True)
class Handlers:
    """What happens here, for the app's settings."""

    settings: Settings
    budgets: Budgets = field(default_factory=lambda: Budgets.of(Settings()))

    def answer(
        self,
        language: str,
        files: list[str] | None,
        labels: str,
        templates: str,
        own: str,
        top: float,
        model: str,
        fit: str = "centre",
        scoring: str = "trained",
    ) -> dict[str, Any]:
        """What clip_zero_shot answers. `pictures` is the old name of `images`. Raises BadInput."""
        answer = self._look(None, language, files, labels, templates, own, top, model, fit, scoring, "")
        return {**answer, "pictures": answer["images"]}

    def shown(self, language: str, files: list[str] | None, *asked: Any) -> tuple[str, tuple[int, int]]:
        """What the stage shows, and the page of it: the newest when images came. Raises BadInput."""
        *given, none, (page, count) = asked
        page = page if len(files or []) <= count else 0
        answer = self._look(page, language, files, *given)
        return dump_message({**answer, "with_none": bool(none)}), (answer["page"], answer["count"])

    def shown_in_turn(self, language: str, files: list[str] | None, *asked: Any) -> Iterator[tuple[Any, ...]]:
        """`shown`, and that there is no problem; before, the places in line."""
        for place in self._read_ahead(files, *asked):
            yield gr.skip(), gr.skip(), in_line(place, language)
        yield *self.shown(language, files, *asked), refused("")

    def turned(self, language: str, files: list[str] | None, event: gr.EventData, *asked: Any) -> Iterator[Any]:
        """Another page of the images. Raises BadInput."""
        *given, (_, _) = asked
        page = validate.whole("page", event._data.get("page"), 0, 10**6)
        yield from self.shown_in_turn(language, files, *given, (page, len(files or [])))

    def _read_ahead(
        self, files: list[str] | None, labels: str, templates: str, own: str, top: float, model: str, fit: str,
        scoring: str, second: str, none: bool, page: tuple[int | None, int],
        *, wanted: Callable[[], bool] = lambda: True,
    ) -> Iterator[Place]:  # fmt: skip
        """Read what `shown` is asked, in turns with what others compute where it is much: the places in line.

        Raises BadInput as `shown` does, and where too much is under way.
        """
        from demos.clip.match import look

        matcher, question = self._question(labels, templates, own, model, fit, scoring)
        at, count = page
        _, given = look.on_page(files or [], at if len(files or []) <= count else 0)
        for each in (matcher, self._open(second)) if second else (matcher,):
            work, heavy = look.reading(each, question, given), look.reads_long(each, question, given)
            yield from (
                found for found in self.budgets.pieces(work, visitor(), wanted, heavy=heavy) if isinstance(found, Place)
            )

    def _look(
        self,
        page: int | None,
        language: str,
        files: list[str] | None,
        labels: str,
        templates: str,
        own: str,
        top: float,
        model: str,
        fit: str,
        scoring: str,
        second: str,
    ) -> dict[str, Any]:
        from demos.clip.match import look

        matcher, question = self._question(labels, templates, own, model, fit, scoring)
        top = validate.whole(Label("clip.top"), top, 1, prompts.MAX_LABELS)
        return look.answer(matcher, files or [], question, top, language, page, self._open(second) if second else None)

    def _question(self, labels: str, templates: str, own: str, model: str, fit: str, scoring: str) -> tuple[Any, Any]:
        from demos.clip.match.answers import Question

        wording = prompts.templates(templates, (own or "").split("\n"))
        wanted = prompts.read_labels((labels or "").split("\n"))
        return self._open(model), Question(wanted, wording, fit, scoring)

    def _open(self, model: str) -> Any:
        from demos.clip.models import registry
        from demos.common.device import select_device

        return registry.open_model(model or EMBEDDED, select_device(self.settings.device), self.settings.offline)

    def answer_quietly(self, language: str, *asked: Any) -> tuple[Any, Any, Any]:
        """While someone types, a refusal stands beside the field instead of popping up.

        Of two questions in a hurry the older one may be answered last; that answer is not shown.
        """
        *given, latest, number = asked
        latest.asked(number)
        answer: tuple[Any, Any, Any]
        try:
            answer = *self.shown(language, *given), refused("")
        except BadInput as error:
            answer = gr.skip(), gr.skip(), refused(error.in_language(language))
        return answer if latest.number == number else (gr.skip(), gr.skip(), gr.skip())

    def answer_in_turn(self, language: str, *asked: Any) -> Iterator[tuple[Any, Any, Any]]:
        """`answer_quietly`, and before it the places in line."""
        *given, latest, number = asked
        latest.asked(number)
        yield gr.skip(), gr.skip(), gr.skip()  # what yields nothing at all would empty the page's parts
        try:
            for place in self._read_ahead(*given, wanted=lambda: latest.number == number):
                yield gr.skip(), gr.skip(), in_line(place, language)
        except BadInput as error:
            yield gr.skip(), gr.skip(), refused(error.in_language(language))
            return
        if latest.number == number:
            yield self.answer_quietly(language, *asked)

    def warm_up(self) -> None:
        """Open the model, and let it read the background words, before anybody asks it."""
        from demos.clip.match.background import background

        background(self._open(EMBEDDED))

    def hand_out(
        self,
        language: str,
        files: list[str] | None,
        labels: str,
        templates: str,
        own: str,
        top: float,
        model: str,
        fit: str,
        scoring: str,
        event: gr.EventData,
    ) -> Iterator[tuple[Any, Any]]:
        """All results as a file, or one image large, with the number that the page gave its request; before, the
        places in line."""
        from demos.clip.match import look

        given = event._data
        if given.get("what") == "image":
            at = look.number_of(files or [], validate.whole("number", given.get("at"), 0, 10**6), str(given.get("key")))
            if at is None:
                raise BadInput("clip.image_gone")
            yield dump_message({"number": given.get("number"), "image": look.large((files or [])[at])}), gr.skip()
            return
        if not files:
            raise BadInput("clip.no_answers")
        everything, beside = (None, len(files)), gr.skip()
        for place in self._read_ahead(files, labels, templates, own, top, model, fit, scoring, "", True, everything):
            beside = refused("")
            yield gr.skip(), in_line(place, language)
        matcher, question = self._question(labels, templates, own, model, fit, scoring)
        content = (
            look.as_csv(matcher, files, question)
            if given.get("what") == "csv"
            else look.as_json(matcher, files, question)
        )
        yield dump_message({"number": given.get("number"), "content": content}), beside


def removed(language: str, files: list[str] | None, event: gr.EventData) -> list[str] | None:
    """The files without those that the page names; one that is gone already is no mistake."""
    from demos.clip.match import look

    left = list(files or [])
    for image in list(event._data.get("images") or ())[:MOST_REMOVED]:
        number = look.number_of(left, validate.whole("number", image.get("at"), 0, 10**6), str(image.get("key")))
        if number is not None:
            del left[number]
    return left or None


def _starter(name: str) -> Callable[[str], str]:
    """The guesses called `name`, in the visitor's language if the embedded model reads it."""

    def start(language: str) -> str:
        known = language if language in embedded.languages() else "en"
        return "\n".join(opening.LABELS[known][name])

    return start
