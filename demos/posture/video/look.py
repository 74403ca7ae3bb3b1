"""What the page shows of an analysed video, as plain data: the player's frames, a chart, a table."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from demos.common.i18n import text
from demos.posture.coach.advice import rejection_words, sentence
from demos.posture.coach.demands import SHALLOW
from demos.posture.coach.repetitions import Repetition
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.exercises import Exercise
from demos.posture.look import frame_data
from demos.posture.video.analyse import Analysis
from demos.posture.video.run import Step, Watched

MOST_POINTS = 6000  # of the chart's curve
MOST_FRAMES = 1800  # of a video's landmarks that are sent to a browser; of longer videos every second, third …


def result(analysis: Analysis, language: str) -> dict[str, Any]:
    """What the view shows of an analysis: {player, chart, table}; None for the last two where there is nothing."""
    return {
        "player": player(analysis, language),
        "chart": chart(analysis, language),
        "table": table(analysis, language),
    }


def address(file: Path | str) -> str:
    """Where a browser finds a file of ours."""
    return f"gradio_api/file={file}"


def step(shown: Step, language: str) -> dict[str, Any]:
    """What the view shows of a video that is not done: {player}, and {chart, table} where these change.

    player: {mode, width, height, src: null while there is nothing to play, share, frame: null or the newest one, said}
    """
    progress, so_far = shown.progress, shown.progress.so_far
    told = {
        "mode": "busy",
        "width": shown.info.width,
        "height": shown.info.height,
        "src": address(shown.source) if shown.source else None,
        "share": round(progress.share, 3),
        "frame": frame_data(progress.result, language) if progress.result else None,
        "said": text(f"posture.stage_{progress.stage}", language),
    }
    cleared: dict[str, Any] = {"chart": None, "table": None} if shown.first else {}
    parts = {"chart": chart(so_far, language), "table": table(so_far, language)} if so_far else cleared
    return {"player": told, **parts}


def watched(shown: Watched, language: str) -> dict[str, Any]:
    """The same at the end: {player, chart, table}."""
    told = result(shown.analysis, language)
    return told | {"player": {**told["player"], "src": address(shown.source)}}


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


def chart(analysis: Analysis, language: str) -> dict[str, Any] | None:
    """The angle that counts over time, of every set, and each attempt with the label at its deepest point.

    {seconds: [T], angles: [T] degrees or null where not seen, length: seconds of the whole video, asked: degrees or
    null, x, y: titles, attempts: [{start, bottom, end, depth, counted, label}]}. `asked` is null where nothing is
    counted or several exercises ask for different angles. None where nothing is done.
    """
    if not analysis.sets:
        return None
    signals = {done.definition.signal: done.definition.kind for done in analysis.sets}
    [(signal, kind), *others] = signals.items()
    seconds, angles = thinned(*analysis.results.signal())
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
        "length": round(max(analysis.info.seconds, float(seconds[-1])), 3),
        "asked": signal.full if kind == "repetitions" and not others else None,
        "attempts": attempts,
        "x": text("posture.chart_seconds", language),
        "y": f"{text('posture.chart_angle' if others else f'posture.measure_{signal.measure}', language)} °",
    }


def thinned(seconds: np.ndarray, angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most MOST_POINTS of a curve (T,): of each stretch of time its lowest and its highest point."""
    if len(seconds) <= MOST_POINTS:
        return seconds, angles
    kept = []
    for stretch in np.array_split(np.arange(len(seconds)), MOST_POINTS // 2):
        seen = stretch[~np.isnan(angles[stretch])]
        ends = (seen[angles[seen].argmin()], seen[angles[seen].argmax()]) if len(seen) else stretch[:1]
        kept += sorted({int(end) for end in ends})
    return seconds[kept], angles[kept]


def table(analysis: Analysis, language: str) -> dict[str, Any] | None:
    """One row per attempt, set after set: number, deepest angle, seconds there and back, what the coach says.

    {headings: [str], rows: [{counted, cells: [str]}]}. Of several sets the first column says which exercise it is, and
    a position that is held has a row. None where there is none.
    """
    if not any(done.attempts for done in analysis.sets):
        return None
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
