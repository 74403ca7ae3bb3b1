"""A refusal goes from one process to another and is the same there."""

import pickle

from demos.common.errors import BadInput


def test_a_refusal_is_pickled_by_its_key_and_values() -> None:
    before = BadInput("common.not_positive", name="lr", value=-1)
    after = pickle.loads(pickle.dumps(before))
    assert (after.key, after.values, str(after)) == (before.key, before.values, str(before))
    assert after.in_language("ko") == before.in_language("ko")
