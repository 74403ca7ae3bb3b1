"""What the page shows of an analysed video, as plain data: the player's frames, a chart, a table."""

import math
from typing import Any

from demos.common.i18n import text
from demos.posture.coach.advice import sentence
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.exercises import exercises
from demos.posture.look import frame_data
from demos.posture.video.analyse import Analysis

MOST_FRAMES = 1800  # of a video's landmarks that are sent to a browser; of longer videos every second, third …


def result(analysis: Analysis, language: str) -> dict[str, Any]:
    """What the view shows of an analysis: {player, chart, table}, the last two of the main exercise, or None."""
    main = analysis.main
    return {
        "player": player(analysis, language),
        "chart": chart(analysis, main, language) if main else None,
        "table": table(main, language) if main and main.attempts else None,
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


def chart(analysis: Analysis, done: ExerciseSet, language: str) -> dict[str, object]:
    """The angle that counts over time, and each attempt with the label at its deepest point.

    {seconds: [T], angles: [T] degrees or null where not seen, asked: degrees or null, x, y: titles,
    attempts: [{start, bottom, end, depth, counted, label}]}
    """
    exercise = exercises()[done.exercise]
    seconds, angles = analysis.signal(done.exercise)
    attempts, number = [], 0
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
        "asked": exercise.signal.full if exercise.kind == "repetitions" else None,
        "attempts": attempts,
        "x": text("posture.chart_seconds", language),
        "y": f"{text(f'posture.measure_{exercise.signal.measure}', language)} °",
    }


def table(done: ExerciseSet, language: str) -> dict[str, object]:
    """One row per attempt: number, deepest angle, seconds there and back, what the coach says.

    {headings: [str], rows: [{counted, cells: [str]}]}
    """
    exercise, rows, number = exercises()[done.exercise], [], 0
    for attempt in done.attempts:
        number += attempt.counted
        remarks = [sentence(exercise, cue, language) for cue in attempt.cues]
        cells = (
            str(number) if attempt.counted else "–",
            f"{attempt.depth:.0f}°",
            f"{attempt.bottom - attempt.start:.1f} s",
            f"{attempt.end - attempt.bottom:.1f} s",
            " ".join(remarks if attempt.counted else [text("posture.not_counted", language) + ".", *remarks]),
        )
        rows.append({"counted": attempt.counted, "cells": cells})
    headings = [text(f"posture.column_{name}", language) for name in ("number", "depth", "down", "up", "remark")]
    return {"headings": headings, "rows": rows}
