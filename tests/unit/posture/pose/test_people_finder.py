"""All streams share one finder: the last that closes it gives back its native memory, at once."""

from weakref import ref

import numpy as np

from demos.posture.pose.landmarker import people_finder
from tests.unit.posture.pose.test_left_behind import soon

BLACK = np.zeros((64, 64, 3), np.uint8)


def test_the_last_stream_closes_it_and_the_next_gets_a_new_one() -> None:
    first, second = people_finder(), people_finder()
    assert first is second
    native = ref(first._landmarker)
    first.close()
    assert second.find(BLACK, 0.0) == []
    second.close()
    third = people_finder()
    assert third is not first
    assert third.find(BLACK, 0.0) == []
    third.close()
    del first, second
    assert native() is None  # nobody else has to close it, at a moment of their own


def test_what_a_stream_did_not_close_is_closed_once_nobody_holds_it() -> None:
    left, closed = people_finder(), people_finder()
    native = ref(left._landmarker)
    closed.close()
    del left, closed
    assert soon(lambda: native() is None)
    people_finder().close()
