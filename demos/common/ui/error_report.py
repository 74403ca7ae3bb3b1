"""The button in each message of an error that copies a report of it, without anything that is the visitor's."""

import gradio as gr

from demos.common.ui.labels import words
from demos.common.ui.part import module, template
from demos.common.version import VERSION


def error_report(profile: str) -> None:
    """Lay it out: nothing is seen before there is an error. `profile` is told in the report."""
    gr.HTML(
        template("common/page/error_report.html"),
        js_on_load=module(
            "common/page/error_report.js", version=VERSION, profile=profile, words=words("common.report_")
        ),
        apply_default_css=False,
        elem_id="error-report",
    )
