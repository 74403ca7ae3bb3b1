"""A visit of every tab where no other machine can be reached. Prints what each answered as JSON.

unshare -rn sh -c 'ip link set lo up && python -m tests.offline_visit FOLDER'
"""

import io
import json
import socket
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
from gradio_client import handle_file
from PIL import Image

from demos.clip.images.example_photos import found
from demos.posture.live.endpoint import URL
from demos.posture.video import clips, video_file
from tests.api_client import connect
from tests.conftest import serving

FRAMES = 12


def network() -> str:
    """What comes of asking another machine: an address of TEST-NET-1 (RFC 5737), which nobody has."""
    with socket.socket() as asking:
        asking.settimeout(2)
        try:
            asking.connect(("192.0.2.1", 80))
        except TimeoutError:
            return "silence"
        except OSError as error:
            return error.strerror or str(error)
    return "an answer"


def camera(url: str) -> list[dict[str, Any]]:
    """What is answered to each frame of a camera, sent as the page does, and to its end."""
    streams = f"{url}/{URL}"
    with httpx.Client(timeout=120) as page:
        name = page.post(streams, json={"exercise": "squat", "language": "en"}).raise_for_status().json()["stream"]
        answers = []
        for frame in islice(video_file.read(clips.clip("squat"), max_side=320), FRAMES):
            jpeg = io.BytesIO()
            Image.fromarray(frame.image).save(jpeg, "JPEG")
            headers = {"Content-Type": "image/jpeg"}
            sent = page.post(f"{streams}/{name}", content=jpeg.getvalue(), headers=headers)
            answers.append(sent.raise_for_status().json())
        page.delete(f"{streams}/{name}").raise_for_status()
    return answers


def visit(url: str, folder: Path) -> dict[str, Any]:
    """Every tab's main job."""
    client = connect(url, download_files=False)
    video_file.write(
        folder / "plank.mp4", (frame.image for frame in islice(video_file.read(clips.clip("plank")), 20)), 12
    )
    photo = next(iter(found().values()))
    return {
        "network": network(),
        "page": len(httpx.get(f"{url}/", timeout=120).raise_for_status().text),
        "xor": client.predict(steps=300, api_name="/xor_train")["accuracy"],
        "gpt": client.predict(prompt="ROMEO:", tokens=20, api_name="/gpt_generate")["tokens"],
        "clip": client.predict([handle_file(photo)], ["a lion", "a bus"], api_name="/clip_match")["images"][0][
            "labels"
        ],
        "posture": client.predict(handle_file(folder / "plank.mp4"), "plank", api_name="/posture_analyze")["frames"],
        "camera": sum(answer["points"] is not None for answer in camera(url)),
    }


if __name__ == "__main__":
    place = Path(sys.argv[1])
    with serving(place / "app.log", {"GRADIO_TEMP_DIR": str(place / "files")}) as address:
        print(json.dumps(visit(address, place)))
