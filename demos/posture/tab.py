"""The posture tab: a film or the webcam, the skeleton over it, and what the coach counts."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import ASSETS, Page, controls, lead, packed, says, stage, t
from demos.posture.landmarks import BODY, EDGES
from demos.posture.video import clips

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go

    from demos.posture.live.visit import Visit
    from demos.posture.video.analyse import Analysis

READ = """
<div class="posture-read" aria-live="polite">
  <div class="posture-count">
    <output class="posture-number" data-part="number">0</output
    ><span class="posture-unit" data-part="unit"></span>
  </div>
  <div>
    <div class="posture-exercise" data-part="exercise"></div>
    <div class="posture-advice" data-part="advice"></div>
  </div>
</div>"""
PLAYER = """
<div class="posture-frame" data-part="frame">
  <video data-part="video" muted loop playsinline controls preload="auto"></video>
  <canvas data-part="canvas"></canvas>
  <div class="posture-bar" data-part="bar" hidden><i></i></div>
</div>"""
CAMERA = {"video": {"width": {"ideal": 480}, "height": {"ideal": 360}, "facingMode": "user"}}  # small is fast to send
EVERY = 0.06  # seconds between two frames that the browser sends
SHOW_EVERY = 0.15  # seconds between two pictures of an analysis under way
FORGET_AFTER = 1800  # seconds after which a camera's session is dropped
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    gr.set_static_paths([clips.FOLDER])
    lead("posture.lead")
    visit = gr.State(None, time_to_live=FORGET_AFTER, delete_callback=lambda visit: visit and visit.close())
    with gr.Row():
        with stage(), gr.Tabs(elem_id="posture-pictures"):
            with gr.Tab(t("posture.film"), id="film", elem_id="posture-film-tab"):
                player = _picture("film", f'<div class="posture-film">{READ}{PLAYER}</div>', "posture-player")
                chart = gr.Plot(show_label=False, elem_id="posture-chart")
                table = gr.HTML(elem_id="posture-table")
                report = gr.JSON(visible=False)
            with gr.Tab(t("posture.camera"), id="camera", elem_id="posture-camera-tab") as camera_tab:
                readout = _picture("camera", READ, "posture-readout")
                camera = gr.Image(
                    sources=["webcam"],
                    streaming=True,
                    type="numpy",
                    show_label=False,
                    buttons=[],
                    webcam_options=gr.WebcamOptions(mirror=False, constraints=CAMERA),
                    elem_id="posture-camera",
                )
                again = gr.Button(t("posture.again"), elem_id="posture-again")
        with controls():
            exercise = gr.Radio(
                [(t("posture.auto"), "auto"), *((t(f"posture.name_{slug}"), slug) for slug in clips.EXERCISES)],
                value="auto",
                label=t("posture.exercise"),
                elem_id="posture-exercise",
            )
            gr.Markdown(t("posture.samples"))
            with gr.Row(elem_classes="posture-samples"):
                samples = {
                    slug: gr.Button(t(f"posture.name_{slug}"), size="sm", elem_id=f"posture-sample-{slug}")
                    for slug in clips.EXERCISES
                }
            upload = gr.UploadButton(
                t("posture.upload"), file_types=["video"], variant="primary", elem_id="posture-upload"
            )
            stop = gr.Button(t("posture.stop"), visible=False, elem_id="posture-stop")
            gr.Markdown(t("posture.hint"), elem_classes="posture-hint")

    shown = [player, chart, table, report, stop]
    page.open_on(_open, page.language, [player, chart, table])
    running: list[Any] = [
        upload.upload(
            says(_analyse), [page.language, upload, exercise], shown, api_name="posture_analyze", show_progress="hidden"
        )
    ]
    running += [button.click(says(_sample(slug)), page.language, shown, **PRIVATE) for slug, button in samples.items()]
    for event in running:
        event.then(lambda: gr.Button(visible=False), None, stop, **PRIVATE)  # after an error as well
    stop.click(lambda: gr.Button(visible=False), None, stop, cancels=running, **PRIVATE)
    camera.stream(
        says(_see),
        [page.language, camera, visit, exercise],
        [readout, visit],
        stream_every=EVERY,
        time_limit=3600,
        concurrency_limit=page.settings.concurrent_streams,
        concurrency_id="streams",
        **PRIVATE,
    )
    camera_tab.select(_warm_up, None, None, **PRIVATE)
    again.click(_again, visit, None, **PRIVATE)


def _picture(kind: str, template: str, name: str) -> gr.HTML:
    """A part of the page that assets/posture.js draws."""
    skeleton = json.dumps({"edges": EDGES, "body": BODY})
    script = ASSETS.joinpath("posture.js").read_text(encoding="utf-8")
    return gr.HTML(
        "",
        html_template=f"<div data-skeleton='{skeleton}'>{template}</div>",
        js_on_load=f'{script}\nposture("{kind}", element, props, watch);',
        apply_default_css=False,
        elem_id=name,
    )


def _open(language: str) -> tuple[Any, ...]:
    """The opening picture, analysed beforehand."""
    return _shown(clips.opening()[language], clips.clip(clips.OPENING), None)[:3]


def _sample(slug: str):  # type: ignore[no-untyped-def]
    """A handler that analyses the sample clip of one exercise."""

    def analyse_sample(language: str) -> Iterator[tuple[Any, ...]]:
        yield from _analyse(language, str(clips.clip(slug)), "auto")

    return analyse_sample


def _analyse(language: str, film: str | None, exercise: str) -> Iterator[tuple[Any, ...]]:
    """Analyse a film: pictures on the way, at last the whole result and its report.

    What was shown before stays until the film turns out to be one.
    """
    yield *(gr.skip() for _ in range(4)), gr.Button(visible=True)
    from demos.posture.exercises import pick
    from demos.posture.look import snapshot
    from demos.posture.video import video_file
    from demos.posture.video.analyse import Analysis, analyse
    from demos.posture.video.look import result

    if not film:
        raise BadInput("posture.no_film")
    if exercise != "auto":
        pick(exercise)
    size = video_file.probe(film)
    playable = video_file.playable(film)
    last = 0.0
    for found in analyse(film, exercise):
        if isinstance(found, Analysis):
            yield _shown(result(found, language), playable, found)
        elif time.monotonic() - last > SHOW_EVERY:
            before = (gr.skip(),) * 3 if last else (None, "", None)  # of the film before
            last = time.monotonic()
            share = min(1.0, found.seconds / size.seconds) if size.seconds else 0.0
            yield (
                packed(
                    {
                        "mode": "analysing",
                        "src": _address(playable),
                        "width": size.width,
                        "height": size.height,
                        "share": round(share, 3),
                        "frame": snapshot(found, language),
                    }
                ),
                *before,
                gr.Button(visible=True),  # again: a page may skip a message that the next one follows closely
            )


def _shown(result: dict[str, Any], film: Path | str, analysis: "Analysis | None") -> tuple[Any, ...]:
    """Values for player, chart, table, report and Stop."""
    return (
        packed({**result["film"], "src": _address(film)}),
        _figure(result["chart"]),
        result["table"],
        analysis.report() if analysis else None,
        gr.Button(visible=False),
    )


def _figure(chart: str | None) -> "go.Figure | None":
    import plotly.io

    return plotly.io.from_json(chart) if chart else None


def _address(film: Path | str) -> str:
    """Where a browser finds a file of ours."""
    return f"gradio_api/file={film}"


def _see(
    language: str, picture: "np.ndarray | None", visit: "Visit | None", exercise: str
) -> tuple[str | Any, "Visit | None"]:
    """One frame of the webcam. It stays in memory, and is forgotten when this returns."""
    from demos.posture.live.visit import Visit
    from demos.posture.look import snapshot

    if picture is None:
        return gr.skip(), visit
    visit = visit or Visit()
    return packed(snapshot(visit.see(picture, exercise), language)), visit


def _warm_up() -> None:
    """Load what the first frame needs while the visitor looks for the button."""
    from demos.posture.live.visit import Visit

    Visit().warm_up()


def _again(visit: "Visit | None") -> None:
    if visit is not None:
        visit.again()
