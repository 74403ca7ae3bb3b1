"""The minGPT tab: a small GPT writes on, and every token shows how much it surprised the model."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import ASSETS, Page, bilingual, controls, folded, lead, says, stage, t

BEGINNINGS = ("ROMEO:\n", "To be, or not to be", "First Citizen:\nBefore we proceed", "")
UPDATE = 0.05  # seconds between two pictures of a passage that is being written
PACES = {"full": 0.0, "reading": 0.04}  # least seconds a token

LEGEND = "".join(f'<i style="--tint:{share}%"></i>' for share in (0, 15, 30, 45, 60))
STRIP = f"""
<div class="gpt-frame">
  <div class="gpt-box" tabindex="0"><p class="gpt-passage" lang="zxx"></p></div>
  <div class="gpt-tip" hidden><b></b><span class="p"></span><span class="nats"></span></div>
</div>
<div class="gpt-under">
  <span class="gpt-legend">{bilingual("gpt.expected")} <span>{LEGEND}</span> {bilingual("gpt.surprising")}</span>
  <span class="gpt-status"></span>
</div>
<div class="gpt-notes"></div>
<p class="gpt-facts"></p>
"""
# What stands there while the model is being read from the disk: look.Passage.picture() of the prompt alone.
BEFORE = {
    "pieces": list(BEGINNINGS[0]),
    "probabilities": [None] * len(BEGINNINGS[0]),
    "given": len(BEGINNINGS[0]),
    "writing": True,
    "facts": "",
    "status": "",
    "notes": [],
}


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    lead("gpt.lead")
    with gr.Row():
        with stage():
            script = ASSETS.joinpath("gpt.js").read_text(encoding="utf-8")
            strip = gr.HTML(BEFORE, html_template=STRIP, js_on_load=script, elem_id="gpt-strip")
        with controls():
            prompt = gr.Textbox(BEGINNINGS[0], label=t("gpt.prompt"), lines=3, max_lines=8, elem_id="gpt-prompt")
            with gr.Row():
                go = gr.Button(t("gpt.write"), variant="primary", min_width=110, elem_id="gpt-write")
                stop = gr.Button(t("gpt.stop"), min_width=110, elem_id="gpt-stop")
            with gr.Row(elem_id="gpt-beginnings"):
                beginnings = [gr.Button(_name(beginning), size="sm") for beginning in BEGINNINGS]
            temperature = _slider(0, 2, 0.8, step=0.05, label=t("gpt.temperature"), info=t("gpt.temperature_info"))
            tokens = _slider(10, 2000, 500, step=10, label=t("gpt.tokens"))
            with folded("gpt.more"):
                top_k = _slider(0, 65, 0, step=1, label=t("gpt.top_k"), info=t("gpt.top_k_info"))
                top_p = _slider(0, 1, 1, step=0.01, label=t("gpt.top_p"), info=t("gpt.top_p_info"))
                until = gr.Textbox("", label=t("gpt.until"), info=t("gpt.until_info"), lines=1)
                pace = gr.Radio(
                    [(t("gpt.pace_full"), "full"), (t("gpt.pace_reading"), "reading")],
                    value="reading",
                    label=t("gpt.pace"),
                )
                seed = gr.Number(1, step=1, label=t("gpt.seed"), info=t("gpt.seed_info"))
                fresh = gr.Checkbox(True, label=t("gpt.fresh"))

    # Whoever wants text changes `asked`, and one event writes. The runs in `live` are told to stop through the list:
    # Gradio's own `cancels=` loses track of an event that starts again before it has ended.
    asked, live = gr.State(0), gr.State([])
    asked.change(
        says(partial(_write, page.settings.device)),
        [page.language, prompt, tokens, temperature, top_k, top_p, seed, until, pace, live],
        strip,
        api_name="gpt_generate",
        concurrency_limit=page.settings.concurrent_streams,
        show_progress="hidden",
        trigger_mode="multiple",
    )
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    page.open_on(lambda asked: asked or 1, asked, asked)
    gr.on([go.click, prompt.submit], _ask, [live, asked, fresh, seed], [asked, seed], **private)
    for button, beginning in zip(beginnings, BEGINNINGS, strict=True):
        button.click(partial(_begin, beginning), [live, asked, fresh, seed], [prompt, asked, seed], **private)
    stop.click(_stop, live, queue=False, **private)


@dataclass
class Run:
    """One passage being written. Whoever sets `stopped` ends it."""

    stopped: bool = False


def _slider(*arguments: Any, **options: Any) -> gr.Slider:
    """A slider that hands over the number as it came: `Sampling` refuses a wrong one in the visitor's language."""
    slider = gr.Slider(*arguments, **options)
    slider.preprocess = lambda payload: payload  # type: ignore[method-assign]
    return slider


def _write(
    device: str,
    language: str,
    prompt: str,
    tokens: float,
    temperature: float,
    top_k: float,
    top_p: float,
    seed: float,
    until: str,
    pace: str,
    live: list[Run],
) -> Iterator[dict]:
    """Pictures of the passage while it is written, one every UPDATE seconds, the finished one last."""
    from demos.common.device import pick  # torch is loaded here, after the page was served
    from demos.gpt import checkpoint
    from demos.gpt.look import Passage
    from demos.gpt.sample import Sampling, prepare, write

    if pace not in PACES:
        raise BadInput("gpt.pace_unknown", pace=pace)
    sampling = Sampling(tokens, temperature, top_k, top_p, seed, until or "")  # type: ignore[arg-type]  # checked there
    run = Run()
    live.append(run)
    try:
        model = checkpoint.load("shakespeare", pick(device))
        passage = Passage(model, prepare(model, prompt or ""))
        yield passage.picture(language, writing=True)
        writer = write(model, passage.prompt, sampling)
        drawn = began = time.perf_counter()
        while not run.stopped and (piece := next(writer, None)) is not None:
            now = time.perf_counter()
            passage.add(piece, now - began)
            if now - drawn >= UPDATE:
                yield passage.picture(language, writing=True)
                drawn = time.perf_counter()
            time.sleep(max(0.0, PACES[pace] - (time.perf_counter() - began)))
            began = time.perf_counter()
        yield passage.picture(language, writing=False)
    finally:
        live.remove(run)


def _stop(live: list[Run]) -> None:
    """End what this visitor has running."""
    for run in live:
        run.stopped = True


def _ask(live: list[Run], asked: int, fresh: bool, seed: float) -> tuple[int, float]:
    """Ask for text instead of what is running, with another seed if the visitor wants a new text at each press."""
    _stop(live)
    return asked + 1, random.randrange(1, 10_000) if fresh else seed


def _begin(beginning: str, live: list[Run], asked: int, fresh: bool, seed: float) -> tuple[str, int, float]:
    return beginning, *_ask(live, asked, fresh, seed)


def _name(beginning: str) -> Any:
    """What stands on the button of a beginning."""
    return beginning.split("\n")[0] or t("gpt.nothing")
