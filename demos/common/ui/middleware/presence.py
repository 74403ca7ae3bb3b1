"""Who is here is known by the requests that are open, and what Gradio keeps for who is gone is given back.

A small ASGI layer (ASGI specification, HTTP) sees each request of a session: its heartbeat, its queue, its events.
"""

import re
from contextlib import nullcontext

import anyio.to_thread
import gradio as gr
from gradio.routes import App
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.common.visits import Visits

HEARTBEAT = re.compile(r"/heartbeat/([^/]+)$")
ANSWER = re.compile(r"/call/(?:v2/)?[^/]+/([^/]+)$")  # who asks without a session is known by the event
JSON = "application/json"
VISIT = "glassbox-visit"  # of an answer: the visit's name, by which a page knows that it begins anew (same_visit.js)
QUEUE = re.compile(r"/queue/data$")
SESSION = re.compile(rb'"session_hash"\s*:\s*"([\w-]{1,100})"')  # inside a text these quotes would be escaped


class Presence:
    """Wrap `app`: tell `visits` of the requests that are open, and when a page is closed. Answers name the visit.

    It stands behind ValidRequests, which passes on JSON in one piece.
    """

    def __init__(self, app: ASGIApp, visits: Visits) -> None:
        self.app, self.visits = app, visits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if heartbeat := HEARTBEAT.search(scope["path"]):
            session = heartbeat[1]
            try:
                with self.visits.request(session, page=True) as name:
                    await self.app(scope, receive, _naming(name, send))
            finally:
                if not self.visits.has_page(session):
                    await anyio.to_thread.run_sync(self.visits.give_back, session)
            return
        session, read = _session(scope), list[Message]()
        if not session and scope["method"] == "POST" and Headers(scope=scope).get("content-type", "").startswith(JSON):
            read.append(await receive())
            named = SESSION.search(read[0].get("body", b""))
            session = named[1].decode() if named else ""

        async def from_the_first() -> Message:
            return read.pop() if read else await receive()

        with self.visits.request(session) if session else nullcontext("") as name:
            await self.app(scope, from_the_first, _naming(name, send) if name else send)


def _naming(name: str, send: Send) -> Send:
    async def named(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)[VISIT] = name
        await send(message)

    return named


def _session(scope: Scope) -> str:
    """The session that a request to read names."""
    if QUEUE.search(scope["path"]):
        return QueryParams(scope.get("query_string", b"")).get("session_hash", "")
    asked = ANSWER.search(scope["path"])
    return asked[1] if asked else ""


def sessions(app: App) -> list[str]:
    """Those that Gradio keeps something for: a state, events, messages that nobody fetches."""
    queue = app.get_blocks()._queue
    kept = (app.state_holder.session_data, queue.pending_event_ids_session, queue.pending_messages_per_session)
    return [session for each in kept for session in list(each)]


async def forget(app: App, session: str) -> None:
    """End the events of a session, those under way at their next message, and let go of what is kept for it.

    Gradio itself keeps the state of a page for an hour after its end, and that of a program without a heartbeat until
    10,000 others have come. Whoever does return begins anew.
    """
    blocks: gr.Blocks = app.get_blocks()
    queue = blocks._queue
    await queue.clean_events(session_hash=session)
    queue.pending_messages_per_session.pop(session, None)
    queue.pending_event_ids_session.pop(session, None)
    app.state_holder.delete_state(session)
    app.state_holder.session_data.pop(session, None)
    app.state_holder.time_last_used.pop(session, None)
