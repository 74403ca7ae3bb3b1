"""What the page shows of an analysed film: the frames for its player, a chart, a table."""

import math
from html import escape
from typing import Any

import plotly.graph_objects as go

from demos.common.i18n import text
from demos.common.palette import CLASS_BLUE, CLASS_ORANGE
from demos.posture.coach import sentence
from demos.posture.exercises import Exercise, exercises
from demos.posture.look import snapshot
from demos.posture.session import Set
from demos.posture.video.analyse import Analysis

MOST_FRAMES = 1800  # of a film's landmarks that are sent to a browser; of longer films every second, third …


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
