"""Where the network disagrees with the rules about a repetition, of answers and attempts that are written down."""

from dataclasses import replace

import pytest

from demos.posture.coach.repetitions import Rejection, Repetition
from demos.posture.exercises import exercises
from demos.posture.recognise import Answer
from demos.posture.second_opinion import AFTER, SURE, opinion_words, second_opinion

SQUAT = Repetition(start=1.0, bottom=2.0, end=3.0, top=175, depth=90)
SHALLOW = replace(SQUAT, counted=False, cues=("shallow",), rejection=Rejection("shallow", "knee", 120, 105))
ANOTHER = replace(SQUAT, counted=False, cues=("looks_like_lunge",), rejection=Rejection("looks_like_lunge", "", 1, 0.5))


def answers(word: str, **faults: float) -> list[Answer]:
    """The network says this four times a second from beginning to end."""
    exercise = {name: 0.97 if name == word else 0.01 for name in ("squat", "lunge", "plank", "other")}
    return [Answer(0.25 * step, exercise, 0.5, faults) for step in range(16)]


@pytest.mark.parametrize(
    ("attempt", "said", "opinion"),
    [
        (SQUAT, answers("squat", knees_in=0.02), ()),
        (SQUAT, answers("lunge"), ("another:lunge",)),
        (SQUAT, answers("other"), ()),
        (SQUAT, answers("squat", knees_in=0.97, heels_up=0.6), ("seen:knees_in",)),
        (replace(SQUAT, cues=("knees_in",)), answers("squat", knees_in=0.97), ()),
        (replace(SQUAT, cues=("knees_in",)), answers("squat", knees_in=0.03), ("doubted:knees_in",)),
        (replace(SQUAT, cues=("knees_in",)), answers("squat", knees_in=0.3), ()),
        (SHALLOW, answers("squat", shallow=0.95), ()),
        (SHALLOW, answers("squat", shallow=0.05), ("doubted:shallow",)),
        (SQUAT, answers("squat", shallow=0.95), ("seen:shallow",)),
        (ANOTHER, answers("squat", knees_in=0.97), ()),
        (SQUAT, [], ()),
    ],
)
def test_an_opinion_is_what_the_network_is_sure_of_and_the_rules_are_not(
    attempt: Repetition, said: list[Answer], opinion: tuple[str, ...]
) -> None:
    assert second_opinion(exercises()["squat"], attempt, said) == opinion


def test_only_answers_of_the_deep_half_and_shortly_after_are_heard() -> None:
    said = [
        replace(answer, seconds=seconds)
        for answer in answers("lunge")[:1]
        for seconds in (SQUAT.bottom - 0.1, SQUAT.end + AFTER + 0.1)
    ]
    assert second_opinion(exercises()["squat"], SQUAT, said) == ()


def test_the_mean_counts_and_not_one_answer() -> None:
    one, *others = answers("squat", knees_in=0.0)[8:]
    surely = [replace(one, faults={"knees_in": 1.0}), *others]
    assert 1 / len(surely) < SURE
    assert second_opinion(exercises()["squat"], SQUAT, surely) == ()


def test_who_pauses_in_push_ups_on_straight_arms_does_no_other_exercise() -> None:
    said = [replace(answer, exercises=answer.exercises | {"push_up": 0.0}) for answer in answers("plank")]
    assert second_opinion(exercises()["push_up"], SQUAT, said) == ()


def test_an_exercise_that_the_network_does_not_know_has_no_opinion() -> None:
    assert second_opinion(replace(exercises()["squat"], slug="own"), SQUAT, answers("lunge")) == ()


@pytest.mark.parametrize("opinion", ["another:lunge", "seen:knees_in", "doubted:shallow"])
def test_an_opinion_has_a_sentence_in_each_language(opinion: str) -> None:
    english, korean = (opinion_words(exercises()["squat"], opinion, language) for language in ("en", "ko"))
    assert "network" in english
    assert "신경망" in korean
