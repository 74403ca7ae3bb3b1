"""An image for the page: small, and as the model sees it. Made once, while the image is unpacked anyway."""

from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from demos.clip import data
from demos.clip.data import File, LoadedImage
from demos.clip.images import crops
from demos.clip.images.thumbnails import data_address, thumbnail
from demos.clip.zero_shot import Matcher
from demos.common.byte_cache import ByteCache

SIDE = 128  # pixels of what the model sees, if it sees more


@dataclass(frozen=True)
class Picture:
    """Data addresses: a `thumbnail`, and what the model sees of each crop; where the crops lie in the image, as
    fractions (left, top, right, bottom)."""

    thumbnail: str
    seen: list[str]
    boxes: list[crops.Box]

    @property
    def bytes(self) -> int:
        """What it takes in memory, but for the few numbers of the boxes."""
        return len(self.thumbnail) + sum(map(len, self.seen))


# By the model, its side, the fit and the image's sha256.
_pictures: ByteCache[tuple[str, int, str, str], Picture] = ByteCache(32 * 2**20, size=lambda picture: picture.bytes)


class Pictures:
    """The pictures of what one model sees."""

    def __init__(self, matcher: Matcher, fit: str) -> None:
        self.matcher, self.fit = matcher, fit

    def keep(self, file: File, image: LoadedImage, pixels: Tensor) -> None:
        """For Matcher.encode_files: remember what it unpacked."""
        _pictures.keep({self._key(file): self._made(image, pixels)})

    def of(self, file: File) -> Picture:
        """Of a file that can be read."""
        found = _pictures.get(self._key(file))
        if found is None:
            image = data.read(file, self.matcher.enough)
            found = self._made(image, self.matcher.pixels(image.image, self.fit))
            _pictures.keep({self._key(file): found})
        return found

    def _made(self, image: LoadedImage, pixels: Tensor) -> Picture:
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
        return Picture(thumbnail(image), seen, boxes)

    def _key(self, file: File) -> tuple[str, int, str, str]:
        return (self.matcher.name, self.matcher.side, self.fit, file.key)
