"""The story's milestones, and the places that an address can name."""

import pytest

from demos.common.lessons import lessons
from demos.start.milestones import Milestone, is_place, milestones


def test_they_stand_in_the_order_of_their_years_and_lead_into_every_tab() -> None:
    years = [milestone.year for milestone in milestones()]
    assert years[:-1] == sorted(years[:-1])
    assert years[0] == "1957"
    assert years[-1] == ""
    assert {milestone.place.partition("/")[0] for milestone in milestones()} == {"xor", "gpt", "clip", "posture"}


@pytest.mark.parametrize("place", ["start", "privacy", "gpt", "clip/words", "clip/words/second", "xor/lottery/lottery"])
def test_a_place_is_a_tab_a_lesson_or_what_its_button_does(place: str) -> None:
    assert is_place(place)


@pytest.mark.parametrize(
    "place", ["", "jax", "gpt/", "gpt/nothing", "clip/matrix/second", "start/xor", "xor=eJw", "#gpt"]
)
def test_nothing_else_is_a_place(place: str) -> None:
    assert not is_place(place)


def test_every_lessons_key_can_stand_in_an_address() -> None:
    for demo in ("xor", "gpt", "clip", "posture"):
        assert all(is_place(f"{demo}/{lesson.key}/{action}") for lesson in lessons(demo) for action in lesson.actions)


def test_a_milestone_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="which is no place"):
        Milestone("clip", "2021", "clip/nothing")
    with pytest.raises(ValueError, match=r"start\.nobody_name"):
        Milestone("nobody", "2021", "clip")
