"""Counting repetitions, on plain numbers: what an angle does at which second."""

from collections.abc import Iterator

import numpy as np
import pytest

from demos.posture.coach.repetitions import SHORTEST, Phase, Repetition, RepetitionCounter

FULL, FALL = 100.0, 45.0  # degrees: as deep as a repetition must go, and by how much at least
Keyframe = tuple[float, float]  # seconds, degrees


def between(*keyframes: Keyframe, rate: float = 30) -> Iterator[tuple[float, float]]:
    """(second, angle) `rate` times a second, straight from keyframe to keyframe."""
    seconds, degrees = zip(*keyframes, strict=True)
    for second in np.arange(seconds[0], seconds[-1] + 1e-9, 1 / rate):
        yield float(second), float(np.interp(second, seconds, degrees))


def counted(*keyframes: Keyframe, rate: float = 30, under_way: bool = False) -> RepetitionCounter:
    counter = RepetitionCounter(FULL, FALL)
    for second, angle in between(*keyframes, rate=rate):
        counter.update(second, angle, under_way=under_way)
    return counter


def repetition(start: float, low: float = 70, seconds: float = 2.0) -> tuple[Keyframe, ...]:
    """Keyframes of one that is down in the middle."""
    return (start, 175), (start + seconds / 2, low), (start + seconds, 175)


@pytest.mark.parametrize("rate", [8, 15, 30, 60])
def test_each_way_down_and_up_is_one(rate: float) -> None:
    counter = counted(*repetition(1), *repetition(4), *repetition(7), (10, 175), rate=rate)
    assert counter.count == len(counter.attempts) == 3
    first = counter.attempts[0]
    assert (first.start, first.bottom, first.end) == pytest.approx((1, 2, 3), abs=0.2)
    assert first.top == pytest.approx(175)
    assert first.depth == pytest.approx(70, abs=95 / rate)


def test_without_a_rest_between_them_they_are_counted_as_well() -> None:
    keyframes = [(0.0, 175.0)] + [(float(second), 70 if second % 2 else 175) for second in range(1, 13)]
    assert counted(*keyframes).count == 6


def test_not_deep_enough_is_an_attempt_that_does_not_count() -> None:
    counter = counted(*repetition(1), *repetition(4, low=120), *repetition(7), (10, 175))
    assert [attempt.counted for attempt in counter.attempts] == [True, False, True]
    assert counter.attempts[1].depth == pytest.approx(120, abs=3)
    assert counter.count == 2


QUICK = ((0.0, 175.0), (0.13, 174.0), (0.26, 125.0), (0.52, 126.0), (0.65, 172.0), (0.78, 175.0))  # 8 frames a second


def watched(*frames: tuple[float, float]) -> RepetitionCounter:
    counter = RepetitionCounter(FULL + 15, FALL)
    for second, angle in ((0.0, 175.0), *((0.1 + second, angle) for second, angle in frames)):
        counter.update(second, angle)
    return counter


def test_a_quick_one_that_turns_between_two_frames_counts_and_is_as_deep_as_the_curve_through_them() -> None:
    [attempt] = watched(*QUICK).attempts
    assert attempt.counted
    assert 105 < attempt.depth < 115
    assert attempt.bottom == pytest.approx(0.49, abs=0.03)


def test_frames_that_show_a_shallow_one_make_no_deep_one_of_it() -> None:
    shallow = [(second, 175 - 0.6 * (175 - angle)) for second, angle in QUICK]
    assert not any(attempt.counted for attempt in watched(*shallow).attempts)


def test_between_frames_nothing_is_deep_that_never_met_what_else_is_asked() -> None:
    counter = RepetitionCounter(FULL + 15, FALL)
    for second, angle in QUICK:
        counter.update(0.1 + second, angle, deep=False)
    assert counter.count == 0


def test_a_nod_is_no_attempt() -> None:
    assert counted((0, 175), (1, 160), (2, 175), (3, 150), (4, 175)).attempts == []


def test_who_holds_the_depth_turns_in_the_middle_of_it_wherever_the_lowest_angle_is() -> None:
    for lowest in (1.1, 3.9):
        counter = RepetitionCounter(full=100, fall=45)
        for frame in range(180):
            seconds = frame / 30
            angle = float(np.interp(seconds, [0.5, 1.0, 4.0, 5.0], [175, 90, 90, 175]))
            counter.update(seconds, angle - 3 * (abs(seconds - lowest) < 0.05))
        [attempt] = counter.attempts
        assert attempt.bottom == pytest.approx(2.5, abs=0.1)
        assert attempt.depth == 87


