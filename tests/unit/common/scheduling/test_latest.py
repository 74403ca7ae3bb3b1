"""Of several requests only the latest goes on; each visitor has their own."""

import copy

import pytest

from demos.common.scheduling.latest import Latest


def test_a_new_request_outdates_those_before_it() -> None:
    latest = Latest()
    first, second = latest.request(), latest.request()
    assert first != second
    assert latest.number == second


def test_after_the_server_was_started_anew_numbers_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1000.5)
    before = Latest()
    several = [before.request() for _ in range(5)]
    assert several == sorted(set(several))
    monkeypatch.setattr("time.time", lambda: 1010.5)
    assert Latest().request() > several[-1]


def test_what_gradio_gives_to_each_visitor_is_their_own() -> None:
    latest = Latest()
    ours = latest.request()
    copy.deepcopy(latest).request()
    assert latest.number == ours
