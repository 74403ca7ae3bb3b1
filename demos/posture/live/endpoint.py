"""The way of a camera's frames: one JPEG up, one JSON object down. While one is looked at the next may already wait.

    POST   …/streams            {exercise, language}   → 201 {stream}; 503 while too many are open
    PUT    …/streams/{stream}   {exercise, language}   → 204, from the next frame on
    POST   …/streams/{stream}   a JPEG                 → 200 what `frame_data` and `workout_data` say of it
    POST   …/streams/{stream}/restart                  → 204, counts from nothing; a workout begins anew
    POST   …/streams/{stream}/next, /end               → 204, of a workout: on to what comes next; its end
    POST   …/streams/{stream}/person    {x, y}         → 204, follows who is at that place of the image, 0 to 1
    DELETE …/streams/{stream}                          → 200 the report of its sets (`report_message`), or null

Whatever cannot be done is said in {error}, one sentence: 404 the stream is closed, 409 AT_ONCE frames are not answered
yet, 413 and 422 what was sent. Other sites do not come this far (demos/common/middleware). An image that cannot be used
is answered where the advice stands, so that the next one is sent. One frame at most waits, so that its way here costs
no time in which the landmarker could work: there is no queue that could grow, and a page that sends the newest never
falls behind.

Plain requests, not a WebSocket: both bring the next frame while one is looked at; no connection is held open that a
proxy may cut or a server that ends must wait for; and uvicorn speaks no WebSocket without a further package.
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.models.weights import WeightsError
from demos.common.settings import Settings
from demos.common.validate import number

if TYPE_CHECKING:
    from demos.posture.live.settings import LiveSettings
    from demos.posture.live.streams import OpenStream, Streams

URL = "posture_streams"  # below the app's own address
SETTINGS_BYTES = 64_000
AT_ONCE = 2  # frames of one stream: one is looked at, one waits its turn

Handler = Callable[[Request], Awaitable[Response]]


class Refusal(Exception):
    """What is answered with `status` and the sentence `key` in {error}."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        self.status, self.key, self.values = status, key, values
        super().__init__(key)


