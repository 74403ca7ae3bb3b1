"""Turns against what round robin promises, on a clock of our own; the waiting itself with threads."""

import threading
from collections import Counter
from collections.abc import Generator, Iterator
from itertools import pairwise
from random import Random

import pytest

from demos.common.errors import BadInput
from demos.common.scheduling.budgets import FILM, Budgets
from demos.common.scheduling.turns import ASK_EVERY, FORGOTTEN, SILENCE, Place, Turn, Turns
from demos.common.settings import Settings


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def simulate(turns: Turns, work: dict[str, float], clock: Clock, piece: float = 0.5) -> dict[str, list[float]]:
    """When each of those who have so many seconds of `work` did a piece of it, if all go on as they may."""
    entered = {name: turns.enter(name) for name in work}
    did: dict[str, list[float]] = {name: [] for name in work}
    left, random = dict(work), Random(0)
    while entered:
        asking = random.sample(list(entered.items()), len(entered))  # threads ask in any order
        for _, turn in asking:
            if turn.is_over:
                turn.let_others()
        computing = [name for name, turn in asking if turn.take()]
        assert 1 <= len(computing) <= turns.at_once
        clock.now += piece
        for name in computing:
            did[name].append(clock.now)
            left[name] -= piece
            if left[name] <= 0:
                entered.pop(name).let_others()
    return did


def test_ten_with_long_work_all_move_within_ten_turns(clock: Clock) -> None:
    did = simulate(Turns(1, 2.0, clock=clock), {f"visitor {at}": 600.0 for at in range(10)}, clock)
    for times in did.values():
        assert times[0] <= 20
        assert max(later - before for before, later in pairwise(times)) <= 20
    assert clock.now == 6000  # and no time is lost


def test_everybody_gets_the_same_share(clock: Clock) -> None:
    did = simulate(Turns(2, 2.0, clock=clock), {f"visitor {at}": 300.0 for at in range(5)}, clock)
    until = Counter({name: sum(time <= 400 for time in times) for name, times in did.items()})
    assert max(until.values()) - min(until.values()) <= 40  # pieces of some 320


def test_short_work_is_done_in_one_go_and_goes_before_long_work_that_came_earlier(clock: Clock) -> None:
    did = simulate(Turns(1, 5.0, clock=clock), {"long": 90.0, "short": 3.0}, clock)
    assert did["short"][-1] == 8.0
    assert did["short"][-1] - did["short"][0] == 2.5


def test_who_is_alone_goes_on_without_a_pause(clock: Clock) -> None:
    turn = Turns(1, 2.0, clock=clock).enter()
    assert turn.take()
    clock.now = 100
    assert not turn.is_over


def test_a_place_in_line_says_how_long_by_how_long_turns_took(clock: Clock) -> None:
    turns = Turns(1, 5.0, clock=clock)
    first, *others = (turns.enter() for _ in range(4))
    assert first.take()
    assert first.place.number == 0
    assert [turn.place for turn in others] == [Place(1, 2.5), Place(2, 5.0), Place(3, 7.5)]
    for _ in range(60):
        holder = next(turn for turn in (first, *others) if turn in turns.holding)
        clock.now += 8  # one piece takes longer than a turn
        holder.let_others()
        assert sum(turn.take() for turn in (first, *others)) == 1
    [third] = [turn.place for turn in (first, *others) if turn.place.number == 3]
    assert third.seconds == pytest.approx(24, rel=0.02)


def test_who_falls_silent_is_passed_over_and_keeps_the_place(clock: Clock) -> None:
    turns = Turns(1, 2.0, clock=clock)
    holder, silent, last = (turns.enter() for _ in range(3))
    assert holder.take()
    assert not silent.take()
    clock.now = SILENCE + 1
    assert not last.take()
    assert last.place.number == 1
    holder.let_others()
    assert last.take()
    assert not silent.take()
    assert silent.place.number == 1


def test_who_is_gone_for_long_takes_no_room(clock: Clock) -> None:
    turns = Turns(1, 2.0, most=2, clock=clock)
    holder, _ = turns.enter(), turns.enter()
    assert holder.take()
    with pytest.raises(BadInput):
        turns.enter()
    clock.now = FORGOTTEN + 1
    turns.enter()


def test_more_than_the_most_is_a_sentence() -> None:
    turns = Turns(1, 2.0, most=2)
    turns.enter("one").take()
    turns.enter("another")
    with pytest.raises(BadInput) as refused:
        turns.enter("third")
    assert refused.value.key == "common.busy"