def test_a_bounce_at_the_bottom_is_no_second_one() -> None:
    assert counted((0, 175), (1, 70), (1.4, 110), (1.8, 70), (3, 175), (4, 175)).count == 1


def test_a_way_back_that_turns_round_half_way_was_an_attempt_and_the_next_one_begins_there() -> None:
    half_way = counted((0, 175), (1, 70), (2, 118), (3, 70), (4, 175), (5, 175))
    first, second = half_way.attempts
    assert (first.counted, second.counted) == (False, True)
    assert (first.back, second.back) == (pytest.approx(118, abs=2), None)
    assert (first.start, first.bottom, first.end) == pytest.approx((0, 1, 2), abs=0.1)
    assert (second.start, second.bottom, second.end) == pytest.approx((2, 3, 4), abs=0.1)
    assert (second.top, second.depth) == pytest.approx((175, 70))


@pytest.mark.parametrize(
    "wavers",
    [
        ((2, 125), (2.2, 118)),  # on the way back
        ((1.3, 110), (1.6, 70)),  # a bounce
        ((1.5, 96), (2, 85)),  # in the depth that is asked
        ((1.5, 115), (1.8, 95)),  # so far back, and not as far down again
    ],
)
def test_what_wavers_is_no_attempt(wavers: tuple[Keyframe, ...]) -> None:
    assert len(counted((0, 175), (1, 70), *wavers, (3, 175), (4, 175)).attempts) == 1


def test_what_went_back_half_way_takes_no_repetition_from_the_next_one() -> None:
    """The next one counts as if there had been no other: from the same angle on, however shallow it is itself."""
    counter = counted((0, 175), (1, 60), (2, 140 - 16), (3, 78), (4, 138), (4.5, 60), (6, 175), (7, 175))
    assert [attempt.counted for attempt in counter.attempts] == [False, True, True]


def test_a_small_range_that_wavers_within_the_depth_that_is_asked_is_one() -> None:
    """The rear foot on a bench: somebody begins at 124 degrees, where 112 are asked."""
    counter = RepetitionCounter(112, 15)
    for second, angle in between((0, 130), (1, 124), (1.5, 80), (1.7, 99), (2.2, 70), (3.2, 124), (4, 124)):
        counter.update(second, angle)
    assert [attempt.counted for attempt in counter.attempts] == [True]


@pytest.mark.parametrize(
    ("keyframes", "depth", "back"),
    [
        (((0, 175), (1, 70), (2, 120)), 70, 120),  # on its way back
        (((0, 175), (1, 112)), 112, None),  # on its way down, and not deep yet
        (((0, 175), (1, 120), (3, 125)), 120, None),  # never deep, never back
    ],
)
def test_what_is_under_way_when_nothing_more_comes_was_an_attempt(
    keyframes: tuple[Keyframe, ...], depth: float, back: float | None
) -> None:
    counter = counted(*keyframes)
    assert counter.attempts == []
    attempt = counter.finish(keyframes[-1][0])
    assert attempt is not None
    assert counter.attempts == [attempt]
    assert not attempt.counted
    assert (attempt.depth, attempt.back) == (pytest.approx(depth, abs=4), back and pytest.approx(back, abs=4))


def test_who_stands_when_nothing_more_comes_tried_nothing() -> None:
    for keyframes in (((0, 175), (3, 175)), ((0, 175), (3, 160)), (*repetition(1), (5, 175))):
        assert counted(*keyframes).finish(5) is None


def test_nobody_has_to_straighten_further_than_they_can() -> None:
    assert counted((0, 175), (1, 70), (2, 150), (3, 70), (4, 150), (5, 70), (6, 150)).count == 3


def test_a_bounce_stays_one_though_the_joint_was_hardly_straightened_before() -> None:
    """The last top is remembered: half of a smaller range would soon be reached."""
    assert counted((0, 175), (1, 70), (2, 139), (3, 70), (3.5, 118), (4, 70), (5, 175), (6, 175)).count == 2


def test_deep_enough_from_a_top_so_low_that_the_angle_hardly_moved_is_none() -> None:
    """Less and less straightened, until nothing but a tremble at the bottom is left."""
    ups = [175, 150, 141, 134, 133, 133, 133, 133]
    keyframes = [frame for second, up in enumerate(ups) for frame in ((2.0 * second, up), (2.0 * second + 1, 98))]
    attempts = counted(*keyframes).attempts
    assert [attempt.counted for attempt in attempts] == [True] * 3 + [False] * 4


