"""The writing view: text streams, every token can be clicked and exchanged, and the tree of branches stays in sight."""

import random
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import ASSETS, Page, controls, folded, says, stage, t
from demos.gpt.branches import CHOSEN, ROOT
from demos.gpt.desk import Sheet, Visit
from demos.gpt.pages import BEFORE, CHOICE, STRIP, TREE
from demos.gpt.shelf import FIRST, SHELF
from demos.gpt.tab_desk import Desk

if TYPE_CHECKING:
    from demos.gpt.look import Passage
    from demos.gpt.sample import Sampling

UPDATE = 0.05  # seconds between two pictures of a passage that is being written, for each passage on show
TREE_UPDATE = 0.5
PACES = {"full": 0.0, "reading": 0.04}  # least seconds a token
TEMPERATURES = (0.0, 0.5, 0.8, 1.2)
COLUMNS = ("1", "2", "3", "4", "temperatures")
MOST_BEGINNINGS = max(len(entry.beginnings) for entry in SHELF.values())
Asked = dict[str, Any]  # turn: whose it is; start: the node to go on from, None for the prompt


def build(page: Page, desk: Desk) -> None:
    """Lay out the view and wire it."""
    # Whoever wants text changes `asked`, and one event writes.
    asked = gr.State({"turn": 0, "start": None})
    with gr.Row():
        with stage():
            strip = gr.HTML(BEFORE, html_template=STRIP, js_on_load=_script("strip"), elem_id="gpt-strip")
            choice = gr.HTML(None, html_template=CHOICE, js_on_load=_script("choice"), elem_id="gpt-choice")
            tree = gr.HTML(None, html_template=TREE, js_on_load=_script("tree"), elem_id="gpt-tree")
        with controls():
            entry = SHELF[FIRST]
            prompt = gr.Textbox(entry.beginnings[0], label=t("gpt.prompt"), lines=3, max_lines=8, elem_id="gpt-prompt")
            with gr.Row():
                go = gr.Button(t("gpt.write"), variant="primary", min_width=110, elem_id="gpt-write")
                stop = gr.Button(t("gpt.stop"), min_width=110, elem_id="gpt-stop")
            with gr.Row(elem_id="gpt-beginnings"):
                beginnings = [gr.Button(**_beginning(entry.beginnings, at), size="sm") for at in range(MOST_BEGINNINGS)]
            columns = gr.Radio(
                [(key, key) for key in COLUMNS[:-1]] + [(t("gpt.columns_temperatures"), COLUMNS[-1])],
                value=COLUMNS[0],
                label=t("gpt.columns"),
                elem_id="gpt-columns",
            )
            temperature = _slider(
                0, 2, entry.temperature, step=0.05, label=t("gpt.temperature"), info=t("gpt.temperature_info")
            )
            length = _slider(10, 2000, entry.length, step=10, label=t("gpt.tokens"))
            with folded("gpt.more"):
                top_k = _slider(0, 100, 0, step=1, label=t("gpt.top_k"), info=t("gpt.top_k_info"))
                top_p = _slider(0, 1, 1, step=0.01, label=t("gpt.top_p"), info=t("gpt.top_p_info"))
                penalty = _slider(1, 2, 1, step=0.05, label=t("gpt.penalty"), info=t("gpt.penalty_info"))
                until = gr.Textbox(entry.until, label=t("gpt.until"), info=t("gpt.until_info"), lines=1)
                pace = gr.Radio(
                    [(t("gpt.pace_full"), "full"), (t("gpt.pace_reading"), "reading")],
                    value="reading",
                    label=t("gpt.pace"),
                )
                seed = gr.Number(1, step=1, label=t("gpt.seed"), info=t("gpt.seed_info"))
                fresh = gr.Checkbox(True, label=t("gpt.fresh"))

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    device, visit = page.settings.device, desk.visit
    settings = [length, temperature, top_k, top_p, seed, until, penalty]
    asked.change(
        says(partial(_write, device)),
        [page.language, visit, asked, prompt, columns, pace, desk.passage_changed, *settings],
        [strip, tree, desk.passage_changed],
        concurrency_limit=page.settings.concurrent_streams,
        trigger_mode="multiple",
        **private,
    )
    again = [visit, fresh, seed]
    page.open_on(_ask, again, [asked, seed, choice])
    gr.on([go.click, prompt.submit], _ask, again, [asked, seed, choice], **private)
    for at, button in enumerate(beginnings):
        button.click(partial(_begin, at), again, [prompt, asked, seed, choice], **private)
    stop.click(lambda visit: visit.stop(), visit, queue=False, **private)

    shaping = [temperature, top_k, top_p, penalty]
    looking = [page.language, visit, *shaping]
    strip.token(says(partial(_look, device)), looking, [choice, desk.passage_changed], trigger_mode="multiple", **private)
    for slider in shaping:
        slider.change(says(partial(_look_again, device)), looking, choice, trigger_mode="always_last", **private)
    choice.pick(says(partial(_branch, device)), [page.language, *again], [asked, seed, choice], **private)
    choice.shut(_shut, [visit, desk.passage_changed], [choice, desk.passage_changed], **private)
    strip.more(_more, again, [asked, seed, choice], **private)
    went = [strip, tree, choice, desk.passage_changed]
    going = [page.language, visit, desk.passage_changed]
    strip.single(says(partial(_single, device)), going, went, **private)
    tree.go(says(partial(_go, device)), going, went, **private)
    tree.prune(says(partial(_prune, device)), going, went, **private)
    tree.clear(says(partial(_clear, device)), going, went, **private)
    desk.model_changed.change(
        says(partial(_arrive, device)),
        [page.language, visit, fresh, seed],
        [prompt, temperature, length, until, top_k, *beginnings, strip, tree, choice, asked],
        **private,
    )


