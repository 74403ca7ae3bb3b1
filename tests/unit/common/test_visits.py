"""What is held for a visitor ends with the page, or once they have been silent for too long; never before."""

from dataclasses import dataclass, field

from demos.common.visits import SILENCE, Visits


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(eq=False)
class Held:
    ended: list[str] = field(default_factory=list)

    def close(self) -> None:
        self.ended.append("closed")


def test_whoever_only_asks_is_gone_after_a_silence() -> None:
    clock, held = Clock(), Held()
    visits = Visits(clock=clock)
    with visits.request("program"):
        visits.at_end("program", held.close)
        clock.now += 10 * SILENCE
        assert visits.over() == [], "they wait for an answer"
    clock.now += SILENCE
    assert visits.over() == []
    clock.now += 1
    assert visits.over() == ["program"]
    assert held.ended == []
    visits.forget("program")
    assert held.ended == ["closed"]
    assert visits.over() == []


def test_a_visit_has_another_name_once_it_was_forgotten() -> None:
    clock = Clock()
    visits = Visits(clock=clock)
    with visits.request("page", page=True) as name, visits.request("page") as same, visits.request("other") as other:
        assert same == name
        assert other != name
    visits.give_back("page")
    with visits.request("page") as after_a_moment:
        assert after_a_moment == name
    clock.now += 2 * SILENCE
    visits.forget("page")
    with visits.request("page") as anew:
        assert anew != name
    with Visits().request("page") as elsewhere:
        assert elsewhere != name


def test_a_page_that_is_open_may_be_silent_for_as_long_as_it_likes() -> None:
    clock = Clock()
    visits = Visits(clock=clock)
    with visits.request("page", page=True):
        with visits.request("page"):
            pass
        clock.now += 1000 * SILENCE
        assert visits.over() == []
        assert visits.has_page("page")
    assert not visits.has_page("page")


def test_of_two_heartbeats_the_last_one_counts() -> None:
    visits = Visits()
    with visits.request("page", page=True):
        with visits.request("page", page=True):
            pass
        assert visits.has_page("page")


def test_what_is_held_is_given_back_once_and_only_of_the_one_who_left() -> None:
    visits, one, two = Visits(), Held(), Held()
    for _ in range(3):
        visits.at_end("one", one.close)
    visits.at_end("two", two.close)
    visits.give_back("one")
    visits.give_back("one")
    visits.give_back("a stranger")
    assert (one.ended, two.ended) == (["closed"], [])


def test_who_comes_back_in_time_is_no_new_visitor_and_may_hold_again() -> None:
    clock, held = Clock(), Held()
    visits = Visits(clock=clock)
    with visits.request("page", page=True):
        visits.at_end("page", held.close)
    visits.give_back("page")
    clock.now += SILENCE - 1
    with visits.request("page"):
        visits.at_end("page", held.close)
    clock.now += SILENCE - 1
    assert visits.over() == []
    visits.give_back("page")
    assert held.ended == ["closed", "closed"]


def test_who_is_known_to_somebody_else_alone_has_the_same_time() -> None:
    clock = Clock()
    visits = Visits(clock=clock)
    assert visits.over(["event"]) == []
    clock.now += SILENCE + 1
    assert visits.over(["event"]) == ["event"]


def test_who_asks_again_at_the_last_moment_is_not_forgotten() -> None:
    clock, held = Clock(), Held()
    visits = Visits(clock=clock)
    visits.at_end("program", held.close)
    clock.now += SILENCE + 1
    assert visits.over() == ["program"]
    with visits.request("program"):
        visits.forget("program")
        visits.at_end("program", held.close)
        assert visits.over() == []
    visits.give_back("program")
    assert held.ended == ["closed", "closed"]


def test_without_a_session_nothing_is_held() -> None:
    visits, held = Visits(), Held()
    visits.at_end(None, held.close)
    visits.at_end("", held.close)
    visits.give_back("")
    assert held.ended == []
