"""Good and bad: what is learned from a few recordings, what is said of a repetition then, and how it travels."""

import json
from dataclasses import replace
from functools import cache

import pytest
import torch
from safetensors.torch import save

from demos.common.errors import BadInput
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import SetTracker
from demos.posture.exercises import Exercise
from demos.posture.form import LARGEST, FormHead, as_text, network_digest, read, write
from demos.posture.live.settings import read_settings
from demos.posture.second_opinion import opinion_words
from demos.posture.teach import exercise_file
from demos.posture.teach.learn_form import Learning, learn
from demos.posture.teach.look import shown
from demos.posture.teach.performed import performed
from demos.posture.teach.propose import propose
from demos.posture.teach.recording import Recording, record
from demos.posture.teach.visitor import MOST, Teaching


@cache
def squats(bad: bool, seed: int) -> Recording:
    done = perform("squat", reps=3, view="left", faults=["lean_forward"] if bad else [], seed=seed, fps=12)
    return record([(pose.seconds, pose) for pose in simulate_landmarks(done, seed)])


@cache
def taught() -> Exercise:
    return propose(squats(False, 1))[0].exercise


@cache
def learned() -> Learning:
    *_, last = learn([(bad is False, performed(taught(), squats(bad, seed))) for bad, seed in ((False, 1), (True, 2))])
    return last


def teaching() -> Teaching:
    made = Teaching()
    made.show(squats(False, 1), propose(squats(False, 1)), 3)
    return made


def said(exercise: Exercise, recording: Recording) -> list[tuple[str, ...]]:
    tracker = SetTracker(exercise)
    for seconds, pose in recording.frames:
        tracker.update(pose, seconds)
    return [attempt.second_opinion for done in tracker.sets for attempt in done.attempts]


def test_repetitions_that_it_never_saw_are_told_apart_live_and_in_the_table() -> None:
    exercise = replace(taught(), form=learned().head)
    for bad, word in ((False, "good"), (True, "bad")):
        tracker, live = SetTracker(exercise), set[str]()
        for seconds, pose in squats(bad, 5 + bad).frames:
            live |= {each.partition(":")[0] for each in tracker.update(pose, seconds).opinion}
        table = [each.partition(":")[0] for one in tracker.sets[0].attempts for each in one.second_opinion]
        assert (live, table) == ({word}, [word] * 3)
    assert said(taught(), squats(True, 6)) == [()] * 3


def test_what_lies_between_is_not_sure() -> None:
    undecided = FormHead(torch.zeros_like(learned().head.weight), torch.tensor(0.2))
    assert said(replace(taught(), form=undecided), squats(False, 5)) == [("not_sure:55",)] * 3


@pytest.mark.parametrize("opinion", ["good:93", "bad:88", "not_sure:55"])
def test_an_opinion_is_said_in_both_languages_with_its_probability(opinion: str) -> None:
    english, korean = (opinion_words(taught(), opinion, language) for language in ("en", "ko"))
    assert opinion[-2:] in english
    assert opinion[-2:] in korean
    assert english != korean


def test_it_says_from_how_much_it_learned_and_how_often_it_was_right_on_what_was_left_out() -> None:
    last = learned()
    assert (last.recordings, last.good, last.bad, last.left_out, last.tried) == (2, 3, 3, "repetition", 6)
    assert last.right >= 5
    pairs = [(good, performed(taught(), squats(not good, seed))) for good, seed in ((True, 1), (False, 2)) * 2]
    *under_way, of_recordings = learn(pairs)
    assert (of_recordings.left_out, of_recordings.tried) == ("recording", 12)
    assert [each.done for each in under_way] == list(range(1, of_recordings.of))
    one_each = [(good, repetitions[:1]) for good, repetitions in pairs[:2]]
    assert list(learn(one_each))[-1].left_out == ""


def test_labels_given_by_chance_are_not_said_to_be_learned() -> None:
    """What is measured is not what was learned from: six good repetitions, three of them called bad."""
    same = [
        (good, performed(taught(), squats(False, seed)))
        for good, seed in ((True, 1), (False, 3), (False, 4), (True, 8))
    ]
    *_, last = learn(same)
    assert last.right < 0.8 * last.tried


def test_nothing_is_learned_from_good_ones_alone() -> None:
    with pytest.raises(BadInput) as refused:
        list(learn([(True, performed(taught(), squats(False, 1)))]))
    assert refused.value.key == "posture.teach_form_both"


