"""What happens to a visitor's click while an answer is on its way.

Gradio drops an event while another one of the same listener is under way ("once", the default), unless the listener
says otherwise. Whoever clicks on two lessons quickly would then see the card of the second beside what the first set.
"""

import inspect
from functools import partial
from typing import Any

import gradio as gr
import pytest

import app
from demos.common.settings import Settings

# (part, event): why one answer at a time is right. A part is named by its elem_id, or the key of its label or text.
ONE_AT_A_TIME = {
    ("clip-match", "click"): "the fields answer each change of their own; the button only asks the same again",
    ("clip-use", "click"): "Stop stands in its place meanwhile",
    ("clip-compare", "click"): "models are fetched one at a time, and Stop ends it",
    ("clip-matrix-bundled", "click"): "always the same images",
    ("clip.stop", "click"): "it stops one thing, and is gone then",
    ("clip.try_things", "click"): "always the same words",
    ("clip.try_kinds", "click"): "always the same words",
    ("clip.try_styles", "click"): "always the same words",
    ("clip.try_places", "click"): "always the same words",
    ("gpt-train-go", "click"): "a second press would throw away what the first began",
    ("gpt-train-on", "click"): "a second press would throw away what the first began",
    ("gpt-train-inside", "click"): "it leads to another view",
    ("gpt-train-write", "click"): "it leads to another view",
    ("gpt-train-text", "input"): "it always says the same: the text is the visitor's own",
    ("gpt-train-layers", "input"): "it always says the same: the size is the visitor's own",
    ("posture-camera-tab", "select"): "networks are read once",
    ("Run", "click"): "for programs",
}
DONE_BY_A_VISITOR = {"click", "input", "submit", "upload", "select", "blur", "expand"}


@pytest.fixture(scope="module")
def page() -> gr.Blocks:
    return app.build(Settings(offline=True))


@pytest.fixture(scope="module")
def config(page: gr.Blocks) -> dict[str, Any]:
    return page.get_config_file()


def test_each_listener_takes_as_much_as_it_is_given(recwarn: pytest.WarningsRecorder) -> None:
    app.build(Settings(offline=True))  # a partial, for example, is given no gr.EventData
    assert [str(each.message) for each in recwarn if "arguments for function" in str(each.message)] == []


def parts(config: dict[str, Any]) -> dict[int, str]:
    """What a component is called here: its elem_id, else the key of its label or text."""
    names = {}
    for component in config["components"]:
        props = component["props"]
        label = str(props.get("label") or props.get("value"))
        key = label.split('"key": "')[-1].split('"')[0].removeprefix("glassbox.")
        names[component["id"]] = props.get("elem_id") or key
    return names


def by_visitors(config: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(part, event, listener) for each listener of the server that answers what a visitor does."""
    names = parts(config)
    found = []
    for listener in config["dependencies"]:
        for part, event in listener["targets"]:
            opens_a_tab = event == "select" and names.get(part, "").startswith("demo-")
            standard = event in DONE_BY_A_VISITOR or event not in STANDARD
            if part is not None and standard and listener["backend_fn"] and not opens_a_tab:
                found.append((names[part], event, listener))
                break  # of several parts the first names the listener
    return found


STANDARD = {"change", "load", "unload", "success", "then", "failure", "release", "stream", *DONE_BY_A_VISITOR}


def test_no_click_is_lost_while_an_answer_is_on_its_way(config: dict[str, Any]) -> None:
    lost = {(part, event) for part, event, listener in by_visitors(config) if listener["trigger_mode"] == "once"}
    assert lost == set(ONE_AT_A_TIME)


def test_what_an_event_of_a_script_says_is_answered_each_time(page: gr.Blocks, config: dict[str, Any]) -> None:
    """ "always_last" would not do: what Gradio sends at last has the data of the event before."""
    modes = {
        (part, event): listener["trigger_mode"]
        for part, event, listener in by_visitors(config)
        if takes_event_data(page.fns[listener["id"]].fn)
    }
    assert len(modes) > 20
    assert {where: mode for where, mode in modes.items() if mode != "multiple"} == {}


def takes_event_data(handler: Any) -> bool:
    while isinstance(handler, partial):
        handler = handler.func
    return any("EventData" in str(each.annotation) for each in inspect.signature(handler).parameters.values())
