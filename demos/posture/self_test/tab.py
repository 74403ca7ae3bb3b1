"""The view Self-test: one click, and the page says what the coach is worth on this machine."""

import time
from collections.abc import Iterator

import gradio as gr

from demos.common.latest import Latest
from demos.common.ui import MULTIPLE, Page, dump_message, module, says, template, words
from demos.posture.trouble import sentence_for

SHOW_EVERY = 0.2  # seconds between two signs of life
EVENTS = ("begin", "stop")


def build(page: Page) -> None:
    """Lay out the view and wire it."""
    requests = gr.State(Latest())  # the test under way is the one asked for last
    part = gr.HTML(
        "",
        html_template=template("posture/self_test/page/self_test.html"),
        js_on_load=module("posture/self_test/page/self_test.js", *EVENTS, words=words("posture.self_test_page_")),
        apply_default_css=False,
        elem_id="posture-self-test",
    )
    given = [page.language, requests]
    page.open_on(_open, None, part)
    part.begin(says(_run), given, part, **MULTIPLE)
    part.stop(_stop, requests, None, queue=False, **MULTIPLE)


def _open() -> str:
    """What is going to be looked at, before anything is."""
    from demos.posture.self_test.look import message
    from demos.posture.video import clips

    return dump_message(message(clips.samples(), [], None))


def _run(language: str, requests: Latest) -> Iterator[str]:
    from demos.posture.self_test.look import message
    from demos.posture.self_test.run import Result, run
    from demos.posture.video import clips

    ours, slugs = requests.request(), clips.samples()
    results, last = list[Result](), 0.0
    with sentence_for("posture.analysis_failed"):
        for found in run(slugs):
            if requests.number != ours:
                yield dump_message(message(slugs, results, None, stopped=True))
                return
            if isinstance(found, Result):
                results.append(found)
                last = 0.0
            elif time.monotonic() - last > SHOW_EVERY:
                last = time.monotonic()
                yield dump_message(message(slugs, results, found))
    yield dump_message(message(slugs, results, None))


async def _stop(requests: Latest) -> None:
    requests.request()
