"""The writing view: text streams, every token can be clicked and exchanged, and the tree of branches stays in sight."""

import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from demos.common import ui
from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES, Said, text, texts
from demos.common.scheduling.turns import Place, Turns
from demos.common.ui import (
    ASKED,
    MULTIPLE,
    PRIVATE,
    Page,
    controls,
    folded,
    module,
    says,
    slider_field,
    stage,
    t,
    template,
)
from demos.gpt.lessons import Setup
from demos.gpt.models.registry import FIRST, REGISTRY, first_for
from demos.gpt.models.tab import build_precision
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import ModelOpened, VisitorState
from demos.gpt.write import tree_tab
from demos.gpt.write.endpoint import PACES, UPDATE
from demos.gpt.write.tree_tab import WriteRequest, request_text

STOPPED = "(visitor) => { window.dispatchEvent(new Event('gpt:stopped')); return [visitor]; }"
TREE_UPDATE = 0.5  # seconds between two views of the tree while it grows
TEMPERATURES = (0.0, 0.5, 0.8, 1.2)
COLUMNS = ("1", "2", "3", "4", "temperatures")
MOST_EXAMPLE_PROMPTS = max(len(entry.example_prompts) for entry in REGISTRY.values())
# What stands there while the model is being read from the disk: the prompt alone.
_OPENING = list(REGISTRY[FIRST].example_prompts[0])
BEFORE = {
    "columns": [
        {
            "title": {},
            "settings": {},
            "tokens": json.dumps([[character, None] for character in _OPENING])[1:-1],
            "bytes": {},
            "given": len(_OPENING),
            "exchanged": [],
            "writing": True,
            "status": {},
        }
    ],
    "turn": -1,
    "facts": {},
    "notes": {},
}


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    request = gr.State(WriteRequest())  # whoever wants text changes it, and one event writes
    entry = REGISTRY[FIRST]
    with gr.Row():
        with stage():
            shown = _part("passages", "token", "keep", value=BEFORE)
            candidates = _part("candidates", "exchange", "closed")
            tree = _part("tree", "go", "prune", "clear")
        with controls():
            prompt = gr.Textbox(
                entry.example_prompts[0],
                label=t("gpt.prompt"),
                lines=3,
                max_lines=8,
                elem_id="gpt-prompt",
                elem_classes=ASKED,
            )
            with gr.Row(elem_id="gpt-write-buttons", elem_classes=ASKED):
                write = gr.Button(t("gpt.write"), variant="primary", min_width=90, elem_id="gpt-write")
                go_on = gr.Button(t("gpt.go_on"), min_width=90, elem_id="gpt-go-on")
                stop_writing = gr.Button(t("gpt.stop_writing"), min_width=90, elem_id="gpt-stop-writing")
            with gr.Row(elem_id="gpt-example-prompts"):
                example_prompts = [gr.Button(**button, size="sm") for button in _prompt_buttons(entry.example_prompts)]
            columns = gr.Radio(
                [(key, key) for key in COLUMNS[:-1]] + [(t("gpt.columns_temperatures"), COLUMNS[-1])],
                value=COLUMNS[0],
                label=t("gpt.columns"),
                elem_id="gpt-columns",
            )
            temperature = slider_field(
                0, 2, entry.temperature, step=0.05, label=t("gpt.temperature"), info=t("gpt.temperature_info")
            )
            max_tokens = slider_field(10, 2000, entry.max_tokens, step=10, label=t("gpt.max_tokens"))
            with folded("gpt.more"):
                top_k = slider_field(0, 100, 0, step=1, label=t("gpt.top_k"), info=t("gpt.top_k_info"))
                top_p = slider_field(0, 1, 1, step=0.01, label=t("gpt.top_p"), info=t("gpt.top_p_info"))
                penalty = slider_field(1, 2, 1, step=0.05, label=t("gpt.penalty"), info=t("gpt.penalty_info"))
                stop = gr.Textbox(entry.stop, label=t("gpt.stop"), info=t("gpt.stop_info"), lines=1)
                pace = gr.Radio(
                    [(t("gpt.pace_full"), "full"), (t("gpt.pace_reading"), "reading")],
                    value="reading",
                    label=t("gpt.pace"),
                )
                seed = gr.Number(1, step=1, label=t("gpt.seed"), info=t("gpt.seed_info"))
                new_seed = gr.Checkbox(True, label=t("gpt.new_seed"))
            build_precision(page, shared)

    visitor, passage = shared.visitor, shared.passage
    request.change(
        partial(_write, budget=page.budgets.writing),
        [
            *(page.language, visitor, request, prompt, columns, pace),
            *(max_tokens, temperature, top_k, top_p, seed, stop, penalty),
        ],
        [shown, tree, passage],
        concurrency_limit=page.settings.concurrent_runs,
        **MULTIPLE,
    )
    given, requested = [visitor, new_seed, seed], [request, seed, candidates]
    page.open_on(_begin, [page.language, *given], requested)
    opening = {language: REGISTRY[first_for(language)].example_prompts[0] for language in LANGUAGES}
    page.open_in_language(prompt, opening)
    gr.on([write.click, prompt.submit], request_text, given, requested, **MULTIPLE)
    for at, button in enumerate(example_prompts):
        button.click(partial(_write_example, at), given, [prompt, *requested], **MULTIPLE)
    stop_writing.click(lambda visitor: visitor.stop(), visitor, queue=False, js=STOPPED, **MULTIPLE)
    go_on.click(_go_on, given, requested, **MULTIPLE)

    settings = [temperature, top_k, top_p, penalty]
    looking = [page.language, visitor, *settings]
    shown.token(tree_tab.show_candidates, looking, [candidates, passage], **MULTIPLE)
    for slider in settings:
        slider.change(tree_tab.update_candidates, looking, candidates, trigger_mode="always_last", **PRIVATE)
    candidates.closed(tree_tab.close_candidates, visitor, [candidates, passage], **MULTIPLE)
    candidates.exchange(tree_tab.exchange, [page.language, *given], requested, **MULTIPLE)
    workspace = [shown, tree, candidates, passage]
    shown.keep(tree_tab.keep_column, [page.language, visitor], workspace, **MULTIPLE)
    tree.go(tree_tab.show_branch, [page.language, visitor], workspace, **MULTIPLE)
    tree.prune(tree_tab.prune, [page.language, visitor], workspace, **MULTIPLE)
    tree.clear(tree_tab.clear, [page.language, visitor], workspace, **MULTIPLE)

    arriving = [prompt, temperature, max_tokens, stop, columns, top_k, *example_prompts, *workspace, request]
    shared.opened.change(_arrive, [page.language, visitor, shared.opened], arriving, **PRIVATE)


