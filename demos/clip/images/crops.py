"""What of an image a model gets to see: its towers take a square of a fixed size, and photos are seldom square.

CLIP cuts out the middle (Radford et al. 2021, and open_clip's preprocessing): a motorcycle at the edge is never seen.
"whole" lays the whole image on a square of the mean colour; "tiles" takes squares side by side beside the whole.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any

from PIL import Image

FITS = ("centre", "whole", "tiles")
LONGEST = 6  # tiles along the longer side; a longer image is seen with gaps

Box = tuple[
    float, float, float, float
]  # left, top, right, bottom in pixels; beyond the image where it is laid on a square


def boxes(size: tuple[int, int], fit: str) -> list[Box]:
    """The squares that a model sees of an image of `size` (width, height), for one of FITS.

    "tiles" are the whole, and as many squares of the shorter side as cover the longer one, evenly spaced.
    """
    width, height = size
    short, long = sorted(size)
    left, top = (width - short) / 2, (height - short) / 2
    if fit == "centre":
        return [(left, top, left + short, top + short)]
    left, top = (width - long) / 2, (height - long) / 2
    whole = [(left, top, left + long, top + long)]
    if fit == "whole" or short == long:
        return whole
    count = min(ceil(long / short), LONGEST)
    starts = [round((long - short) * number / (count - 1)) for number in range(count)]
    if width > height:
        return whole + [(start, 0, start + short, short) for start in starts]
    return whole + [(0, start, short, start + short) for start in starts]


def cut(image: Image.Image, box: Box, ground: Sequence[int]) -> Image.Image:
    """What of `image` lies in `box`; what is beyond the image has the colour `ground`."""
    left, top, right, bottom = (round(side) for side in box)
    if left >= 0 and top >= 0 and right <= image.width and bottom <= image.height:
        return image.crop((left, top, right, bottom))
    square = Image.new("RGB", (right - left, bottom - top), tuple(ground))
    square.paste(image, (-left, -top))
    return square


def ground(preprocess: Any) -> tuple[int, int, int]:
    """The mean colour that the preprocessing takes off, as torchvision's Normalize says it; mid-grey without one."""
    mean, _ = normalisation(preprocess)
    red, green, blue = (round(255 * float(channel)) for channel in mean)
    return red, green, blue


def normalisation(preprocess: Any) -> tuple[Sequence[float], Sequence[float]]:
    """Mean and standard deviation of each channel, as the preprocessing says them; 0.5 and 0 to 1 if it says none."""
    for step in getattr(preprocess, "transforms", ()):
        if hasattr(step, "mean") and hasattr(step, "std"):
            return step.mean, step.std
    return (0.5, 0.5, 0.5), (1.0, 1.0, 1.0)
