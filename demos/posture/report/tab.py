"""The part of the page that shows a report after a set."""

import gradio as gr

from demos.common.ui import module, template, words
from demos.posture.exercises import exercises
from demos.posture.look import SKELETON
from demos.posture.report.columns import COLUMNS


def report_part(elem_id: str, *events: str, camera: bool = False) -> gr.HTML:
    """The part that draws a `report_message`: its value, or, for a `camera`, that of each live session at its end.

    Of the `events` "ranges" says where the visitor's range ends: {ranges: {slug: degrees}}.
    """
    return gr.HTML(
        "",
        html_template=template("posture/report/page/report.html"),
        js_on_load=module(
            "posture/report/page/report.js",
            *events,
            part=elem_id,
            camera=camera,
            words=words("posture.report_"),
            skeleton=SKELETON,
            columns=COLUMNS,
            directions={
                slug: exercise.signal.direction
                for slug, exercise in exercises().items()
                if exercise.kind == "repetitions"
            },
            names={slug: exercise.name for slug, exercise in exercises().items()},
        ),
        apply_default_css=False,
        elem_id=elem_id,
    )