def _part(name: str, *events: str, value: Any = None) -> gr.HTML:
    """What `page/<name>.html` and `page/<name>.js` draw; the script tells of `events`."""
    script, html = module(f"gpt/write/page/{name}.js", *events), template(f"gpt/write/page/{name}.html")
    return gr.HTML(value, html_template=html, js_on_load=script, elem_id=f"gpt-{name}")


def _prompt_buttons(example_prompts: tuple[str, ...]) -> list[dict[str, Any]]:
    """A button for each of a model's example prompts, and unseen ones up to MOST_EXAMPLE_PROMPTS."""
    shown = [
        {"value": example_prompt.split("\n")[0] or t("gpt.nothing"), "visible": True}
        for example_prompt in example_prompts
    ]
    return shown + [{"value": "", "visible": False}] * (MOST_EXAMPLE_PROMPTS - len(shown))


def _begin(language: str, visitor: VisitorState, new_seed: bool, seed: float) -> tuple[Any, ...]:
    """A first text, where no other model is opened for a visitor of that language: it writes its own."""
    if first_for(language) != FIRST:
        return gr.skip(), gr.skip(), gr.skip()
    return request_text(visitor, new_seed, seed)


def _write_example(at: int, visitor: VisitorState, new_seed: bool, seed: float) -> tuple[Any, ...]:
    return visitor.entry.example_prompts[at], *request_text(visitor, new_seed, seed)


def _go_on(visitor: VisitorState, new_seed: bool, seed: float) -> tuple[WriteRequest, float, None]:
    """Go on where the passage on show ends."""
    return request_text(visitor, new_seed, seed, visitor.workspace.tip)