@pytest.mark.parametrize(("share", "count"), [(0.7, 0), (1.6, 1)])
def test_faster_than_anybody_moves_is_a_mistake_of_the_landmarks(share: float, count: int) -> None:
    """Down and 65% of the way up again, in a share of the shortest time that a repetition can take."""
    seconds = share * SHORTEST
    dip = (1.0, 175.0), (1 + seconds / 2, 70.0), (1 + seconds, 175.0)
    counter = counted((0, 175), *dip, (3, 175), rate=120)
    assert counter.count == len(counter.attempts) == count


@pytest.mark.parametrize("share", [0.7, 1.6])
def test_a_shallow_dip_faster_than_anybody_moves_is_no_attempt_either(share: float) -> None:
    seconds = share * SHORTEST
    dip = (1.0, 175.0), (1 + seconds / 2, 120.0), (1 + seconds, 175.0)
    assert len(counted((0, 175), *dip, (3, 175), rate=120).attempts) == (share > 1)


def test_a_dip_too_fast_to_count_changes_nothing_before_it() -> None:
    quick = (4.0, 175.0), (4.1, 70.0), (4.2, 175.0)
    with_it = counted(*repetition(1), *quick, (7, 175), rate=60)
    without = counted(*repetition(1), (7, 175), rate=60)
    assert with_it.attempts == without.attempts


def test_the_end_is_where_the_rise_ends() -> None:
    """It counts at 65% of the way up, and then the end moves on with the rise."""
    counter = RepetitionCounter(FULL, FALL)
    ends = []
    for second, angle in between((0, 175), (1, 70), (2, 175), (4, 175)):
        if counter.update(second, angle):
            ends.append(second)
    assert ends == pytest.approx([1 + 0.65], abs=0.05)
    assert counter.attempts[0].end == pytest.approx(2, abs=0.05)


def test_it_begins_on_top_only() -> None:
    assert counted((0, 90), (1, 70), (2, 120), (3, 70), (4, 120)).attempts == []
    assert counted((0, 70), (1, 175), (2, 70), (3, 175)).count == 1


@pytest.mark.parametrize(("rest", "count"), [(130, 2), (120, 0)])
def test_who_rests_lower_than_a_whole_fall_above_what_is_asked_is_on_top_once_they_keep_calm(
    rest: float, count: int
) -> None:
    """As a foot that a tilted camera never sees flat: it moves as far as is asked, and comes to rest."""
    keyframes = ((0, rest), (1, rest), (2, 70), (3, rest), (4, rest), (5, 70), (6, rest), (7, rest))
    assert counted(*keyframes).count == count


@pytest.mark.parametrize(("first", "count"), [(165, 1), (130, 1), (100, 1), (85, 0), (70, 0)])
def test_one_that_was_under_way_counts_if_a_quarter_of_its_fall_was_seen(first: float, count: int) -> None:
    """Of the 75° to where it counts as up a quarter is 19°."""
    late = counted((0, first), (0.5, 70), (1.5, 175), (3, 175), under_way=True)
    assert [attempt.counted for attempt in late.attempts] == [True] * count
    assert counted((0, first), (0.5, 70), (1.5, 175), (3, 175)).count == (first >= FULL + FALL)
    if count:
        [attempt] = late.attempts
        assert (attempt.start, attempt.bottom, attempt.end) == pytest.approx((0, 0.5, 1.5), abs=0.2)
        assert attempt.depth == pytest.approx(70, abs=4)


@pytest.mark.parametrize("keyframes", [
    ((0, 120), (1, 105), (2, 175)),  # not deep
    ((0, 80), (2, 140), (4, 175)),  # only up
    ((0, 130), (1, 70), (9, 80), (10, 175)),  # somebody who sat down, and stands up after a rest
])  # fmt: skip
def test_what_was_no_repetition_under_way_does_not_count(keyframes: tuple[Keyframe, ...]) -> None:
    assert counted(*keyframes, (12, 175), under_way=True).attempts == []


def test_one_under_way_begins_at_the_highest_angle_before_it() -> None:
    late = counted((0, 120), (0.5, 140), (1, 70), (2, 175), (3, 175), under_way=True)
    assert [attempt.start for attempt in late.attempts] == [pytest.approx(0.5, abs=0.05)]
    assert late.count == 1


def test_after_one_that_was_under_way_the_next_are_counted_as_ever() -> None:
    assert counted((0, 130), (0.5, 70), (1.5, 175), *repetition(2), *repetition(5), (8, 175), under_way=True).count == 3


