"""The writing view: text streams, every token can be clicked and exchanged, and the tree of branches stays in sight."""

import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.ui import Page, controls, folded, module, says, stage, t, template
from demos.gpt.lessons import Setup
from demos.gpt.models.registry import FIRST, REGISTRY
from demos.gpt.shared_tab import SharedState
from demos.gpt.visitor import VisitorState
from demos.gpt.write import precision_tab, tree_tab
from demos.gpt.write.tree_tab import Asked, ask

STOPPED = "(visitor) => { window.dispatchEvent(new Event('gpt:stopped')); return [visitor]; }"
UPDATE = 0.05  # seconds between two pictures of a passage that is being written, for each passage on show
TREE_UPDATE = 0.5
PACES = {"full": 0.0, "reading": 0.04}  # least seconds a token
TEMPERATURES = (0.0, 0.5, 0.8, 1.2)
COLUMNS = ("1", "2", "3", "4", "temperatures")
MOST_EXAMPLE_PROMPTS = max(len(entry.example_prompts) for entry in REGISTRY.values())
# What stands there while the model is being read from the disk: the prompt alone.
_OPENING = list(REGISTRY[FIRST].example_prompts[0])
BEFORE = {
    "columns": [
        {
            "title": "",
            "tokens": json.dumps([[character, None] for character in _OPENING])[1:-1],
            "bytes": {},
            "given": len(_OPENING),
            "chosen": [],
            "writing": True,
            "status": "",
        }
    ],
    "turn": -1,
    "facts": "",
    "notes": [],
}


def build(page: Page, shared: SharedState) -> None:
    """Lay out the view and wire it."""
    asked = gr.State({"turn": 0, "start": None})  # whoever wants text changes it, and one event writes
    entry = REGISTRY[FIRST]
    with gr.Row():
        with stage():
            shown = _part("passages", "token", "keep", value=BEFORE)
            choice = _part("choice", "exchange", "closed")
            tree = _part("tree", "go", "prune", "clear")
        with controls():
            prompt = gr.Textbox(
                entry.example_prompts[0], label=t("gpt.prompt"), lines=3, max_lines=8, elem_id="gpt-prompt"
            )
            with gr.Row(elem_id="gpt-drive"):
                go = gr.Button(t("gpt.write"), variant="primary", min_width=90, elem_id="gpt-write")
                more = gr.Button(t("gpt.go_on"), min_width=90, elem_id="gpt-more")
                stop_writing = gr.Button(t("gpt.stop_writing"), min_width=90, elem_id="gpt-stop")
            with gr.Row(elem_id="gpt-beginnings"):
                example_prompts = [gr.Button(**button, size="sm") for button in _prompt_buttons(entry.example_prompts)]
            columns = gr.Radio(
                [(key, key) for key in COLUMNS[:-1]] + [(t("gpt.columns_temperatures"), COLUMNS[-1])],
                value=COLUMNS[0],
                label=t("gpt.columns"),
                elem_id="gpt-columns",
            )
            temperature = _slider(
                0, 2, entry.temperature, step=0.05, label=t("gpt.temperature"), info=t("gpt.temperature_info")
            )
            max_tokens = _slider(10, 2000, entry.max_tokens, step=10, label=t("gpt.max_tokens"))
            with folded("gpt.more"):
                top_k = _slider(0, 100, 0, step=1, label=t("gpt.top_k"), info=t("gpt.top_k_info"))
                top_p = _slider(0, 1, 1, step=0.01, label=t("gpt.top_p"), info=t("gpt.top_p_info"))
                penalty = _slider(1, 2, 1, step=0.05, label=t("gpt.penalty"), info=t("gpt.penalty_info"))
                stop = gr.Textbox(entry.stop, label=t("gpt.stop"), info=t("gpt.stop_info"), lines=1)
                pace = gr.Radio(
                    [(t("gpt.pace_full"), "full"), (t("gpt.pace_reading"), "reading")],
                    value="reading",
                    label=t("gpt.pace"),
                )
                seed = gr.Number(1, step=1, label=t("gpt.seed"), info=t("gpt.seed_info"))
                fresh = gr.Checkbox(True, label=t("gpt.fresh"))
            precision_tab.build(page, shared)

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    visitor, changed = shared.visitor, shared.passage_changed
    asked.change(
        _write,
        [
            *(page.language, visitor, asked, prompt, columns, pace),
            *(max_tokens, temperature, top_k, top_p, seed, stop, penalty),
        ],
        [shown, tree, changed],
        concurrency_limit=page.settings.concurrent_streams,
        trigger_mode="multiple",
        **private,
    )
    again, wanted = [visitor, fresh, seed], [asked, seed, choice]
    page.open_on(ask, again, wanted)
    gr.on([go.click, prompt.submit], ask, again, wanted, **private)
    for at, button in enumerate(example_prompts):
        button.click(partial(_begin, at), again, [prompt, *wanted], **private)
    stop_writing.click(lambda visitor: visitor.stop(), visitor, queue=False, js=STOPPED, **private)
    more.click(_more, again, wanted, **private)

    shaping = [temperature, top_k, top_p, penalty]
    looking = [page.language, visitor, *shaping]
    shown.token(tree_tab.look, looking, [choice, changed], trigger_mode="multiple", **private)
    for slider in shaping:
        slider.change(tree_tab.look_again, looking, choice, trigger_mode="always_last", **private)
    choice.closed(tree_tab.shut, visitor, [choice, changed], **private)
    choice.exchange(tree_tab.pick, [page.language, *again], wanted, **private)
    went = [shown, tree, choice, changed]
    shown.keep(tree_tab.single, [page.language, visitor], went, **private)
    tree.go(tree_tab.go, [page.language, visitor], went, **private)
    tree.prune(tree_tab.prune, [page.language, visitor], went, **private)
    tree.clear(tree_tab.clear, [page.language, visitor], went, **private)

    arriving = [prompt, temperature, max_tokens, stop, columns, top_k, *example_prompts, *went, asked]
    shared.model_changed.change(_arrive, [page.language, visitor], arriving, **private)


