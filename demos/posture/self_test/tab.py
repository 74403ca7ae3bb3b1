"""The view Self-test: one click, and the page says what the coach is worth on this machine."""

import time
from collections.abc import Iterator
from functools import partial

import gradio as gr

from demos.common.scheduling.budgets import Budgets
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Place
from demos.common.ui import MULTIPLE, Page, dump_message, module, says, template, visitor, words
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
    several = MULTIPLE | {"concurrency_limit": page.settings.concurrent_runs}  # they wait in line for their turn
    part.begin(partial(says(_run), budgets=page.budgets), given, part, **several)
    part.stop(_stop, requests, None, queue=False, **MULTIPLE)


def _open() -> str:
    """What is going to be looked at, before anything is."""
    from demos.posture.self_test.look import message
    from demos.posture.video import clips

    return dump_message(message(clips.samples(), [], None))


def _run(language: str, requests: Latest, *, budgets: Budgets) -> Iterator[str]:
    from demos.posture.self_test.look import message
    from demos.posture.self_test.run import Result, run
    from demos.posture.video import clips

    ours, slugs = requests.request(), clips.samples()
    results, last, now = list[Result](), 0.0, None
    with sentence_for("posture.analysis_failed"):
        for found in budgets.film(run(slugs), visitor(), lambda: requests.number == ours):
            if isinstance(found, Place):
                yield dump_message(message(slugs, results, now, place=found))
            elif isinstance(found, Result):
                results.append(found)
                last = 0.0
            elif time.monotonic() - last > SHOW_EVERY:
                last, now = time.monotonic(), found
                yield dump_message(message(slugs, results, found))
    yield dump_message(message(slugs, results, None, stopped=requests.number != ours))


async def _stop(requests: Latest) -> None:
    requests.request()
