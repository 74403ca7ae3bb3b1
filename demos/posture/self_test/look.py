"""What the page shows of a self-test, as plain data."""

import math
from collections.abc import Sequence
from typing import Any

from demos.common.i18n import LANGUAGES
from demos.common.scheduling.turns import Place
from demos.posture.exercises import find_exercise
from demos.posture.self_test.run import Progress, Result, summarise, truth_of


def message(
    slugs: Sequence[str],
    results: Sequence[Result],
    progress: Progress | None,
    *,
    stopped: bool = False,
    place: Place | None = None,
) -> dict[str, Any]:
    """The table so far, the film under way, and the four numbers once there are any.

    {rows: [{name, true, counted, exact, error, fps}], now: null or {name, number, of, share, count, points}, waiting:
    null or the `place` in line in each language, stopped, summary: null or {exact, films, error, fps}}. What is not
    known yet is null; a name comes in each language, `true` and `counted` are words, `error` is in degrees.
    """
    known = {result.exercise: result for result in results}
    summary = summarise(results) if results else None
    return {
        "rows": [_row(slug, known.get(slug)) for slug in slugs],
        "now": _now(progress) if progress else None,
        "waiting": {language: place.said(language) for language in LANGUAGES} if place else None,
        "stopped": stopped,
        "summary": {
            "exact": summary.exact,
            "films": summary.films,
            "error": _rounded(summary.angle_error),
            "fps": round(summary.fps),
        }
        if summary
        else None,
    }


def _row(slug: str, result: Result | None) -> dict[str, Any]:
    exercise = find_exercise(slug)
    hold = exercise.kind == "hold"
    truth = truth_of(exercise)
    return {
        "name": dict(exercise.name),
        "true": f"{truth.hold:.1f} s" if hold else str(truth.count),
        "counted": None if result is None else f"{result.counted:.1f} s" if hold else str(result.counted),
        "exact": result.exact if result else None,
        "error": _rounded(result.angle_error) if result else None,
        "fps": round(result.fps) if result else None,
    }


def _now(progress: Progress) -> dict[str, Any]:
    return {
        "name": dict(find_exercise(progress.exercise).name),
        "number": progress.number,
        "of": progress.of,
        "share": round((progress.number - 1 + progress.share) / progress.of, 3),
        "count": progress.count,
    }


def _rounded(degrees: float) -> float | None:
    return None if math.isnan(degrees) else round(degrees, 1)
