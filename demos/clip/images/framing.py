"""The one part of an image that a view looks into, by the same framing that Match answers with (crops.FITS)."""

from dataclasses import dataclass

from torch import Tensor

from demos.clip.data import LoadedImage
from demos.clip.model import similarity
from demos.clip.zero_shot import Matcher
from demos.common.i18n import text


@dataclass(frozen=True)
class Framed:
    """What the model sees: `pixels` (3, S, S), their unit `vector` (E,), and that it is number `crop` of the `crops`
    that `fit` makes of the image (crops.boxes)."""

    pixels: Tensor
    vector: Tensor
    fit: str
    crop: int
    crops: int

    def said(self, model: str, language: str) -> str:
        """What part of the image this is, in one sentence."""
        key = self.fit
        if self.crops > 1:
            key = "tile" if self.crop else "whole_of_tiles"
        values = {"tile": self.crop, "tiles": self.crops - 1}  # the first crop is the whole
        return text(f"clip.framed_{key}", language, model=model, size=self.pixels.shape[-1], **values)


def framed(matcher: Matcher, image: LoadedImage, fit: str, texts: Tensor) -> Framed:
    """Of several tiles the one that fits any of the guesses (M, E) best: Match has its best guess from there."""
    pixels = matcher.pixels(image.image, fit)
    [vectors] = matcher.encode_crops([image], fit)
    best = int(similarity(vectors, texts).amax(dim=1).argmax())
    return Framed(pixels[best], vectors[best], fit, best, len(pixels))
