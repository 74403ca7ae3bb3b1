"""Glassbox: four landmark networks in a glass box, on one page."""

from demos.common.component_stubs import no_component_stubs
from demos.common.launch import Certificate, addresses, check_address, check_folder, close_environment, proxy_names

close_environment()  # Gradio reads it when it is imported
with no_component_stubs():
    import gradio as gr

import os
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Annotated, Any

import typer
from starlette.middleware import Middleware

from demos import DEMOS
from demos.common import cli
from demos.common.errors import BadInput
from demos.common.failure_log import leave_values_out
from demos.common.i18n import LANGUAGES, known_language, text
from demos.common.middleware import middleware
from demos.common.middleware.hosts import is_loopback
from demos.common.middleware.kept_pages import KeptPages
from demos.common.scheduling.budgets import Budgets
from demos.common.settings import PROFILES, Settings
from demos.common.start_folder import start_folder
from demos.common.ui import I18N, PRIVATE, Blocks, Page, header, page_files, t
from demos.common.ui.error_report import error_report
from demos.common.ui.middleware.first_script import FirstScript
from demos.common.ui.middleware.full_disk import FullDisk
from demos.common.ui.middleware.known_queues import KnownQueues
from demos.common.ui.middleware.presence import Presence
from demos.common.ui.middleware.valid_requests import ValidRequests
from demos.common.ui.same_visit import same_visit
from demos.common.ui.server import ending
from demos.common.ui.server.event_loop import in_event_loop
from demos.common.ui.server.health import Health
from demos.common.ui.server.housekeeping import housekeeping, keep_lines, notice_lost_lines
from demos.common.ui.theme import css, head, theme
from demos.common.visits import Visits
from demos.start import tab as start

# The tab that stands first is never pressed to be seen: the page says when it is, once, wherever its address leads.
FIRST, *OTHERS = [demo.name for demo in DEMOS]
SEEN_FIRST = f"() => glassbox.seen('{FIRST}', {OTHERS}).then(() => glassbox.language)"


def build(settings: Settings, visits: Visits | None = None) -> Blocks:
    """The whole page: header, then one tab per demo. Loads no model; each tab does when it is opened."""
    visits = visits or Visits()
    page = Blocks(title="Glassbox", analytics_enabled=False, fill_width=True)
    with page:
        language, budgets = gr.State(LANGUAGES[0]), Budgets.of(settings)
        page.speaks(language)
        browser_language = gr.Textbox(visible=False)  # only carries the browser's answer: "en" or "ko"
        ask: dict[str, Any] = {"inputs": browser_language, "js": "() => window.glassbox.language"}
        # Each turns true once: what a visitor left in a tab is still there on return.
        opened = [gr.State(False) for _ in DEMOS]
        device, speak = header()
        last = PRIVATE | {"trigger_mode": "always_last"}  # of two presses in a hurry the second holds
        spoken = speak(known_language, outputs=language, **ask, **last)
        with gr.Tabs(elem_id="demos") as tabs:
            for demo, seen in zip(DEMOS, opened, strict=True):
                with gr.Tab(t(f"{demo.name}.title"), id=demo.name, elem_id=f"demo-{demo.name}") as tab:
                    demo.build(
                        Page(
                            settings,
                            budgets,
                            language,
                            tab,
                            partial(seen.change, **PRIVATE),
                            partial(spoken.then, **PRIVATE),
                            visits,
                        )
                    )
                shown, js = (page.load, SEEN_FIRST) if demo is DEMOS[0] else (tab.select, ask["js"])
                shown(
                    lambda answer: (known_language(answer), True),
                    outputs=[language, seen],
                    **ask | {"js": js},
                    **PRIVATE,
                )
        start.build(settings, language, tabs)
        error_report(settings.profile)
        same_visit()
        page.load(partial(_device_line, settings), outputs=device, **ask, **PRIVATE)
        speak(partial(_device_line, settings), outputs=device, **ask, **last)
    return page


def _device_line(settings: Settings, language: str) -> str:
    from demos.common.device import describe, select_device  # torch is loaded here, after the page was served

    return text("common.device_line", language, device=describe(select_device(settings.device), language))