def test_one_visitor_has_only_so_many_at_once_but_what_is_no_longer_wanted_does_not_count() -> None:
    turns, wanted = Turns(1, 2.0, most_of_one=2), [True]
    turns.enter("one", lambda: wanted[0]).take()
    turns.enter("one")
    with pytest.raises(BadInput) as refused:
        turns.enter("one")
    assert refused.value.key == "common.busy_with_yours"
    turns.enter("another")
    wanted[0] = False
    turns.enter("one")
    for _ in range(3):
        turns.enter("")  # who has no name is nobody in particular


def test_who_is_stopped_while_waiting_leaves_the_line() -> None:
    turns, wanted = Turns(1, 2.0), [True]
    holder = turns.enter()
    assert holder.take()
    with turns.enter("", lambda: wanted[0]) as waiting:
        pieces = waiting.each(iter("work"))
        assert isinstance(next(pieces), Place)
        wanted[0] = False
        assert list(pieces) == []
    assert turns.line == []
    assert turns.count == 1


def test_a_piece_of_work_that_is_closed_hands_the_turn_on() -> None:
    """As Gradio does with the generator of a page that is closed."""
    turns = Turns(1, 2.0)

    def handler() -> Generator[object, None, None]:
        with turns.enter() as turn:
            yield from turn.each(iter(range(10)))

    closed, next_one = handler(), handler()
    assert next(closed) == 0
    assert isinstance(next(next_one), Place)
    closed.close()
    assert next(next_one) == 0


def test_an_error_of_the_work_hands_the_turn_on() -> None:
    turns = Turns(1, 2.0)

    def fails() -> Iterator[int]:
        yield 0
        raise RuntimeError

    with pytest.raises(RuntimeError), turns.enter() as turn:
        list(turn.each(fails()))
    assert turns.count == 0


def test_many_threads_take_turns_and_nobody_computes_beside_another() -> None:
    turns, lock = Turns(1, 0.0), threading.Lock()
    order: list[int] = []

    def work(name: int) -> Iterator[None]:
        for _ in range(20):
            assert lock.acquire(blocking=False)  # nobody else holds it
            order.append(name)
            lock.release()
            yield

    def run(name: int, turn: Turn) -> None:
        with turn:
            for _ in turn.each(work(name)):
                pass

    threads = [threading.Thread(target=run, args=(name, turns.enter())) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(order) == dict.fromkeys(range(6), 20)
    assert turns.count == 0


def test_whoever_waits_is_asked_for_twice_a_second() -> None:
    assert ASK_EVERY < SILENCE / 5


def test_all_together_hold_no_more_than_there_is_memory_for() -> None:
    turns = Turns(1, 2.0, memory=100)
    first = turns.enter(holds=60)
    assert first.take()
    with pytest.raises(BadInput, match="1 take"):
        turns.enter(holds=41)
    second = turns.enter(holds=40)
    first.leave()
    assert second.take()
    assert turns.enter(holds=60)


def test_a_place_is_said_in_both_languages() -> None:
    assert Place(3, 40.2).said("en") == "3rd in line, about 40 s"
    assert Place(3, 0.1).said("ko") == "대기 3번째, 약 1초"


def test_of_films_only_so_many_are_under_way_and_they_compute_in_turns() -> None:
    settings = Settings(landmarkers=6, concurrent_streams=4, heavy_turn=0.0)
    budgets = Budgets.of(settings)
    films = [budgets.film(iter(range(3)), "", lambda: True) for _ in range(3)]
    first, second = next(films[0]), next(films[1])
    assert 0 in (first, second)
    third = next(films[2])
    assert isinstance(third, Place)
    assert third.seconds == FILM / 2
    films[0].close()  # type: ignore[attr-defined]
    films[1].close()  # type: ignore[attr-defined]
    assert list(films[2]) == [0, 1, 2]
    assert budgets.films.count == budgets.heavy.count == 0


def test_who_rests_computes_not_but_holds_its_memory(clock: Clock) -> None:
    turns = Turns(1, 5.0, most=1, memory=100, clock=clock)
    paused = turns.enter(holds=80)
    assert paused.take()
    paused.let_others()
    assert turns.count == 0
    with pytest.raises(BadInput):
        turns.enter(holds=30)
    with turns.enter(holds=20) as other:
        assert other.take()
    assert paused.take()
    paused.leave()
    with turns.enter(holds=100):
        pass
    assert turns.resting == []