@says
def _write(
    language: str,
    visitor: VisitorState,
    request: WriteRequest,
    prompt: str,
    columns: str,
    pace: str,
    max_tokens: float,
    temperature: float,
    top_k: float,
    top_p: float,
    seed: float,
    stop: str,
    penalty: float,
    *,
    budget: Turns,
) -> Iterator[tuple[Any, ...]]:
    """The passages while they are written, and of the tree; the finished ones last. Written in turns of `budget`."""
    from demos.gpt.prompts.prompt import prepare
    from demos.gpt.prompts.tasks import TASKS
    from demos.gpt.sample import Sampling
    from demos.gpt.write.generate import generate
    from demos.gpt.write.look import Passage, facts, notes, passages_view, tree_view
    from demos.gpt.write.sources import sources

    if columns not in COLUMNS:
        raise BadInput("gpt.columns_unknown", columns=columns)
    ours, start = request.turn, request.start
    first = Sampling(max_tokens, temperature, top_k, top_p, seed, penalty)  # type: ignore[arg-type]
    samplings, titles = _side_by_side(first, columns)
    model, workspace = visitor.checkpoint(), visitor.workspace  # read on first use, which takes its time
    if visitor.writing.number != ours:  # meanwhile something else was asked for, perhaps of another model
        yield gr.skip(), gr.skip(), gr.skip()
        return
    said: dict[str, list[str]] = {each: [] for each in LANGUAGES}
    if start is None or start not in workspace.tree:
        prepared = prepare(model, prompt or "")
        start = workspace.tree.add_prompt(prepared.tokens, prepared.probabilities, len(prepared.tokens) - prepared.read)
        said = {each: notes(prepared, each) for each in LANGUAGES}
    written_with = [_settings(visitor, sampling, stop or "") for sampling in samplings]
    passages = [
        Passage(model, workspace.tree, start, title, settings)
        for title, settings in zip(titles, written_with, strict=True)
    ]
    about = {each: facts(model, visitor.entry, each) for each in LANGUAGES}

    def view(*, writing: bool) -> dict[str, Any]:
        return passages_view(passages, writing=writing, turn=ours, about=about, said=said)

    def rows() -> dict[str, Any]:
        return tree_view(model, visitor.workspace.tree, visitor.workspace.tips)

    turn = budget.enter(ui.visitor(), lambda: visitor.writing.number == ours)
    ends = [start] * len(passages)
    workspace.tips, workspace.titles = ends, titles
    yield view(writing=True), rows(), gr.skip()
    shown = tree_shown = began = time.perf_counter()
    full = None
    try:
        with turn:
            writing = generate(visitor.writer, workspace.tree, start, samplings, [stop or ""] * len(samplings))
            for tips in turn.each(writing):
                if isinstance(tips, Place):
                    continue
                now = time.perf_counter()
                if workspace.tips is not ends:  # another passage is on show
                    break
                workspace.tips = ends = tips
                for passage, tip in zip(passages, tips, strict=True):
                    passage.seconds += now - began if passage.tip != tip else 0.0
                    passage.extend_to(tip)
                if (
                    visitor.writing.number != ours
                ):  # stopped; the token that was under way stands in the tree, so it is shown
                    break
                if now - shown >= UPDATE * len(passages):
                    tree_is_due = now - tree_shown >= TREE_UPDATE
                    yield view(writing=True), rows() if tree_is_due else gr.skip(), gr.skip()
                    shown = time.perf_counter()
                    tree_shown = shown if tree_is_due else tree_shown
                if (rest := PACES[pace] - (time.perf_counter() - began)) > 0:
                    turn.let_others()
                    time.sleep(rest)
                began = time.perf_counter()
    except BadInput as refusal:
        full = refusal  # the tree holds no more: what was written stays
    except KeyError:
        if visitor.writing.number == ours:
            raise
        # else its branch was pruned meanwhile
    workspace.settings |= dict(zip(ends, written_with, strict=True))
    for each in LANGUAGES:
        if model.prompt_format in TASKS:
            read = TASKS[model.prompt_format].read
            said[each] += [text("gpt.note_answer", each, answer=read(passage.written)) for passage in passages]
        said[each] += sources(visitor.entry, ("".join(passage.pieces) for passage in passages), each)
    if visitor.workspace is workspace and workspace.tips is ends:
        yield view(writing=False), rows(), workspace.on_show
    if full is not None:
        raise full


def _settings(visitor: VisitorState, sampling: Any, stop: str) -> Said:
    """What it takes to write this text again, in one line."""
    values = {
        "temperature": f"{sampling.temperature:g}",
        "top_k": f"{sampling.top_k:g}",
        "top_p": f"{sampling.top_p:g}",
        "penalty": f"{sampling.repetition_penalty:g}",
        "max_tokens": f"{sampling.max_tokens:g}",
        "seed": f"{sampling.seed:g}",
        "stop": json.dumps(stop, ensure_ascii=False),
    }
    model = texts(visitor.entry.key)
    return {each: text("gpt.passage_settings", each, model=model[each], **values) for each in LANGUAGES}


def _side_by_side(first: Any, columns: str) -> tuple[list[Any], list[Said]]:
    """How each passage is sampled, and what stands above it: the same by temperatures, or by seeds."""
    from dataclasses import replace

    if columns == "temperatures":
        samplings = [replace(first, temperature=temperature) for temperature in TEMPERATURES]
        return samplings, [texts("gpt.column_temperature", temperature=f"{each:g}") for each in TEMPERATURES]
    samplings = [replace(first, seed=first.seed + more) for more in range(int(columns))]
    if len(samplings) == 1:
        return samplings, [{}]
    return samplings, [texts("gpt.column_seed", seed=each.seed) for each in samplings]


@says
def _arrive(language: str, visitor: VisitorState, opened: ModelOpened) -> tuple[Any, ...]:
    """Another model: its own example prompts and settings, and what was written with it before, or a first text.

    A lesson says otherwise where it wants something, and always a text of its own.
    """
    model, entry = visitor.checkpoint(), visitor.entry
    lesson = opened.lesson or Setup(visitor.name, "write")
    prompt = entry.example_prompts[0] if lesson.prompt is None else lesson.prompt
    controls = [
        gr.skip() if opened.keeps_prompt else prompt,
        entry.temperature if lesson.temperature is None else lesson.temperature,
        lesson.max_tokens or entry.max_tokens,
        entry.stop,
        lesson.columns,
        gr.Slider(value=0, maximum=min(len(model.tokenizer), 500)),  # top-k: of another vocabulary
        *(gr.Button(**button) for button in _prompt_buttons(entry.example_prompts)),
    ]
    if opened.lesson is None and len(visitor.workspace.tree):
        return *controls, *tree_tab.stop_and_show(visitor), gr.skip()
    visitor.stop()
    return *controls, gr.skip(), gr.skip(), None, gr.skip(), WriteRequest(visitor.writing.number)
