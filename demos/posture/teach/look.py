"""What the page shows of an exercise that is being taught, as plain data."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from demos.common.i18n import text
from demos.posture.exercises import Exercise
from demos.posture.form import as_text
from demos.posture.teach.exercise_file import write
from demos.posture.teach.learn_form import Learning
from demos.posture.teach.propose import counted, cycles_at
from demos.posture.teach.visitor import Teaching

MOST_FRAMES = 400  # that are sent to a browser


def recording_under_way(share: float, points: Sequence[Sequence[int]] | None, aspect: float) -> dict[str, Any]:
    """How much of a video has been looked at (0 to 1), and the body in its last frame, width over height `aspect`."""
    return {"mode": "recording", "share": round(share, 3), "points": points, "aspect": round(aspect, 3)}


def points_of(image: np.ndarray, visibility: np.ndarray) -> list[list[int]]:
    """Landmarks (33, 3) for the canvas: x and y in thousandths of the image, visibility in percent."""
    places = np.concatenate([image[:, :2] * 1000, visibility[:, None] * 100], axis=1)
    points: list[list[int]] = np.clip(np.nan_to_num(places).round(), -2000, 3000).astype(int).tolist()
    return points


def shown(teaching: Teaching, language: str) -> dict[str, Any]:
    """The curve with its thresholds, the proposals, what is counted, the exercise as a file.

    {mode: "shown", name, kind, seconds: [T], angles: [T] degrees or null, frames: [N] see `points_of`, times: [N],
    measure, falling, full, range, shown: [{start, turn, end}], counted, one_line, asked, aspect, choices: [str],
    chosen, traits: [{name, words, asked}], toml, form: see `form_of`}.
    `one_line` is how often the curve crosses the asked angle.
    """
    proposal, exercise = teaching.proposals[teaching.chosen], teaching.exercise
    recording = teaching.recording
    assert exercise is not None
    assert recording is not None
    poses = [pose for _, pose in recording.frames if pose is not None]
    every = max(1, math.ceil(len(poses) / MOST_FRAMES))
    signal = exercise.signal
    hold = exercise.kind == "hold"
    return {
        "mode": "shown",
        "name": exercise.name[language],
        "kind": exercise.kind,
        "seconds": [round(float(value), 3) for value in proposal.seconds],
        "angles": [None if math.isnan(value) else round(float(value), 1) for value in proposal.angles],
        "frames": [points_of(pose.image, pose.visibility) for pose in poses[::every]],
        "times": [round(pose.seconds, 3) for pose in poses[::every]],
        "measure": measure_words(signal.measure, language),
        "falling": signal.direction == "down",
        "full": signal.full,
        "range": signal.range,
        "shown": [
            {"start": round(each.start, 2), "turn": round(each.turn, 2), "end": round(each.end, 2)}
            for each in proposal.shown
        ],
        "counted": 0 if hold else counted(exercise, recording),
        "one_line": 0 if hold else cycles_at(proposal.angles, signal.full, falling=signal.direction == "down"),
        "asked": teaching.asked,
        "aspect": round(recording.aspect, 3),
        "choices": [choice_words(each.exercise, language) for each in teaching.proposals],
        "chosen": teaching.chosen,
        "traits": [
            {
                "name": limit.name,
                "words": text(f"posture.teach_trait_{limit.name}", language),
                "asked": limit in exercise.defining,
            }
            for limit in proposal.exercise.defining
        ],
        "toml": write(exercise),
        "form": form_of(teaching, language),
    }


def form_of(teaching: Teaching, language: str) -> dict[str, Any] | None:
    """What was given as good and bad, and what was learned from it; None for a position that is held.

    {taken: [str], learned: str, file: `form.as_text`}
    """
    if teaching.exercise is None or teaching.exercise.kind != "repetitions":
        return None
    taken = [
        text(f"posture.teach_form_{'good' if each.good else 'bad'}", language, number=len(each.repetitions))
        for each in teaching.taken
    ]
    learned = learned_words(teaching.learned, language) if teaching.learned else ""
    return {"taken": taken, "learned": learned, "file": as_text(teaching.exercise.form)}


def learned_words(learned: Learning, language: str) -> str:
    """From how much it learned, and how often it was right on what was left out."""
    said = text(
        "posture.teach_form_learned",
        language,
        recordings=learned.recordings,
        good=learned.good,
        bad=learned.bad,
    )
    measured = text(
        f"posture.teach_form_by_{learned.left_out or 'nothing'}",
        language,
        tried=learned.tried,
        right=learned.right,
        unsure=learned.unsure,
        wrong=learned.tried - learned.right - learned.unsure,
    )
    return f"{said} {measured}"


def learning_under_way(share: float) -> dict[str, Any]:
    """How far the learning of good and bad is, 0 to 1."""
    return {"mode": "learning", "share": round(share, 3)}


def measure_words(measure: str, language: str) -> str:
    """The name of an angle that is counted by."""
    return text(f"posture.measure_{measure}", language)


def choice_words(exercise: Exercise, language: str) -> str:
    """A proposal in a word or two."""
    if exercise.kind == "hold":
        return text("posture.teach_held", language)
    return measure_words(exercise.signal.measure, language)
