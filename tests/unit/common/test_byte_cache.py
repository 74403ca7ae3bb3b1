"""What is remembered is bounded in bytes, and what was used longest ago is forgotten first."""

from demos.common.byte_cache import ByteCache


def test_what_was_used_longest_ago_goes_first_and_never_is_there_more_than_allowed() -> None:
    cache: ByteCache[str, bytes] = ByteCache(10, size=len)
    for key in "ab":
        cache.keep({key: bytes(4)})
    assert cache.get("a") == bytes(4)
    cache.keep({"c": bytes(4)})
    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]
    cache.keep({"d": bytes(10)})
    assert [cache.get(key) is not None for key in "acd"] == [False, False, True]
    cache.keep({"e": bytes(11)})  # too large by itself
    assert [cache.get(key) for key in "de"] == [None, None]
    cache.keep({"f": bytes(10)})
    assert cache.get("f") is not None


def test_a_value_in_place_of_another_counts_once_and_most_bounds_their_number() -> None:
    cache: ByteCache[str, bytes] = ByteCache(10, size=len)
    for length in (9, 8, 5):
        cache.keep({"a": bytes(length)})
    cache.keep({"b": bytes(5)})
    assert (cache.get("a"), cache.get("b")) == (bytes(5), bytes(5))
    cache.keep({"c": b""}, most=2)
    assert [cache.get(key) is None for key in "abc"] == [True, False, False]
    cache.clear()
    assert cache.get("b") is None
