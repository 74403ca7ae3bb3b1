"""An image for the page: small, and as the model sees it. Made once, while the image is unpacked anyway."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from demos.clip import data
from demos.clip.data import File, LoadedImage
from demos.clip.images import crops
from demos.clip.images.thumbnails import data_address, thumbnail
from demos.clip.zero_shot import Matcher

SIDE = 128  # pixels of what the model sees, if it sees more
REMEMBERED = 512


@dataclass(frozen=True)
class Picture:
    """Data addresses: a `thumbnail`, and what the model sees of each crop; where the crops lie in the image, as
    fractions (left, top, right, bottom)."""

    thumbnail: str
    seen: list[str]
    boxes: list[crops.Box]


_pictures: "OrderedDict[tuple[str, int, str, str], Picture]" = OrderedDict()  # by model, its side, fit and content
_lock = threading.Lock()


class Pictures:
    """The pictures of what one model sees."""

    def __init__(self, matcher: Matcher, fit: str) -> None:
        self.matcher, self.fit = matcher, fit

    def keep(self, file: File, image: LoadedImage, pixels: Tensor) -> None:
        """For Matcher.encode_files: remember what it unpacked."""
        seen = []
        for each in pixels:
            picture = self.matcher.picture(each)
            picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            seen.append(data_address(picture))
        width, height = image.image.size
        boxes = [
            (left / width, top / height, right / width, bottom / height)
            for left, top, right, bottom in crops.boxes((width, height), self.fit)
        ]
        with _lock:
            _pictures[self._key(file)] = Picture(thumbnail(image), seen, boxes)
            while len(_pictures) > REMEMBERED:
                _pictures.popitem(last=False)

    def of(self, file: File) -> Picture:
        """Of a file that can be read."""
        with _lock:
            found = _pictures.get(self._key(file))
            if found:
                _pictures.move_to_end(self._key(file))
        if found is None:
            image = data.read(file, self.matcher.enough)
            self.keep(file, image, self.matcher.pixels(image.image, self.fit))
            return self.of(file)
        return found

    def _key(self, file: File) -> tuple[str, int, str, str]:
        return (self.matcher.name, self.matcher.side, self.fit, file.key)
