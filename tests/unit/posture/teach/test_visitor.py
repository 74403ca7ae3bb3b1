"""What a visitor sets of a proposal, and the example that is there from the beginning."""

import gradio as gr
import pytest

from demos.common.errors import BadInput
from demos.posture.teach import tab
from demos.posture.teach.example import example, proposals
from demos.posture.teach.exercise_file import read
from demos.posture.teach.look import shown
from demos.posture.teach.propose import Proposal
from demos.posture.teach.visitor import Teaching


def taught(jittery: bool = False) -> Teaching:
    teaching = Teaching()
    teaching.show(example(jittery), proposals(jittery), 3)
    return teaching


def test_the_example_is_counted_and_said_in_both_languages() -> None:
    message = shown(taught(), "en")
    assert (message["counted"], message["one_line"], message["name"]) == (3, 3, "Bent-over row")
    assert (shown(taught(), "ko")["name"], shown(taught(), "ko")["choices"][0]) == ("벤트오버 로우", "팔꿈치")
    assert len(message["seconds"]) == len(message["angles"]) == len(message["frames"]) == len(message["times"])
    assert [round(each["turn"] - each["start"], 1) > 0.3 for each in message["shown"]] == [True] * 3


def test_seen_by_a_bad_landmarker_one_line_counts_more_than_two_thresholds() -> None:
    message = shown(taught(jittery=True), "en")
    assert message["counted"] == 3
    assert message["one_line"] >= 5


def test_what_a_visitor_sets_is_what_counts_and_what_is_saved() -> None:
    teaching = taught()
    teaching.call({"en": "Mine", "ko": "Mine"})
    teaching.set(60, 40)  # no elbow gets there
    message = shown(teaching, "en")
    assert (message["full"], message["range"], message["counted"], message["name"]) == (60, 40, 0, "Mine")
    signal = read(message["toml"].encode(), "own").signal
    assert (signal.full, signal.range) == (60, 40)
    teaching.choose(1)
    assert shown(teaching, "en")["counted"] == 3
    assert shown(teaching, "en")["name"] == "Mine"


@pytest.mark.parametrize(("full", "way"), [("60", 40), (60, 0), (float("nan"), 40), (1e9, 40), (None, None)])
def test_thresholds_that_are_none_are_refused(full: object, way: object) -> None:
    with pytest.raises(BadInput):
        taught().set(full, way)


def test_nothing_can_be_set_before_something_was_shown() -> None:
    for act in (lambda each: each.set(60, 40), lambda each: each.choose(0), lambda each: each.call({})):
        with pytest.raises(BadInput):
            act(Teaching())


def test_what_a_lesson_asks_for_is_not_replaced_by_the_example_that_the_view_opens_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    teaching = Teaching()

    def slow(jittery: bool = False) -> tuple[Proposal, ...]:
        monkeypatch.setattr("demos.posture.teach.example.proposals", proposals)
        tab._example("en", teaching, "jittery")  # comes while the other is being made
        return proposals(jittery)

    monkeypatch.setattr("demos.posture.teach.example.proposals", slow)
    assert tab._open("en", teaching) == gr.skip()
    assert shown(teaching, "en")["one_line"] == 8
    assert tab._open("en", teaching) == gr.skip()
