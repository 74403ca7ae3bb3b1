"""Which sentence is said, and when, while there is only counting."""

from dataclasses import replace

import torch

from demos.posture.coach.coach import Reading
from demos.posture.coach.repetitions import Phase, Repetition
from demos.posture.coach.set_tracker import FrameResult
from demos.posture.exercises import exercises
from demos.posture.form import FormHead
from demos.posture.workout.announcer import AGAIN, CLEAN, GAP, LATE, REPEATED, Announcer

READING = Reading(0.0, Phase.TOP, 170.0, {}, 0, 0.0)


def said(frames: dict[float, Reading]) -> list[tuple[float, str, str]]:
    """What is said at which second: (second, kind, sentence)."""
    announcer = Announcer()
    spoken = []
    for seconds, reading in sorted(frames.items()):
        result = FrameResult(seconds, None, "squat", replace(reading, seconds=seconds))
        announcement = announcer.update(result)
        if announcement:
            spoken.append((seconds, announcement.kind, announcement.words["en"]))
    return spoken


def repetition(count: int, *cues: str) -> Reading:
    done = Repetition(0.0, 0.5, 1.0, 170.0, 90.0, cues=cues)
    return replace(READING, count=count, finished=done)


def test_a_cue_is_said_at_once_and_again_only_after_a_while() -> None:
    cue = replace(READING, cue="lean_forward")
    spoken = said({step / 5: cue for step in range(int(5 * 2.2 * AGAIN))})
    assert [kind for _, kind, _ in spoken] == ["cue"] * 3
    assert [seconds for seconds, _, _ in spoken] == [0.0, AGAIN, 2 * AGAIN]


def test_two_cues_keep_their_distance() -> None:
    first, second = replace(READING, cue="lean_forward"), replace(READING, cue="shallow")
    frames = {step / 5: first if step < 5 else second for step in range(30)}
    times = [seconds for seconds, _, _ in said(frames)]
    assert times == [0.0, round(5 * GAP + 0.4) / 5]


def test_a_sentence_that_nobody_heeds_is_not_said_for_ever() -> None:
    frames = {float(step): replace(READING, cue="nobody") for step in range(int(8 * AGAIN))}
    assert len(said(frames)) == REPEATED


def test_praise_follows_a_fault_that_was_mended_and_a_clean_run() -> None:
    frames = {5.0: repetition(1, "lean_forward"), 9.0: repetition(2)}
    frames |= {13.0 + 4 * number: repetition(3 + number) for number in range(CLEAN)}
    assert [(seconds, words) for seconds, _, words in said(frames)] == [
        (9.0, "Better, just like that."),
        (13.0 + 4 * (CLEAN - 2), "Good form, keep going."),
    ]


def test_praise_that_comes_late_is_not_said() -> None:
    frames = {0.0: replace(READING, cue="lean_forward"), 0.2: repetition(1, "lean_forward"), 1.0: repetition(2)}
    frames |= {step / 5: READING for step in range(6, 40)}
    assert 1.0 + LATE["praise"] < GAP
    assert [kind for _, kind, _ in said(frames)] == ["cue"]


def test_of_an_exercise_that_learned_good_from_bad_the_verdict_is_said_and_nothing_bad_is_praised() -> None:
    form = FormHead(torch.zeros(1), torch.zeros(()))
    own = replace(exercises()["squat"], form=form)
    announcer, spoken = Announcer(), []
    for number, verdict in enumerate(["bad:93", "bad:93", "bad:95", "good:91", "good:92", "not_sure:55"]):
        for step in range(20):
            seconds = 5.0 * number + step / 5
            reading = replace(repetition(number + 1) if step == 0 else READING, seconds=seconds)
            opinion = (verdict,) if step > 3 else ()
            said = announcer.update(FrameResult(seconds, None, "squat", reading, own=own, opinion=opinion))
            if said:
                spoken.append((number, said.kind, said.words["en"]))
    assert spoken == [
        (0, "cue", "Like your bad ones."),
        (2, "cue", "Like your bad ones."),  # not said again within a few seconds
        (3, "praise", "Better, just like that."),
    ]
