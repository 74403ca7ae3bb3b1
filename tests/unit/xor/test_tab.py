"""What the XOR tab's handlers promise to each other when a visitor is quicker than they are."""

import json
from collections.abc import Iterator
from dataclasses import replace

import gradio as gr
import pytest

from demos.common.lessons import lesson
from demos.xor import tab
from demos.xor.lessons import tab as lessons_tab
from demos.xor.lessons.lessons import setup_of
from demos.xor.live import tab as live
from demos.xor.live.run import RESENT_FRAMES
from demos.xor.live.visitor import VisitorState
from demos.xor.recipe import Recipe
from demos.xor.settings import tab as settings
from demos.xor.settings.setup import OPENING, Setup, SetupRequest
from demos.xor.tables.activations import ACTIVATIONS


def values(setup: Setup = OPENING) -> list:
    """What the controls hold when they show a setup."""
    return [update["value"] for update in settings.updates(setup)]


def test_the_run_asked_for_last_is_the_one_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run of an app imports torch, which takes seconds; a second choice may be ready before it."""
    visitor, make = VisitorState(), live.new_run
    later: list[str] = []

    def slow(*given: object) -> object:
        monkeypatch.setattr(live, "new_run", make)
        stream: Iterator[str] = live.begin("en", visitor, *values(Setup(learners=("mlp",))))
        later.append(next(stream))
        stream.close()  # type: ignore[attr-defined]
        return make(*given)

    monkeypatch.setattr(live, "new_run", slow)
    assert list(live.begin("en", visitor, *values())) == []
    assert [one["model"] for one in json.loads(later[0])["learners"]] == ["mlp"]
    assert visitor.run.models == ("mlp",)


def test_a_lesson_opened_before_the_page_was_ready_stays_open() -> None:
    asked = SetupRequest(setup_of(lesson("xor", 2)))
    assert lessons_tab._arrive("en", asked, "") == (tab.gr.skip(), tab.gr.skip())
    assert lessons_tab._arrive("en", None, "")[0].setup is None
    assert lessons_tab._arrive("en", None, "?lesson=2")[0].setup == asked.setup


def test_the_points_travel_with_the_first_messages_and_the_last_not_with_each() -> None:
    visitor = VisitorState()
    setup = replace(OPENING, recipe=replace(OPENING.recipe, data="moons", count=2000, steps=90, lr=0.01), stop=False)
    visitor.stop = False
    told = list(live.begin("en", visitor, *values(replace(setup, learners=("mlp",)))))
    with_points = ["points" in json.loads(one) for one in told]
    assert len(told) > 2 * RESENT_FRAMES
    assert with_points[:RESENT_FRAMES] == [True] * RESENT_FRAMES  # as often as a frame
    assert with_points[RESENT_FRAMES:-1] == [False] * (len(told) - RESENT_FRAMES - 1)
    assert with_points[-1]  # what stands on the screen is complete
    assert max(map(len, told[RESENT_FRAMES:-1])) < 0.2 * len(told[0])


def test_the_opening_setup_does_not_undo_a_choice_made_before_it() -> None:
    visitor = VisitorState()
    assert tab._restore("en", visitor, SetupRequest(None)) == [tab.gr.skip()] * len(settings.NAMES)
    stream = tab._show("en", visitor, SetupRequest(None), *values(Setup(learners=("mlp", "forward-forward"))))
    assert [one["model"] for one in json.loads(next(stream))["learners"]] == ["mlp", "forward-forward"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_a_choice_on_the_page_and_travels_in_a_link(activation: str) -> None:
    with gr.Blocks():
        controls = settings.build()
    assert activation in [value for _, value in controls["activation"].choices]
    setup = replace(OPENING, recipe=replace(OPENING.recipe, activation=activation))
    assert Setup.from_link(setup.to_link()) == setup


def test_a_link_may_ask_for_more_than_the_sliders_usually_reach() -> None:
    recipe = Recipe(data="moons", noise=0.8, count=2000, hidden=(64,), test=0.9, dropout=0.8).checked()
    shown = dict(zip(settings.NAMES, settings.updates(replace(OPENING, recipe=recipe)), strict=True))
    asked = {"noise": 0.8, "count": 2000, "units_1": 64, "test": 0.9}
    assert {name: shown[name]["value"] for name in asked} == asked
    assert {name: shown[name]["maximum"] for name in asked} == asked
    usual = dict(zip(settings.NAMES, settings.updates(OPENING), strict=True))
    assert usual["count"]["maximum"] == 400


def test_a_list_that_is_left_without_another_choice_changes_nothing() -> None:
    visitor = VisitorState()
    next(live.begin("en", visitor, *values()))
    run = visitor.run
    assert list(live.begin("en", visitor, *values())) == []
    assert tab._suit("en", visitor, *values(replace(OPENING, recipe=replace(OPENING.recipe, hidden=(8,))))) == [
        gr.skip()
    ] * len(settings.NAMES)
    assert visitor.run is run
    next(live.begin("en", visitor, *values(replace(OPENING, recipe=replace(OPENING.recipe, seed=1)))))
    assert visitor.run is not run


def test_what_was_chosen_for_a_moment_is_not_begun_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, make = VisitorState(), live.new_run
    next(live.begin("en", visitor, *values()))
    run = visitor.run

    def slow(*given: object) -> object:
        assert list(live.begin("en", visitor, *values())) == []  # back to what is shown
        return make(*given)

    monkeypatch.setattr(live, "new_run", slow)
    assert list(live.begin("en", visitor, *values(Setup(learners=("mlp",))))) == []
    assert visitor.run is run


def test_a_run_on_its_way_to_a_step_says_when_it_has_arrived() -> None:
    visitor = VisitorState()
    visitor.new_runs.request()
    told = [json.loads(each) for each in live.new_stream(visitor, tuple(values()), goal={"perceptron": 4, "mlp": 3})]
    assert [each["arrived"] for each in told] == [False] * (len(told) - 1) + [True]
    assert not told[-1]["running"]


@pytest.mark.parametrize("activation", ["relu", "relu,tanh", "tanh,relu,tanh,sine", "sine,sine,relu"])
def test_the_choices_for_each_layer_give_the_recipe_back(activation: str) -> None:
    recipe = Recipe(hidden=(3,) * max(2, len(activation.split(","))), activation=activation).checked()
    chosen, *_ = settings.chosen(values(replace(OPENING, recipe=recipe)))
    assert chosen == recipe
    fewer = settings.suited("xor", ("mlp",), recipe)  # a net of one layer
    assert fewer.checked().activation == activation.split(",")[0]