def test_a_visitor_gives_recordings_learns_and_whatever_changes_must_be_learned_again() -> None:
    mine = teaching()
    mine.take(squats(True, 2), good=False)
    assert shown(mine, "en")["form"] == {"taken": ["bad, 3 repetitions"], "learned": "", "file": ""}
    *_, last = learn(mine.recordings())
    mine.learn_from(last)
    form = shown(mine, "ko")["form"]
    assert "녹화 2개" in form["learned"]
    assert form["file"] == as_text(last.head)
    for change in (
        lambda: mine.take(squats(False, 3), good=True),
        lambda: mine.drop(1),
        lambda: mine.set(mine.exercise.signal.full, mine.exercise.signal.range),
        lambda: mine.ask(mine.exercise.defining[0].name, False),
    ):
        mine.learn_from(last)
        change()
        assert mine.exercise.form is None
        assert shown(mine, "en")["form"]["learned"] == ""
    assert len(mine.taken) == 1


def test_a_recording_without_the_exercise_one_too_many_and_one_of_nothing_are_refused() -> None:
    mine = teaching()
    nobody = record([(second / 10, None) for second in range(50)])
    for act, key in (
        (lambda: Teaching().take(nobody, good=True), "nothing"),
        (lambda: mine.take(nobody, good=False), "form_none"),
        (lambda: mine.drop(0), "nothing"),
    ):
        with pytest.raises(BadInput) as refused:
            act()
        assert refused.value.key == f"posture.teach_{key}"
    for _ in range(MOST):
        mine.take(squats(True, 2), good=False)
    with pytest.raises(BadInput):
        mine.take(squats(True, 2), good=False)


def test_what_was_learned_travels_with_its_exercise_and_says_the_same_there() -> None:
    file = write(learned().head, exercise_file.write(taught()))
    loaded = exercise_file.read_any(file, "own")
    assert replace(loaded, form=None) == exercise_file.read_any(exercise_file.write(taught()).encode(), "own")
    assert said(loaded, squats(True, 6)) == said(replace(taught(), form=learned().head), squats(True, 6))
    told = read_settings({"definition": exercise_file.write(taught()), "form": as_text(learned().head)}).told
    assert said(told, squats(True, 6)) == said(loaded, squats(True, 6))


def test_the_same_head_is_the_same_file_each_time() -> None:
    assert len({write(learned().head, "an exercise") for _ in range(20)}) == 1


WEIGHT, BIAS = learned().head.weight, learned().head.bias
OURS = {"about": json.dumps({"network": network_digest(), "exercise": ""})}
OTHERS = {"about": json.dumps({"network": "another", "exercise": ""})}


@pytest.mark.parametrize(
    ("file", "key"),
    [
        (b"x" * (LARGEST + 1), "large"),
        (b"", "wrong"),
        (b"\x80\x04K\x01.", "wrong"),  # a pickle
        (write(learned().head)[:-4], "wrong"),
        (b"\xff" * 8 + b"{}", "wrong"),
        (save({"weight": WEIGHT[:-1].clone(), "bias": BIAS}, OURS), "wrong"),
        (save({"weight": WEIGHT, "bias": BIAS, "more": BIAS.clone()}, OURS), "wrong"),
        (save({"weight": WEIGHT.double(), "bias": BIAS}, OURS), "wrong"),
        (save({"weight": WEIGHT * torch.nan, "bias": BIAS}, OURS), "wrong"),
        (save({"weight": WEIGHT * 1e9, "bias": BIAS}, OURS), "wrong"),
        (save({"weight": WEIGHT, "bias": BIAS}), "wrong"),
        (save({"weight": WEIGHT, "bias": BIAS}, {"about": "[]"}), "wrong"),
        (save({"weight": WEIGHT, "bias": BIAS}, {"about": "{}"}), "wrong"),
        (save({"weight": WEIGHT, "bias": BIAS}, OTHERS), "other_network"),
    ],
)
def test_what_is_no_head_of_this_network_is_refused_in_a_sentence(file: bytes, key: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(file)
    assert refused.value.key == f"posture.teach_form_{key}"


@pytest.mark.parametrize("form", ["%%%", "é", "AAAA", json.dumps({})])
def test_a_camera_that_is_told_something_else_for_a_head_refuses_it(form: str) -> None:
    with pytest.raises(BadInput):
        read_settings({"definition": exercise_file.write(taught()), "form": form})
