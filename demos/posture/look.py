"""Showing it: the skeleton drawn on frames, and everything a canvas in the browser needs, as JSON."""

import math
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import cv2
import numpy as np
import plotly.graph_objects as go

from demos.common.i18n import text
from demos.common.palette import CLASS_BLUE, CLASS_ORANGE
from demos.posture.analyse import Analysis
from demos.posture.coach import LOST, sentence
from demos.posture.exercises import Exercise, exercises
from demos.posture.landmarks import BODY, EDGES, INDEX, JOINTS
from demos.posture.session import Moment, Set
from demos.posture.video import Frame

MOST_FRAMES = 1800  # of a film's landmarks that are sent to a browser; of longer films every second, third …
CLOSE = 0.08  # shares of the picture within which two numbers would cover each other

Colour = tuple[int, int, int]


def colour(code: str) -> Colour:
    """(red, green, blue) of "#RRGGBB"."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


LEFT, RIGHT, TRUNK = colour(CLASS_ORANGE), colour("#56B4E9"), (245, 240, 230)


def edge_colour(start: int, end: int) -> Colour:
    """Left limbs orange, right limbs blue, what joins them pale."""
    left, right = (all(index % 2 == side for index in (start, end)) for side in (1, 0))
    return LEFT if left else RIGHT if right else TRUNK


def draw(image: np.ndarray, moment: Moment) -> np.ndarray:
    """A copy of `image` (H, W, 3) uint8 RGB with the skeleton, the angle that counts, and the count."""
    canvas = np.ascontiguousarray(image).copy()
    height, width = canvas.shape[:2]
    unit = max(height, width) / 400
    if moment.pose is not None:
        points = (moment.pose.image[:, :2] * (width, height)).round().astype(int)
        seen = moment.pose.visibility >= LOST
        for start, end in EDGES:
            if seen[start] and seen[end]:
                _line(canvas, points[start], points[end], edge_colour(start, end), unit)
        for index in BODY:
            if seen[index]:
                cv2.circle(canvas, points[index].tolist(), round(2.2 * unit), (255, 255, 255), -1, cv2.LINE_AA)
        for joint, degrees in shown_angles(moment).items():
            _write(canvas, f"{degrees:.0f}", points[INDEX[joint]] + round(5 * unit), 0.45 * unit)
    if moment.reading and moment.exercise:
        exercise = exercises()[moment.exercise]
        number = f"{moment.reading.hold:.1f} s" if exercise.kind == "hold" else str(moment.reading.count)
        _write(canvas, number, (round(10 * unit), round(34 * unit)), 1.3 * unit)
        _write(canvas, exercise.name["en"], (round(10 * unit), round(50 * unit)), 0.5 * unit)
    return canvas


def annotated(watched: Iterable[tuple[Frame, Moment]]) -> Iterator[np.ndarray]:
    """Each frame with its moment drawn into it."""
    for frame, moment in watched:
        yield draw(frame.image, moment)


def shown_angles(moment: Moment) -> dict[str, float]:
    """The angles worth writing beside their joints now, {joint: degrees}: those seen of the joint that counts.

    From the side left and right lie on each other: then only the better seen.
    """
    if moment.reading is None or moment.exercise is None or moment.pose is None:
        return {}
    joint = exercises()[moment.exercise].signal.joint
    found, pose = moment.reading.measures, moment.pose
    names = [name for name in JOINTS if name.partition("_")[2] == joint]
    names = [name for name in names if not math.isnan(found.get(name, math.nan))]
    if len(names) == 2:
        left, right = (INDEX[name] for name in names)
        if np.abs(pose.image[left, :2] - pose.image[right, :2]).max() < CLOSE:
            names = [max(names, key=lambda name: pose.visibility[INDEX[name]])]
    return {name: found[name] for name in names}


def _line(canvas: np.ndarray, start: np.ndarray, end: np.ndarray, shade: Colour, unit: float) -> None:
    for width, paint in ((3.2, (20, 20, 20)), (2.0, shade)):  # a dark rim keeps it readable on any background
        cv2.line(canvas, start.tolist(), end.tolist(), paint, max(1, round(width * unit)), cv2.LINE_AA)


def _write(canvas: np.ndarray, words: str, at: Iterable[float], size: float) -> None:
    place = tuple(int(value) for value in at)
    for width, paint in ((5.0, (20, 20, 20)), (1.8, (255, 255, 255))):
        cv2.putText(
            canvas, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, paint, max(1, round(width * size)), cv2.LINE_AA
        )


# What a browser draws


def words(moment: Moment, language: str) -> dict[str, str]:
    """What to say at this moment: {exercise, advice}."""
    reading, cue = moment.reading, moment.reading.cue if moment.reading else None
    if moment.pose is None:
        advice = text("posture.nobody", language)
    elif cue and cue.startswith("unseen:"):
        advice = text(f"posture.unseen_{cue.partition(':')[2]}", language)
    elif reading is None or moment.exercise is None:
        advice = text("posture.watching", language)
    else:
        advice = sentence(exercises()[moment.exercise], cue, language)
    name = exercises()[moment.exercise].name[language] if moment.exercise else ""
    return {"exercise": name, "advice": advice}


def snapshot(moment: Moment, language: str) -> dict[str, object]:
    """One moment for the canvas: points as whole thousandths of the picture, angles in whole degrees.

    {t, points: [[x, y, visibility %] × 33] or null, angles: [[landmark, degrees]], count, hold, phase, kind, exercise,
    advice}
    """
    pose, reading = moment.pose, moment.reading
    points = None
    if pose is not None:
        places = np.concatenate([pose.image[:, :2] * 1000, pose.visibility[:, None] * 100], axis=1)
        points = np.clip(places.round(), -2000, 3000).astype(int).tolist()
    kind = exercises()[moment.exercise].kind if moment.exercise else ""
    return {
        "t": round(moment.seconds, 3),
        "points": points,
        "angles": [[INDEX[joint], round(degrees)] for joint, degrees in shown_angles(moment).items()],
        "count": reading.count if reading else 0,
        "hold": round(reading.hold, 1) if reading else 0.0,
        "phase": reading.phase.value if reading else "",
        "kind": kind,
        **words(moment, language),
    }


def film(analysis: Analysis, language: str) -> dict[str, object]:
    """The whole film for the player: its size and the snapshots to draw over it."""
    every = max(1, math.ceil(len(analysis.moments) / MOST_FRAMES))
    return {
        "mode": "film",
        "width": analysis.clip.width,
        "height": analysis.clip.height,
        "seconds": analysis.clip.seconds,
        "frames": [snapshot(moment, language) for moment in analysis.moments[::every]],
    }


def chart(analysis: Analysis, done: Set, language: str) -> go.Figure:
    """The angle that counts over time, each repetition marked at its deepest point."""
    exercise = exercises()[done.exercise]
    seconds, angles = analysis.signal(done.exercise)
    figure = go.Figure()
    figure.add_scatter(
        x=seconds, y=angles, mode="lines", line={"width": 3, "color": CLASS_BLUE}, name=_joint(exercise, language)
    )
    for number, attempt in enumerate((a for a in done.attempts if a.counted), 1):
        figure.add_vrect(x0=attempt.start, x1=attempt.end, fillcolor=CLASS_ORANGE, opacity=0.13, line_width=0)
        figure.add_annotation(x=attempt.bottom, y=attempt.depth, text=f"<b>{number}</b>", yshift=-18, showarrow=False)
    for attempt in done.attempts:
        if not attempt.counted:
            figure.add_annotation(
                x=attempt.bottom,
                y=attempt.depth,
                text=text("posture.not_counted", language),
                yshift=-18,
                showarrow=False,
            )
    if exercise.kind == "repetitions":
        figure.add_hline(y=exercise.signal.full, line={"width": 1, "dash": "dot", "color": "#8a8376"})
    figure.update_layout(
        height=300,
        margin={"l": 56, "r": 12, "t": 12, "b": 44},
        font={"size": 16, "color": "#8a8376"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        hovermode="x",
    )
    grid = {"gridcolor": "rgba(138,131,118,.25)", "zeroline": False}
    figure.update_xaxes(title=text("posture.chart_seconds", language), **grid)
    figure.update_yaxes(title=f"{_joint(exercise, language)} °", range=[0, 185], dtick=45, **grid)
    return figure


def _joint(exercise: Exercise, language: str) -> str:
    return text(f"posture.joint_{exercise.signal.joint}", language)


def table(done: Set, language: str) -> str:
    """One row per attempt as HTML: number, deepest angle, seconds there and back, what the coach says."""
    headings = (text(f"posture.column_{name}", language) for name in ("number", "depth", "down", "up", "remark"))
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
        void = "" if attempt.counted else ' class="posture-void"'
        rows.append(f"<tr{void}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>")
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    return f'<table class="posture-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def result(analysis: Analysis, language: str) -> dict[str, Any]:
    """What the tab shows of an analysis: {film, chart (plotly JSON or None), table (HTML)}, for the main exercise."""
    main = analysis.main
    return {
        "film": film(analysis, language),
        "chart": chart(analysis, main, language).to_json() if main else None,
        "table": table(main, language) if main and main.attempts else "",
    }