def _script(name: str) -> str:
    """What all scripts of this view share, then `assets/gpt/<name>.js`."""
    return "\n".join(
        ASSETS.joinpath("gpt", file).read_text(encoding="utf-8") for file in ("token.js", f"{name}.js")
    )


def _slider(*arguments: Any, **options: Any) -> gr.Slider:
    """A slider that hands over the number as it came: `Sampling` refuses a wrong one in the visitor's language."""
    slider = gr.Slider(*arguments, **options)
    slider.preprocess = lambda payload: payload  # type: ignore[method-assign]
    return slider


def _beginning(beginnings: tuple[str, ...], at: int) -> dict[str, Any]:
    """The button of a model's beginning, unseen where it has fewer."""
    if at >= len(beginnings):
        return {"value": "", "visible": False}
    return {"value": beginnings[at].split("\n")[0] or t("gpt.nothing"), "visible": True}


def _ask(visit: Visit, fresh: bool, seed: float, start: int | None = None) -> tuple[Asked, float, None]:
    """Ask for text instead of what is running, with another seed if the visitor wants a new text at each press."""
    visit.stop()
    visit.sheet.chosen = None
    return {"turn": visit.turn, "start": start}, random.randrange(1, 10_000) if fresh else seed, None


def _begin(at: int, visit: Visit, fresh: bool, seed: float) -> tuple[str, Asked, float, None]:
    return visit.entry.beginnings[at], *_ask(visit, fresh, seed)


def _more(visit: Visit, fresh: bool, seed: float) -> tuple[Asked, float, None]:
    """Go on where the passage on show ends."""
    return _ask(visit, fresh, seed, visit.sheet.tip)


def _samplings(columns: str, *settings: Any) -> "tuple[list[Sampling], list[str]]":
    """How each passage side by side is drawn, and what stands above it: by temperature, or by seed."""
    from demos.gpt.sample import Sampling

    length, temperature, top_k, top_p, seed, until, penalty = settings
    if columns not in COLUMNS:
        raise BadInput("gpt.columns_unknown", columns=columns)
    rest = (top_k, top_p)
    if columns == "temperatures":
        samplings = [Sampling(length, each, *rest, seed, until or "", penalty) for each in TEMPERATURES]
        return samplings, [f"T = {each:g}" for each in TEMPERATURES]
    first = Sampling(length, temperature, *rest, seed, until or "", penalty)
    samplings = [first] + [
        Sampling(length, temperature, *rest, first.seed + more, until or "", penalty) for more in range(1, int(columns))
    ]
    return samplings, [f"seed {each.seed}" for each in samplings] if len(samplings) > 1 else [""]


def _write(
    device: str,
    language: str,
    visit: Visit,
    asked: Asked,
    prompt: str,
    columns: str,
    pace: str,
    changed: int,
    *settings: Any,
) -> Iterator[tuple]:
    """Pictures of the passages while they are written, and of the tree; the finished ones last."""
    from demos.gpt.grow import grow
    from demos.gpt.look import Passage, facts, notes
    from demos.gpt.sample import prepare

    mine, start = asked["turn"], asked["start"]
    samplings, titles = _samplings(columns, *settings)
    model = visit.checkpoint(device)
    sheet = visit.sheet
    if visit.turn != mine:
        return
    said: list[str] = []
    if start is None or start not in sheet.tree:
        prepared = prepare(model, prompt or "")
        start = sheet.tree.add_prompt(prepared.tokens, prepared.probabilities, len(prepared.tokens) - prepared.read)
        said = notes(prepared, language)
    passages = [Passage(model, sheet.tree, start, title) for title in titles]
    sheet.tips = [start] * len(passages)
    about = facts(model, visit.entry.about, language)

    def picture(writing: bool) -> dict:
        return _page(passages, language, writing=writing, turn=mine, facts=about, notes=said)

    yield picture(True), _tree(visit, device), gr.skip()
    drawn = planted = began = time.perf_counter()
    for tips in grow(model, sheet.tree, start, samplings):
        now = time.perf_counter()
        if visit.turn != mine:
            break
        sheet.tips = tips
        for passage, tip in zip(passages, tips, strict=True):
            passage.seconds += now - began if passage.tip != tip else 0.0
            passage.grow_to(tip)
        if now - drawn >= UPDATE * len(passages):
            shows_tree = now - planted >= TREE_UPDATE
            yield picture(True), _tree(visit, device) if shows_tree else gr.skip(), gr.skip()
            drawn = time.perf_counter()
            planted = drawn if shows_tree else planted
        time.sleep(max(0.0, PACES[pace] - (time.perf_counter() - began)))
        began = time.perf_counter()
    if visit.sheet is sheet and visit.turn <= mine + 1:
        yield picture(False), _tree(visit, device), changed + 1


def _page(
    passages: "list[Passage]", language: str, *, writing: bool, turn: int, facts: str, notes: list[str] | None = None
) -> dict:
    """What the strip shows: the passages side by side, and what is said below them."""
    columns = [passage.picture(language, writing=writing) for passage in passages]
    return {"columns": columns, "turn": turn, "facts": facts, "notes": notes or []}