class Endpoint:
    """The streams of one app and what is answered for them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._streams: Streams | None = None
        # As many at once as there are cores: more would only make each other slow.
        self._workers = anyio.CapacityLimiter(max(2, os.cpu_count() or 1))

    @property
    def streams(self) -> "Streams":
        """Made when somebody first opens one: MediaPipe is imported then."""
        if self._streams is None:
            from demos.posture.live.streams import Streams

            self._streams = Streams(self.settings.concurrent_streams, self.settings.camera_silence)
        return self._streams

    def routes(self) -> list[BaseRoute]:
        """For the app's own routes."""
        table: list[tuple[str, str, Handler]] = [
            ("", "POST", self.open),
            ("/{stream}", "PUT", self.change),
            ("/{stream}", "POST", self.frame),
            ("/{stream}/person", "POST", self.follow),
            ("/{stream}/{order}", "POST", self.order),
            ("/{stream}", "DELETE", self.close),
        ]
        return [Route(f"/{URL}{path}", _answered(handler), methods=[method]) for path, method, handler in table]

    async def open(self, request: Request) -> Response:
        settings = await self._settings(request)
        await anyio.to_thread.run_sync(_import_landmarker)
        try:
            name = self.streams.open(settings)
        except BadInput as busy:
            return JSONResponse({"error": busy.in_language(settings.language)}, 503)
        found = self._find(name)
        try:
            await anyio.to_thread.run_sync(found.stream.prepare, limiter=self._workers)
        except BaseException:
            self.streams.close(name)
            raise
        return JSONResponse({"stream": name}, 201)

    async def change(self, request: Request) -> Response:
        found = self._find(request.path_params["stream"])
        found.settings = await self._settings(request)
        return Response(status_code=204)

    async def order(self, request: Request) -> Response:
        stream = self._find(request.path_params["stream"]).stream
        orders = {"restart": stream.restart, "next": stream.next, "end": stream.end}
        ordered = orders.get(request.path_params["order"])
        if ordered is None:
            return Response(status_code=404)
        await anyio.to_thread.run_sync(ordered)
        return Response(status_code=204)

    async def follow(self, request: Request) -> Response:
        found = self._find(request.path_params["stream"])
        given = await self._json(request)
        if not isinstance(given, dict) or given.keys() != {"x", "y"}:
            raise BadInput("posture.settings_unreadable", choices="x, y")
        x, y = (number(name, given[name], 0, 1) for name in ("x", "y"))
        await anyio.to_thread.run_sync(found.stream.follow, x, y)
        return Response(status_code=204)

    async def close(self, request: Request) -> Response:
        found = self._find(request.path_params["stream"])
        self.streams.close(request.path_params["stream"])
        return JSONResponse(await anyio.to_thread.run_sync(found.stream.report, found.settings.language))

    async def frame(self, request: Request) -> Response:
        name = request.path_params["stream"]
        found = self._find(name)
        if request.headers.get("content-type") != "image/jpeg":
            raise Refusal(415, "posture.not_an_image")
        if found.under_way >= AT_ONCE:
            raise Refusal(409, "posture.live_one_waits")
        found.under_way += 1
        try:
            data = await _body(request, self.settings.camera_frame_bytes)
            arrived = time.monotonic()
            async with found.turn:
                begun = time.monotonic()
                await self._pace(found)
                self._find(name)  # it may have been closed meanwhile
                self.streams.touch(name)
                answer = await anyio.to_thread.run_sync(
                    look_at, found, data, self.settings.camera_frame_side, arrived, limiter=self._workers
                )
        finally:
            found.under_way -= 1
        # How long its turn took, by which the page knows when to send the next (W3C Server Timing).
        work = f"turn;dur={1000 * (time.monotonic() - begun):.1f}"
        return Response(answer, media_type="application/json", headers={"Server-Timing": work})

    async def _pace(self, found: "OpenStream") -> None:
        """Wait until the next frame of a stream may be looked at. One that is early now and then need not wait."""
        now, period = asyncio.get_running_loop().time(), 1 / self.settings.camera_frames_per_second
        due = max(found.due, now - period)
        found.due = due + period
        await asyncio.sleep(due - now)

    def _find(self, name: str) -> "OpenStream":
        found = self._streams.get(name) if self._streams else None
        if found is None:
            raise Refusal(404, "posture.live_ended")
        return found

    async def _settings(self, request: Request) -> "LiveSettings":
        from demos.posture.live.settings import read_settings

        return read_settings(await self._json(request))

    async def _json(self, request: Request) -> object:
        """What was sent, None where that is no JSON."""
        try:
            given: object = json.loads(await _body(request, SETTINGS_BYTES))
        except (ValueError, RecursionError):
            return None
        return given


def routes(settings: Settings) -> list[BaseRoute]:
    """What the app answers for cameras."""
    return Endpoint(settings).routes()


def _answered(handler: Handler) -> Handler:
    """A handler whose refusals are answered in a sentence."""

    async def answered(request: Request) -> Response:
        language = request.headers.get("accept-language", "")
        try:
            return await handler(request)
        except Refusal as refused:
            return JSONResponse({"error": text(refused.key, language, **refused.values)}, refused.status)
        except BadInput as refused:
            return JSONResponse({"error": refused.in_language(language)}, 422)
        except WeightsError as error:
            return JSONResponse({"error": str(error)}, 500)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody hears it

    return answered


async def _body(request: Request, most: int) -> bytes:
    """What was sent, if that is not more than `most` bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise Refusal(413, "posture.frame_too_many_bytes", limit=most // 1000)
    return bytes(body)


def _import_landmarker() -> None:
    import demos.posture.live.streams  # noqa: F401


def look_at(found: "OpenStream", data: bytes, longest: int, arrived: float | None = None) -> str:
    """What is answered to one frame, a JPEG that `arrived` at that second of the monotonic clock: JSON.

    The image stays in memory, and is forgotten when this returns.
    """
    from demos.posture.live.frame import decode
    from demos.posture.live.stream import NOTHING
    from demos.posture.look import frame_data
    from demos.posture.workout.look import workout_data

    settings, language = found.settings, found.settings.language
    shown: dict[str, Any]
    try:
        frame = found.stream.process(decode(data, longest), settings.told, settings.plan, arrived)
        shown = frame_data(frame.result, language) | workout_data(frame.workout, frame.announcement, language)
        if settings.record and frame.result.pose is not None:
            shown["world"] = (frame.result.pose.world * 1000).round().astype(int).tolist()  # millimetres
    except BadInput as refused:
        shown = frame_data(NOTHING, language) | {"advice": refused.in_language(language)}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
