"""What the page shows of an analysed video, as plain data: the player's frames, a chart, the report."""

import math
from collections import Counter
from pathlib import Path
from statistics import mode
from typing import Any

import numpy as np

from demos.common.i18n import text
from demos.common.scheduling.turns import Place
from demos.posture.coach.advice import rejection_words, sentence
from demos.posture.coach.demands import SHALLOW
from demos.posture.coach.repetitions import Rejection
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.exercises import Exercise, exercises
from demos.posture.look import frame_data
from demos.posture.report.look import posed_in, report_message
from demos.posture.video.analyse import Analysis
from demos.posture.video.run import Step, Watched
from demos.posture.video.video_file import VideoInfo, clock

MOST_POINTS = 6000  # of the chart's curve
MOST_FRAMES = 1800  # of a video's landmarks that are sent to a browser; of longer videos every second, third …


def result(analysis: Analysis, language: str, source: str) -> dict[str, Any]:
    """What the view shows of an analysis: {player, chart, report}; None for the last two where there is nothing."""
    return {
        "player": player(analysis, language),
        "chart": chart(analysis, language),
        "report": report(analysis, language, source),
    }


def address(file: Path | str) -> str:
    """Where a browser finds a file of ours."""
    return f"gradio_api/file={file}"


def step(shown: Step, language: str) -> dict[str, Any]:
    """What the view shows of a video that is not done: {player}, and {chart, report} where these change.

    player: {mode, width, height, src: null while there is nothing to play, share, frame: null or the newest one, said}
    The report is sent when more was done than the last one said.
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
    cleared: dict[str, Any] = {"chart": None, "report": None} if shown.first else {}
    parts = {"chart": chart(so_far, language)} if so_far else cleared
    if so_far and shown.more:
        parts["report"] = report(so_far, language, "video", under_way=True)
    return {"player": told, **parts}


def in_line(shown: Step, place: Place, language: str) -> dict[str, Any]:
    """The same while others have their turn: how long it takes until it goes on."""
    told = step(shown, language)
    return {"player": {**told["player"], "said": f"{told['player']['said']} {place.said(language)} ·"}}


def stopped(info: VideoInfo | None, source: Path | None, language: str) -> dict[str, Any]:
    """The same for a video of which the visitor has stopped the analysis before there was anything to say of it."""
    told = {
        "mode": "stopped",
        "width": info.width if info else 4,
        "height": info.height if info else 3,
        "src": address(source) if source else None,
        "said": text("posture.stopped_early", language),
    }
    return {"player": told, "chart": None, "report": None}


def watched(shown: Watched, language: str, source: str) -> dict[str, Any]:
    """The same at the end: {player, chart, report}."""
    told = result(shown.analysis, language, source)
    return told | {"player": {**told["player"], "src": address(shown.source)}}


def player(analysis: Analysis, language: str) -> dict[str, object]:
    """The video's size and length, the frames to draw over it, its sets, and what to do where nothing was counted.

    `said` is there where the visitor has stopped the analysis, or the file breaks off.
    """
    every = max(1, math.ceil(len(analysis.results) / MOST_FRAMES))
    return {
        "mode": "analysed",
        "width": analysis.info.width,
        "height": analysis.info.height,
        "seconds": analysis.info.seconds,
        "frames": [frame_data(result, language) for result in analysis.results[::every]],
        "sets": [_set(done, language) for done in analysis.sets],
        "offer": _offer(analysis, language),
        **({"said": _ended_early(analysis, language)} if analysis.stopped or analysis.info.cut else {}),
    }


def _ended_early(analysis: Analysis, language: str) -> str:
    key = "stopped_at" if analysis.stopped else "video_cut"
    return text(f"posture.{key}", language, length=clock(analysis.info.seconds))


def _set(done: ExerciseSet, language: str) -> dict[str, object]:
    """{name, done: how much of it, start: from when on it is shown, began: when it is first done, total}"""
    held = done.definition.kind == "hold"
    return {
        "name": done.definition.name[language],
        "done": f"{done.hold:.1f} s" if held else str(done.count),
        "start": round(done.start, 3),
        "began": round(done.began, 3),
        "total": None if held or not done.count else done.count,
    }


def _offer(analysis: Analysis, language: str) -> dict[str, object] | None:
    """Where nothing counts: {said, choices: [[slug, name]]}, as what else it may be counted. Else None."""
    if any(done.count or done.hold >= 1 for done in analysis.sets):
        return None
    told = [done.definition for done in analysis.sets]
    said = (
        text("posture.nothing_counted", language, exercise=told[0].name[language])
        if told
        else text("posture.nothing_recognised", language)
    )
    why = _hindrance(analysis, language) or _furthest(analysis, told, language)
    said = f"{why} {said}" if why else said
    others = [exercise for slug, exercise in exercises().items() if slug not in {one.slug for one in told}]
    seen = Counter(opinion for done in analysis.sets for one in done.attempts for opinion in one.second_opinion)
    others.sort(key=lambda exercise: -seen[f"another:{exercise.slug}"])  # what the network takes it for comes first
    return {"said": said, "choices": [[exercise.slug, exercise.name[language]] for exercise in others]}


def _hindrance(analysis: Analysis, language: str) -> str:
    """What kept anything from being counted through most of the video: a joint out of sight, or another position."""
    hindered = [
        (found.reading.cue, found.definition)
        for found in analysis.results
        if found.reading and found.reading.cue and found.reading.cue.startswith(("unseen:", "position:"))
    ]
    if not hindered or 2 * len(hindered) < len(analysis.results):
        return ""
    usual = mode(cue for cue, _ in hindered)
    kind, _, part = usual.partition(":")
    if kind == "unseen":
        return text(f"posture.unseen_{part}", language)
    return next(sentence(exercise, usual, language) for cue, exercise in hindered if exercise and cue == usual)


def _furthest(analysis: Analysis, told: list[Exercise], language: str) -> str:
    """How far the angle that counts went, where it never came near enough to what is asked to be an attempt."""
    angles = analysis.results.signal()[1]
    if not told or told[0].kind != "repetitions" or np.isnan(angles).all():
        return ""
    signal = told[0].signal
    reached = float(np.nanmax(angles) if signal.direction == "up" else np.nanmin(angles))
    if signal.falling(reached) <= signal.falling(signal.full):
        return ""
    words = rejection_words(Rejection(SHALLOW, signal.measure, reached, signal.full), language)
    return f"{words[0].upper()}{words[1:]}."


def chart(analysis: Analysis, language: str) -> dict[str, Any] | None:
    """The angle that counts over time, of every set, and each attempt with the label at its deepest point.

    {seconds: [T], angles: [T] degrees or null where not seen, length: seconds of the whole video, asked: degrees or
    null, x, y: titles, sets: [{name, start, began}], attempts: [{start, bottom, end, depth, counted, label}]}. `asked`
    is null where nothing is counted or several exercises ask for different angles. None where nothing is done.
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
        "sets": [
            {"name": done.definition.name[language], "start": round(done.start, 3), "began": round(done.began, 3)}
            for done in analysis.sets
        ],
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


def report(analysis: Analysis, language: str, source: str, *, under_way: bool = False) -> dict[str, Any] | None:
    """What is shown of each set (see `report_message`). `source`: whose the video is, "video" or "sample"."""
    if not analysis.sets:
        return None
    results = analysis.results
    posed = posed_in(results.poses.table.column("seconds"), lambda frame: results.poses[frame][1])
    aspect = analysis.info.width / analysis.info.height
    return report_message(analysis.sets, analysis.record, language, posed, aspect, source, under_way=under_way)