def main(
    host: Annotated[
        str, typer.Option(envvar="GRADIO_SERVER_NAME", help="Address to serve on; 0.0.0.0 for every network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="GRADIO_SERVER_PORT", min=1, max=65535, help="Port to serve on.")] = 7860,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    offline: Annotated[bool, typer.Option("--offline", help="Never download anything.")] = False,
    profile: Annotated[
        str,
        typer.Option(
            help="laptop: generous limits, and what was computed of images may stay in your cache folder; shared: "
            "strangers share this machine, in turns, and nothing of a visit is kept. The README has the numbers. By "
            "default laptop where only this machine is served, else shared."
        ),
    ] = "",
    allowed_host: Annotated[
        list[str] | None, typer.Option(help="A name by which a proxy on this machine is called. May be given again.")
    ] = None,
    workers_folder: Annotated[
        Path | None,
        typer.Option(
            help="Where several workers behind one proxy count their trainings together: docs/deploy/workers.md."
        ),
    ] = None,
    ssl_certfile: Annotated[
        Path | None,
        typer.Option(help="A certificate in PEM: served over HTTPS, a browser gives its camera on other machines too."),
    ] = None,
    ssl_keyfile: Annotated[Path | None, typer.Option(help="The certificate's private key in PEM.")] = None,
    mcp: Annotated[
        bool,
        typer.Option(
            "--mcp",
            help="Serve assistants, too: the endpoints as tools at /gradio_api/mcp. Needs the package mcp.",
        ),
    ] = False,
) -> None:
    """Serve Glassbox in the browser."""
    settings = replace(PROFILES[_profile(profile, host)], device=device, offline=offline, mcp=mcp)
    if workers_folder is not None:
        settings = replace(settings, workers_folder=check_folder(workers_folder))
    if mcp and find_spec("mcp") is None:
        raise BadInput("common.mcp_missing")
    if device != "auto":
        _device_line(settings, LANGUAGES[0])  # refuse a device that is not here before serving
    names = proxy_names(allowed_host or ())
    certificate = Certificate.of(ssl_certfile, ssl_keyfile)
    host = check_address(host, port)
    with ending.terminated_like_interrupted(), start_folder():
        _serve(settings, host, port, names, certificate)
    ending.leave()


def _serve(settings: Settings, host: str, port: int, names: set[str], certificate: Certificate | None) -> None:
    """Serve the page until the app is ended. `names` are those of proxies."""
    os.environ.setdefault("GLASSBOX_MOST_DOWNLOAD", str(settings.download_bytes))
    os.environ.setdefault("GLASSBOX_MOST_CACHED", str(settings.cached_bytes))
    os.environ.setdefault("GLASSBOX_MOST_OPENED", str(settings.opened_bytes))
    visits = Visits()
    page = in_event_loop(partial(_launch, settings, visits, host, port, names, certificate))
    leave_values_out()
    keep_lines(page)
    notice_lost_lines(page, visits.silence)
    here, *others = addresses(host, port, "https" if certificate else "http")
    print(
        f"Glassbox is on {here} (stop it with Ctrl+C)",
        *(f"for others: {each}" for each in others),
        sep="\n",
        flush=True,
    )
    Thread(target=_import_torch, daemon=True).start()  # the first visitor waits less
    ending.serve(page)


def _launch(
    settings: Settings, visits: Visits, host: str, port: int, names: set[str], certificate: Certificate | None
) -> Blocks:
    """The page, which is served from now on."""
    page = build(settings, visits)
    if settings.mcp:
        from demos.common.ui import tools

        tools.install()
    health = Health(settings, {"visitors": visits.count, **page.counts})
    first_script = page_files.file("common/page/first_script.js").read_text(encoding="utf-8")
    page.queue(default_concurrency_limit=settings.concurrent_events, max_size=settings.queue_size)
    page.launch(
        server_name=host,
        server_port=port,
        ssl_certfile=str(certificate.certfile) if certificate else None,
        ssl_keyfile=str(certificate.keyfile) if certificate else None,
        ssl_verify=False,  # Gradio asks its own server once, at an address that the certificate need not name
        i18n=I18N,
        theme=theme(),
        css=css(),
        head=head(),
        ssr_mode=False,
        share=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        max_file_size=settings.max_upload,
        max_threads=settings.threads,
        show_error=True,
        mcp_server=settings.mcp,
        app_kwargs={
            "lifespan": housekeeping(visits),
            "middleware": [
                *middleware(host, names),
                Middleware(FirstScript, script=first_script, modules=page_files.modules(DEMOS[0].name)),
                Middleware(ValidRequests),
                Middleware(Presence, visits=visits),
                Middleware(KnownQueues),
                Middleware(FullDisk),
                Middleware(KeptPages),
            ],
            "routes": [
                health.route(),
                page_files.route(),
                *(route for demo in DEMOS for route in demo.routes(settings)),
            ],
        },
        quiet=True,
        prevent_thread_lock=True,
        _frontend=False,  # Gradio else asks the page of itself, and gives up when a busy machine takes over 3 s
    )
    return page


def _profile(chosen: str, host: str) -> str:
    """The profile that was chosen, or the one for where the app is served. Raises BadInput for an unknown one."""
    if chosen and chosen not in PROFILES:
        raise BadInput("common.profile_unknown", choice=chosen, choices=", ".join(PROFILES))
    alone = is_loopback(host) and "SPACE_ID" not in os.environ
    return chosen or ("laptop" if alone else "shared")


def _import_torch() -> None:
    import torch  # noqa: F401


if __name__ == "__main__":
    application = cli.new("Glassbox")
    application.command()(main)
    cli.run(application)
