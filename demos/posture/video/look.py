"""What the page shows of an analysed video, as plain data: the player's frames, a chart, a table."""

import math
from typing import Any

from demos.common.i18n import text
from demos.posture.coach.advice import rejection_words, sentence
from demos.posture.coach.demands import SHALLOW
from demos.posture.coach.repetitions import Repetition
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.exercises import Exercise
from demos.posture.look import frame_data
from demos.posture.video.analyse import Analysis

MOST_FRAMES = 1800  # of a video's landmarks that are sent to a browser; of longer videos every second, third …


def result(analysis: Analysis, language: str) -> dict[str, Any]:
    """What the view shows of an analysis: {player, chart, table}; None for the last two where there is nothing."""
    return {
        "player": player(analysis, language),
        "chart": chart(analysis, language) if analysis.sets else None,
        "table": table(analysis, language) if any(done.attempts for done in analysis.sets) else None,
    }


def player(analysis: Analysis, language: str) -> dict[str, object]:
    """The video's size and length, and the frames to draw over it."""
    every = max(1, math.ceil(len(analysis.results) / MOST_FRAMES))
    return {
        "mode": "analysed",
        "width": analysis.info.width,
        "height": analysis.info.height,
        "seconds": analysis.info.seconds,
        "frames": [frame_data(result, language) for result in analysis.results[::every]],
    }


def chart(analysis: Analysis, language: str) -> dict[str, object]:
    """The angle that counts over time, of every set, and each attempt with the label at its deepest point.

    {seconds: [T], angles: [T] degrees or null where not seen, asked: degrees or null, x, y: titles,
    attempts: [{start, bottom, end, depth, counted, label}]}. `asked` is null where nothing is counted or several
    exercises ask for different angles.
    """
    signals = {done.definition.signal: done.definition.kind for done in analysis.sets}
    [(signal, kind), *others] = signals.items()
    seconds, angles = analysis.signal()
    attempts = []
    for done in analysis.sets:
        number = 0
        for attempt in done.attempts:
            number += attempt.counted
            attempts.append(
                {
                    "start": round(attempt.start, 3),
                    "bottom": round(attempt.bottom, 3),
                    "end": round(attempt.end, 3),
                    "depth": round(attempt.depth, 1),
                    "counted": attempt.counted,
                    "label": str(number) if attempt.counted else text("posture.not_counted", language),
                }
            )
    return {
        "seconds": [round(float(value), 3) for value in seconds],
        "angles": [None if math.isnan(value) else round(float(value), 1) for value in angles],
        "asked": signal.full if kind == "repetitions" and not others else None,
        "attempts": attempts,
        "x": text("posture.chart_seconds", language),
        "y": f"{text('posture.chart_angle' if others else f'posture.measure_{signal.measure}', language)} °",
    }


def table(analysis: Analysis, language: str) -> dict[str, object]:
    """One row per attempt, set after set: number, deepest angle, seconds there and back, what the coach says.

    {headings: [str], rows: [{counted, cells: [str]}]}. Of several sets the first column says which exercise it is, and
    a position that is held has a row.
    """
    several = len(analysis.sets) > 1
    rows = [row for done in analysis.sets for row in _rows(done, several, language)]
    names = (*(("set",) if several else ()), "number", "depth", "down", "up", "remark")
    return {"headings": [text(f"posture.column_{name}", language) for name in names], "rows": rows}


def _rows(done: ExerciseSet, named: bool, language: str) -> list[dict[str, object]]:
    """The rows of one set; `named`: the exercise's name stands before each."""
    exercise, rows, number = done.definition, list[dict[str, object]](), 0
    name = (exercise.name[language],) if named else ()
    if exercise.kind == "hold":
        held = (*name, "–", "–", f"{done.hold:.1f} s", "–", text("posture.held", language))
        return [{"counted": True, "cells": held}]
    for attempt in done.attempts:
        number += attempt.counted
        cells = (
            *name,
            str(number) if attempt.counted else "–",
            f"{attempt.depth:.0f}°",
            f"{attempt.bottom - attempt.start:.1f} s",
            f"{attempt.end - attempt.bottom:.1f} s",
            _remark(exercise, attempt, language),
        )
        rows.append({"counted": attempt.counted, "cells": cells})
    return rows


def _remark(exercise: Exercise, attempt: Repetition, language: str) -> str:
    """Why it does not count, and what to do better."""
    sentences = [sentence(exercise, cue, language) for cue in attempt.cues]
    if attempt.counted:
        return " ".join(sentences)
    why = text("posture.not_counted", language)
    if attempt.rejection and attempt.rejection.cue == SHALLOW:
        why = rejection_words(attempt.rejection, language)
    return " ".join([f"{why}.", *sentences])