def test_a_restart_voids_the_one_under_way_and_keeps_those_before() -> None:
    counter = counted(*repetition(1), (4, 175), (5, 70))
    assert (counter.count, counter.phase) == (1, Phase.EFFORT)
    counter.restart()
    for second, angle in between((5.1, 70), (6, 175), (7, 175)):
        counter.update(second, angle)
    assert counter.count == 1


def test_nothing_begins_before_the_person_is_ready() -> None:
    counter = RepetitionCounter(FULL, FALL)
    for second, angle in between(*repetition(1), *repetition(4)):
        counter.update(second, angle, ready=second > 3.5)
    assert counter.count == 1


def test_whatever_else_is_asked_of_a_deep_one_must_hold_too() -> None:
    def under(deep: bool, nearly: bool) -> list[Repetition]:
        counter = RepetitionCounter(FULL, FALL)
        for second, angle in between(*repetition(1), (4, 175)):
            low = angle < 110
            counter.update(second, angle, deep=deep and low, nearly=nearly and low)
        return counter.attempts

    assert [attempt.counted for attempt in under(deep=True, nearly=True)] == [True]
    assert [attempt.counted for attempt in under(deep=False, nearly=True)] == [False]
    assert under(deep=False, nearly=False) == []


@pytest.mark.parametrize(("seconds", "count"), [(0.36, 0), (0.56, 1)])
def test_a_third_of_a_second_is_too_short_and_half_a_second_is_not(seconds: float, count: int) -> None:
    dip = (1.0, 175.0), (1 + seconds / 2, 70.0), (1 + seconds, 175.0)
    assert counted((0, 175), *dip, (3, 175), rate=120).count == count


def test_it_starts_where_a_tenth_of_the_way_to_the_asked_depth_is_gone() -> None:
    """From 175° to 100° a tenth is 7.5°; 100° a second are gone down here."""
    first = counted((0, 175), (1, 175), (2.05, 70), (3, 175), (4, 175), rate=200).attempts[0]
    assert first.start == pytest.approx(1.075, abs=0.01)


def test_the_asked_depth_itself_is_deep_enough_and_the_asked_fall_far_enough() -> None:
    counter = RepetitionCounter(FULL, FALL)
    for second, angle in enumerate([FULL + FALL, 120, FULL, 120, FULL + FALL]):
        counter.update(float(second), float(angle))
    assert counter.count == 1


def test_a_hesitation_on_the_way_down_belongs_to_the_repetition() -> None:
    """Back by two thirds from a small dip, but not to the top."""
    hesitant = counted((0, 175), (1, 175), (1.4, 140), (1.7, 165), (2.5, 70), (3.5, 175), (4, 175))
    assert hesitant.count == len(hesitant.attempts) == 1
    assert hesitant.attempts[0].start == pytest.approx(1.1, abs=0.05)


def test_what_was_nearly_deep_once_says_nothing_of_the_next_dip() -> None:
    counter = RepetitionCounter(FULL, FALL)
    for second, angle in between(*repetition(1), *repetition(4), (7, 175)):
        asked = second < 3.5
        counter.update(second, angle, deep=asked, nearly=asked and angle < 110)
    assert [attempt.counted for attempt in counter.attempts] == [True]


def test_a_nod_after_a_repetition_does_not_lengthen_it() -> None:
    nodded = counted(*repetition(1), (3.5, 175), (3.75, 150), (4.2, 175), (5, 175))
    assert [attempt.end for attempt in nodded.attempts] == [pytest.approx(3, abs=0.05)]


@pytest.mark.parametrize(("pause", "end"), [(1.5, 4.5 + 0.2), (2.5, 3.0)])
def test_who_straightens_within_two_seconds_was_not_yet_up(pause: float, end: float) -> None:
    up = 3 + pause
    paused = counted((0, 175), (1, 175), (2, 70), (3, 165), (up, 165), (up + 0.2, 175), (up + 1, 175))
    assert paused.attempts[0].end == pytest.approx(end, abs=0.05)


@pytest.mark.parametrize(
    ("angles", "goes_on"),
    [((168.5, 171.0), True), ((167.5, 171.0), False), ((170.3,), False), ((170.8,), True)],
    ids=["a little back", "back", "hardly further", "further"],
)
def test_the_rise_ends_with_a_step_back_of_more_than_two_degrees(angles: tuple[float, ...], goes_on: bool) -> None:
    counter = counted((0, 175), (1, 175), (2, 70), (3, 170))
    assert counter.attempts[0].end == pytest.approx(3)
    for step, angle in enumerate(angles, 1):
        counter.update(3 + step / 30, angle)
    assert (counter.attempts[0].end == 3 + len(angles) / 30) == goes_on