def _part(name: str, *events: str, value: Any = None) -> gr.HTML:
    """What `page/<name>.html` and `page/<name>.js` draw; the script tells of `events`."""
    script, html = module(f"gpt/write/page/{name}.js", *events), template(f"gpt/write/page/{name}.html")
    return gr.HTML(value, html_template=html, js_on_load=script, elem_id=f"gpt-{name}")


def _slider(*arguments: Any, **options: Any) -> gr.Slider:
    """A slider that hands over the number as it came: `Sampling` refuses a wrong one in the visitor's language."""
    slider = gr.Slider(*arguments, **options)
    slider.preprocess = lambda payload: payload  # type: ignore[method-assign]
    return slider


def _prompt_buttons(example_prompts: tuple[str, ...]) -> list[dict[str, Any]]:
    """A button for each of a model's example prompts, and unseen ones up to MOST_EXAMPLE_PROMPTS."""
    shown = [
        {"value": example_prompt.split("\n")[0] or t("gpt.nothing"), "visible": True}
        for example_prompt in example_prompts
    ]
    return shown + [{"value": "", "visible": False}] * (MOST_EXAMPLE_PROMPTS - len(shown))


def _begin(at: int, visitor: VisitorState, fresh: bool, seed: float) -> tuple[Any, ...]:
    return visitor.entry.example_prompts[at], *ask(visitor, fresh, seed)


def _more(visitor: VisitorState, fresh: bool, seed: float) -> tuple[Asked, float, None]:
    """Go on where the passage on show ends."""
    return ask(visitor, fresh, seed, visitor.workspace.tip)


