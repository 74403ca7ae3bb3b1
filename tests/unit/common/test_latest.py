"""Of several requests only the latest goes on; each visitor has their own."""

import copy

from demos.common.latest import Latest


def test_a_new_request_outdates_those_before_it() -> None:
    latest = Latest()
    first, second = latest.request(), latest.request()
    assert first != second
    assert latest.number == second


def test_what_gradio_gives_to_each_visitor_is_their_own() -> None:
    latest = Latest()
    ours = latest.request()
    copy.deepcopy(latest).request()
    assert latest.number == ours
