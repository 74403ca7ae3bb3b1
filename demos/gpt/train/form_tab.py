"""The form of the training view: what is trained on, and with how large a model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.scheduling.latest import Latest
from demos.common.settings import Settings
from demos.common.ui import dump_message, says
from demos.gpt.train.texts import EXAMPLES
from demos.gpt.visitor import VisitorState

if TYPE_CHECKING:
    from demos.gpt.models.checkpoint import Checkpoint
    from demos.gpt.train.shapes import Shape

OWN = "own"  # a text of the visitor's, or a size by hand
FIRST = next(iter(EXAMPLES))
KOREAN = "poems"  # on which a Korean visitor opens
PRESETS = ("pocket", "small", "medium", "nanogpt")
LEARNING = ("optimiser", "lr", "schedule")  # of a Shape as well
FIELDS = ("layers", "heads", "width", "block_size", "batch", "dropout", "steps")  # of a Shape, as the tab shows them
SHOWN_CHARACTERS = 200_000  # of a text in its field; of a longer one, only a part is shown
SHOWN_PART = 5_000


@dataclass(frozen=True)
class Export:
    """A model's file for the page's request number `wish`: its parts are of this file and of no other."""

    wish: int
    name: str
    content: bytes


@dataclass
class TrainingForm:
    """What the fields of the training view hold, and what they cannot.

    `text` is the whole text where its field shows only the beginning (`long`). `prompt` begins the samples on show.
    `uploaded` is a model from a file, to be trained on, `uploaded_path` where that file lay.
    Of the requests for the progress (`watching`), for what a shape costs (`costs`) and for a file to be read
    (`uploads`), only the latest goes on. `export` is the file that is being sent in parts. `limits` are the launcher's.
    """

    text: str = ""
    long: bool = False
    prompt: str = ""
    uploaded: "Checkpoint | None" = None
    uploaded_path: str = ""
    watching: Latest = field(default_factory=Latest)
    costs: Latest = field(default_factory=Latest)
    uploads: Latest = field(default_factory=Latest)
    export: "Export | None" = None
    limits: Settings = field(default_factory=Settings)


@says
def show(language: str, visitor: VisitorState, form: TrainingForm, view: str, source: str) -> tuple[Any, ...]:
    """`view` is shown. If it is this one: with a lesson's text, else first with an example, later as it was left.

    Returns as `choose` does.
    """
    if view != "train":
        return _chosen(language, visitor, form, OWN)
    wanted, visitor.train_text = visitor.train_text, ""
    first = KOREAN if language == "ko" and source == FIRST else source
    return _chosen(language, visitor, form, wanted or (OWN if form.text else first))


@says
def show_lesson(language: str, visitor: VisitorState, form: TrainingForm) -> tuple[Any, ...]:
    """The text of a lesson, if one was asked for. Returns as `choose` does."""
    wanted, visitor.train_text = visitor.train_text, ""
    return _chosen(language, visitor, form, wanted)


@says
def choose(language: str, visitor: VisitorState, form: TrainingForm, source: str) -> tuple[Any, ...]:
    """An example text and what suits it: source, field, prompt, preset, the FIELDS, how it reads, the stage."""
    return _chosen(language, visitor, form, source)


def _chosen(language: str, visitor: VisitorState, form: TrainingForm, source: str) -> tuple[Any, ...]:
    from demos.gpt.train.shapes import PRESETS

    if source not in EXAMPLES:
        return tuple(gr.skip() for _ in range(6 + len(FIELDS)))
    example = EXAMPLES[source]
    form.text, form.long = example.text, False
    fields = [getattr(PRESETS[example.preset], name) for name in FIELDS[:-1]]
    shown = gr.Textbox(form.text, interactive=True)
    laid_out = (source, shown, example.prompt, example.preset, *fields, example.steps, example.reads)
    return *laid_out, _stage(visitor, form, language)


@says
def leave_field(
    language: str, visitor: VisitorState, form: TrainingForm, source: str, field: str, prompt: str
) -> tuple[Any, ...]:
    """The field was left: what its text is called (an example that was changed is the visitor's own), prompt, how it
    reads, stage."""
    if form.long or field == form.text:
        return gr.skip(), gr.skip(), gr.skip(), gr.skip()
    form.text = field or ""
    example = EXAMPLES.get(source)
    known = example is not None and field == example.text
    name = source if known else OWN
    return name, _prompt(prompt, form.text), _reads(form.text), _stage(visitor, form, language)


def _reads(training_text: str) -> Any:
    """Windows, of a text that is no list of examples; else the visitor's choice stays."""
    from demos.gpt.train.examples import read_lines

    try:
        read_lines(training_text)
    except BadInput:
        return "text"
    return gr.skip()


def _prompt(prompt: str, training_text: str) -> str:
    """The samples' beginning: the one that is there, unless the text has not its letters; then how the text begins."""
    if set(prompt or "") <= set(training_text):
        return prompt
    return training_text.strip().partition("\n")[0][:12]


@says
def read(language: str, visitor: VisitorState, form: TrainingForm, file: str, prompt: str) -> tuple[Any, ...]:
    """The text in a file, in whatever encoding; as `choose` returns it. The copy on our disk is deleted at once."""
    from demos.gpt.data import read_file

    path, limit = Path(file), form.limits.training_characters
    try:
        if path.stat().st_size > 4 * limit or len((decoded := read_file(path)).text) > limit:
            raise BadInput("gpt.text_too_long", limit=f"{limit:,}")
    finally:
        path.unlink(missing_ok=True)
    form.text, form.long = decoded.text, len(decoded.text) > SHOWN_CHARACTERS
    if decoded.encoding != "utf-8":
        gr.Info(text("gpt.note_encoding", language, encoding=decoded.encoding))
    shown = decoded.text[:SHOWN_PART] + " …" if form.long else decoded.text
    unchanged = tuple(gr.skip() for _ in range(1 + len(FIELDS)))
    field = gr.Textbox(shown, interactive=not form.long)
    reads = _reads(form.text)
    return OWN, field, _prompt(prompt, form.text), *unchanged, reads, _stage(visitor, form, language)


def choose_preset(preset: str) -> list[Any]:
    """The FIELDS of a preset; the numbers by hand stay as they are."""
    from demos.gpt.train.shapes import PRESETS

    if preset not in PRESETS:
        return [gr.skip()] * len(FIELDS)
    return [getattr(PRESETS[preset], name) for name in FIELDS]


@says
def size_up(
    language: str, visitor: VisitorState, form: TrainingForm, field: str, tokenizer: str, *numbers: float
) -> Iterator[str]:
    """How long the text is, and what the model costs: first what is known at once, then what has to be measured."""
    from demos.common.device import select_device
    from demos.gpt.train.look import duration
    from demos.gpt.train.shapes import check, memory, parameter_count, seconds_per_step
    from demos.gpt.train.trainer import BYTE_PAIRS

    ours = form.costs.request()
    if not form.long:
        form.text = field or ""
    different = len(set(form.text))
    lines = [text("gpt.train_about", language, characters=f"{len(form.text):,}", different=f"{different:,}")]
    if form.long:
        lines[0] += " " + text("gpt.train_about_long", language)
    if not different:
        yield lines[0]
        return
    try:
        shape = shape_of(numbers)
        config = shape.config(different if tokenizer == "characters" else BYTE_PAIRS)
        check(config, shape.batch, form.limits)
    except BadInput as refusal:
        yield "\n\n".join([*lines, refusal.in_language(language)])
        return
    parameters = f"{parameter_count(config):,}"
    yield "\n\n".join([*lines, text("gpt.train_cost_measuring", language, parameters=parameters)])
    step = seconds_per_step(config, shape.recipe(), select_device(visitor.device), lambda: form.costs.number == ours)
    if step is None:  # somebody newer measures
        return
    values = {
        "parameters": parameters,
        "memory": f"{memory(config, shape.batch) / 1e6:,.0f} MB",
        "time": duration(shape.steps * step, language),
        "steps": f"{shape.steps:,}",
    }
    yield "\n\n".join([*lines, text("gpt.train_cost", language, **values)])


@says
def size_up_if_shown(
    language: str, view: str, visitor: VisitorState, form: TrainingForm, field: str, tokenizer: str, *numbers: float
) -> Iterator[str]:
    """As `size_up`, but not while another view is on show: measuring takes the processor."""
    if view == "train":
        yield from size_up(language, visitor, form, field, tokenizer, *numbers)


def choose_optimiser(optimiser: str) -> Any:
    """The learning rate that is usual for it."""
    from demos.gpt.learn import USUAL_LR

    return USUAL_LR.get(optimiser, gr.skip())


def shape_of(numbers: Sequence[float], **learning: Any) -> "Shape":
    """The Shape of the FIELDS as they came, and of LEARNING. Raises BadInput for one that cannot be."""
    from demos.common.errors import Label
    from demos.common.validate import number
    from demos.gpt.train.shapes import LR, Shape

    if "lr" in learning:
        number(Label("gpt.train_lr"), learning["lr"], *LR)  # an emptied field is not the usual one
    fields = dict(zip(FIELDS, numbers, strict=True))
    if fields["dropout"] is None:
        fields["dropout"] = 0.0
    return Shape(**fields, **learning)  # type: ignore[arg-type]


def _stage(visitor: VisitorState, form: TrainingForm, language: str) -> Any:
    """How the text begins, if nothing was trained yet that could be looked at."""
    if visitor.trainer is not None and visitor.trainer.report() is not None:
        return gr.skip()
    return stage_before(form, language)


def stage_before(form: TrainingForm, language: str) -> Any:
    """What stands there before the first step; nothing changes where no text was laid out."""
    from demos.gpt.train.look import before

    return dump_message(before(form.text, language)) if form.text else gr.skip()
