"""The view that says why: a heat map over the image, the words of the guess, and a word written on the image."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.clip import data, prompts
from demos.clip.images.image_strip import ImageStrip
from demos.clip.shared_tab import SharedState
from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place, Turns
from demos.common.settings import Settings
from demos.common.ui import (
    ASKED,
    PRIVATE,
    Page,
    choices,
    controls,
    dump_message,
    folded,
    module,
    says,
    stage,
    t,
    template,
    visitor,
    words,
)

if TYPE_CHECKING:
    from demos.clip.why.look import Question
    from demos.clip.why.occlusion import Covered, Grid
    from demos.clip.why.written import Written
    from demos.clip.zero_shot import Matcher

METHODS = ("occlusion", "gradient")
CELLS = (7, 10, 14)
Covering = tuple[str, str, int]  # which part of which image is covered: its key, fit and crop


@dataclass
class WhyState:
    """What this visitor asks about.

    Of `questions` and of `writings` only the latest goes on. `strip` has the chosen image; `asked` is what the answer
    on show was asked for. `covered` are the last image's vectors under the windows of a grid, with the model and the
    image's key, so that another guess costs no more than its words.
    """

    questions: Latest = field(default_factory=Latest)
    writings: Latest = field(default_factory=Latest)
    strip: ImageStrip = field(default_factory=ImageStrip)
    asked: tuple[Any, ...] = ()
    message: dict[str, Any] = field(default_factory=dict)
    question: "Question | None" = None
    covered: "tuple[Matcher, Covering, Covered] | None" = None


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    state = gr.State(WhyState())
    with gr.Row():
        with stage():
            shown = gr.HTML(
                "", html_template=template("clip/why/page/why.html"),
                js_on_load=module("clip/why/page/why.js", "choose", words=words("clip.why_page_")),
                asked=None, written=None, apply_default_css=False, elem_id="clip-why",
            )  # fmt: skip
        with controls():
            guess = gr.Textbox(
                label=t("clip.why_guess"), info=t("clip.why_guess_info"), max_length=prompts.MAX_LENGTH,
                elem_id="clip-why-guess", elem_classes=ASKED,
            )  # fmt: skip
            method = gr.Radio(
                choices(METHODS, "clip.why_method"), value=METHODS[0], label=t("clip.why_method"),
                info=t("clip.why_method_info"), elem_id="clip-why-method",
            )  # fmt: skip
            cells = gr.Radio(
                [(t(f"clip.why_cells_{count}"), count) for count in CELLS], value=CELLS[1], label=t("clip.why_cells"),
                elem_id="clip-why-cells",
            )  # fmt: skip
            with gr.Row(elem_classes=ASKED):
                go = gr.Button(t("clip.why_go"), variant="primary", min_width=90, elem_id="clip-why-go")
                stop = gr.Button(t("clip.stop"), min_width=90, elem_id="clip-why-stop")
            with folded("clip.why_write"):
                gr.Markdown(t("clip.why_write_lead"))
                note = gr.Textbox("a bus", label=t("clip.why_note"), max_length=40, elem_id="clip-why-note")
                write = gr.Button(t("clip.why_write_go"), elem_id="clip-why-write")
                write_all = gr.Button(t("clip.why_write_all"), size="sm", elem_id="clip-why-write-all")

    explained: dict[str, Any] = {
        **PRIVATE,
        "fn": partial(says(_explain), settings=page.settings, heavy=page.budgets.heavy),
        "inputs": [
            *(page.language, state, shared.view, shared.files, shared.labels, shared.templates, shared.own),
            *(shared.model, shared.fit, guess, method, cells),
        ],
        "outputs": shown,
        "trigger_mode": "multiple",  # the latest question ends the others
        "concurrency_id": "clip-why",
        "concurrency_limit": page.settings.concurrent_runs,  # they wait in line for their turn
    }
    gr.on(
        [
            *(shared.view.change, shared.files.change, shared.labels.change, shared.templates.change),
            *(shared.own.change, shared.model.change, shared.fit.change, guess.submit, method.input, cells.input),
        ],
        **explained,
    )
    go.click(_anew, state, **PRIVATE, queue=False, trigger_mode="multiple").then(**explained)
    shown.choose(_choose, state, **PRIVATE, queue=False, trigger_mode="multiple").then(**explained)
    stop.click(_stop, [page.language, state], shown, **PRIVATE, queue=False, trigger_mode="multiple")
    for button, handler in ((write, _write), (write_all, _write_all)):
        gr.on(
            [button.click, note.submit] if button is write else [button.click],
            partial(says(handler), heavy=page.budgets.heavy), [page.language, state, note], shown,
            trigger_mode="multiple", concurrency_id="clip-why", **PRIVATE,
        )  # fmt: skip


def _anew(state: WhyState) -> None:
    state.asked = ()


def _choose(state: WhyState, event: gr.EventData) -> None:
    """The image that was clicked, by its place in the strip."""
    state.strip.choose(event._data.get("at"))


def _stop(language: str, state: WhyState) -> Any:
    """What is there stays."""
    turn = state.questions.request()
    state.writings.request()
    state.asked = ()
    if not state.message.get("running"):
        return gr.skip()
    state.message |= {"running": False, "turn": turn, "status": text("clip.why_stopped", language)}
    return gr.HTML(dump_message(state.message))


def _explain(
    language: str, state: WhyState, view: str, files: list[str] | None, labels: str, templates: str, own: str,
    model: str, fit: str, guess: str, method: str, cells: int, *, settings: Settings, heavy: Turns,
) -> Iterator[Any]:  # fmt: skip
    """The guesses of the chosen image and their words, then the heat maps, ever finer. Raises BadInput."""
    yield gr.skip()  # what yields nothing at all would empty the page's part
    if view != "why":
        return
    from demos.clip.models import registry
    from demos.clip.why import look
    from demos.common.device import select_device

    strip = state.strip
    strip.read(files or [])
    if not strip.entries:
        state.asked, state.question = (), None
        turn = state.questions.request()
        empty = {"turn": turn, "question": 0, "running": False, "status": text("clip.why_empty", language)}
        yield gr.HTML(dump_message(empty))
        return
    wording = prompts.templates(templates, (own or "").split("\n"))
    question_of_own = " ".join((guess or "").split())
    wanted = prompts.read_labels([question_of_own, *(labels or "").split("\n")])
    asked = (
        *(strip.chosen, tuple(strip.entries), tuple(wanted), wording, question_of_own),
        *(model, fit, method, cells, language),
    )
    if asked == state.asked:
        return
    state.asked = asked
    turn = state.questions.request()
    try:
        matcher = registry.open_model(model, select_device(settings.device), settings.offline)
        image = data.read(strip.chosen, matcher.enough)
        question = look.question(matcher, image, wanted, wording, question_of_own, fit)
        state.question = question
        told = strip.shown() | {"turn": turn} | look.guesses_view(question, language)
        for message in _maps(state, question, method, cells, language, heavy, lambda: state.questions.number == turn):
            if state.questions.number != turn:
                return
            state.message = message | {"turn": turn, "question": turn}
            # A page that is not there yet misses any but the last, and of that all but the value.
            last = {} if message["running"] else {"asked": told}
            yield gr.HTML(dump_message(state.message | last), asked=dump_message(told))
    except BaseException:
        state.asked = ()
        raise


def _maps(
    state: WhyState, question: "Question", method: str, cells: int, language: str, heavy: Turns,
    wanted: Callable[[], bool],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    from demos.clip.why import look
    from demos.clip.why.occlusion import covered_vectors

    if method == "gradient":
        found = look.gradient_view(question)
        status = text("clip.why_gradient_done" if found else "clip.why_gradient_none", language)
        yield (found or {"maps": []}) | {"running": False, "status": status}
        return
    grid = look.grid_of(cells if cells in CELLS else CELLS[0])
    known = _known(state, question, grid)
    windows = len(grid.windows)
    status = text("clip.why_begun", language, total=windows)
    begun = {"maps": [], "running": True, "status": status, "done": 0, "total": windows}
    yield begun
    if known:
        status = text("clip.why_done", language, done=known.done, total=windows)
        yield look.occlusion_view(question, known) | {"running": False, "status": status}
        return
    shown = begun
    with heavy.enter(visitor(), wanted) as turn:
        for covered in turn.each(covered_vectors(question.matcher, question.pixels, grid)):
            if isinstance(covered, Place):
                yield shown | {"status": covered.said(language)}
                continue
            running = covered.done < windows
            if not running:
                state.covered = (question.matcher, _covering(question), covered)
            said = "clip.why_running" if running else "clip.why_done"
            status = text(said, language, done=covered.done, total=windows)
            shown = look.occlusion_view(question, covered) | {"running": running, "status": status}
            yield shown


def _known(state: WhyState, question: "Question", grid: "Grid") -> "Covered | None":
    """What covering this image gave before, if it was the last one."""
    if state.covered is None:
        return None
    matcher, covering, covered = state.covered
    same = matcher is question.matcher and (covering, covered.grid) == (_covering(question), grid)
    return covered if same else None


def _covering(question: "Question") -> Covering:
    return question.image.key, question.framed.fit, question.framed.crop


def _write(language: str, state: WhyState, note: str, *, heavy: Turns) -> Iterator[Any]:
    """The image with a note, with and without the word on it. Raises BadInput."""
    from demos.clip.why import look
    from demos.clip.why.written import attack, note_of, write

    question, word = state.question, " ".join((note or "").split())
    if question is None or not word:
        raise BadInput("clip.why_nothing_to_write")
    turn = state.writings.request()
    plain = question.image.image
    images = [plain, write(plain, ""), write(plain, note_of(word))]
    fit = question.framed.fit
    with heavy.enter(visitor(), lambda: state.writings.number == turn) as ours:
        written = ours.do(
            lambda: attack(question.matcher, question.image, word, question.labels, question.templates, fit)
        )
    if written is not None and state.writings.number == turn:
        yield gr.HTML(written=dump_message({"one": look.written_view(written, images, language)}))


def _write_all(language: str, state: WhyState, note: str, *, heavy: Turns) -> Iterator[Any]:
    """Every guess on every image, counted as it goes."""
    from demos.clip.why import look
    from demos.clip.why.written import attacks

    question = state.question
    if question is None:
        raise BadInput("clip.why_nothing_to_write")
    turn = state.writings.request()
    labels = question.labels[: look.SHOWN]
    total = len(state.strip.entries) * max(0, len(labels) - 1)
    done: list[Written] = []
    images = (data.read(file, question.matcher.enough) for file in list(state.strip.entries))
    with heavy.enter(visitor(), lambda: state.writings.number == turn) as ours:
        for written in ours.each(attacks(question.matcher, images, labels, question.templates, question.framed.fit)):
            if isinstance(written, Place):
                yield gr.HTML(written=dump_message({"all": {"said": written.said(language), "done": 0, "total": 0}}))
                continue
            done.append(written)
            yield gr.HTML(written=dump_message({"all": look.attacks_view(done, total, language)}))
    if not done and state.writings.number == turn:
        yield gr.HTML(written=dump_message({"all": look.attacks_view(done, total, language)}))
