"""A camera's frames as a browser sends them, and as somebody sends them who means ill or has gone away."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from demos.common.i18n import LANGUAGES, text
from demos.common.middleware.same_site import SameSite
from demos.common.settings import Settings
from demos.posture.live import stream as live
from demos.posture.live.endpoint import URL, Endpoint

JPEG = cv2.imencode(".jpg", np.zeros((48, 64, 3), np.uint8))[1].tobytes()
IMAGE = {"content-type": "image/jpeg"}
SETTINGS = Settings(concurrent_streams=2, camera_frame_bytes=5000, camera_frame_side=100, camera_frames_per_second=1000)


class Landmarkers:
    """Landmarkers that see nobody; how many are open, and a gate that a frame waits for."""

    def __init__(self) -> None:
        self.open, self.images = 0, 0
        self.changed = threading.Condition()
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self) -> "Landmarkers":
        return self._count(1)

    def detect(self, image: np.ndarray, seconds: float) -> None:
        self.images += 1
        assert self.gate.wait(10)

    def close(self) -> None:
        self._count(-1)

    def _count(self, more: int) -> "Landmarkers":
        with self.changed:
            self.open += more
            self.changed.notify_all()
        return self

    def wait_for(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.open == number, 10), f"{self.open} are open"


@pytest.fixture
def landmarkers(monkeypatch: pytest.MonkeyPatch) -> Landmarkers:
    made = Landmarkers()
    monkeypatch.setattr(live, "Landmarker", made)
    monkeypatch.setattr(live, "people_finder", Landmarkers())
    return made


@pytest.fixture
def client(landmarkers: Landmarkers) -> Iterator[TestClient]:
    """As the app has it: behind the layer that keeps other sites out."""
    app = Starlette(routes=Endpoint(SETTINGS).routes(), middleware=[Middleware(SameSite)])
    with TestClient(app, base_url="https://glassbox.example") as made:
        yield made


def opened(client: TestClient, **settings: str) -> str:
    answer = client.post(f"/{URL}", json=settings)
    assert answer.status_code == 201, answer.text
    return f"/{URL}/{answer.json()['stream']}"


def test_a_stream_is_opened_sends_frames_and_ends_with_its_landmarker(
    client: TestClient, landmarkers: Landmarkers
) -> None:
    stream = opened(client, exercise="squat", language="ko")
    assert landmarkers.open == 1  # while the visitor is still asked for the camera
    answer = client.post(stream, content=JPEG, headers=IMAGE)
    assert (answer.status_code, answer.json()["advice"]) == (200, text("posture.nobody", "ko"))
    ended = client.delete(stream)
    assert (ended.status_code, ended.json()) == (200, None)  # nothing was tried: there is no report
    landmarkers.wait_for(0)
    assert client.post(stream, content=JPEG, headers=IMAGE).status_code == 404
    assert client.delete(stream).status_code == 404


def test_another_language_and_exercise_hold_from_the_next_frame_on(client: TestClient) -> None:
    stream = opened(client, language="en")
    assert client.post(stream, content=JPEG, headers=IMAGE).json()["kind"] == ""
    assert client.put(stream, json={"exercise": "plank", "language": "ko"}).status_code == 204
    answer = client.post(stream, content=JPEG, headers=IMAGE).json()
    assert (answer["kind"], answer["advice"]) == ("hold", text("posture.nobody", "ko"))
    assert client.post(f"{stream}/restart").status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{", b'"auto"', b'{"exercise": 3}', b'{"exercise": "juggling"}', b'{"language": "fr"}'),
        *(b'{"path": "x"}', b"[" * 60_000, b'{"exercise": "\xff"}'),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_settings_are_refused_in_a_sentence(client: TestClient, body: bytes, language: str) -> None:
    stream = opened(client)
    for answer in (
        client.post(f"/{URL}", content=body, headers={"accept-language": language}),
        client.put(stream, content=body, headers={"accept-language": language}),
    ):
        assert answer.status_code == 422
        assert bool(re.search("[가-힣]", answer.json()["error"])) == (language == "ko")


def test_no_more_streams_than_the_settings_allow(client: TestClient, landmarkers: Landmarkers) -> None:
    first, _ = opened(client), opened(client)
    answer = client.post(f"/{URL}", json={"language": "ko"})
    assert (answer.status_code, answer.json()["error"]) == (503, text("posture.live_busy", "ko", number=2))
    assert landmarkers.open == 2
    client.delete(first)
    opened(client)


def test_a_stream_that_fell_silent_is_closed(landmarkers: Landmarkers) -> None:
    """A page that is gone may not have said goodbye: a laptop was closed, a network lost."""
    assert Settings().camera_silence <= 60
    endpoint = Endpoint(replace(SETTINGS, camera_silence=0.3))
    with TestClient(Starlette(routes=endpoint.routes())) as client:
        silent, other = opened(client), opened(client)
        while landmarkers.open == 2:
            assert client.post(other, content=JPEG, headers=IMAGE).status_code == 200
        assert client.post(silent, content=JPEG, headers=IMAGE).status_code == 404
        assert client.post(other, content=JPEG, headers=IMAGE).status_code == 200
        landmarkers.wait_for(0)
        assert not len(endpoint.streams)


def test_a_landmarker_that_cannot_be_opened_leaves_no_stream(
    client: TestClient, landmarkers: Landmarkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> None:
        raise RuntimeError("no memory")

    with monkeypatch.context() as patched:
        patched.setattr(live, "Landmarker", failing)
        for _ in range(5):
            answer = client.post(f"/{URL}", json={})
            assert (answer.status_code, answer.json()["error"]) == (422, text("posture.live_failed", "en"))
    opened(client), opened(client)


class Frames:
    """Frames that are sent and not waited for; `answers` as they come."""

    def __init__(self, client: TestClient, endpoint: Endpoint, stream: str) -> None:
        self.client, self.stream = client, stream
        self.found = endpoint.streams.get(stream.rpartition("/")[2])
        self.answers: list[tuple[int, dict]] = []  # type: ignore[type-arg]
        self.work: list[float] = []  # milliseconds
        self.threads: list[threading.Thread] = []

    def send(self) -> None:
        """Return once the server has it."""
        assert self.found is not None
        under_way = self.found.under_way
        self.threads.append(threading.Thread(target=self._answer))
        self.threads[-1].start()
        while self.found.under_way == under_way:
            pass

    def _answer(self) -> None:
        answer = self.client.post(self.stream, content=JPEG, headers=IMAGE)
        self.answers.append((answer.status_code, answer.json()))
        self.work.append(float(answer.headers.get("server-timing", "turn;dur=nan").removeprefix("turn;dur=")))

    def wait(self) -> None:
        for thread in self.threads:
            thread.join()


@pytest.fixture
def frames(landmarkers: Landmarkers) -> Iterator[Frames]:
    endpoint = Endpoint(SETTINGS)
    with TestClient(Starlette(routes=endpoint.routes())) as client:
        made = Frames(client, endpoint, opened(client))
        landmarkers.gate.clear()
        yield made
        landmarkers.gate.set()


def test_one_frame_is_looked_at_the_next_waits_and_a_third_is_refused(frames: Frames, landmarkers: Landmarkers) -> None:
    frames.send()
    frames.send()
    refused = frames.client.post(frames.stream, content=JPEG, headers=IMAGE)
    assert (refused.status_code, refused.json()["error"]) == (409, text("posture.live_one_waits", "en"))
    while not landmarkers.images:
        pass
    assert landmarkers.images == 1  # never two at once
    landmarkers.gate.set()
    frames.wait()
    assert [status for status, _ in frames.answers] == [200, 200]
    assert frames.client.post(frames.stream, content=JPEG, headers=IMAGE).status_code == 200


def test_an_answer_says_how_long_its_turn_took_and_not_how_long_it_waited(
    frames: Frames, landmarkers: Landmarkers
) -> None:
    frames.send()
    frames.send()
    time.sleep(0.5)
    landmarkers.gate.set()
    frames.wait()
    first, second = sorted(frames.work, reverse=True)
    assert first > 400 > second


def test_a_frame_is_of_the_moment_when_it_came_not_of_the_one_when_its_turn_came(
    frames: Frames, landmarkers: Landmarkers
) -> None:
    frames.send()
    frames.send()
    time.sleep(0.3)
    landmarkers.gate.set()
    frames.wait()
    first, second = sorted(answer["t"] for _, answer in frames.answers)
    assert 0 < second - first < 0.2


def test_a_stream_that_ends_while_one_frame_is_looked_at_and_the_next_waits(
    frames: Frames, landmarkers: Landmarkers
) -> None:
    frames.send()
    frames.send()
    while not landmarkers.images:
        pass
    ended = frames.client.delete(frames.stream)
    assert (ended.status_code, ended.json()) == (200, None)  # nothing was tried: there is no report
    assert landmarkers.open == 1  # it is still used
    landmarkers.gate.set()
    frames.wait()
    assert sorted(status for status, _ in frames.answers) == [200, 404]
    landmarkers.wait_for(0)
    assert landmarkers.images == 1


def test_what_is_sent_has_bounds(client: TestClient, landmarkers: Landmarkers) -> None:
    stream = opened(client)
    assert client.post(stream, content=b"x" * 5001, headers=IMAGE).status_code == 413
    assert client.post(stream, content=(b"x" * 1000 for _ in range(9)), headers=IMAGE).status_code == 413
    assert client.put(stream, content=b" " * 100_000).status_code == 413
    assert client.post(stream, content=JPEG, headers={"content-type": "text/plain"}).status_code == 415
    wide = cv2.imencode(".jpg", np.zeros((8, 101, 3), np.uint8))[1].tobytes()
    assert "101×8" in client.post(stream, content=wide, headers=IMAGE).json()["advice"]
    png = cv2.imencode(".png", np.zeros((8, 8, 3), np.uint8))[1].tobytes()
    assert client.post(stream, content=png, headers=IMAGE).json()["advice"] == text("posture.not_an_image", "en")
    assert landmarkers.images == 0


def test_frames_that_come_too_fast_wait(landmarkers: Landmarkers) -> None:
    slow = replace(SETTINGS, camera_frames_per_second=20)
    with TestClient(Starlette(routes=Endpoint(slow).routes())) as client:
        stream = opened(client)
        begun = time.monotonic()
        for _ in range(6):
            assert client.post(stream, content=JPEG, headers=IMAGE).status_code == 200
    assert time.monotonic() - begun > 4 / 20 - 0.01  # 5 periods, less the one that may be early


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),  # a program
        ({"origin": "https://glassbox.example"}, 201),
        ({"origin": "https://glassbox.example", "sec-fetch-site": "same-origin"}, 201),
        # behind a proxy that names another host
        ({"origin": "https://my.space", "x-forwarded-host": "my.space"}, 201),
        ({"origin": "https://my.space", "sec-fetch-site": "same-origin"}, 201),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://glassbox.example:8000"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_a_page_of_another_site_opens_no_stream(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post(f"/{URL}", json={}, headers=headers).status_code == status


@pytest.mark.parametrize("cut", [True, False], ids=["taken off the path", "left in the path"])
def test_it_works_below_another_path(landmarkers: Landmarkers, cut: bool) -> None:
    """A proxy serves the app below /demos/glassbox, with or without that in the path it asks for."""
    root = "/demos/glassbox"
    with TestClient(Starlette(routes=Endpoint(SETTINGS).routes()), root_path=root) as client:
        path = f"/{URL}" if cut else f"{root}/{URL}"
        stream = client.post(path, json={}).json()["stream"]
        assert client.post(f"{path}/{stream}", content=JPEG, headers=IMAGE).status_code == 200
