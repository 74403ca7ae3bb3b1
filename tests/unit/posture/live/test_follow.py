"""A tap on somebody else in the camera's view, as the page sends it and as somebody sends it who means ill."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.common.settings import Settings
from demos.posture.live import stream as live
from demos.posture.live.endpoint import URL, Endpoint
from tests.unit.posture.people.scene import LEFT, RIGHT, Scene, actor

JPEG = cv2.imencode(".jpg", np.zeros((48, 64, 3), np.uint8))[1].tobytes()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    scene = Scene([actor("idle", LEFT, seconds=60), actor("idle", RIGHT, seconds=60, seed=4)])
    monkeypatch.setattr(live, "Landmarker", lambda: scene)
    monkeypatch.setattr(live, "people_finder", lambda: scene)
    routes = Endpoint(Settings(camera_frames_per_second=1000)).routes()
    with TestClient(Starlette(routes=routes), base_url="https://glassbox.example") as made:
        yield made


@pytest.fixture
def stream(client: TestClient) -> str:
    return f"/{URL}/{client.post(f'/{URL}', json={}).json()['stream']}"


def middle(client: TestClient, stream: str) -> tuple[float, list]:  # type: ignore[type-arg]
    """How far right the skeleton is, 0 to 1, and who else is shown."""
    shown = client.post(stream, content=JPEG, headers={"content-type": "image/jpeg"}).json()
    return float(np.mean([x for x, _, _ in shown["points"]])) / 1000, shown["others"]


def test_who_is_tapped_is_drawn_from_the_next_frame_on_and_the_other_can_be_tapped(
    client: TestClient, stream: str
) -> None:
    x, [[number, left, top, right, bottom]] = middle(client, stream)
    at = {"x": (left + right) / 2000, "y": (top + bottom) / 2000}
    assert abs(at["x"] - x) > 0.3
    assert client.post(f"{stream}/person", json=at).status_code == 204
    now, [[other, *_]] = middle(client, stream)
    assert abs(now - at["x"]) < 0.1
    assert other != number


@pytest.mark.parametrize(
    "told", ["", "[]", '{"x": 0.5}', '{"x": 0.5, "y": "0"}', '{"x": 2, "y": 0}', '{"x": NaN, "y": 0}']
)
def test_a_tap_that_is_none_is_refused_in_a_sentence(client: TestClient, stream: str, told: str) -> None:
    answer = client.post(f"{stream}/person", content=told)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert middle(client, stream)


def test_of_a_stream_that_is_closed_nobody_is_followed(client: TestClient) -> None:
    assert client.post(f"/{URL}/gone/person", json={"x": 0.5, "y": 0.5}).status_code == 404