@says
def _write(
    language: str,
    visitor: VisitorState,
    asked: Asked,
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
) -> Iterator[tuple[Any, ...]]:
    """Pictures of the passages while they are written, and of the tree; the finished ones last."""
    from demos.gpt.prompts.prompt import prepare
    from demos.gpt.prompts.tasks import TASKS
    from demos.gpt.sample import Sampling
    from demos.gpt.write.generate import generate
    from demos.gpt.write.look import Passage, facts, notes, strip_picture, tree_picture

    if columns not in COLUMNS:
        raise BadInput("gpt.columns_unknown", columns=columns)
    mine, start = asked["turn"], asked["start"]
    first = Sampling(max_tokens, temperature, top_k, top_p, seed, penalty)  # type: ignore[arg-type]
    samplings, titles = _side_by_side(first, columns, language)
    model, workspace = visitor.checkpoint(), visitor.workspace  # read on first use, which takes its time
    if visitor.turn != mine:  # meanwhile something else was asked for, perhaps of another model
        yield gr.skip(), gr.skip(), gr.skip()
        return
    said: list[str] = []
    if start is None or start not in workspace.tree:
        prepared = prepare(model, prompt or "")
        start = workspace.tree.add_prompt(prepared.tokens, prepared.probabilities, len(prepared.tokens) - prepared.read)
        said = notes(prepared, language)
    passages = [Passage(model, workspace.tree, start, title) for title in titles]
    about = facts(model, visitor.entry, language)

    def picture(*, writing: bool) -> dict[str, Any]:
        return strip_picture(passages, language, writing=writing, turn=mine, about=about, said=said)

    def rows() -> dict[str, Any]:
        return tree_picture(model, visitor.workspace.tree, visitor.workspace.tips)

    ends = [start] * len(passages)
    workspace.tips, workspace.titles = ends, titles
    yield picture(writing=True), rows(), gr.skip()
    drawn = planted = began = time.perf_counter()
    full = None
    try:
        for tips in generate(visitor.writer, workspace.tree, start, samplings, [stop or ""] * len(samplings)):
            now = time.perf_counter()
            if workspace.tips is not ends:  # another passage is on show
                break
            workspace.tips = ends = tips
            for passage, tip in zip(passages, tips, strict=True):
                passage.seconds += now - began if passage.tip != tip else 0.0
                passage.extend_to(tip)
            if visitor.turn != mine:  # stopped; the token that was under way stands in the tree, so it is shown
                break
            if now - drawn >= UPDATE * len(passages):
                tree_is_due = now - planted >= TREE_UPDATE
                yield picture(writing=True), rows() if tree_is_due else gr.skip(), gr.skip()
                drawn = time.perf_counter()
                planted = drawn if tree_is_due else planted
            time.sleep(max(0.0, PACES[pace] - (time.perf_counter() - began)))
            began = time.perf_counter()
    except BadInput as refusal:
        full = refusal  # the tree holds no more: what was written stays
    except KeyError:
        if visitor.turn == mine:
            raise
        # else its branch was pruned meanwhile
    if model.prompt_format in TASKS:
        read = TASKS[model.prompt_format].read
        said += [text("gpt.note_answer", language, answer=read(passage.written)) for passage in passages]
    if visitor.workspace is workspace and workspace.tips is ends:
        yield picture(writing=False), rows(), visitor.changed()
    if full is not None:
        raise full


def _side_by_side(first: Any, columns: str, language: str) -> tuple[list[Any], list[str]]:
    """How each passage is drawn, and what stands above it: the same by temperatures, or by seeds."""
    from dataclasses import replace

    if columns == "temperatures":
        samplings = [replace(first, temperature=temperature) for temperature in TEMPERATURES]
        return samplings, [text("gpt.column_temperature", language, temperature=f"{each:g}") for each in TEMPERATURES]
    samplings = [replace(first, seed=first.seed + more) for more in range(int(columns))]
    if len(samplings) == 1:
        return samplings, [""]
    return samplings, [text("gpt.column_seed", language, seed=each.seed) for each in samplings]


@says
def _arrive(language: str, visitor: VisitorState) -> tuple[Any, ...]:
    """Another model: its own example prompts and settings, and what was written with it before, or a first text.

    A lesson says otherwise where it wants something, and always a text of its own.
    """
    model, entry = visitor.checkpoint(), visitor.entry
    wanted, visitor.pending_lesson = visitor.pending_lesson, None
    lesson = wanted or Setup(visitor.name, "write")
    controls = [
        entry.example_prompts[0] if lesson.prompt is None else lesson.prompt,
        entry.temperature if lesson.temperature is None else lesson.temperature,
        lesson.max_tokens or entry.max_tokens,
        entry.stop,
        lesson.columns,
        gr.Slider(value=0, maximum=min(len(model.tokenizer), 500)),  # top-k: of another vocabulary
        *(gr.Button(**button) for button in _prompt_buttons(entry.example_prompts)),
    ]
    if wanted is None and len(visitor.workspace.tree):
        return *controls, *tree_tab.still(language, visitor), gr.skip()
    visitor.stop()
    return *controls, gr.skip(), gr.skip(), None, gr.skip(), {"turn": visitor.turn, "start": None}
