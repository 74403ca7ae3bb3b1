"""One visitor's analyses: one at a time."""

import copy

import pytest

from demos.posture.video.visitor import VisitorState


def test_whoever_begins_another_ends_the_one_before() -> None:
    visitor = VisitorState()
    assert not visitor.busy
    with visitor.analysis() as first:
        assert first.wanted()
        with visitor.analysis() as second:
            assert second.wanted()
            assert not first.wanted()
        assert not visitor.busy
    assert not visitor.busy


def test_one_that_was_ended_leaves_the_next_alone() -> None:
    visitor = VisitorState()
    with visitor.analysis() as first:
        visitor.end()
        assert not first.wanted()
        assert not visitor.busy
        following = visitor.analysis()
        second = following.__enter__()
    assert second.wanted()  # the first is over now
    assert visitor.busy
    following.__exit__(None, None, None)
    assert not visitor.busy


def test_ending_before_anything_began_leaves_the_next_alone() -> None:
    visitor = VisitorState()
    visitor.end()
    assert not visitor.busy
    with visitor.analysis() as turn:
        assert turn.wanted()
        assert visitor.busy


def test_one_that_fails_is_over() -> None:
    visitor = VisitorState()
    with pytest.raises(ValueError, match="broken"), visitor.analysis():
        raise ValueError("broken")
    assert not visitor.busy


def test_each_visitor_has_their_own() -> None:
    visitor = VisitorState()
    with visitor.analysis() as turn:
        copy.deepcopy(visitor).end()  # Gradio gives every visitor a copy
        assert turn.wanted()
