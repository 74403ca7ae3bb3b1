"""What the view opens with: an answer of the embedded model to example guesses, made beforehand (make/opening.py).

So there is an answer before the model is open, which is the same as the one that it then gives.
"""

import json
from pathlib import Path
from typing import Any

from demos.clip import data
from demos.clip.images import example_photos
from demos.clip.images.thumbnails import thumbnail

FILE = Path(__file__).with_name("opening.json")
LABELS = {
    "en": {
        "things": ("a lion", "a bus", "a tower", "a tree", "a fish", "a house"),
        "kinds": ("an animal", "a vehicle", "a building", "a plant", "food", "a person"),
        "styles": ("a photo", "a painting", "a cartoon", "a sketch"),
        "places": ("a street", "a forest", "a mountain", "the sea", "a glacier", "buildings"),
    },
    "ko": {
        "things": ("사자", "버스", "탑", "나무", "물고기", "집"),
        "kinds": ("동물", "탈것", "건물", "식물", "음식", "사람"),
        "styles": ("사진", "그림", "만화", "스케치"),
        "places": ("거리", "숲", "산", "바다", "빙하", "건물"),
    },
}


def shown() -> dict[str, Any] | None:
    """The answers by language ({"en": …, "ko": …}) as look.answer makes them; None if an example image is missing."""
    found = {file.name: file for file in example_photos.found().values()}
    stored: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["answers"]
    for answer in stored.values():
        for image in answer["images"]:
            if image["name"] not in found:
                return None
            image["thumbnail"] = thumbnail(data.read(found[image["name"]]))
    return stored
